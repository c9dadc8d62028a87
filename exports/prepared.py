"""Signatures with a key that never comes here: what is to be signed goes out, and the signature alone comes back."""

from __future__ import annotations

import io
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.sign.timestamps import TimeStamper

from exports.coroutines import finish as wait_for
from exports.credentials import UnusableCredentials, problem_with_certificate
from exports.signing import asn1, registry_of, room_for, signer_in_field


class NotItsSignature(ValueError):
    """What came back was not made with the certificate's key over what was sent."""


@dataclass(frozen=True)
class Prepared:
    """A file with room for a signature, and what has to be signed; it can be kept until the signature comes."""

    pdf: bytes
    """Already with the field's appearance and the signature's empty place."""
    digest: bytes
    start: int
    end: int
    """The place's bounds."""
    attributes: bytes
    """The signed attributes in DER: what the key signs, with SHA-256."""
    certificate: bytes
    chain: tuple[bytes, ...]
    """In DER."""

    def to_bytes(self) -> bytes:
        """Return it as it is kept."""
        facts = {
            "digest": _text(self.digest), "start": self.start, "end": self.end, "attributes": _text(self.attributes),
            "certificate": _text(self.certificate), "chain": [_text(one) for one in self.chain],
        }
        head = json.dumps(facts).encode()
        return len(head).to_bytes(4, "big") + head + self.pdf

    @classmethod
    def from_bytes(cls, kept: bytes) -> Prepared:
        """Return what `to_bytes` gave."""
        size = int.from_bytes(kept[:4], "big")
        facts = json.loads(kept[4 : 4 + size])
        return cls(
            kept[4 + size :], b64decode(facts["digest"]), facts["start"], facts["end"],
            b64decode(facts["attributes"]), b64decode(facts["certificate"]),
            tuple(b64decode(one) for one in facts["chain"]),
        )


def _text(value: bytes) -> str:
    return b64encode(value).decode()


def prepare(
    pdf: bytes, *, field: str, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...] = (), at: datetime,
    reason: str, shown: tuple[str, ...], timestamper: TimeStamper | None = None,
) -> Prepared:
    """Lay out a signature in a field and return what the certificate's key has to sign.

    With `timestamper`, room is kept for its timestamp, which `finish` asks for.
    Raises NoSuchField, UnusableCredentials (the certificate does not serve then, or its key is too weak),
    AuthorityAway.
    """
    problem = problem_with_certificate(certificate, at=at)
    if problem:
        raise UnusableCredentials(problem)
    signer = _external(certificate, chain)
    laying_out = signer_in_field(pdf, signer, field=field, at=at, reason=reason, shown=shown)
    room = room_for(certificate, chain, timestamper)
    digest, _document, output = wait_for(laying_out.async_digest_doc_for_signing(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), existing_fields_only=True, bytes_reserved=room))
    attributes = wait_for(signer.signed_attrs(digest.document_digest, "sha256", use_pades=True))
    output.seek(0)
    return Prepared(
        output.read(), digest.document_digest, digest.reserved_region_start, digest.reserved_region_end,
        attributes.dump(), asn1(certificate).dump(), tuple(asn1(one).dump() for one in chain),
    )


def finish(prepared: Prepared, signature: bytes, *, timestamper: TimeStamper | None = None) -> bytes:
    """Put the signature in its place and return the file. ECDSA may come as WebCrypto gives it (r and s).

    Raises NotItsSignature; nothing is written that the certificate does not verify.
    """
    certificate = x509.load_der_x509_certificate(prepared.certificate)
    signature = _verified(certificate, signature, prepared.attributes)
    chain = tuple(x509.load_der_x509_certificate(one) for one in prepared.chain)
    signer = _external(certificate, chain, signature)
    attributes = cms.CMSAttributes.load(prepared.attributes)
    content = wait_for(signer.async_sign_prescribed_attributes("sha256", attributes, timestamper=timestamper))
    output = io.BytesIO(prepared.pdf)
    place = PreparedByteRangeDigest(prepared.digest, prepared.start, prepared.end)
    wait_for(PdfTBSDocument.async_finish_signing(output, place, content))
    return output.getvalue()


def _external(
    certificate: x509.Certificate, chain: tuple[x509.Certificate, ...], signature: bytes | None = None
) -> ExternalSigner:
    return ExternalSigner(
        signing_cert=asn1(certificate), cert_registry=registry_of(chain), signature_value=signature or 512,
        embed_roots=False,
    )


def _verified(certificate: x509.Certificate, signature: bytes, signed: bytes) -> bytes:
    """Return the signature as CMS wants it, once the certificate has verified it."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), SHA256())
            return signature
        if isinstance(key, ec.EllipticCurvePublicKey):
            size = (key.curve.key_size + 7) // 8
            if len(signature) == 2 * size:
                r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
                signature = encode_dss_signature(r, s)
            key.verify(signature, signed, ec.ECDSA(SHA256()))
            return signature
    except InvalidSignature as error:
        raise NotItsSignature from error
    raise NotItsSignature
