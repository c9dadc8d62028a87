"""A small time-stamping authority (RFC 3161) over real HTTP, on this machine, and lists of revocations."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from exports.credentials import Credentials
from exports.revocation_lists import revocation_list
from exports.signing import asn1
from tests.exports import seals
from tests.exports.http_here import Quiet, listening
from tests.exports.seals import NOW, YEAR

LATER = NOW + dt.timedelta(minutes=1)
Answer = Callable[[bytes], tuple[int, str, bytes]]
"""From the question to status, type and content."""


@cache
def root_of_time() -> Credentials:
    return seals.make_credentials(
        "Autorité du temps d’essai", ca=True, usage=("key_cert_sign", "crl_sign"), end=NOW + 20 * YEAR)


@cache
def clock(name: str = "Horloge d’essai", years: int = 10) -> Credentials:
    """Who signs the timestamps."""
    return seals.make_credentials(
        name, issuer=root_of_time(), usage=("digital_signature",), end=NOW + years * YEAR,
        purposes=[ExtendedKeyUsageOID.TIME_STAMPING.dotted_string], critical_purposes=True)


def local(
    kind: type[DummyTimeStamper] = DummyTimeStamper, credentials: Credentials | None = None, at: dt.datetime = LATER
) -> DummyTimeStamper:
    """Return an authority of this kind that is asked without HTTP."""
    credentials = credentials or clock()
    key = credentials.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register_multiple([asn1(one) for one in credentials.chain])
    return kind(asn1(credentials.certificate), asn1_keys.PrivateKeyInfo.load(key), certs_to_embed=store, fixed_dt=at)


def stamps(credentials: Credentials | None = None, at: dt.datetime = LATER) -> Answer:
    """Return what an honest authority answers, whose clock stands still."""
    authority = local(DummyTimeStamper, credentials or clock(), at)

    def answer(question: bytes) -> tuple[int, str, bytes]:
        response = authority.request_tsa_response(tsp.TimeStampReq.load(question, strict=True))
        return 200, "application/timestamp-reply", response.dump()

    return answer


@contextmanager
def serving(answer: Answer | None = None, *, slowly: float = 0) -> Iterator[str]:
    """Serve an authority; yield its address. `slowly` is a pause in seconds before each byte of an answer."""
    answers = answer or stamps()
    stopped = threading.Event()

    class Handler(Quiet):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            status, kind, content = answers(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            if status == 302:
                self.send_header("Location", "http://localhost:1/")
            self.end_headers()
            try:
                if not slowly:
                    self.wfile.write(content)
                for byte in content if slowly else b"":
                    self.wfile.write(bytes([byte]))
                    if stopped.wait(slowly):
                        break
            except OSError:
                pass

    with listening(Handler) as address:
        try:
            yield f"{address}/tsa?été"
        finally:
            stopped.set()


def revocations(
    issuer: Credentials, *revoked: Credentials, at: dt.datetime = NOW, made: dt.datetime = LATER
) -> bytes:
    """Return an authority's list of revocations, in DER."""
    return revocation_list(issuer, [(one.certificate.serial_number, at) for one in revoked], at=made)
