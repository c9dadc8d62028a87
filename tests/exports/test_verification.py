"""Verifying: four answers, and no way to get a yes for anything but the published bytes."""

from __future__ import annotations

import functools
import io
import json
import os
from collections.abc import Callable
from dataclasses import fields

import pikepdf
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from exports import signing, verification
from exports.coroutines import finish
from exports.credentials import Credentials, der
from exports.inspection import Inspection, Refusal, Seal, TrustProblem, inspect
from exports.signing import seal
from exports.verification import PublishedFile, Verdict, verify
from tests.exports import seals
from tests.exports.seals import NOW, YEAR, Shelf, confederation, plain_pdf, published_file, sealed_pdf
from tests.exports.test_signing import byte_range

SELF_MADE = "Confédération « Œuvre » (imitée)"


def trusted() -> list[bytes]:
    return [der(seals.authority().certificate)]


def judge(pdf: bytes, *files: PublishedFile, trust: list[bytes] | None = None, **options: object) -> Verdict:
    """The verdict where the sealed file is published, and the authority is trusted."""
    shelf = Shelf(*(files or [published_file(sealed_pdf())]))
    options.setdefault("at", NOW)
    return verify(pdf, published=shelf, trusted=trusted() if trust is None else trust, **options)  # type: ignore[arg-type]


def answers(verdict: Verdict) -> tuple[bool, bool, bool, bool]:
    return verdict.intact, verdict.valid, verdict.trusted, verdict.published is not None


# --- The file as it was published ---


def test_the_published_file_is_authentic() -> None:
    verdict = judge(sealed_pdf())

    assert answers(verdict) == (True, True, True, True)
    assert verdict.is_authentic
    assert verdict.refusal is verdict.trust_problem is verdict.begins_as is None
    assert not verdict.demonstration
    assert verdict.seal is not None
    assert (verdict.seal.name, verdict.seal.issuer) == (seals.CONFEDERATION, "Autorité d’essai")
    assert verdict.seal.claimed_at == NOW
    assert verdict.seal.reason == "Version 2 « déposée »"


def test_a_newer_published_version_is_named() -> None:
    file = published_file(sealed_pdf(), newer_version=3, newer_code="hgfedcba98765432")

    verdict = judge(sealed_pdf(), file)

    assert verdict.published is not None
    assert verdict.published.newer_version == 3
    assert json.loads(json.dumps(verdict.to_json()))["file"]["newer_code"] == "hgfedcba98765432"


def test_an_unpublished_file_is_judged_exactly_as_one_never_seen() -> None:
    elsewhere = verify(sealed_pdf(), published=Shelf(), trusted=trusted(), at=NOW)

    verdict = judge(sealed_pdf(), published_file(b"un autre fichier"))

    assert verdict == elsewhere
    assert not verdict.is_authentic


# --- Trust is another question ---


@functools.cache
def self_made() -> bytes:
    return seal(plain_pdf(), seals.make_credentials(SELF_MADE, ca=None), at=NOW, reason="")


def test_a_self_made_seal_is_intact_and_valid_but_not_trusted() -> None:
    verdict = judge(self_made())

    assert answers(verdict) == (True, True, False, False)
    assert verdict.trust_problem is TrustProblem.UNKNOWN
    assert not verdict.is_authentic
    assert verdict.seal is not None
    assert verdict.seal.name == SELF_MADE


def test_an_imitation_with_the_very_names_of_the_authority_is_not_trusted() -> None:
    root = seals.make_credentials("Autorité d’essai", key=seals.rsa_key("faussaire"), ca=True)
    imitation = seals.make_credentials(issuer=root, key=seals.rsa_key("faussaire 2"))

    verdict = judge(seal(plain_pdf(), imitation, at=NOW, reason="Version 2 « déposée »"))

    assert answers(verdict) == (True, True, False, False)
    assert verdict.trust_problem is TrustProblem.UNKNOWN


@pytest.mark.parametrize("listed", ["the seal itself", "the authority"])
def test_the_list_may_hold_the_seal_itself_or_its_authority(listed: str) -> None:
    holder = confederation() if listed == "the seal itself" else seals.authority()

    assert judge(sealed_pdf(), trust=[der(holder.certificate)]).trusted


def test_nothing_is_trusted_when_the_list_is_empty() -> None:
    verdict = judge(sealed_pdf(), trust=[])

    assert answers(verdict) == (True, True, False, True)
    assert verdict.is_authentic


def test_an_intermediate_authority_in_the_file_leads_to_the_listed_root() -> None:
    middle = seals.make_credentials(
        "Autorité intermédiaire", issuer=seals.authority(), ca=True, usage=("key_cert_sign",)
    )
    leaf = seals.make_credentials("Fédération de l’énergie", issuer=middle)

    assert judge(seal(plain_pdf(), leaf, at=NOW, reason="")).trusted


def test_the_holder_of_a_listed_seal_cannot_issue_another_in_any_name() -> None:
    """A listed certificate that is no authority vouches for itself alone."""
    forged = seals.make_credentials("Une autre confédération", issuer=confederation())

    verdict = judge(
        seal(plain_pdf(), forged, at=NOW, reason=""), trust=[der(confederation().certificate)]
    )

    assert answers(verdict) == (True, True, False, False)


def test_a_demonstration_seal_is_said_to_be_one_and_is_not_trusted() -> None:
    verdict = judge(sealed_pdf(), trust=[], demonstration=trusted())

    assert verdict.demonstration
    assert not verdict.trusted
    assert verdict.trust_problem is TrustProblem.DEMONSTRATION
    assert verdict.is_authentic


def test_a_file_that_is_not_published_is_not_said_to_come_from_our_demonstration_authority() -> None:
    """Otherwise the public page would confirm that a leaked draft was sealed here."""
    draft = judge(sealed_pdf(), published_file(b"autre"), trust=[], demonstration=trusted())

    assert draft == judge(sealed_pdf(), published_file(b"autre"), trust=[])
    assert draft.trust_problem is TrustProblem.UNKNOWN


def test_a_real_seal_is_no_demonstration_and_an_imitated_one_neither() -> None:
    other = [der(seals.make_credentials("Autorité d’essai", key=seals.rsa_key("x"), ca=True).certificate)]

    assert not judge(sealed_pdf(), demonstration=other).demonstration
    assert not judge(self_made(), published_file(self_made()), demonstration=trusted()).demonstration


def test_an_expired_certificate_is_not_trusted_for_an_unknown_file() -> None:
    verdict = judge(sealed_pdf(), published_file(b"autre"), at=NOW + 2 * YEAR)

    assert answers(verdict) == (True, True, False, False)
    assert verdict.trust_problem is TrustProblem.EXPIRED


def test_a_published_file_is_judged_at_the_time_when_it_was_sealed() -> None:
    verdict = judge(sealed_pdf(), at=NOW + 9 * YEAR)

    assert answers(verdict) == (True, True, True, True)


def test_the_time_that_an_unknown_file_claims_is_not_believed() -> None:
    """Whoever holds an expired certificate's key can write any date into the seal."""
    old = seals.make_credentials("Ancien cachet", issuer=seals.authority(), begin=NOW - 3 * YEAR, end=NOW - YEAR)

    verdict = judge(seal(plain_pdf(), old, at=NOW - 2 * YEAR, reason=""))

    assert verdict.seal is not None
    assert verdict.seal.claimed_at == NOW - 2 * YEAR
    assert not verdict.trusted
    assert verdict.trust_problem is TrustProblem.EXPIRED


def test_a_certificate_that_is_not_for_signing_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "problem_with", lambda credentials, at: None)
    server = seals.make_credentials("serveur.exemple", issuer=seals.authority(), usage=("key_encipherment",))

    verdict = judge(seal(plain_pdf(), server, at=NOW, reason=""))

    assert answers(verdict) == (True, True, False, False)
    assert verdict.trust_problem is TrustProblem.NOT_FOR_SIGNING


def test_a_certificate_for_a_web_server_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "problem_with", lambda credentials, at: None)
    server = seals.make_credentials(
        "www.exemple.example", issuer=seals.authority(), purposes=[ExtendedKeyUsageOID.SERVER_AUTH.dotted_string])

    verdict = judge(seal(plain_pdf(), server, at=NOW, reason=""))

    assert answers(verdict) == (True, True, False, False)
    assert verdict.trust_problem is TrustProblem.NOT_FOR_SIGNING


# --- Tampering ---


def incremental(change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed_pdf()))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def change_text(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)


def add_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Contents"): generic.pdf_string("Approuvé « sans réserve »"),
            generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 300, 300)]),
        }
    )
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])
    writer.update_container(page)


def change_title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("Autre titre")}))


def attach(writer: IncrementalPdfFileWriter) -> None:
    from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file

    data = EmbeddedFileObject.from_file_data(writer, data=b"annexe", compress=False)
    embed_file(writer, FileSpec(file_spec_string="annexe.txt", embedded_data=data))


def sign_again(credentials: Credentials) -> bytes:
    """An approval signature appended, as DocMDP level 2 permits."""
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="approbation", md_algorithm="sha256"),
        signing.signer_of(credentials),
        new_field_spec=SigFieldSpec("approbation"),
    )
    output = io.BytesIO()
    finish(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(sealed_pdf())), output=output))
    return output.getvalue()


def resaved() -> bytes:
    """What "Save as" in another program does: a new file with the old signature in it."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed_pdf())) as pdf:
        pdf.save(output)
    return output.getvalue()


def moved_signature() -> bytes:
    """The signature's bytes of the sealed file put into the self-made one."""
    _, gap, after, _ = byte_range(sealed_pdf())
    _, other_gap, other_after, _ = byte_range(self_made())
    value = sealed_pdf()[gap + 1 : after - 1][: other_after - other_gap - 2].ljust(other_after - other_gap - 2, b"0")
    return self_made()[: other_gap + 1] + value + self_made()[other_after - 1 :]


def approval_only() -> bytes:
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="seal", md_algorithm="sha256"),
        signing.signer_of(confederation()),
        new_field_spec=SigFieldSpec("seal"),
    )
    output = io.BytesIO()
    finish(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(plain_pdf())), output=output))
    return output.getvalue()


def weak_digest() -> bytes:
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="seal", md_algorithm="sha1", certify=True),
        signing.signer_of(confederation()),
        new_field_spec=SigFieldSpec("seal"),
    )
    output = io.BytesIO()
    finish(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(plain_pdf())), output=output))
    return output.getvalue()


def one_small_digit() -> bytes:
    """One hexadecimal digit of the signature no longer a capital: the same value, other bytes."""
    _, gap, _, _ = byte_range(sealed_pdf())
    at = next(i for i in range(gap, len(sealed_pdf())) if sealed_pdf()[i : i + 1] in b"ABCDEF")
    return sealed_pdf()[:at] + sealed_pdf()[at : at + 1].lower() + sealed_pdf()[at + 1 :]


def filled_padding() -> bytes:
    """A message hidden in the zeros that fill the signature's place."""
    _, _, after, _ = byte_range(sealed_pdf())
    hidden = "caché 🙂".encode().hex().encode()
    return sealed_pdf()[: after - 1 - len(hidden)] + hidden + sealed_pdf()[after - 1 :]


APPENDED = {
    "a newline": b"\n",
    "zeros": b"\0" * 100,
    "junk": b"junk \xf0\x9f\x99\x82",
    "an end of file": b"\n%%EOF\n",
    "a script": b"<script>alert('\xc3\xa9')</script>",
    "itself": sealed_pdf(),
}
UPDATES = {"text": change_text, "annotation": add_annotation, "metadata": change_title, "attachment": attach}

TAMPERED: dict[str, tuple[Callable[[], bytes], Refusal]] = {
    **{f"appended: {name}": (lambda tail=tail: sealed_pdf() + tail, Refusal.CHANGED_AFTER_SEALING)
       for name, tail in APPENDED.items() if name != "itself"},
    "appended: itself": (lambda: sealed_pdf() * 2, Refusal.CHANGED_AFTER_SEALING),
    **{f"update: {name}": (lambda change=change: incremental(change), Refusal.CHANGED_AFTER_SEALING)
       for name, change in UPDATES.items()},
    "signed again by the same": (lambda: sign_again(confederation()), Refusal.CHANGED_AFTER_SEALING),
    "signed again by another": (
        lambda: sign_again(seals.make_credentials(SELF_MADE, ca=None)), Refusal.CHANGED_AFTER_SEALING),
    "not a certification": (approval_only, Refusal.NOT_A_SEAL),
    "never sealed": (plain_pdf, Refusal.UNSEALED),
    "saved by another program": (resaved, Refusal.CHANGED_AFTER_SEALING),
    "signature moved from another file": (moved_signature, Refusal.ALTERED),
    "weak digest": (weak_digest, Refusal.FORGED),
    "a small digit": (one_small_digit, Refusal.CHANGED_AFTER_SEALING),
    "a message in the padding": (filled_padding, Refusal.CHANGED_AFTER_SEALING),
    "text replaced": (lambda: sealed_pdf().replace(b"%PDF-1.7\n", b"%PDF-1.6\n", 1), Refusal.ALTERED),
    "preceded by junk": (lambda: b"\n" + sealed_pdf(), Refusal.NOT_A_PDF),
    "empty": (lambda: b"", Refusal.NOT_A_PDF),
    "an office document": (lambda: b"PK\x03\x04" + os.urandom(100), Refusal.NOT_A_PDF),
    "random": (lambda: b"%PDF-1.7\n" + os.urandom(5000), Refusal.UNREADABLE),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_refused_with_its_reason(name: str) -> None:
    make, reason = TAMPERED[name]

    verdict = judge(make())

    assert not verdict.is_authentic
    assert verdict.published is None
    assert not (verdict.intact and verdict.valid)
    assert verdict.refusal is reason


@pytest.mark.parametrize("name", ["appended: junk", "update: text", "signed again by another"])
def test_a_published_file_with_something_added_is_recognised_as_such(name: str) -> None:
    verdict = judge(TAMPERED[name][0]())

    assert verdict.begins_as is not None
    assert verdict.begins_as.sha256 == published_file(sealed_pdf()).sha256
    assert verdict.to_json()["changed_copy_of"] == verdict.begins_as.code


def test_every_flipped_byte_is_refused() -> None:
    """Bytes all over the file: body, cross-reference tables, signature dictionary, signature, padding."""
    original = sealed_pdf()
    _, gap, after, _ = byte_range(original)
    places = {*range(0, len(original), 199), *range(gap - 4, gap + 40, 3), *range(after - 5, after + 20, 4)}

    for place in sorted(places):
        for mask in (0x01, 0x20):
            flipped = original[:place] + bytes([original[place] ^ mask]) + original[place + 1 :]
            verdict = judge(flipped)
            assert not verdict.is_authentic, place
            assert verdict.published is None, place
            if not gap <= place < after:  # Inside, the certificate list is not signed; the digest still tells.
                assert not (verdict.intact and verdict.valid), place


def test_every_truncation_is_refused() -> None:
    original = sealed_pdf()

    for length in {*range(0, len(original), 331), len(plain_pdf()), len(original) - 1, len(original) - 7}:
        verdict = judge(original[:length])
        assert not verdict.is_authentic
        assert not verdict.intact, length


def test_swapping_two_parts_is_refused() -> None:
    original = sealed_pdf()

    for at in range(100, len(original) - 100, 1511):
        swapped = original[: at - 64] + original[at : at + 64] + original[at - 64 : at] + original[at + 64 :]
        assert swapped == original or not judge(swapped).is_authentic


def test_another_published_file_is_not_taken_for_this_one() -> None:
    other = published_file(self_made(), code="zzzzzzzzzzzzzzzz", version=1)

    verdict = judge(self_made(), published_file(sealed_pdf()), other)

    assert verdict.published == other


# --- Hostile files ---


def test_a_file_that_is_too_large_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "MAX_PDF_BYTES", 1000)

    def never(pdf: bytes, **options: object) -> Inspection:
        raise AssertionError("read")

    assert judge(sealed_pdf(), inspect=never).refusal is Refusal.TOO_LARGE


@pytest.mark.parametrize(
    "pdf",
    [
        b"%PDF-1.7\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"[" * 100_000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"<<" * 50_000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f\ntrailer<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nstartxref\n-5\n%%EOF",
        b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF",
    ],
    ids=["no table", "nested arrays", "nested dictionaries", "loop of tables", "before", "beyond"],
)
def test_a_malicious_file_gets_an_answer_like_any_other(pdf: bytes) -> None:
    assert judge(pdf).refusal is Refusal.UNREADABLE


def test_an_encrypted_file_cannot_be_read() -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="é", user="é"))

    assert judge(output.getvalue()).refusal is Refusal.UNREADABLE


def test_names_in_a_certificate_are_shown_on_one_line_without_tricks() -> None:
    tricky = seals.make_credentials("Confé\u202edération\n\x07 é" + "x" * 30, ca=None)

    found = inspect(seal(plain_pdf(), tricky, at=NOW, reason="a\u2066b\nc 🙂"), trusted=[], demonstration=[], at=NOW)

    assert found.seal is not None
    assert found.seal.name == "Confé dération é" + "x" * 30
    assert found.seal.reason == "a b c 🙂"


# --- House style ---


@pytest.mark.parametrize("kind", [Verdict, PublishedFile, Inspection, Seal])
def test_every_field_of_a_verdict_is_explained(kind: type) -> None:
    import inspect as python

    lines = python.getsource(kind).splitlines()
    for field in fields(kind):
        place = next(i for i, line in enumerate(lines) if line.strip().startswith(f"{field.name}:"))
        assert lines[place + 1].strip().startswith('"""'), field.name


def test_a_verdict_in_json_has_the_four_answers() -> None:
    said = json.loads(json.dumps(judge(replace_nothing(sealed_pdf())).to_json()))

    assert {name: said[name] for name in ("published", "intact", "valid", "trusted", "authentic")} == {
        "published": True, "intact": True, "valid": True, "trusted": True, "authentic": True,
    }
    assert said["file"]["version"] == 2
    assert said["seal"]["claimed_at"] == "2025-02-10T09:30:00+00:00"


def replace_nothing(pdf: bytes) -> bytes:
    """The same bytes in another object, as an upload gives them."""
    return bytes(bytearray(pdf))
