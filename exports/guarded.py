"""Reading strangers' files in a guarded process: an answer always comes, and in bounded time.

The process may have become the stranger's: what it answers is read as plain JSON of known shape. It can lie about
the file that it was given, and about nothing else: whether the file is published is not asked of it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from exports import inspection, next_revision, worker
from exports.confinement import Limits
from exports.credentials import Credentials, Unusable, UnusableCredentials, from_bytes, load_pkcs12, to_bytes
from exports.inspection import Inspection, Level, Refusal, Seal, Signed, TrustProblem
from exports.next_revision import Accepted, NotTheNext, Unfit
from exports.proof import Proof

logger = logging.getLogger(__name__)

OPENING = Limits(memory_bytes=400_000_000, cpu_s=4, wall_s=30)
LIMITS = Limits(memory_bytes=800_000_000, cpu_s=15, wall_s=30)
_TIMES = ("claimed_at", "valid_from", "valid_until")


def inspect(pdf: bytes, *, limits: Limits = LIMITS, **options: Any) -> Inspection:
    """Do what `inspection.inspect` does, in a guarded process; never raises on what the file contains."""
    if not pdf.startswith(b"%PDF-"):
        return Inspection(Refusal.NOT_A_PDF)  # Without troubling a process.
    try:
        found = from_json(worker.run("exports.guarded:inspect_to_json", pdf, options, limits=limits))
        return replace(found, proof=found.proof.only_of(pdf))
    except worker.TooMuch:
        return Inspection(Refusal.TOO_LONG)
    except worker.Crashed:
        logger.exception("A file could not be inspected")
        return Inspection(Refusal.UNREADABLE)


_remembered: OrderedDict[tuple[object, ...], tuple[float, Inspection]] = OrderedDict()
"""What was found, and until when it holds, by what was asked: the least asked for first."""
_remembering = threading.Lock()
_REMEMBERED_MAX = 128
REFUSAL_HOLDS_S = 60
"""A failure may have been the machine's, not the file's; and to fail again may take all the time there is."""


def inspect_once(
    pdf: bytes, *, ask: Callable[..., Inspection] | None = None,
    around: Callable[[], AbstractContextManager[None]] = nullcontext, **options: Any,
) -> Inspection:
    """Do what `inspect` does, once for the same bytes and the same options: for files that are looked at often.

    Where an answer is not remembered, `ask` is called, `inspect` by default, within `around`: that may wait until
    another has asked the same, whose answer is then taken, or raise.
    """
    key = (hashlib.sha256(pdf).digest(), repr(sorted(options.items())))
    found = _recall(key)
    if found is None:
        with around():
            found = _recall(key)
            if found is None:
                found = (ask or inspect)(pdf, **options)
                _remember(key, found)
    return found


def _recall(key: tuple[object, ...]) -> Inspection | None:
    with _remembering:
        until, found = _remembered.get(key, (0.0, None))
        if found is None or until < time.monotonic():
            return None
        _remembered.move_to_end(key)
        return found


def _remember(key: tuple[object, ...], found: Inspection) -> None:
    with _remembering:
        _remembered[key] = (math.inf if found.refusal is None else time.monotonic() + REFUSAL_HOLDS_S, found)
        _remembered.move_to_end(key)
        while len(_remembered) > _REMEMBERED_MAX:
            _remembered.popitem(last=False)


def open_seal(data: bytes, passphrase: str, *, at: datetime) -> Credentials:
    """Do what `credentials.load_pkcs12` does, in a guarded process; raises UnusableCredentials.

    A file of a few hundred bytes can ask for hours of work, hidden where only its passphrase shows it, and all
    other threads would wait for it.
    """
    try:
        answer = worker.run("exports.guarded:open_to_bytes", data, passphrase, at, limits=OPENING)
        if answer[:1] == b"!":
            raise UnusableCredentials(Unusable(answer[1:].decode()))
        return from_bytes(answer[1:], at=at)
    except UnusableCredentials:
        raise
    except worker.TooMuch as error:
        raise UnusableCredentials(Unusable.NOT_PKCS12) from error
    except (worker.Crashed, ValueError) as error:
        logger.exception("A seal could not be opened")
        raise UnusableCredentials(Unusable.NOT_PKCS12) from error


def open_to_bytes(data: bytes, passphrase: str, at: datetime) -> bytes:
    """Open a seal in the guarded process: "+" and the credentials, or "!" and why not."""
    try:
        return b"+" + to_bytes(load_pkcs12(data, passphrase, at=at))
    except UnusableCredentials as error:
        return b"!" + error.reason.value.encode()


def accept_next(known: bytes, uploaded: bytes, **options: Any) -> Accepted:
    """Do what `next_revision.accept_next` does, in a guarded process. Raises NotTheNext."""
    if not uploaded.startswith(b"%PDF-"):
        raise NotTheNext(Unfit.OTHER_FILE)
    try:
        answer = json.loads(worker.run("exports.guarded:accept_to_json", known, uploaded, options, limits=LIMITS))
        if answer["unfit"]:
            raise NotTheNext(Unfit(answer["unfit"]))
        return Accepted(_seal(answer["signature"]), answer["brings_its_fonts"] is True)
    except worker.TooMuch as error:
        raise NotTheNext(Unfit.TOO_LARGE) from error
    except NotTheNext:
        raise
    except (worker.Crashed, ValueError, KeyError, TypeError) as error:
        logger.exception("A signed file could not be read")
        raise NotTheNext(Unfit.UNREADABLE) from error


def accept_to_json(known: bytes, uploaded: bytes, options: dict[str, Any]) -> bytes:
    """Compare in the guarded process and give the answer as bytes."""
    try:
        found = next_revision.accept_next(known, uploaded, **options)
    except NotTheNext as error:
        return json.dumps({"unfit": error.reason.value}).encode()
    return json.dumps(
        {"unfit": "", "signature": asdict(found.signature), "brings_its_fonts": found.brings_its_fonts}, default=_plain
    ).encode()


def inspect_to_json(pdf: bytes, options: dict[str, Any]) -> bytes:
    """Inspect in the guarded process and give the answer as bytes."""
    return to_json(inspection.inspect(pdf, **options))


def to_json(found: Inspection) -> bytes:
    """An inspection as JSON."""
    return json.dumps(asdict(found), ensure_ascii=True, default=_plain).encode()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value.value  # type: ignore[attr-defined]


def from_json(data: bytes) -> Inspection:
    """An inspection out of JSON; raises worker.Crashed when it has not the shape of one."""
    try:
        values = json.loads(data)
        return Inspection(
            refusal=Refusal(values["refusal"]) if values["refusal"] else None,
            intact=values["intact"] is True,
            valid=values["valid"] is True,
            seal=_seal(values["seal"]) if values["seal"] else None,
            signatures=tuple(_signed(one) for one in values["signatures"]),
            archived_at=_time(values["archived_at"]),
            uncovered=int(values["uncovered"]),
            proof=Proof.from_json(values["proof"]["states"]),
            **_worth(values),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise worker.Crashed("the answer has not the shape of an inspection") from error


def _worth(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "trusted": values["trusted"] is True, "demonstration": values["demonstration"] is True,
        "trust_problem": _problem(values["trust_problem"]), "level": Level(values["level"]),
        "timestamped_at": _time(values["timestamped_at"]),
    }


def _problem(value: Any) -> TrustProblem | None:
    return TrustProblem(value) if value else None


def _time(value: Any) -> datetime | None:
    moment = datetime.fromisoformat(value) if value else None
    if moment and not moment.tzinfo:
        raise ValueError("a time has no zone")
    return moment


def _signed(values: dict[str, Any]) -> Signed:
    return Signed(
        field=inspection.words(values["field"]), by=_seal(values["by"]), intact=values["intact"] is True,
        valid=values["valid"] is True, covers=int(values["covers"]), changes_allowed=values["changes_allowed"] is True,
        timestamp_problem=_problem(values["timestamp_problem"]), **_worth(values),
    )


def _seal(values: dict[str, Any]) -> Seal:
    texts = {
        name: inspection.words(values[name]) for name in ("name", "organisation", "issuer", "fingerprint", "reason")
    }
    times = {name: _time(values[name]) for name in _TIMES}
    if not times["valid_from"] or not times["valid_until"]:
        raise ValueError("a time is missing")
    return Seal(**texts, **times)  # type: ignore[arg-type]
