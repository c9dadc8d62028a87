"""Whatever is compared, the redline is valid HTML, and each of its sides is that side's own text."""

from __future__ import annotations

import pytest

from drafting.domain.markdown import Options, TooComplex, to_html
from drafting.domain.redline import Label, RedlineWords, compare_rendered
from tests.domain import redline_reading as reading
from tests.domain.redline_documents import Author

WORDS = RedlineWords()


def hold(a: str, b: str, *, options: Options | None = None) -> None:
    """Assert all that must hold of any comparison."""
    options = options or Options()
    try:
        plain_a, plain_b = (to_html(text, language="fr", options=options) for text in (a, b))
    except TooComplex:
        return
    redline = compare_rendered(a, b, language="fr", options=options)
    labels = {
        one.number: Label("Anne, CGT <&> l’Œuvre", "CGT", "blue", "3 mars", "amendement 2", "/x?a=1&b=2")
        for one in redline.changes
    }
    html = redline.inline(labels, WORDS)
    reading.check(html)
    assert reading.side(html, accepted=True) == reading.plain(plain_b)
    assert reading.side(html, accepted=False, folding=True) == reading.plain(plain_a, folding=True)
    for one in redline.changes:
        assert f'id="change-{one.number}"' in html, one
        assert one.old or one.new, one
        assert all(0 <= start <= end <= len(a) for start, end in one.old)
        assert all(0 <= start <= end <= len(b) for start, end in one.new)
    if a == b:
        assert redline.is_same
    if redline.is_same:
        assert redline.inline({}, WORDS, fold=False) == plain_b
    rows = redline.rows(labels, WORDS)
    for row in rows:
        reading.check(row.old_html)
        reading.check(row.new_html)
    reading.check(redline.side_by_side(labels, WORDS))
    old, new = ("".join(getattr(row, name) for row in rows) for name in ("old_html", "new_html"))
    old_a = plain_a.replace('"#s-', '"#s-old-').replace('"s-', '"s-old-')  # The ids of two columns differ.
    assert reading.column(old, kept="deleted") == reading.plain(old_a)
    assert reading.column(new, kept="inserted") == reading.plain(plain_b)


@pytest.mark.parametrize("number", range(150))
def test_any_redline_is_valid_and_has_both_sides(number: int) -> None:
    hold(*Author(f"redline-{number}").pair())
