"""An upload is the known file and one signature more, in the right field, or it is refused with the reason."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import pikepdf
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.generic import NameObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec
from pyhanko.sign.signers.cms_embedder import SigMDPSetup
from pyhanko.sign.validation import DocumentSecurityStore

from exports.coroutines import finish as wait_for
from exports.credentials import Credentials
from exports.next_revision import MAX_CERTIFICATES, NotTheNext, Unfit, accept_next
from exports.signing import SignerAt, asn1, sign, signer_in_field, signer_of
from tests.exports import seals
from tests.exports.seals import NOW, YEAR
from tests.exports.signed import REASON, federation, lines, root, states


def signed(pdf: bytes, number: int, by: int | None = None, **options: object) -> bytes:
    """Return the file signed in the field of this number, by its signatory or another."""
    values: dict[str, object] = {"field": f"signature-{number}", "at": NOW, "reason": REASON, "shown": lines(number)}
    credentials = federation(by or number)
    return sign(pdf, credentials, **{**values, **options})  # type: ignore[arg-type]


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return the file with a change appended that is no signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def new_title(writer: IncrementalPdfFileWriter) -> None:
    info = writer.trailer["/Info"]
    info[NameObject("/Title")] = TextStringObject("Un autre titre")
    writer.update_container(info)


def new_text(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    stream = page["/Contents"]
    stream = stream[0] if isinstance(stream, list) else stream
    stream._data = b"q Q " + stream.data
    stream._encoded_data = None
    writer.update_container(stream)


def new_look(writer: IncrementalPdfFileWriter) -> None:
    """Empty the look of a field that is signed."""
    for field in (one.get_object() for one in writer.root["/AcroForm"]["/Fields"]):
        if field["/T"] == "signature-2":
            drawn = field["/AP"]["/N"]
            drawn._data, drawn._encoded_data = b"0 0 100 30 re f", None
            writer.update_container(drawn)


@cache
def known() -> bytes:
    """The file after two signatures, of six."""
    return states(6)[2]


SIZES = tuple(len(one) for one in states(6)[:2])

HOSTILE: dict[str, tuple[Callable[[], bytes], Unfit]] = {
    "unchanged": (known, Unfit.NOT_SIGNED),
    "another file": (lambda: states(1)[1], Unfit.OTHER_FILE),
    "nothing": (lambda: b"", Unfit.OTHER_FILE),
    "one byte changed before": (lambda: known()[:500] + b"!" + known()[501:] + b" ", Unfit.OTHER_FILE),
    "saved anew": (lambda: resaved(states(6)[3]), Unfit.OTHER_FILE),
    "signed on an earlier state": (lambda: signed(states(6)[1], 3), Unfit.STALE),
    "another's field": (lambda: signed(known(), 4, by=3), Unfit.WRONG_FIELD),
    "another's certificate": (lambda: signed(known(), 3, by=4), Unfit.WRONG_CERTIFICATE),
    "the same name, another certificate": (lambda: impostor(), Unfit.WRONG_CERTIFICATE),
    "two at once": (lambda: signed(signed(known(), 3), 4), Unfit.SEVERAL),
    "junk behind": (lambda: signed(known(), 3) + b"% plus", Unfit.UNCOVERED),
    "an update behind": (lambda: updated(signed(known(), 3), new_title), Unfit.UNCOVERED),
    "a title with it": (lambda: signed(updated(known(), new_title), 3), Unfit.CHANGED),
    "text with it": (lambda: signed(updated(known(), new_text), 3), Unfit.CHANGED),
    "another's look with it": (lambda: signed(updated(known(), new_look), 3), Unfit.CHANGED),
    "no signature, a title": (lambda: updated(known(), new_title), Unfit.NOT_SIGNED),
    "no signature, junk": (lambda: known() + b"\n% plus", Unfit.NOT_SIGNED),
    "a flipped byte in the signature": (lambda: flipped(signed(known(), 3)), Unfit.FORGED),
    "an expired certificate": (lambda: expired(), Unfit.NOT_SERVING),
    "a certificate of a web server": (lambda: serving_pages(), Unfit.NOT_SERVING),
    "certificates for all with it": (lambda: bringing_validation(), Unfit.BRINGS_VALIDATION),
    "many certificates above its own": (lambda: many_above(), Unfit.TOO_LARGE),
    "a time to come": (lambda: to_come(), Unfit.WRONG_TIME),
    "everybody after it locked out": (lambda: locking(), Unfit.CHANGED),
    "too much": (lambda: known() + b" " * 2_000_001, Unfit.TOO_LARGE),
}


def resaved(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out)
    return out.getvalue()


def impostor() -> bytes:
    forged = seals.make_credentials("Signataire 3", key=seals.rsa_key("impostor"))
    return sign(known(), forged, field="signature-3", at=NOW, reason=REASON, shown=lines(3))


class Locking(SignerAt):
    """Signs so that no field may be filled afterwards, as some programs offer."""

    def init_signing_session(self, *args: object, **kwargs: object) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        setup = SigMDPSetup(md_algorithm="sha256", certify=False, field_lock=FieldMDPSpec(FieldMDPAction.ALL))
        session._apply_locking_rules = lambda: setup
        return session


def locking() -> bytes:
    options = {"field": "signature-3", "at": NOW, "reason": REASON, "shown": lines(3)}
    signer = signer_in_field(known(), signer_of(federation(3)), **options)  # type: ignore[arg-type]
    signer.__class__ = Locking
    return wait_for(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(known())))).getvalue()


def serving_pages() -> bytes:
    own = seals.make_credentials(
        "www.exemple.example", issuer=root(), begin=NOW - YEAR, end=NOW + YEAR,
        purposes=[ExtendedKeyUsageOID.SERVER_AUTH.dotted_string])
    signer = signer_in_field(known(), signer_of(own), field="signature-3", at=NOW, reason=REASON, shown=lines(3))
    return wait_for(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(known())))).getvalue()


def bringing_validation() -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(known()))
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=[asn1(root().certificate)])
    signer = signer_in_field(
        known(), signer_of(federation(3)), field="signature-3", at=NOW, reason=REASON, shown=lines(3))
    return wait_for(signer.async_sign_pdf(writer, bytes_reserved=16384)).getvalue()


def many_above() -> bytes:
    above = tuple(
        seals.make_credentials(f"Autorité {n}", ca=True, issuer=root()).certificate
        for n in range(MAX_CERTIFICATES + 1))
    own = federation(3)
    return sign(known(), Credentials(own.private_key, own.certificate, above), field="signature-3", at=NOW,
                reason=REASON, shown=lines(3))


def to_come() -> bytes:
    return sign(known(), federation(3), field="signature-3", at=NOW + YEAR * 0.9, reason=REASON, shown=lines(3))


def expired() -> bytes:
    old = seals.make_credentials("Signataire 3", issuer=root(), end=NOW, begin=NOW - YEAR)
    return sign(known(), old, field="signature-3", at=NOW - YEAR / 2, reason=REASON, shown=lines(3))


def flipped(pdf: bytes) -> bytes:
    """Return the file with one hexadecimal digit of the last signature's arithmetic changed."""
    begin = pdf.rindex(b"/Contents <") + 11
    at = begin + len(pdf[begin : pdf.index(b">", begin)].rstrip(b"0")) - 40
    return pdf[:at] + (b"0" if pdf[at : at + 1] != b"0" else b"1") + pdf[at + 1 :]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_the_file_with_that_signature_is_refused(name: str) -> None:
    make, reason = HOSTILE[name]
    own = name in ("an expired certificate", "a certificate of a web server")
    fingerprint = None if own else federation(3).fingerprint

    with pytest.raises(NotTheNext) as refused:
        accept_next(known(), make(), field="signature-3", fingerprint=fingerprint, earlier=SIZES, at=NOW + YEAR / 2)

    assert refused.value.reason is reason


@pytest.mark.parametrize("fingerprint", [True, False])
def test_the_signature_expected_is_accepted(fingerprint: bool) -> None:
    found = accept_next(
        known(), signed(known(), 3), field="signature-3", earlier=SIZES, at=NOW,
        fingerprint=federation(3).fingerprint if fingerprint else None)

    assert (found.signature.name, found.signature.fingerprint) == ("Signataire 3", federation(3).fingerprint)


def test_every_honest_step_is_accepted_in_any_order() -> None:
    pdf = states(6)[0]
    for number in (5, 2, 6, 1, 4, 3):
        after = signed(pdf, number)
        assert accept_next(pdf, after, field=f"signature-{number}", at=NOW).signature.name == f"Signataire {number}"
        pdf = after
