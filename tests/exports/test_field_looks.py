"""How the fields of a file look: whatever is drawn, however deep it is nested."""

from __future__ import annotations

import io

import pikepdf
import pytest

from exports.field_looks import looks


def drawn(inner: bytes, *, loops: bool = False) -> dict[str, str]:
    """Return the looks of a file with one field, whose drawing shows another drawing, compressed or not."""
    pdf = pikepdf.new()
    inside = pdf.make_stream(inner, {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form})
    outside = pdf.make_stream(b"q /n2 Do Q", Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(n2=inside)))
    if loops:
        inside.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(n0=outside))
    field = pdf.make_indirect(pikepdf.Dictionary(T="signature-1", AP=pikepdf.Dictionary(N=outside)))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    kept = io.BytesIO()
    pdf.save(kept, compress_streams=False)
    with pikepdf.open(kept) as opened:
        return looks(opened)


@pytest.mark.parametrize("loops", [False, True])
def test_what_is_drawn_inside_a_drawing_is_seen(loops: bool) -> None:
    assert drawn(b"0 0 9 9 re f", loops=loops) == drawn(b"0 0 9 9 re f", loops=loops)
    assert drawn(b"0 0 9 9 re f", loops=loops) != drawn(b"0 0 8 8 re f", loops=loops)
