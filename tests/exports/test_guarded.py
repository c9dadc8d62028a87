"""Strangers' files are read in a guarded process whose answer is read with care."""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict

import pytest

from exports import guarded, worker
from exports.credentials import der
from exports.inspection import Inspection, Refusal, inspect
from tests.exports import seals
from tests.exports.seals import NOW, plain_pdf, sealed_pdf
from tests.exports.test_verification import TAMPERED, self_made

TRUSTED = [der(seals.authority().certificate)]


SAMPLES = [sealed_pdf, plain_pdf, self_made, *(make for make, _ in list(TAMPERED.values())[:4])]


@pytest.mark.parametrize("make", SAMPLES)
def test_the_guarded_answer_is_the_same_as_the_plain_one(make) -> None:
    options = {"trusted": TRUSTED, "demonstration": [], "at": NOW}

    assert guarded.inspect(make(), **options) == inspect(make(), **options)


@pytest.mark.parametrize("found", [Inspection(), Inspection(Refusal.UNREADABLE)])
def test_an_inspection_survives_the_way(found: Inspection) -> None:
    assert guarded.from_json(guarded.to_json(found)) == found


@pytest.mark.parametrize(
    "change",
    [{"seal": {"name": "é"}}, {"refusal": "oui"}, {"trust_problem": 5}, {"seal": [1]}, {"seal": "texte"}],
)
def test_an_answer_of_another_shape_is_not_believed(change: dict[str, object]) -> None:
    values = json.loads(guarded.to_json(inspect(sealed_pdf(), trusted=[], demonstration=[], at=NOW)))

    with pytest.raises(worker.Crashed):
        guarded.from_json(json.dumps({**values, **change}).encode())
    for junk in (b"", b"[]", b"{}", b"\xff", b"null"):
        with pytest.raises(worker.Crashed):
            guarded.from_json(junk)


def test_a_lie_that_is_almost_true_is_false() -> None:
    values = json.loads(guarded.to_json(Inspection()))

    found = guarded.from_json(json.dumps({**values, "intact": "true", "trusted": 1}).encode())

    assert not found.intact
    assert not found.trusted


def stream_bomb() -> bytes:
    """Object streams that unpack to gigabytes where the cross-reference table should be."""
    packed = zlib.compress(zlib.compress(b"\0" * 300_000_000, 9), 9)
    head = b"%PDF-1.7\n1 0 obj\n<</Type/XRef/W[1 4 2]/Size 9/Root 2 0 R/Filter[/FlateDecode/FlateDecode]/Length "
    return head + str(len(packed)).encode() + b">>\nstream\n" + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


def test_a_file_that_unpacks_to_gigabytes_is_refused() -> None:
    assert guarded.inspect(stream_bomb(), trusted=[], demonstration=[], at=NOW).refusal in (
        Refusal.TOO_LONG, Refusal.UNREADABLE,
    )


def test_running_out_of_time_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*arguments: object, **options: object) -> bytes:
        raise worker.TimedOut("é")

    monkeypatch.setattr(worker, "run", run)

    assert guarded.inspect(b"%PDF-1.7", trusted=[], demonstration=[], at=NOW).refusal is Refusal.TOO_LONG


def test_a_crash_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*arguments: object, **options: object) -> bytes:
        raise worker.Crashed("é")

    monkeypatch.setattr(worker, "run", run)

    assert guarded.inspect(b"%PDF-1.7", trusted=[], demonstration=[], at=NOW).refusal is Refusal.UNREADABLE


def test_the_same_bytes_are_read_once_and_again_when_the_certificates_change(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bytes] = []

    def count(pdf: bytes, **options: object) -> Inspection:
        calls.append(pdf)
        return inspect(pdf, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(guarded, "inspect", count)
    monkeypatch.setattr(guarded, "_remembered", OrderedDict())

    for _ in range(2):
        assert guarded.inspect_once(sealed_pdf(), trusted=TRUSTED, demonstration=[], at=NOW).trusted
    assert not guarded.inspect_once(sealed_pdf(), trusted=[], demonstration=[], at=NOW).trusted
    for _ in range(2):
        guarded.inspect_once(plain_pdf(), trusted=[], demonstration=[], at=NOW)

    assert len(calls) == 4
