"""Signatures in a file's own fields: both standards hold after each, and independent readers agree."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from exports import guarded
from exports.coroutines import finish as wait_for
from exports.credentials import UnusableCredentials, der
from exports.inspection import Inspection, Level, TrustProblem, inspect
from exports.prepared import NotItsSignature, Prepared, finish, prepare
from exports.signing import NoSuchField, asn1, sign
from tests.exports import seals, verapdf
from tests.exports.seals import NOW, YEAR
from tests.exports.signed import REASON, confederation, federation, lines, root, states
from tests.exports.validated import printed


def check(pdf: bytes, **options: object) -> Inspection:
    return inspect(pdf, **{"trusted": [der(root().certificate)], "demonstration": [], "at": NOW, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(("signatories", "state"), [(0, 0), (1, 0), (1, 1), (6, 6), (41, 41)])
def test_both_standards_hold_after_every_signature(signatories: int, state: int, tmp_path: Path) -> None:
    assert verapdf.failures(states(signatories)[state], tmp_path) == {}


def test_the_fields_are_there_tagged_and_named_before_anybody_signs() -> None:
    with pikepdf.open(io.BytesIO(printed(6))) as pdf:
        fields = {str(one.T): one for one in pdf.Root.AcroForm.Fields}
        assert sorted(fields) == ["seal", *(f"signature-{n}" for n in range(1, 7))]
        for field in fields.values():
            assert (field.FT, int(field.F), "/V" in field) == (pikepdf.Name.Sig, 132, False)
            assert "de " in str(field.TU)
            left, bottom, right, top = map(float, field.Rect)
            assert right > left
            assert top > bottom
        forms = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Form"]
        assert len(forms) == 7
        assert all(one.K.Type == pikepdf.Name.OBJR for one in forms)
        assert "/NeedAppearances" not in pdf.Root.AcroForm


def test_every_state_of_an_honest_file_is_intact_valid_and_trusted() -> None:
    for number, pdf in enumerate(states(6)):
        found = check(pdf)

        assert found.refusal is None
        assert (found.intact, found.valid, found.trusted) == (True, True, True)
        assert [one.field for one in found.signatures] == [f"signature-{n}" for n in range(1, number + 1)]
        assert [one.by.name for one in found.signatures] == [f"Signataire {n}" for n in range(1, number + 1)]
        assert all(one.trusted and one.level is Level.BASIC for one in found.signatures)


def test_the_guarded_process_says_the_same() -> None:
    options = {"trusted": [der(root().certificate)], "demonstration": [], "at": NOW}

    assert guarded.inspect(states(6)[-1], **options) == check(states(6)[-1])


def test_each_signature_is_judged_at_its_own_time_and_by_its_own_certificate() -> None:
    pdf, second = states(6)[2], federation(2)
    late = check(pdf, at=NOW + 3 * YEAR, times={"seal": NOW, "signature-1": NOW})
    revoked = check(pdf, revoked={second.fingerprint: NOW})

    assert [one.trust_problem for one in late.signatures] == [None, TrustProblem.EXPIRED]
    assert [one.trust_problem for one in revoked.signatures] == [None, TrustProblem.REVOKED]
    assert check(pdf, revoked={second.fingerprint: NOW + YEAR}).signatures[1].trusted
    assert check(pdf, trusted=[]).signatures[0].trust_problem is TrustProblem.UNKNOWN


def test_pdfsig_finds_each_signature_valid_and_the_whole_document_signed(tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(states(6)[-1])

    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout

    assert said.count("Signature Validation: Signature is Valid.") == 7
    assert said.count("Total document signed") == 1
    assert said.count("Signer Certificate Common Name: Signataire") == 6


def test_pyhanko_by_itself_finds_each_signature_valid_trusted_and_the_changes_after_it_allowed() -> None:
    reader = PdfFileReader(io.BytesIO(states(6)[-1]))
    context = ValidationContext(trust_roots=[asn1(root().certificate)], moment=NOW)

    said = [wait_for(async_validate_pdf_signature(one, context)) for one in reader.embedded_signatures]

    assert [one.bottom_line for one in said] == [True] * 7
    assert sorted(one.modification_level for one in said)[-1] is ModificationLevel.FORM_FILLING


def test_openssl_verifies_each_signature_over_its_bytes(tmp_path: Path) -> None:
    pdf = states(6)[-1]
    (tmp_path / "root.pem").write_bytes(root().certificate.public_bytes(Encoding.PEM))
    ranges = re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", pdf)
    assert len(ranges) == 7
    for numbers in ranges:
        start, length, after, rest = map(int, numbers)
        (tmp_path / "signed").write_bytes(pdf[start : start + length] + pdf[after : after + rest])
        (tmp_path / "signature").write_bytes(bytes.fromhex(pdf[length + 1 : after - 1].decode()))
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "signed",
                   "-CAfile", "root.pem", "-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out", "out"]

        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stderr


def test_a_signature_is_seen_in_its_field_and_its_words_need_no_font() -> None:
    with pikepdf.open(io.BytesIO(states(1)[1])) as pdf:
        field = next(one for one in pdf.Root.AcroForm.Fields if str(one.T) == "signature-1")
        drawn = field.AP.N

        assert len(drawn.read_bytes()) > 1000
        assert "/Font" not in drawn.get("/Resources", {})


def test_only_an_empty_field_of_the_file_is_signed_with_a_certificate_that_serves() -> None:
    signed = states(1)[1]
    for pdf, field in ((signed, "signature-1"), (signed, "signature-2"), (printed(0), "signature-1")):
        with pytest.raises(NoSuchField):
            sign(pdf, federation(1), field=field, at=NOW, reason=REASON, shown=lines(1))
    with pytest.raises(UnusableCredentials):
        sign(states(1)[0], federation(1), field="signature-1", at=NOW + 3 * YEAR, reason=REASON, shown=lines(1))


# --- Keys that are elsewhere ---


def prepared(number: int) -> Prepared:
    made = prepare(
        states(6)[0], field="signature-1", certificate=federation(number).certificate,
        chain=federation(number).chain, at=NOW, reason=REASON, shown=lines(1))
    return Prepared.from_bytes(made.to_bytes())


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("raw", [False, True])
def test_a_key_elsewhere_signs_what_it_is_sent(number: int, raw: bool) -> None:
    waiting, key = prepared(number), federation(number).private_key
    if isinstance(key, ec.EllipticCurvePrivateKey):
        signature = key.sign(waiting.attributes, ec.ECDSA(SHA256()))
        if raw:  # As WebCrypto gives it.
            signature = b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(signature))
    else:
        signature = key.sign(waiting.attributes, padding.PKCS1v15(), SHA256())

    found = check(finish(waiting, signature))

    assert (found.refusal, found.valid, found.trusted) == (None, True, True)
    assert [(one.field, one.by.name, one.trusted) for one in found.signatures] == [
        ("signature-1", f"Signataire {number}", True)]


@pytest.mark.parametrize("case", ["another key", "other bytes", "nothing", "noise"])
def test_what_the_certificate_does_not_verify_is_not_written(case: str) -> None:
    waiting, other = prepared(1), federation(3).private_key
    assert not isinstance(other, ec.EllipticCurvePrivateKey)
    own = federation(1).private_key
    assert not isinstance(own, ec.EllipticCurvePrivateKey)
    signature = {
        "another key": other.sign(waiting.attributes, padding.PKCS1v15(), SHA256()),
        "other bytes": own.sign(waiting.attributes + b"!", padding.PKCS1v15(), SHA256()),
        "nothing": b"", "noise": b"\x01" * 256,
    }[case]

    with pytest.raises(NotItsSignature):
        finish(waiting, signature)


def test_a_certificate_that_does_not_serve_prepares_nothing() -> None:
    expired = seals.make_credentials("Ancien", issuer=root(), end=NOW - YEAR / 2)

    with pytest.raises(UnusableCredentials):
        prepare(states(6)[0], field="signature-1", certificate=expired.certificate, at=NOW, reason="", shown=())


def test_the_seal_comes_first() -> None:
    assert check(states(6)[-1]).seal == check(states(6)[0]).seal
    assert confederation().fingerprint == check(states(6)[0]).seal.fingerprint  # type: ignore[union-attr]
