"""The seal: appended to the bytes given, and valid for readers that know nothing of us."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from exports import pdf
from exports.credentials import Unusable, UnusableCredentials, der
from exports.inspection import inspect
from exports.signing import seal
from tests.exports import samples, seals, verapdf
from tests.exports.seals import NOW, YEAR, confederation, plain_pdf, sealed_pdf


def byte_range(pdf: bytes) -> tuple[int, int, int, int]:
    """The last seal's /ByteRange, read as text."""
    numbers = re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", pdf)[-1]
    return tuple(int(number) for number in numbers)  # type: ignore[return-value]


def test_the_bytes_given_are_the_beginning_of_the_sealed_file() -> None:
    assert sealed_pdf().startswith(plain_pdf())


def test_the_seal_certifies_and_later_signatures_may_only_fill_fields() -> None:
    with pikepdf.open(io.BytesIO(sealed_pdf())) as pdf:
        signature = pdf.Root.Perms.DocMDP
        assert signature.SubFilter == "/ETSI.CAdES.detached"
        assert signature.Reference[0].TransformParams.P == 2
        assert str(signature.Reason) == "Version 2 « déposée »"
        assert str(signature.M) == "D:20250210093000Z"
        field = pdf.Root.AcroForm.Fields[0]
        assert str(field.T) == "seal"
        assert str(field.TU) == "Cachet"


def test_the_seal_covers_every_byte_but_itself() -> None:
    start, gap, after, rest = byte_range(sealed_pdf())

    assert (start, after + rest) == (0, len(sealed_pdf()))
    assert re.fullmatch(rb"<[0-9A-F]+>", sealed_pdf()[gap:after])


def test_a_real_document_keeps_both_standards_under_its_seal(tmp_path: Path) -> None:
    """PDF/A-3a and PDF/UA-1, by veraPDF, on the bytes that are handed out."""
    document = pdf.render(samples.french())

    sealed = seal(
        document, confederation(), at=NOW, reason="Version 2 · é", field_title=f"Cachet de {seals.CONFEDERATION}"
    )

    assert sealed.startswith(document)
    assert verapdf.failures(sealed, tmp_path) == {}
    assert inspect(sealed, trusted=[der(seals.authority().certificate)], demonstration=[], at=NOW).trusted


def test_pdfsig_agrees(tmp_path: Path) -> None:
    path = tmp_path / "scellé.pdf"
    path.write_bytes(sealed_pdf())

    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True).stdout

    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert said.count("Signature #") == 1


def test_openssl_agrees_over_the_byte_range(tmp_path: Path) -> None:
    start, gap, after, rest = byte_range(sealed_pdf())
    covered = sealed_pdf()[start:gap] + sealed_pdf()[after : after + rest]
    (tmp_path / "covered").write_bytes(covered)
    (tmp_path / "altered").write_bytes(covered.replace(b"%PDF-1.7", b"%PDF-1.6", 1))
    (tmp_path / "cms").write_bytes(bytes.fromhex(sealed_pdf()[gap + 1 : after - 1].decode()).rstrip(b"\0"))
    (tmp_path / "ca.pem").write_bytes(seals.authority().certificate.public_bytes(Encoding.PEM))

    def openssl(content: str) -> int:
        command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "cms", "-content", content, "-binary"]
        command += ["-CAfile", "ca.pem", "-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out", "out"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode

    assert openssl("covered") == 0
    assert openssl("altered") != 0


def test_a_certificate_that_does_not_serve_cannot_seal() -> None:
    with pytest.raises(UnusableCredentials) as caught:
        seal(plain_pdf(), confederation(), at=NOW + 3 * YEAR, reason="")

    assert caught.value.reason is Unusable.EXPIRED


def test_a_second_seal_is_refused() -> None:
    with pytest.raises(Exception, match="must be the first signature"):
        seal(sealed_pdf(), confederation(), at=NOW, reason="", field_name="autre")


def test_elliptic_curve_seals_are_intact_and_valid() -> None:
    credentials = seals.make_credentials("Courbe · é", key=seals.ec_key("sceau"))

    sealed = seal(plain_pdf(), credentials, at=NOW, reason="été")

    found = inspect(sealed, trusted=[der(credentials.certificate)], demonstration=[], at=NOW)
    assert (found.intact, found.valid, found.trusted) == (True, True, True)


def test_an_existing_tagged_field_is_filled_rather_than_a_second_one_added() -> None:
    document = pikepdf.open(io.BytesIO(plain_pdf()))
    field = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            F=132,
            Rect=[0, 0, 0, 0],
            T="seal",
            TU="Cachet de la confédération",
            P=document.pages[0].obj,
        )
    )
    document.pages[0].Annots = pikepdf.Array([field])
    document.Root.AcroForm = document.make_indirect(pikepdf.Dictionary(Fields=[field], SigFlags=1))
    prepared = io.BytesIO()
    document.save(prepared)

    sealed = seal(prepared.getvalue(), confederation(), at=NOW + timedelta(minutes=1), reason="")

    with pikepdf.open(io.BytesIO(sealed)) as read:
        assert len(read.Root.AcroForm.Fields) == 1
        assert str(read.Root.AcroForm.Fields[0].TU) == "Cachet de la confédération"
    assert inspect(sealed, trusted=[], demonstration=[], at=NOW).intact
