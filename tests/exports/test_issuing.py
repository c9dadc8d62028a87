"""Who issued a certificate: what only says so in its name stands above nobody, and spoils nobody's signature."""

from __future__ import annotations

import io

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from exports import issuing
from exports.archiving import archive
from exports.coroutines import finish
from exports.credentials import Credentials, der
from exports.findings import Level, TrustProblem
from exports.inspection import inspect
from exports.issuing import chain_above, issued_under, issuers_in
from exports.revocation_lists import revocation_list
from exports.signing import signer_in_field, signer_of
from tests.exports import seals, signed
from tests.exports.seals import NOW
from tests.exports.time_authority import LATER, local, root_of_time


def impostors(count: int, key: seals.SealKey) -> tuple[Credentials, ...]:
    """Return authorities named as the one of the federations, which are not that one."""
    name = signed.root().certificate.subject.rfc4514_string().removeprefix("CN=")
    return tuple(seals.make_credentials(name, key=key, ca=True, usage=("key_cert_sign", "crl_sign"))
                 for _ in range(count))


@pytest.mark.parametrize("is_authority", [True, False])
def test_what_stands_between_counts_where_it_may_issue(is_authority: bool) -> None:
    root = signed.root()
    between = seals.make_credentials("Entre deux", issuer=root, ca=is_authority, key=seals.rsa_key("Entre deux"))
    below = seals.make_credentials("Dessous", issuer=between)

    found = issuers_in([below.certificate, between.certificate], [root.certificate])

    assert found == {between.certificate: root.certificate} | (
        {below.certificate: between.certificate} if is_authority else {})
    assert chain_above(below.certificate, [root.certificate, between.certificate]) == (
        between.certificate, root.certificate)


def test_certificates_of_one_name_are_each_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any of them may have issued any other: who looked for all ways from one to the next would never end."""
    looked: list[object] = []
    has_issued = issuing.has_issued
    monkeypatch.setattr(issuing, "has_issued", lambda one, other: looked.append(one) or has_issued(one, other))
    namesakes = [seals.make_credentials("Pareille", ca=True, usage=("key_cert_sign",)).certificate for _ in range(40)]

    assert issuers_in([*namesakes, signed.federation(1).certificate], [signed.root().certificate]) == {
        signed.federation(1).certificate: signed.root().certificate}
    assert len(looked) <= 50


def test_only_the_name_of_an_authority_is_not_enough_to_stand_above() -> None:
    false = impostors(3, seals.ec_key("un imposteur"))
    own = signed.federation(1).certificate

    assert chain_above(own, [one.certificate for one in false]) == ()
    assert issued_under((der(signed.root().certificate),), (*(der(one.certificate) for one in false), b"aucun")) == ()


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_impostors_in_one_signature_spoil_no_other(kind: str) -> None:
    """They stand in what the signature brings, and in what the archive keeps for all of them."""
    false = impostors(6, seals.rsa_key("imposteur") if kind == "rsa" else seals.ec_key("imposteur"))
    own = seals.make_credentials("Signataire 2", issuer=false[0])
    liar = Credentials(own.private_key, own.certificate, tuple(one.certificate for one in false))
    made = signer_in_field(
        signed.states(2)[1], signer_of(liar), field="signature-2", at=NOW, reason="", shown=signed.lines(2))
    made.signer.embed_roots = True
    pdf = finish(made.async_sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(signed.states(2)[1])), bytes_reserved=30_000)).getvalue()
    lists = [revocation_list(signed.root(), [], at=NOW)]
    archived = archive(pdf, timestamper=local(), crls=lists, certificates=[
        der(signed.root().certificate), der(root_of_time().certificate), *(der(one.certificate) for one in false)])

    found = inspect(archived, trusted=[der(signed.root().certificate)], demonstration=[], at=LATER,
                    timestamp_authorities=[der(root_of_time().certificate)])

    assert found.refusal is None
    honest, false_one = found.signatures
    assert (honest.trusted, honest.level) == (True, Level.ARCHIVED)
    assert (false_one.trusted, false_one.trust_problem) == (False, TrustProblem.UNKNOWN)
