"""More than two hundred altered files made from real signed ones: none passes as what was signed, by whom it was.

A file passes when it is intact and valid, its seal is the confederation's and trusted, and the signatures are those
of the signatories expected, each in their own field, trusted. An honest file passes in every state. Nor is any taken,
when it is brought back, for the known file with the last signature more, or for a published one.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from exports.credentials import der
from exports.inspection import Inspection, inspect
from exports.next_revision import NotTheNext, accept_next
from exports.proof import Proof
from exports.signing import NoSuchField, seal, sign
from exports.verification import verify
from tests.exports import seals
from tests.exports.seals import NOW, YEAR
from tests.exports.signed import REASON, confederation, federation, lines, root, states
from tests.exports.test_next_revision import new_text, new_title, resaved, updated
from tests.exports.validated import printed

SIGNED = 3


def passes(pdf: bytes, **options: object) -> bool:
    """Tell whether the file would be taken for the one that three federations signed."""
    values: dict[str, object] = {"trusted": [der(root().certificate)], "demonstration": [], "at": NOW}
    found = inspect(pdf, **{**values, **options})  # type: ignore[arg-type]
    expected = [(f"signature-{n}", federation(n).fingerprint, True) for n in range(1, SIGNED + 1)]
    return (
        found.intact and found.valid and found.trusted and found.seal is not None
        and found.seal.fingerprint == confederation().fingerprint
        and [(one.field, one.by.fingerprint, one.trusted) for one in found.signatures] == expected
    )


def is_next(pdf: bytes) -> bool:
    """Tell whether the file would be taken, when brought back, for the known one with the last signature."""
    try:
        accept_next(states(SIGNED)[-2], pdf, field=f"signature-{SIGNED}", at=NOW,
                    fingerprint=federation(SIGNED).fingerprint)
    except NotTheNext:
        return False
    return True


def is_published(pdf: bytes) -> bool:
    """Tell whether the file would be taken for the published one, even if it were found to be sound."""
    shelf, sound = seals.Shelf(seals.published_file(newest())), Inspection(intact=True, valid=True)
    return verify(pdf, published=shelf, trusted=[], at=NOW, inspect=lambda *_a, **_k: sound).is_authentic


def newest() -> bytes:
    return states(SIGNED)[-1]


# --- Changes appended as a revision ---


def annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    note = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/FreeText"),
        NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (100, 100, 300, 200)]),
        NameObject("/Contents"): TextStringObject("Nous ne sommes plus d’accord"),
    })
    page[NameObject("/Annots")] = ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def page_more(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    page = DictionaryObject({
        NameObject("/Type"): NameObject("/Page"), NameObject("/Parent"): writer.root.raw_get("/Pages"),
        NameObject("/MediaBox"): ArrayObject([NumberObject(n) for n in (0, 0, 595, 842)]),
    })
    pages["/Kids"].append(writer.add_object(page))
    pages[NameObject("/Count")] = NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages["/Kids"])
    writer.update_container(pages)


def page_less(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    del pages["/Kids"][0]
    pages[NameObject("/Count")] = NumberObject(int(pages["/Count"]) - 1)
    writer.update_container(pages["/Kids"])
    writer.update_container(pages)


def attachment(writer: IncrementalPdfFileWriter) -> None:
    stream = writer.add_object(StreamObject(stream_data=b"autre texte"))
    spec = writer.add_object(DictionaryObject({
        NameObject("/Type"): NameObject("/Filespec"), NameObject("/F"): TextStringObject("autre.md"),
        NameObject("/EF"): DictionaryObject({NameObject("/F"): stream}),
    }))
    writer.root["/AF"].append(spec)
    writer.update_container(writer.root["/AF"])


def appearance(writer: IncrementalPdfFileWriter) -> None:
    """Make a signature look like another's."""
    for field in (one.get_object() for one in writer.root["/AcroForm"]["/Fields"]):
        if field["/T"] == "signature-2":
            forged = StreamObject(stream_data=b"0 0 100 30 re f")
            forged[NameObject("/Type")] = NameObject("/XObject")
            forged[NameObject("/Subtype")] = NameObject("/Form")
            forged[NameObject("/BBox")] = ArrayObject([NumberObject(n) for n in (0, 0, 100, 30)])
            field["/AP"][NameObject("/N")] = writer.add_object(forged)
            writer.update_container(field)


def field_name(writer: IncrementalPdfFileWriter) -> None:
    for field in (one.get_object() for one in writer.root["/AcroForm"]["/Fields"]):
        if field["/T"] == "signature-1":
            field[NameObject("/TU")] = TextStringObject("Signature de quelqu’un d’autre")
            writer.update_container(field)


def field_away(writer: IncrementalPdfFileWriter) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    del fields[1]
    writer.update_container(fields)


def language(writer: IncrementalPdfFileWriter) -> None:
    writer.root[NameObject("/Lang")] = TextStringObject("en")
    writer.update_root()


def opening(writer: IncrementalPdfFileWriter) -> None:
    writer.root[NameObject("/OpenAction")] = DictionaryObject({
        NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://faux.example")})
    writer.update_root()


CHANGES: dict[str, Callable[[IncrementalPdfFileWriter], None]] = {
    "text": new_text, "title": new_title, "annotation": annotation, "a page more": page_more,
    "a page less": page_less, "attachment": attachment, "appearance": appearance, "a field's words": field_name,
    "a field away": field_away, "language": language, "what happens on opening": opening,
}


def put(pdf: bytes, number: int, **values: object) -> bytes:
    """Sign in the field of this number."""
    defaults: dict[str, object] = {"field": f"signature-{number}", "at": NOW, "reason": REASON, "shown": lines(number)}
    credentials = values.pop("by", None) or federation(number)
    return sign(pdf, credentials, **{**defaults, **values})  # type: ignore[arg-type]


def changed_then_signed(name: str, after: int) -> bytes:
    """Change the file after so many signatures, and let the others sign that."""
    pdf = updated(states(SIGNED)[after], CHANGES[name])
    for number in range(after + 1, SIGNED + 1):
        pdf = put(pdf, number)
    return pdf


# --- The classes ---


def flips() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Bytes changed in each revision, spread evenly and at random."""
    ends = [0, *(len(one) for one in states(SIGNED))]
    chance = random.Random(7)
    for part, (begin, end) in enumerate(pairwise(ends)):
        spread = {begin + (end - begin) * n // 18 for n in range(18)}
        places = spread | {chance.randrange(begin, end) for _each in range(12)}
        for at in sorted(places):
            yield f"flip in {part} at {at}", lambda at=at: _flipped(at)


def _flipped(at: int) -> bytes:
    pdf = bytearray(newest())
    pdf[at] ^= 0x01 if chr(pdf[at]).isalnum() else 0x40
    return bytes(pdf)


def cuts() -> Iterator[tuple[str, Callable[[], bytes]]]:
    whole = newest()
    for part in range(1, 25):
        yield f"cut {part}", lambda part=part: whole[: len(whole) * part // 25]
    for number, state in enumerate(states(SIGNED)[:-1]):
        yield f"an older state {number}", lambda state=state: state
    yield "the last byte", lambda: whole[:-1]


def appended() -> Iterator[tuple[str, Callable[[], bytes]]]:
    for junk in (b"\n", b" ", b"\0", b"%", b"%%EOF\n", b"\n% plus\n", b"1 0 obj\n<< >>\nendobj\n", b"\n" * 5000):
        yield f"appended {junk[:8]!r}", lambda junk=junk: newest() + junk
        yield f"before {junk[:8]!r}", lambda junk=junk: junk + newest()


def revisions() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Whole revisions swapped, doubled, left out."""
    ends = [0, *(len(one) for one in states(SIGNED))]
    parts = [newest()[begin:end] for begin, end in pairwise(ends)]
    orders = [(0, 2, 1, 3), (0, 1, 3, 2), (0, 3, 2, 1), (1, 0, 2, 3), (0, 2, 3), (0, 1, 3), (0, 1, 2, 3, 3),
              (0, 1, 1, 2, 3), (0, 0, 1, 2, 3), (0, 1, 2, 2, 3), (0, 1, 2, 3, 1)]
    for order in orders:
        yield f"revisions {order}", lambda order=order: b"".join(parts[n] for n in order)


def updates() -> Iterator[tuple[str, Callable[[], bytes]]]:
    for name in CHANGES:
        for after in range(SIGNED + 1):
            yield f"{name} after {after}", lambda name=name, after=after: changed_then_signed(name, after)


def signers() -> Iterator[tuple[str, Callable[[], bytes]]]:
    two = states(SIGNED)[2]
    same = seals.make_credentials("Signataire 3", key=seals.rsa_key("impostor"))
    same_name = seals.make_credentials("Signataire 3", issuer=root(), key=seals.rsa_key("impostor"))
    over = seals.make_credentials("Signataire 3", issuer=root(), begin=NOW - YEAR, end=NOW - YEAR / 4)
    yield "another's field", lambda: put(two, 3, by=federation(2))
    yield "self-made with the same name", lambda: put(two, 3, by=same)
    yield "the same name and authority", lambda: put(two, 3, by=same_name)
    yield "expired", lambda: put(two, 3, by=over, at=NOW - YEAR / 2)
    yield "sealed by another", lambda: _sealed_by(seals.make_credentials("Confédération exemple", issuer=root(),
                                                                       key=seals.rsa_key("other seal")))
    yield "sealed by itself", lambda: _sealed_by(seals.make_credentials("Confédération exemple"))
    yield "two in each other's field", lambda: put(put(put(
        states(SIGNED)[0], 1, by=federation(2)), 2, by=federation(1)), 3)
    yield "an older genuine version", lambda: _signed_by_all(printed(SIGNED + 1))
    yield "the file of fewer signatories", lambda: states(SIGNED - 1)[-1]
    yield "never sealed", lambda: put(put(put(printed(SIGNED), 1), 2), 3)
    yield "saved anew", lambda: resaved(newest())
    for before, after in ((b"/Reason", b"/Saison"), (b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached"),
                          (b"/DocMDP", b"/DocMDX")):
        yield f"{before!r} replaced", lambda before=before, after=after: newest().replace(before, after)
    for number in range(SIGNED + 1):
        for word in (b"/ByteRange", b"/Contents", b"/SubFilter", b"/Filter"):
            yield f"signature {number} without {word.decode()}", lambda number=number, word=word: _without(number, word)
        yield f"signature {number} over nothing", lambda number=number: _over_nothing(number)
        yield f"signature {number} moved away", lambda number=number: _moved_away(number)
        yield f"signature {number} emptied", lambda number=number: _emptied(number)
        yield f"byte range {number} shortened", lambda number=number: _shortened(number)


def _signed_by_all(pdf: bytes) -> bytes:
    """Return another file of theirs that has a field more, which nobody signed."""
    pdf = seal(pdf, confederation(), at=NOW, reason="Version 1", shown=("Cachet",))
    for number in range(1, SIGNED):
        pdf = put(pdf, number)
    return put(pdf, SIGNED + 1, by=federation(SIGNED))


def _sealed_by(credentials: seals.Credentials) -> bytes:
    pdf = seal(printed(SIGNED), credentials, at=NOW, reason=REASON, shown=("Cachet",))
    for number in range(1, SIGNED + 1):
        pdf = put(pdf, number)
    return pdf


def _signature(number: int) -> tuple[int, int]:
    """Return where the dictionary of a signature begins and ends."""
    found = list(re.finditer(rb"/Contents <[0-9A-Fa-f]{1000,}>", newest()))[number]
    return newest().rindex(b" obj", 0, found.start()), newest().index(b"endobj", found.end())


def _without(number: int, word: bytes) -> bytes:
    """Misspell a word of a signature: its readers do not see what it says."""
    begin, end = _signature(number)
    part = newest()[begin:end]
    assert word + b" " in part
    return newest()[:begin] + part.replace(word + b" ", word[:-1] + b"x ") + newest()[end:]


def _over_nothing(number: int) -> bytes:
    """Say that a signature covers nothing."""
    begin, end = _signature(number)
    found = re.search(rb"/ByteRange \[[^\]]*\]", newest()[begin:end])
    assert found
    nothing = b"/ByteRange [0 0 0 0]".ljust(len(found[0]))
    return newest()[:begin] + newest()[begin:end].replace(found[0], nothing) + newest()[end:]


def _moved_away(number: int) -> bytes:
    """Leave room for something else between what a signature covers, and move the second part behind it."""
    found = list(re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", newest()))[number]
    after = int(found[3])
    intruder = b"1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    moved = f"/ByteRange [0 {int(found[2])} {after + len(intruder)} {int(found[4])}]".encode()[: len(found[0])]
    pdf = newest()[: found.start()] + moved.ljust(len(found[0])) + newest()[found.end() :]
    return pdf[:after] + intruder + pdf[after:]


def _emptied(number: int) -> bytes:
    found = list(re.finditer(rb"/Contents <([0-9A-Fa-f]{1000,})>", newest()))[number]
    return newest()[: found.start(1)] + b"0" * len(found[1]) + newest()[found.end(1) :]


def _shortened(number: int) -> bytes:
    found = list(re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", newest()))[number]
    rest = str(int(found[4]) - 10).encode().rjust(len(found[4]), b"0")
    return newest()[: found.start(4)] + rest + newest()[found.end(4) :]


CLASSES = {"flipped bytes": flips, "truncation": cuts, "appended bytes": appended, "revisions": revisions,
           "incremental changes": updates, "signers": signers}


def test_there_are_more_than_two_hundred_and_all_are_different() -> None:
    assert sum(len(list(make())) for make in CLASSES.values()) >= 250


@pytest.mark.parametrize("name", CLASSES)
def test_no_altered_file_passes(name: str) -> None:
    passed = []
    for case, make in CLASSES[name]():
        with contextlib.suppress(NoSuchField):  # Our own signing does not go on from a file whose field is gone.
            pdf = make()
            assert pdf != newest(), case
            if passes(pdf) or is_next(pdf) or is_published(pdf):
                passed.append(case)

    assert passed == []


def test_a_revoked_certificate_does_not_pass() -> None:
    assert not passes(newest(), revoked={federation(2).fingerprint: NOW - YEAR / 2})
    assert not passes(newest(), revoked={confederation().fingerprint: NOW - YEAR / 2})


def test_the_honest_file_passes() -> None:
    assert passes(newest())
    assert passes(newest(), proof=Proof({hashlib.sha256(newest()).hexdigest(): len(newest())}))
    assert is_next(newest())
    assert is_published(newest())
    with pikepdf.open(io.BytesIO(newest())) as opened:
        assert len(opened.pages) > 2
