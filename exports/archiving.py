"""The last step of a file: what is needed to check its signatures for long, and one timestamp over all of it.

Certificates and lists of revocations go into the file, then the authority's timestamp seals the whole (PAdES B-LTA).
Both are one revision, appended as every other.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from asn1crypto.ocsp import OCSPResponse
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, enumerate_sig_fields
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter

from exports.coroutines import finish

FIELD = "timestamp-"


def archive(
    pdf: bytes, *, timestamper: TimeStamper, certificates: Sequence[bytes], crls: Sequence[bytes] = (),
    ocsps: Sequence[bytes] = (), field_title: str = "",
) -> bytes:
    """Put the last timestamp over a signed file and return its bytes with it appended.

    `certificates` are authorities' in DER, as the administrator's list has them, and `crls` their lists of
    revocations: those that concern a signature or timestamp of the file go into it, and `ocsps`, answers in DER about
    single certificates. `field_title` names the timestamp's invisible field. Later timestamps may be added to the
    same file, before the last one's certificate expires. Raises AuthorityAway.
    """
    reader = PdfFileReader(io.BytesIO(pdf))
    token = finish(timestamper.async_dummy_response("sha256"))  # Whose certificates it will have.
    found = {one.sha256: one for one in [*_of_token(token["content"]), *_of_signatures(reader.embedded_signatures)]}
    _add_above(found, [asn1_x509.Certificate.load(one) for one in certificates])
    lists = [one for one in map(asn1_crl.CertificateList.load, crls) if _concerns(one, found.values())]
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=sorted(found.values(), key=lambda one: one.sha256), crls=lists,
        ocsps=[OCSPResponse.load(one) for one in ocsps])
    taken = [name for name, _value, _reference in enumerate_sig_fields(reader) if name.startswith(FIELD)]
    stamping = PdfTimeStamper(
        timestamper, field_name=f"{FIELD}{len(taken) + 1}", readable_field_name=field_title or "Timestamp",
        # Outside the page, as PDF/UA asks of annotations that are not tagged.
        invis_settings=InvisSigSettings(box_out_of_bounds=True),
    )
    output = io.BytesIO()
    finish(stamping.async_timestamp_pdf(writer, "sha256", output=output))
    return output.getvalue()


def certificates_in(pdf: bytes) -> list[bytes]:
    """Return the certificates that a file's signatures and their timestamps carry, in DER, each once."""
    found = _of_signatures(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
    return list({one.sha256: one.dump() for one in found}.values())


def _of_signatures(signatures: Iterable[EmbeddedPdfSignature]) -> Iterable[asn1_x509.Certificate]:
    """Return the certificates that the signatures and their timestamps carry."""
    for one in signatures:
        yield from (one.signer_cert, *one.other_embedded_certs)
        for token in extract_tst_data_iter(one.signer_info, signed=False):
            yield from _of_token(token)


def _of_token(token: object) -> Iterable[asn1_x509.Certificate]:
    found = extract_certs_for_validation(token)
    return (found.signer_cert, *found.other_certs)


def _add_above(found: dict[bytes, asn1_x509.Certificate], known: list[asn1_x509.Certificate]) -> None:
    """Add the certificates above those found, up to the root."""
    waiting = list(found.values())
    while waiting:
        issuer = waiting.pop().issuer
        above = [one for one in known if one.subject == issuer and one.sha256 not in found]
        found.update({one.sha256: one for one in above})
        waiting += above


def _concerns(revoked: asn1_crl.CertificateList, certificates: Iterable[asn1_x509.Certificate]) -> bool:
    return any(revoked.issuer == one.issuer for one in certificates)
