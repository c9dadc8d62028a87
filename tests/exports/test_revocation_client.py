"""What outside authorities say of revocations: fetched over real HTTP, from whom and from where it may be."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.x509 import ObjectIdentifier, ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from exports import asking, revocation_client
from exports.archiving import archive, certificates_in
from exports.asking import is_public
from exports.credentials import Credentials, der
from exports.findings import Level, TrustProblem
from exports.inspection import inspect
from exports.revocation_client import Material, collect
from exports.revocation_lists import revocation_list
from exports.signing import seal, sign
from exports.timestamp_client import HttpTimeStamper
from tests.exports import seals
from tests.exports.revocation_authority import ANSWER, LIST, Authority, answering, root_at
from tests.exports.seals import NOW, YEAR
from tests.exports.signed import REASON, lines
from tests.exports.time_authority import LATER, root_of_time, serving
from tests.exports.validated import printed


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """An authority on this machine, as if that were on the public network."""
    monkeypatch.setattr(asking, "is_public", lambda address: True)
    with answering() as authority:
        yield authority


def asked_about(*issued: Credentials, trusted: list[Credentials], listed: Credentials | None = None) -> Material:
    certificates = [one for each in issued for one in (each.certificate, *each.chain)]
    return collect(certificates, trusted=[one.certificate for one in trusted], at=NOW,
                   covered=lambda one: listed is not None and one.issuer == listed.certificate.subject)


def test_a_single_answer_is_asked_for_where_there_is_one_else_the_list_once(authority: Authority) -> None:
    one = authority.issue("Une", answers=True, lists=True)
    two, three = authority.issue("Deux · œuvre", lists=True), authority.issue("Trois", lists=True)

    found = asked_about(one, two, three, trusted=[authority.root])

    assert authority.asked == [ANSWER, LIST]
    assert (len(found.answers), len(found.lists), found.missing) == (1, 1, [])


def test_a_certificate_that_says_nothing_of_where_to_ask_is_not_waited_for(authority: Authority) -> None:
    found = asked_about(authority.issue("Muette"), trusted=[authority.root])

    assert (found, authority.asked) == (Material(), [])


def test_nobody_is_asked_for_a_certificate_that_no_trusted_authority_issued(authority: Authority) -> None:
    """Else whoever signs with a certificate of their own making would have this server call on any address."""
    one = authority.issue("Étrangère", answers=True, lists=True)
    namesake = seals.make_credentials("Autorité extérieure d’essai", ca=True, usage=("key_cert_sign",),
                                      key=seals.rsa_key("namesake"))

    for trusted in ([], [seals.authority()], [namesake], [one]):
        assert asked_about(one, trusted=trusted) == Material()
    assert authority.asked == []


def test_all_lists_together_leave_the_file_one_that_can_be_sent(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    length = len(revocation_list(authority.root, [], at=NOW))
    monkeypatch.setattr(revocation_client, "ALL_LISTS_BYTES", length * 2 - 1)
    one, two = authority.issue("Une", lists=True), authority.issue("Deux", lists=True, at="/autre.crl")

    found = asked_about(one, two, trusted=[authority.root])

    assert (len(found.lists), len(found.missing)) == (1, 1)


def test_where_a_list_is_at_hand_nobody_is_asked(authority: Authority) -> None:
    found = asked_about(authority.issue("Une", answers=True), trusted=[authority.root], listed=authority.root)

    assert (found, authority.asked) == (Material(), [])


def test_nothing_inside_our_own_network_is_asked() -> None:
    with answering() as authority:
        one = authority.issue("Intérieure", answers=True, lists=True)

        found = asked_about(one, trusted=[authority.root])

    assert authority.asked == []
    assert found.missing == ["CN=Intérieure"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [("193.0.6.139", True), ("2001:67c:2e8::1", True), ("127.0.0.1", False), ("10.1.2.3", False),
     ("169.254.169.254", False), ("192.168.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False),
     ("0.0.0.0", False), ("224.0.0.1", False), ("::ffff:127.0.0.1", False),
     ("::127.0.0.1", False), ("::ffff:0:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:7f00:1::", False),
     ("fec0::1", False)],
)
def test_addresses_of_our_own_network_are_known(address: str, expected: bool) -> None:
    assert is_public(address) is expected


BAD = {
    "an error": lambda path: (500, "text/plain", b""),
    "a redirection": lambda path: (302, "application/pkix-crl", b""),
    "a page": lambda path: (200, "text/html", b"<html>"),
    "nothing": lambda path: (200, "application/ocsp-response" if path == ANSWER else "application/pkix-crl", b""),
    "too much": lambda path: (200, "application/pkix-crl", b"0" * (revocation_client.MAX_LIST_BYTES + 1)),
    "an old list": lambda path: (200, "application/pkix-crl", revocation_list(root_at(NOW), [], at=NOW - YEAR)),
    "a list of another's": lambda path: (200, "application/pkix-crl", revocation_list(seals.authority(), [], at=NOW)),
    "a forged list": lambda path: (200, "application/pkix-crl", revocation_list(seals.make_credentials(
        "Autorité extérieure d’essai", ca=True, key=seals.rsa_key("namesake")), [], at=NOW)),
}


@pytest.mark.parametrize("case", BAD)
def test_an_authority_that_answers_badly_has_not_answered(authority: Authority, case: str) -> None:
    one = authority.issue("Une", answers=True, lists=True)
    authority.instead = BAD[case]

    found = asked_about(one, trusted=[authority.root])

    assert (found.answers, found.lists, found.missing) == ([], {}, ["CN=Une"])
    assert authority.asked == [ANSWER, LIST]


def responder(issuer: Credentials | None, *purposes: ObjectIdentifier) -> Credentials:
    """Return who answers in an authority's stead, or claims to."""
    more = [x509.OCSPNoCheck()]
    return seals.make_credentials(
        "Répond à sa place", issuer=issuer, purposes=[one.dotted_string for one in purposes], extensions=more)


@pytest.mark.parametrize(
    "case", ["about another", "forged", "old", "of no knowledge", "by one who may not", "by a stranger who may"])
def test_an_answer_that_settles_nothing_is_none(authority: Authority, case: str) -> None:
    """It comes over plain HTTP, from whoever stands in between."""
    one, other = authority.issue("Une", answers=True), authority.issue("Autre")
    answers = {
        "about another": lambda: authority.answer(other),
        "forged": lambda: _flipped(authority.answer(one)),
        "old": lambda: authority.answer(one, at=NOW - YEAR / 2),
        "of no knowledge": lambda: authority.answer(one, status=ocsp.OCSPCertStatus.UNKNOWN),
        "by one who may not": lambda: authority.answer(one, by=responder(authority.root)),
        "by a stranger who may": lambda: authority.answer(
            one, by=responder(seals.authority(), ExtendedKeyUsageOID.OCSP_SIGNING)),
    }
    authority.instead = lambda path: (200, "application/ocsp-response", answers[case]())

    found = asked_about(one, trusted=[authority.root])

    assert (found.answers, found.missing) == ([], ["CN=Une"])


def _flipped(answer: bytes) -> bytes:
    return answer[:-9] + bytes([answer[-9] ^ 1]) + answer[-8:]


def test_an_authority_may_have_another_answer(authority: Authority) -> None:
    one = authority.issue("Une", answers=True)
    by = responder(authority.root, ExtendedKeyUsageOID.OCSP_SIGNING)
    authority.instead = lambda path: (200, "application/ocsp-response", authority.answer(one, by=by))

    assert len(asked_about(one, trusted=[authority.root]).answers) == 1


def test_all_together_take_no_longer_than_they_may(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocation_client, "ALL_WITHIN_S", 0)

    assert asked_about(authority.issue("Une", lists=True), trusted=[authority.root]).missing == ["CN=Une"]
    assert authority.asked == []


def test_what_is_held_is_looked_at_no_longer_than_it_may(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocation_client, "ALL_WITHIN_S", 1)
    looked: list[object] = []

    def settles(*arguments: object, **_: object) -> bool:
        looked.append(arguments)
        time.sleep(0.6)
        return True

    monkeypatch.setattr(revocation_client, "_settles", settles)

    found = asked_about(*(authority.issue(f"N° {n}", lists=True) for n in range(6)), trusted=[authority.root])

    assert (len(looked), len(found.missing)) == (2, 4)


@pytest.mark.parametrize("how", ["lists", "answers"])
def test_with_it_a_signature_of_an_outside_authority_can_be_checked_for_long(authority: Authority, how: str) -> None:
    good, bad = (authority.issue(name, **{how: True}) for name in ("Bonne", "Révoquée"))
    authority.revoked.append(bad)
    roots = [der(authority.root.certificate), der(root_of_time().certificate)]
    with serving() as clock:
        asked = HttpTimeStamper(clock)
        pdf = seal(printed(2), good, at=NOW, reason=REASON, shown=("Cachet",), timestamper=asked)
        for number, one in ((1, good), (2, bad)):
            pdf = sign(pdf, one, field=f"signature-{number}", at=NOW, reason=REASON, shown=lines(number),
                       timestamper=asked)
        carried = [x509.load_der_x509_certificate(one) for one in certificates_in(pdf)]
        found = collect(carried, trusted=[authority.root.certificate], at=NOW, covered=lambda one: False)
        pdf = archive(pdf, timestamper=asked, certificates=roots, crls=list(found.lists.values()), ocsps=found.answers)

    seen = inspect(pdf, trusted=roots[:1], timestamp_authorities=roots[1:], demonstration=[], at=LATER)

    assert (seen.refusal, seen.level, found.missing) == (None, Level.ARCHIVED, [])
    assert [one.level for one in seen.signatures] == [Level.ARCHIVED, Level.BASIC]
    assert [one.trust_problem for one in seen.signatures] == [None, TrustProblem.REVOKED]
