"""A small outside authority over real HTTP, on this machine: its list of revocations, and answers on certificates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from exports.credentials import Credentials
from exports.revocation_lists import revocation_list
from tests.exports import seals
from tests.exports.http_here import Quiet, listening
from tests.exports.seals import YEAR

LIST, ANSWER = "/liste.crl", "/ocsp"


@dataclass
class Authority:
    """What it has issued, what it says of it, and what it was asked."""

    root: Credentials
    address: str = ""
    at: dt.datetime = seals.NOW
    revoked: list[Credentials] = field(default_factory=list)
    issued: list[Credentials] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    instead: Callable[[str], tuple[int, str, bytes]] | None = None
    """What it answers instead of the truth."""

    def issue(
        self, name: str, *, lists: bool = False, at: str = LIST, answers: bool = False, ca: bool = False
    ) -> Credentials:
        """Return a certificate that says where to ask about it."""
        more: list[x509.ExtensionType] = []
        if lists:
            points = [x509.DistributionPoint([_uri(self.address + at)], None, None, None)]
            more.append(x509.CRLDistributionPoints(points))
        if answers:
            where = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, _uri(self.address + ANSWER))
            more.append(x509.AuthorityInformationAccess([where]))
        self.issued.append(seals.make_credentials(
            name, key=seals.rsa_key(name), issuer=self.root, begin=self.at - YEAR, end=self.at + YEAR,
            extensions=more, ca=ca))
        return self.issued[-1]

    def reply(self, path: str, question: bytes) -> tuple[int, str, bytes]:
        """Return status, type and content."""
        self.asked.append(path)
        if self.instead is not None:
            return self.instead(path)
        if path != ANSWER:
            known = [(one.certificate.serial_number, self.at) for one in self.revoked]
            return 200, "application/pkix-crl", revocation_list(self.root, known, at=self.at)
        serial = ocsp.load_der_ocsp_request(question).serial_number
        one = next(each for each in self.issued if each.certificate.serial_number == serial)
        return 200, "application/ocsp-response", self.answer(one)

    def answer(
        self, one: Credentials, *, by: Credentials | None = None, at: dt.datetime | None = None,
        status: ocsp.OCSPCertStatus | None = None,
    ) -> bytes:
        """Return what is said of a certificate, in DER: by itself or by another, now or at another time."""
        by, at, revoked = by or self.root, at or self.at, one in self.revoked
        made = ocsp.OCSPResponseBuilder().add_response(
            cert=one.certificate, issuer=self.root.certificate, algorithm=SHA1(),
            cert_status=status or (ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD),
            this_update=at, next_update=at + dt.timedelta(days=7),
            revocation_time=at if revoked else None, revocation_reason=None,
        ).responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
        made = made.certificates([by.certificate]) if by != self.root else made
        return made.sign(by.private_key, SHA256()).public_bytes(Encoding.DER)


def _uri(address: str) -> x509.UniformResourceIdentifier:
    return x509.UniformResourceIdentifier(address)


@cache
def root_at(at: dt.datetime) -> Credentials:
    """An authority whose certificate serves around that time."""
    return seals.make_credentials("Autorité extérieure d’essai", ca=True, usage=("key_cert_sign", "crl_sign"),
                                  begin=at - 2 * YEAR, end=at + 20 * YEAR)


@contextmanager
def answering(at: dt.datetime = seals.NOW) -> Iterator[Authority]:
    """Serve an authority whose clock stands at this time."""
    authority = Authority(root_at(at), at=at)

    class Handler(Quiet):
        def do_GET(self) -> None:
            self._reply(b"")

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def _reply(self, question: bytes) -> None:
            status, kind, content = authority.reply(self.path, question)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            if status == 302:
                self.send_header("Location", authority.address + LIST)
            self.end_headers()
            self.wfile.write(content)

    with listening(Handler) as authority.address:
        yield authority
