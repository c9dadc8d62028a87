"""Sealing: one PAdES certification signature over a finished PDF, as an incremental revision.

The bytes given are kept as they are, at the start of the bytes returned: a sealed file is never rendered again.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from exports.coroutines import finish
from exports.credentials import Credentials, UnusableCredentials, der, problem_with

SEAL_FIELD = "seal"


class _SignerAt(PdfSigner):
    """A signer whose clock is given: pyHanko 0.38 otherwise asks the machine for the time and its zone."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
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
    timestamper: TimeStamper | None = None,
) -> bytes:
    """Seal a finished PDF and return its bytes with the seal appended.

    `field_name` is filled when the page already has that field, tagged; otherwise an invisible field is added,
    whose rectangle lies outside the page as PDF/UA asks of untagged annotations (`field_title` is its /TU).
    Later signatures may fill the fields that already exist; any other change breaks the seal. The time is
    only claimed, unless a time-stamping authority (`timestamper`) confirms it.
    Raises UnusableCredentials when the certificate does not serve at that time.
    """
    problem = problem_with(credentials, at=at)
    if problem:
        raise UnusableCredentials(problem)
    metadata = PdfSignatureMetadata(
        field_name=field_name,
        reason=reason or None,
        location=location or None,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    field = SigFieldSpec(
        sig_field_name=field_name,
        readable_field_name=field_title or None,
        invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
    )
    signer = _SignerAt(
        metadata,
        _pyhanko_signer(credentials),
        timestamper=timestamper,
        new_field_spec=field,
        at=at.astimezone(UTC).replace(microsecond=0),
    )
    output = io.BytesIO()
    finish(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output))
    return output.getvalue()


def _pyhanko_signer(credentials: Credentials) -> SimpleSigner:
    """The same credentials as pyHanko wants them; the root stays out of the file, its reader must have it."""
    key = credentials.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([_asn1(certificate) for certificate in credentials.chain])
    return SimpleSigner(
        signing_cert=_asn1(credentials.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=store,
        embed_roots=False,
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der(certificate))
