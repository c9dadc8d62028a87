"""An authority's list of revoked certificates, as openssl reads it."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from exports.revocation_lists import SERVES_FOR, revocation_list
from tests.exports.seals import NOW
from tests.exports.signed import federation, root


def openssl(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *words], cwd=cwd, capture_output=True, text=True, check=False)


def test_openssl_verifies_the_list_and_refuses_who_is_on_it_alone(tmp_path: Path) -> None:
    listed = revocation_list(root(), [(federation(2).certificate.serial_number, NOW - timedelta(days=1))], at=NOW)
    (tmp_path / "list.der").write_bytes(listed)
    (tmp_path / "root.pem").write_bytes(root().certificate.public_bytes(Encoding.PEM))
    for number in (1, 2):
        (tmp_path / f"{number}.pem").write_bytes(federation(number).certificate.public_bytes(Encoding.PEM))
    read = openssl("crl", "-inform", "DER", "-in", "list.der", "-CAfile", "root.pem", "-out", "list.pem", cwd=tmp_path)

    said = [
        openssl("verify", "-crl_check", "-CAfile", "root.pem", "-CRLfile", "list.pem", "-attime",
                str(int(NOW.timestamp()) + 60), f"{number}.pem", cwd=tmp_path)
        for number in (1, 2)
    ]

    assert "verify OK" in read.stderr
    assert [one.returncode for one in said] == [0, 2]
    assert "certificate revoked" in said[1].stdout + said[1].stderr


def test_a_list_is_over_after_a_month() -> None:
    from cryptography import x509

    read = x509.load_der_x509_crl(revocation_list(root(), [], at=NOW))

    assert read.last_update_utc == NOW
    assert read.next_update_utc == NOW + SERVES_FOR
    assert list(read) == []
