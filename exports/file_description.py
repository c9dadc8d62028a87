"""What a file says of itself (title, author, language of description), compared between two of its states.

A program that signs may note when, and with which program; pyHanko lets it rewrite the rest, title included.
"""

from __future__ import annotations

import pikepdf

MAY_CHANGE = frozenset({
    "/ModDate", "/Producer", "{http://ns.adobe.com/xap/1.0/}ModifyDate", "{http://ns.adobe.com/xap/1.0/}MetadataDate",
    "{http://ns.adobe.com/pdf/1.3/}Producer", "{http://ns.adobe.com/xap/1.0/mm/}InstanceID",
})


def said(pdf: pikepdf.Pdf) -> dict[str, str]:
    """Return what a file says of itself, but for when and with what it was changed."""
    info = pdf.trailer.get("/Info")
    found = {str(key): repr(value) for key, value in info.items()} if isinstance(info, pikepdf.Dictionary) else {}
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        found |= {str(key): repr(value) for key, value in xmp.items()}
    return {key: value for key, value in found.items() if key not in MAY_CHANGE}
