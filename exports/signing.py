"""Signing: the confederation's seal first, which certifies the document, then a signature in each field.

Every step is an incremental revision: the bytes given are kept as they are, at the start of the bytes returned. A
sealed file is never rendered again.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticContentStamp, StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from exports.appearance import draw
from exports.coroutines import finish
from exports.credentials import Credentials, UnusableCredentials, der, problem_with

SEAL_FIELD = "seal"
RESERVED = 4_096
"""Hexadecimal digits kept free for a signature beside certificates and timestamp: RSA of 8,192 bits fits."""


class NoSuchField(LookupError):
    """The file has no empty field of this name: it is another file, or somebody has signed there."""


class SignerAt(PdfSigner):
    """A signer whose clock is given: pyHanko 0.38 otherwise asks the machine for the time and its zone."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at.astimezone(UTC).replace(microsecond=0)

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        """Return pyHanko's session, at our time."""
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session


def seal(
    pdf: bytes,
    credentials: Credentials,
    *,
    at: datetime,
    reason: str,
    location: str = "",
    field_name: str = SEAL_FIELD,
    field_title: str = "",
    shown: tuple[str, ...] = (),
    timestamper: TimeStamper | None = None,
) -> bytes:
    """Seal a finished PDF and return its bytes with the seal appended.

    `field_name` is filled when the page already has that field, tagged, and shows the lines `shown`; otherwise an
    invisible field is added, whose rectangle lies outside the page as PDF/UA asks of untagged annotations
    (`field_title` is its /TU). Later signatures may fill the fields that already exist; any other change breaks the
    seal. The time is only claimed, unless a time-stamping authority (`timestamper`) confirms it.
    Raises UnusableCredentials when the certificate does not serve at that time.
    """
    _require_usable(credentials, at)
    metadata = _metadata(field_name, reason, location, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    box = _box_of(pdf, field_name)
    field = None if box else SigFieldSpec(
        sig_field_name=field_name,
        readable_field_name=field_title or None,
        invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
    )
    signer = SignerAt(
        metadata, signer_of(credentials), timestamper=timestamper, new_field_spec=field, at=at,
        stamp_style=_Shown(border_width=0, lines=shown) if box else None,
    )
    return _written(pdf, signer, room_for(credentials.certificate, credentials.chain, timestamper))


def sign(
    pdf: bytes,
    credentials: Credentials,
    *,
    field: str,
    at: datetime,
    reason: str,
    shown: tuple[str, ...],
    timestamper: TimeStamper | None = None,
) -> bytes:
    """Sign in a field that the file has, and return its bytes with the signature appended.

    `shown` are the lines seen in the field. Raises NoSuchField, UnusableCredentials.
    """
    _require_usable(credentials, at)
    signer = signer_in_field(
        pdf, signer_of(credentials), field=field, at=at, reason=reason, shown=shown, timestamper=timestamper)
    return _written(pdf, signer, room_for(credentials.certificate, credentials.chain, timestamper))


def room_for(
    certificate: x509.Certificate, chain: tuple[x509.Certificate, ...], timestamper: TimeStamper | None
) -> int:
    """Return how many hexadecimal digits to keep free for a signature: half of what pyHanko would.

    A timestamp may turn out a fourth longer than the one before; where it is longer still, nothing is signed.
    """
    size = sum(len(asn1(one).dump()) for one in (certificate, *chain) if one.issuer != one.subject or not chain)
    if timestamper is not None:
        size += len(finish(timestamper.async_dummy_response("sha256")).dump()) * 5 // 4
    return RESERVED + 2 * size


def signer_in_field(
    pdf: bytes, signer: Signer, *, field: str, at: datetime, reason: str, shown: tuple[str, ...],
    timestamper: TimeStamper | None = None,
) -> SignerAt:
    """Return what signs in a field that the file has and nobody has signed. Raises NoSuchField."""
    box = _box_of(pdf, field)
    if box is None:
        raise NoSuchField(field)
    stamp = _Shown(border_width=0, lines=shown)
    return SignerAt(_metadata(field, reason, ""), signer, timestamper=timestamper, at=at, stamp_style=stamp)


def _require_usable(credentials: Credentials, at: datetime) -> None:
    problem = problem_with(credentials, at=at)
    if problem:
        raise UnusableCredentials(problem)


def _metadata(field: str, reason: str, location: str, **more: Any) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=field, reason=reason or None, location=location or None, subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256", **more,
    )


def _box_of(pdf: bytes, field: str) -> tuple[float, float] | None:
    """Return the width and height of an empty signature field, in points; None where there is none of that name."""
    reader = PdfFileReader(io.BytesIO(pdf))
    for _name, _value, reference in enumerate_sig_fields(reader, filled_status=False, with_name=field):
        left, bottom, right, top = (float(one) for one in reference.get_object()["/Rect"])
        return right - left, top - bottom
    return None


class _Lines(StaticContentStamp):
    """Our own drawing, compressed."""

    def render(self) -> bytes:
        """Return the drawing."""
        style = self.style
        assert isinstance(style, _Shown)  # noqa: S101 - made by it
        return draw(list(style.lines), self.box.width, self.box.height)

    def as_form_xobject(self) -> StreamObject:
        """Return it as it goes into the file."""
        drawn = super().as_form_xobject()
        drawn.compress()  # type: ignore[no-untyped-call]
        return drawn


@dataclass(frozen=True)
class _Shown(StaticStampStyle):
    """Lines that are seen in a field."""

    lines: tuple[str, ...] = ()

    def create_stamp(self, writer: Any, box: BoxConstraints, text_params: dict[str, Any]) -> _Lines:
        """Return the drawing for a field of this size."""
        return _Lines(writer=writer, style=self, box=box)


def _written(pdf: bytes, signer: SignerAt, room: int) -> bytes:
    output = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    finish(signer.async_sign_pdf(writer, bytes_reserved=room, output=output))
    return output.getvalue()


def signer_of(credentials: Credentials) -> SimpleSigner:
    """Return the same credentials as pyHanko wants them; the root stays out of the file, its reader must have it."""
    key = credentials.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=asn1(credentials.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=registry_of(credentials.chain),
        embed_roots=False,
    )


def registry_of(chain: tuple[x509.Certificate, ...]) -> SimpleCertificateStore:
    """Return the certificates above a signer's own, as pyHanko wants them."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([asn1(certificate) for certificate in chain])
    return store


def asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return a certificate as pyHanko wants it."""
    return asn1_x509.Certificate.load(der(certificate))
