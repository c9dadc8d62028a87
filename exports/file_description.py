"""What a file says of itself (title, author, language of description), compared between two of its states.

A program that signs may note when, and with which program; pyHanko lets it rewrite the rest, title included.
"""

from __future__ import annotations

import io

import pikepdf

MAY_CHANGE = frozenset({
    "/ModDate", "/Producer", "{http://ns.adobe.com/xap/1.0/}ModifyDate", "{http://ns.adobe.com/xap/1.0/}MetadataDate",
    "{http://ns.adobe.com/pdf/1.3/}Producer", "{http://ns.adobe.com/xap/1.0/mm/}InstanceID",
})


def same_description(before: bytes, after: bytes) -> bool:
    """Tell whether two states of a file say the same of themselves, but for when and with what they were changed."""
    return _said(before) == _said(after)


def _said(pdf: bytes) -> dict[str, str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        info = opened.trailer.get("/Info")
        said = {str(key): repr(value) for key, value in info.items()} if isinstance(info, pikepdf.Dictionary) else {}
        with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            said |= {str(key): repr(value) for key, value in xmp.items()}
    return {key: value for key, value in said.items() if key not in MAY_CHANGE}
