"""Timestamps over real HTTP, material for the long term, and the last timestamp over the whole file."""

from __future__ import annotations

import re
import subprocess
import threading
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.timestamps import DummyTimeStamper

from exports.archiving import archive
from exports.credentials import der
from exports.findings import Inspection, Level, Refusal, TrustProblem
from exports.inspection import inspect
from exports.next_revision import NotTheNext, accept_next
from exports.prepared import finish, prepare
from exports.signing import seal, sign
from exports.timestamp_client import AuthorityAway, HttpTimeStamper
from exports.verification import verify
from tests.exports import seals, time_authority, verapdf
from tests.exports.seals import NOW, YEAR
from tests.exports.signed import REASON, confederation, federation, lines, root, states
from tests.exports.time_authority import LATER, clock, revocations, root_of_time, serving, stamps
from tests.exports.validated import printed

TYPE = "application/timestamp-reply"
AUTHORITIES = (der(root().certificate), der(root_of_time().certificate))


def check(pdf: bytes, **options: object) -> Inspection:
    values: dict[str, object] = {
        "trusted": [der(root().certificate)], "timestamp_authorities": [der(root_of_time().certificate)],
        "demonstration": [], "at": LATER,
    }
    return inspect(pdf, **{**values, **options})  # type: ignore[arg-type]


@cache
def stamped() -> bytes:
    """A file sealed and signed twice, each with a timestamp."""
    with serving() as address:
        asked = HttpTimeStamper(address)
        pdf = seal(printed(2), confederation(), at=NOW, reason=REASON, shown=("Cachet",), timestamper=asked)
        for number in (1, 2):
            pdf = sign(pdf, federation(number), field=f"signature-{number}", at=NOW, reason=REASON,
                       shown=lines(number), timestamper=asked)
        return pdf


@cache
def archived(with_lists: bool = True, pdf: bytes = b"") -> bytes:
    """The same with material for the long term and the last timestamp."""
    lists = [revocations(root()), revocations(root_of_time())] if with_lists else []
    with serving() as address:
        return archive(pdf or stamped(), timestamper=HttpTimeStamper(address), certificates=AUTHORITIES, crls=lists,
                       field_title="Horodatage final")


def levels(found: Inspection) -> list[Level]:
    return [found.level, *(one.level for one in found.signatures)]


def test_an_authority_confirms_when_each_was_made() -> None:
    found = check(stamped())

    assert (found.refusal, found.intact, found.valid, found.trusted) == (None, True, True, True)
    assert levels(found) == [Level.TIMESTAMPED] * 3
    assert {found.timestamped_at, *(one.timestamped_at for one in found.signatures)} == {LATER}
    assert [one.timestamp_problem for one in found.signatures] == [None, None]


def test_an_authority_that_nobody_trusts_confirms_nothing() -> None:
    found = check(stamped(), timestamp_authorities=[])

    assert (found.refusal, found.valid, found.trusted) == (None, True, True)
    assert levels(found) == [Level.BASIC] * 3
    assert {one.timestamped_at for one in found.signatures} == {None}
    assert {one.timestamp_problem for one in found.signatures} == {TrustProblem.UNKNOWN}


def test_a_certificate_that_has_expired_since_served_when_the_authority_says() -> None:
    assert check(stamped(), at=NOW + 3 * YEAR).trusted
    assert not check(states(1)[1], at=NOW + 3 * YEAR).trusted
    assert not check(stamped(), at=NOW + 12 * YEAR).trusted  # The authority's own has expired, too.


def test_a_forged_timestamp_makes_the_signature_invalid() -> None:
    """An honest token, but for other bytes: that of another signature, say."""

    class Other(DummyTimeStamper):
        async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> object:
            return await super().async_timestamp(b"\0" * len(message_digest), md_algorithm)

    pdf = sign(states(1)[0], federation(1), field="signature-1", at=NOW, reason=REASON, shown=lines(1),
               timestamper=time_authority.local(Other))

    assert check(pdf).refusal is Refusal.FORGED


def test_the_last_timestamp_brings_what_is_needed_and_both_standards_hold(tmp_path: Path) -> None:
    found = check(archived())

    assert (found.refusal, found.intact, found.valid, found.trusted) == (None, True, True, True)
    assert found.archived_at == LATER
    assert levels(found) == [Level.ARCHIVED] * 3
    assert len(found.signatures) == 2  # The timestamp is nobody's signature.
    assert archived().startswith(stamped())
    assert verapdf.failures(archived(), tmp_path) == {}


def test_without_lists_of_revocations_the_level_is_not_claimed() -> None:
    found = check(archived(with_lists=False))

    assert found.archived_at == LATER
    assert levels(found) == [Level.TIMESTAMPED] * 3


def test_the_verdict_on_a_published_file_tells_levels_and_times_to_machines() -> None:
    shelf = seals.Shelf(seals.published_file(archived()))
    said = verify(archived(), published=shelf, trusted=AUTHORITIES, at=NOW + YEAR / 2).to_json()
    longer = verify(archived() + b"\n\n", published=shelf, trusted=AUTHORITIES, at=NOW).to_json()

    assert (said["authentic"], said["level"], said["archived_at"]) == (True, "B-LTA", LATER.isoformat())
    assert said["timestamped_at"] == LATER.isoformat()
    for one, state in zip(said["signatures"], (1, 2), strict=True):
        assert (one["field"], one["level"], one["timestamped_at"]) == (f"signature-{state}", "B-LTA", LATER.isoformat())
        assert (one["intact"], one["valid"], one["changes_allowed"]) == (True, True, True)
        assert 0 < one["covered_bytes"] <= len(stamped())
    assert (longer["authentic"], longer["uncovered_bytes"]) == (False, 2)


def test_a_demonstration_has_its_level_too() -> None:
    found = check(archived(), trusted=[], demonstration=[der(root().certificate)])

    assert (found.trusted, found.demonstration, found.trust_problem) == (False, True, TrustProblem.DEMONSTRATION)
    assert levels(found) == [Level.ARCHIVED] * 3


def test_a_signature_without_its_own_timestamp_is_confirmed_by_the_last_one() -> None:
    found = check(archived(pdf=states(1)[1]), at=NOW + 3 * YEAR)

    assert levels(found) == [Level.ARCHIVED] * 2
    assert found.signatures[0].timestamped_at == LATER
    assert found.trusted


def test_a_file_can_be_archived_again_before_the_first_timestamp_expires() -> None:
    then = NOW + 9 * YEAR
    with serving(stamps(clock("Horloge suivante", years=19), at=then)) as address:
        renewed = archive(archived(), timestamper=HttpTimeStamper(address), certificates=AUTHORITIES)

    found = check(renewed, at=NOW + 15 * YEAR)

    assert found.archived_at == then
    assert levels(found) == [Level.ARCHIVED] * 3
    assert not check(archived(), at=NOW + 15 * YEAR).trusted


def test_what_the_file_lists_as_revoked_is_not_trusted() -> None:
    lists = [revocations(root(), federation(2), at=NOW - YEAR / 4), revocations(root_of_time())]
    later = [revocations(root(), federation(2), at=LATER + YEAR / 4, made=LATER + YEAR / 2)]
    with serving() as address:
        asked = HttpTimeStamper(address)
        pdf = archive(stamped(), timestamper=asked, certificates=AUTHORITIES, crls=lists)
        since = archive(stamped(), timestamper=asked, certificates=AUTHORITIES, crls=later)

    assert [one.trust_problem for one in check(pdf).signatures] == [None, TrustProblem.REVOKED]
    assert [one.trust_problem for one in check(since).signatures] == [None, None]


def test_what_is_changed_in_an_archived_file_is_found() -> None:
    """But for the copy of the root that the token carries: nobody signs it and nobody reads it, ours being trusted."""
    pdf, begin = archived(), len(stamped())
    copy = der(root_of_time().certificate).hex().encode()
    unread = pdf.lower().rindex(copy)
    passed = []
    for at in range(begin, len(pdf), (len(pdf) - begin) // 25):
        flipped = pdf[:at] + bytes([pdf[at] ^ (0x01 if chr(pdf[at]).isalnum() else 0x40)]) + pdf[at + 1 :]
        found = check(flipped)
        if found.intact and found.valid and levels(found) == [Level.ARCHIVED] * 3:
            passed.append(at)

    assert [at for at in passed if not unread <= at < unread + len(copy)] == []
    assert check(archived() + b"\n").refusal is Refusal.CHANGED_AFTER_SEALING
    assert check(archived() + b"\n").uncovered == 1


def test_a_timestamp_over_the_whole_file_is_no_signature_brought_back() -> None:
    with pytest.raises(NotTheNext):
        accept_next(stamped(), archived(), field="signature-1", at=LATER)


def test_a_key_elsewhere_signs_and_an_authority_says_when() -> None:
    key = federation(1).private_key
    assert isinstance(key, rsa.RSAPrivateKey)
    with serving() as address:
        asked = HttpTimeStamper(address)
        waiting = prepare(
            states(1)[0], field="signature-1", certificate=federation(1).certificate, chain=federation(1).chain,
            at=NOW, reason=REASON, shown=lines(1), timestamper=asked)
        pdf = finish(waiting, key.sign(waiting.attributes, padding.PKCS1v15(), SHA256()), timestamper=asked)

    assert [one.level for one in check(pdf).signatures] == [Level.TIMESTAMPED]


def test_foreign_readers_find_every_signature_and_the_last_timestamp_valid(tmp_path: Path) -> None:
    path = tmp_path / "archivé.pdf"
    path.write_bytes(archived())

    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout

    assert said.count("Signature Validation: Signature is Valid.") >= 3
    assert said.count("Total document signed") == 1


def test_openssl_verifies_the_last_timestamp_over_its_bytes(tmp_path: Path) -> None:
    start, length, after, rest = map(int, re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", archived())[-1])
    covered = archived()[start : start + length] + archived()[after : after + rest]
    (tmp_path / "token").write_bytes(bytes.fromhex(archived()[length + 1 : after - 1].decode()).rstrip(b"\0"))
    (tmp_path / "root.pem").write_bytes(root_of_time().certificate.public_bytes(Encoding.PEM))

    def openssl(content: bytes) -> int:
        (tmp_path / "covered").write_bytes(content)
        command = ["openssl", "ts", "-verify", "-data", "covered", "-in", "token", "-token_in", "-CAfile", "root.pem"]
        command += ["-attime", str(int(LATER.timestamp()))]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    assert after + rest == len(archived())
    assert openssl(covered) == 0
    assert openssl(covered + b" ") != 0


# --- An authority that does not answer as it should ---

BAD = {
    "an error": lambda question: (500, TYPE, b"\xc3\xa9"),
    "a page": lambda question: (200, "text/html", b"<html>"),
    "a redirection": lambda question: (302, TYPE, b""),
    "nothing": lambda question: (200, TYPE, b""),
    "noise": lambda question: (200, TYPE, b"\x30\x82" * 500),
    "too much": lambda question: (200, TYPE, stamps()(question)[2] + b"\0" * 200_000),
    "a refusal": lambda question: (200, TYPE, bytes.fromhex("30053003020102")),
    "an earlier answer": lambda question: (200, TYPE, _old()),
    "a flipped signature": lambda question: (200, TYPE, _flipped(stamps()(question)[2])),
}


@cache
def _old() -> bytes:
    kept: list[bytes] = []

    def keep(question: bytes) -> tuple[int, str, bytes]:
        kept.append(stamps()(question)[2])
        return 200, TYPE, kept[-1]

    with serving(keep) as address:
        sign_with(address)
    return kept[-1]


def _flipped(answer: bytes) -> bytes:
    return answer[:-20] + bytes([answer[-20] ^ 1]) + answer[-19:]


def sign_with(address: str, timeout_s: float = 5) -> bytes:
    return sign(states(1)[0], federation(1), field="signature-1", at=NOW, reason=REASON, shown=lines(1),
                timestamper=HttpTimeStamper(address, timeout_s=timeout_s))


@pytest.mark.parametrize("case", BAD)
def test_an_authority_that_answers_badly_is_told_apart(case: str) -> None:
    with serving(BAD[case]) as address, pytest.raises(AuthorityAway):
        sign_with(address)


@pytest.mark.parametrize("slowly", [True, False])
def test_an_authority_is_not_waited_for(slowly: bool) -> None:
    answered = threading.Event()

    def silent(question: bytes) -> tuple[int, str, bytes]:
        answered.wait(0 if slowly else 30)
        return stamps()(question)

    with serving(silent, slowly=0.05 if slowly else 0) as address:
        with pytest.raises(AuthorityAway):
            sign_with(address, timeout_s=0.3)
        answered.set()


def test_nobody_there_and_no_address() -> None:
    with pytest.raises(AuthorityAway):
        sign_with("http://127.0.0.1:1/")
    for address in ("ftp://exemple.org", "file:///etc/passwd", "", "https://"):
        with pytest.raises(ValueError, match="address"):
            HttpTimeStamper(address)
