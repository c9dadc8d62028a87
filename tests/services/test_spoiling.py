"""What a signatory might bring that would spoil the file for all who signed: it is not kept, and the others go on."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID, ObjectIdentifier
from flask import Flask
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.stamp import TextStampStyle

from drafting.domain.errors import InvalidInput
from drafting.models.columns import now
from exports import browser_signatures, outside_signatures, signature_steps, signing_keys
from exports.coroutines import finish
from exports.credentials import Credentials, der
from exports.file_states import newest_state, steps_of
from exports.revocation_lists import revocation_list
from exports.signing import SignerAt, _metadata, signer_in_field, signer_of
from tests.exports import seals, verapdf
from tests.exports.time_authority import local
from tests.services.test_signings import found_in, sign_here
from tests.signing import PASSPHRASE, Table, codes_of, current, sealed

UNREADABLE = [ObjectIdentifier(one) for one in ("2.5.29.33", "2.5.29.9")]
"""Extensions of certificates that nothing here looks at until verification does: policies, attributes of persons."""


@pytest.fixture
def table(app: Flask) -> Table:
    return sealed(2)


def in_another_program(
    state: bytes, credentials: Credentials, *, change: Callable[[IncrementalPdfFileWriter], object] = lambda _: None,
    all_certificates: bool = False, **options: Any,
) -> bytes:
    """Return the file signed in the first place by a program that adds what it likes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(state))
    change(writer)
    made = signer_in_field(
        state, signer_of(credentials), field="signature-1", at=now(), reason="", shown=("Autrement",), **options)
    made.signer.embed_roots = all_certificates
    return finish(made.async_sign_pdf(writer, bytes_reserved=100_000)).getvalue()


def bringing(kind: str, content: bytes, times: int = 1) -> Callable[[IncrementalPdfFileWriter], None]:
    """Return a change that adds validation material to the file."""
    def change(writer: IncrementalPdfFileWriter) -> None:
        brought = ArrayObject([writer.add_object(StreamObject(stream_data=content))] * times)
        store = DictionaryObject({NameObject("/Type"): NameObject("/DSS"), NameObject(kind): brought})
        writer.root[NameObject("/DSS")] = writer.add_object(store)
        writer.update_root()

    return change


class Elsewhere(DummyTimeStamper):
    """Stamps something else than what it is given."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        return await super().async_timestamp(bytes(len(message_digest)), md_algorithm)


def named_by_each_other() -> Credentials:
    """Return credentials with many authorities of one name and key above them: every one is above every other."""
    begin, end = now() - seals.YEAR, now() + seals.YEAR
    options: dict[str, Any] = {"ca": True, "usage": ("key_cert_sign",), "begin": begin, "end": end}
    key = seals.ec_key("les uns les autres")
    top = seals.make_credentials("Autorité", key=key, **options)
    many = [seals.make_credentials("Autorité", key=key, issuer=top, **options).certificate for _ in range(10)]
    own = seals.make_credentials("Signataire 1", issuer=top, begin=begin, end=end)
    return Credentials(own.private_key, own.certificate, tuple(many))


def with_unreadable_part(part: ObjectIdentifier) -> Credentials:
    key, name = seals.rsa_key("abîmée"), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Signataire 1")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(5)
        .not_valid_before(now() - timedelta(9)).not_valid_after(now() + timedelta(9))
        .add_extension(x509.UnrecognizedExtension(part, b"aucun"), critical=False).sign(key, SHA256()))
    return Credentials(key, certificate, ())


def honest_list() -> bytes:
    return revocation_list(seals.make_credentials("Autorité", ca=True), [(12_345, now())], at=now())


OUTSIDE: dict[str, Callable[[bytes], bytes]] = {
    "certificates that nobody can read": lambda pdf: in_another_program(
        pdf, current("Signataire 1"), change=bringing("/Certs", b"aucun")),
    "a list that nobody can read": lambda pdf: in_another_program(
        pdf, current("Signataire 1"), change=bringing("/CRLs", b"aucune")),
    "answers that nobody can read": lambda pdf: in_another_program(
        pdf, current("Signataire 1"), change=bringing("/OCSPs", b"aucune")),
    "one list many thousand times": lambda pdf: in_another_program(
        pdf, current("Signataire 1"), change=bringing("/CRLs", honest_list(), 100_000)),
    "a timestamp of something else": lambda pdf: in_another_program(
        pdf, current("Signataire 1"), timestamper=local(Elsewhere, at=now())),
    "authorities each above all the others": lambda pdf: in_another_program(
        pdf, named_by_each_other(), all_certificates=True),
    "a certificate that nobody can read": lambda pdf: in_another_program(pdf, with_unreadable_part(UNREADABLE[0])),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_would_spoil_a_file_signed_elsewhere_is_not_kept(table: Table, name: str) -> None:
    actor, place = table.there.secretaries[0], table.signatory(1).key
    _file, state = outside_signatures.take_away(actor, place)
    codes = iter(codes_of(actor))

    with pytest.raises(InvalidInput):
        outside_signatures.bring_back(actor, place, OUTSIDE[name](state.read()), code=next(codes))

    assert steps_of(table.file) == []
    outside_signatures.bring_back(
        actor, place, in_another_program(state.read(), current("Signataire 1")), code=next(codes))
    sign_here(table, 2)
    assert found_in(table) == [("signature-1", "Signataire 1"), ("signature-2", "Signataire 2")]


def test_a_drawing_without_its_fonts_is_kept_only_where_that_is_wanted(table: Table, tmp_path: Path) -> None:
    actor, place = table.there.secretaries[0], table.signatory(1).key
    _file, state = outside_signatures.take_away(actor, place)
    signer = SignerAt(_metadata("signature-1", "", ""), signer_of(current("Signataire 1")), at=now(),
                      stamp_style=TextStampStyle(stamp_text="Signed by %(signer)s"))
    made = finish(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(state.read())), bytes_reserved=8_000))
    codes = codes_of(actor)
    assert verapdf.failures(state.read(), tmp_path) == {}

    with pytest.raises(InvalidInput) as refused:
        outside_signatures.bring_back(actor, place, made.getvalue(), code=codes[0])
    assert list(refused.value.fields) == ["anyway"]

    outside_signatures.bring_back(actor, place, made.getvalue(), code=codes[0], anyway=True)
    assert verapdf.failures(newest_state(table.file).read(), tmp_path) != {}, "there was reason to ask"
    sign_here(table, 2)


def test_nobody_takes_the_room_of_those_who_are_awaited(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    actor, place = table.there.secretaries[0], table.signatory(1).key
    _file, state = outside_signatures.take_away(actor, place)
    made = in_another_program(state.read(), current("Signataire 1"))
    enough = signature_steps.FOR_ARCHIVE_BYTES + state.size + 2 * (len(made) - state.size)
    codes = iter(codes_of(actor))

    monkeypatch.setattr(signature_steps, "MAX_PDF_BYTES", enough - 1)
    with pytest.raises(InvalidInput):
        outside_signatures.bring_back(actor, place, made, code=next(codes))

    monkeypatch.setattr(signature_steps, "MAX_PDF_BYTES", enough)
    outside_signatures.bring_back(actor, place, made, code=next(codes))


def test_a_timestamp_that_the_program_brings_is_kept(table: Table) -> None:
    actor, place = table.there.secretaries[0], table.signatory(1).key
    _file, state = outside_signatures.take_away(actor, place)
    stamped = in_another_program(state.read(), current("Signataire 1"), timestamper=local(at=now()))

    outside_signatures.bring_back(actor, place, stamped, code=codes_of(actor)[0])

    assert newest_state(table.file).read() == stamped


@pytest.mark.parametrize("part", UNREADABLE, ids=["policies", "attributes"])
def test_a_certificate_that_verification_could_not_read_signs_in_no_way(table: Table, part: ObjectIdentifier) -> None:
    actor, place, own = table.there.secretaries[0], table.signatory(1).key, with_unreadable_part(part)
    codes = codes_of(actor)

    with pytest.raises(InvalidInput):
        signing_keys.upload(actor, pkcs12=own.to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE)
    with pytest.raises(InvalidInput):
        browser_signatures.prepare(actor, place, certificate=der(own.certificate), chain=[], code=codes[0])

    assert steps_of(table.file) == []
    sign_here(table, 1, code=codes[0])  # It is good still.
    assert found_in(table) == [("signature-1", "Signataire 1")]
