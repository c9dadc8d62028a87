"""Strangers' files are read in a guarded process whose answer is read with care."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
import zlib
from collections import OrderedDict

import pytest
from asn1crypto import cms, core
from asn1crypto import keys as asn1_keys
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from exports import guarded, worker
from exports.confinement import Limits
from exports.credentials import Unusable, UnusableCredentials, der
from exports.inspection import Inspection, Refusal, inspect
from tests.exports import seals
from tests.exports.seals import NOW, plain_pdf, sealed_pdf
from tests.exports.signed import states
from tests.exports.test_verification import TAMPERED, self_made

TRUSTED = [der(seals.authority().certificate)]


SAMPLES = [sealed_pdf, plain_pdf, self_made, *(make for make, _ in list(TAMPERED.values())[:4])]


@pytest.mark.parametrize("make", SAMPLES)
def test_the_guarded_answer_is_the_same_as_the_plain_one(make) -> None:
    options = {"trusted": TRUSTED, "demonstration": [], "at": NOW}

    assert guarded.inspect(make(), **options) == inspect(make(), **options)


def test_what_is_said_of_signatures_refers_to_nothing_of_the_file() -> None:
    """Whoever copies it would copy the whole file with each signature."""
    found = inspect(states(2)[-1], trusted=TRUSTED, demonstration=[], at=NOW)

    assert [type(value) for one in found.signatures for value in (one.field, one.by.name, one.by.reason)] == [str] * 6


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

    assert len(calls) == 2


def test_a_refusal_is_remembered_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bytes] = []

    def too_long(pdf: bytes, **_options: object) -> Inspection:
        calls.append(pdf)
        return Inspection(Refusal.TOO_LONG)

    monkeypatch.setattr(guarded, "_remembered", OrderedDict())
    for _ in range(3):
        assert guarded.inspect_once(plain_pdf(), ask=too_long, at=NOW).refusal is Refusal.TOO_LONG
    assert len(calls) == 1

    later = time.monotonic() + 61
    with monkeypatch.context() as patched:
        patched.setattr(guarded.time, "monotonic", lambda: later)
        found = guarded.inspect_once(plain_pdf(), ask=lambda _pdf, **_: Inspection(), at=NOW)

    assert found.refusal is None


def test_what_is_looked_at_is_kept_and_what_is_not_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def ask(pdf: bytes, **_options: object) -> Inspection:
        asked.append(pdf)
        return Inspection()

    monkeypatch.setattr(guarded, "_remembered", OrderedDict())
    monkeypatch.setattr(guarded, "_REMEMBERED_MAX", 2)

    for name in ("populaire", "œuvre 1", "populaire", "œuvre 2", "populaire", "œuvre 1"):
        guarded.inspect_once(name.encode(), ask=ask)

    assert [one.decode() for one in asked] == ["populaire", "œuvre 1", "œuvre 2", "œuvre 1"]


def hidden_work(rounds: int) -> bytes:
    """A PKCS#12 whose key asks for that much work, which only somebody who has the passphrase « a » can see."""
    salt, iv = b"saltsalt", bytes(16)

    def algorithm(rounds: int) -> dict[str, object]:
        derivation = {"salt": core.OctetString(salt), "iteration_count": rounds, "prf": {"algorithm": "sha256"}}
        return {"algorithm": "pbes2", "parameters": {
            "key_derivation_func": {"algorithm": "pbkdf2", "parameters": derivation},
            "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": iv},
        }}

    shrouded = asn1_keys.EncryptedPrivateKeyInfo(
        {"encryption_algorithm": algorithm(rounds), "encrypted_data": bytes(32)})
    bag = asn1_pkcs12.SafeBag({"bag_id": "pkcs8_shrouded_key_bag", "bag_value": shrouded})
    content = asn1_pkcs12.SafeContents([bag]).dump()
    padding = 16 - len(content) % 16
    secret = Cipher(algorithms.AES(hashlib.pbkdf2_hmac("sha256", b"a", salt, 1, 32)), modes.CBC(iv)).encryptor()
    encrypted = cms.EncryptedData({"version": "v0", "encrypted_content_info": {
        "content_type": "data", "content_encryption_algorithm": algorithm(1),
        "encrypted_content": secret.update(content + bytes([padding]) * padding) + secret.finalize(),
    }})
    safe = asn1_pkcs12.AuthenticatedSafe(
        [cms.ContentInfo({"content_type": "encrypted_data", "content": encrypted})]).dump()
    # RFC 7292, B.2, for one round: identifier 3, the salt and « a » in two-byte characters, each filling a block.
    mac_key = hashlib.sha1(b"\x03" * 64 + salt * 8 + b"\0a\0\0" * 16).digest()
    return asn1_pkcs12.Pfx({
        "version": "v3",
        "auth_safe": cms.ContentInfo({"content_type": "data", "content": core.OctetString(safe)}),
        "mac_data": {
            "mac": {"digest_algorithm": {"algorithm": "sha1"}, "digest": hmac.digest(mac_key, safe, "sha1")},
            "mac_salt": salt, "iterations": 1,
        },
    }).dump()


def test_a_seal_is_opened_in_the_guarded_process_as_it_is_here() -> None:
    made = seals.make_credentials("Cachet d’exemple")
    data = made.to_pkcs12(b"phrase")

    assert guarded.open_seal(data, "phrase", at=NOW).certificate == made.certificate
    assert guarded.open_seal(data, "phrase", at=NOW).private_key.private_numbers() == made.private_key.private_numbers()
    for wrong, passphrase, reason in (
        (data, "autre", Unusable.WRONG_PASSPHRASE), (b"%PDF", "", Unusable.NOT_PKCS12),
        (hidden_work(1), "a", Unusable.WRONG_PASSPHRASE), (hidden_work(1), "b", Unusable.WRONG_PASSPHRASE),
    ):
        with pytest.raises(UnusableCredentials) as refused:
            guarded.open_seal(wrong, passphrase, at=NOW)
        assert refused.value.reason is reason


def test_a_seal_that_asks_for_hours_of_work_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "OPENING", Limits(memory_bytes=400_000_000, cpu_s=1, wall_s=30))
    data = hidden_work(2**31 - 1)
    assert len(data) < 1_000
    stalls, ended = [0.0], threading.Event()

    def tick() -> None:
        last = time.monotonic()
        while not ended.wait(0.01):
            stalls.append(time.monotonic() - last)
            last = time.monotonic()

    watch = threading.Thread(target=tick)
    watch.start()
    with pytest.raises(UnusableCredentials) as refused:
        guarded.open_seal(data, "a", at=NOW)
    ended.set()
    watch.join()

    assert refused.value.reason is Unusable.NOT_PKCS12
    assert max(stalls) < 1  # Opened in this process, every thread would have waited for minutes.


@pytest.mark.parametrize("answer", [b"", b"+", b"+\0\0\0\1x", b"!", b"!autre", b"+" + b"\xff" * 50, b"x"])
def test_a_lie_about_a_seal_is_refused(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(worker, "run", lambda *_, **__: answer)

    with pytest.raises(UnusableCredentials):
        guarded.open_seal(b"", "", at=NOW)
