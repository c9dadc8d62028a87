"""Edits cut where lines end: what happens to one paragraph, item or row is told apart from what happens to the next.

`[-1-]{+10 |\\n| deux | 2+} |` becomes `[-1-]{+10+} |\\n{+| deux | 2 |\\n+}`: the same text, but a row that is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from drafting.domain.edits import Edit

MOST = 20_000
"""Tokens that an edit may have to be cut: nobody compares as much line by line."""


def cut(a: Sequence[str], b: Sequence[str], edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits, none of them over the end of a line that both sides have."""
    found: list[Edit] = []
    for place, edit in enumerate(edits):
        least = found[-1].a_end if found else 0
        most = edits[place + 1].a if place + 1 < len(edits) else len(a)
        *whole, last = _pairwise(a, b, edit) if max(edit.a_end - edit.a, edit.b_end - edit.b) <= MOST else (edit,)
        if whole:
            least = last.a
        found += [one for one in (*whole, *_whole_lines(a, b, last, last.a - least, most - last.a_end))
                  if not one.is_empty]
    return found


def _pairwise(a: Sequence[str], b: Sequence[str], edit: Edit) -> Iterator[Edit]:
    """Cut where both sides have the same kind of line end."""
    start_a, end_a, start_b, end_b = edit
    while True:
        at_a, at_b = _next_end(a, start_a, end_a), _next_end(b, start_b, end_b)
        if at_a == end_a or at_b == end_b or a[at_a] != b[at_b]:
            yield Edit(start_a, end_a, start_b, end_b)
            return
        yield Edit(start_a, at_a, start_b, at_b)
        start_a, start_b = at_a + 1, at_b + 1


def _next_end(text: Sequence[str], start: int, end: int) -> int:
    return next((at for at in range(start, end) if "\n" in text[at]), end)


def _whole_lines(a: Sequence[str], b: Sequence[str], edit: Edit, before: int, after: int) -> list[Edit]:
    """Tell lines that only came, or only went, from what changed in the line beside them.

    `before` and `after`: how much is the same on either side of the edit.
    """
    has_end_a, has_end_b = (_next_end(*side) < side[2] for side in ((a, edit.a, edit.a_end), (b, edit.b, edit.b_end)))
    if has_end_b and not has_end_a and edit.a < edit.a_end:
        return _lines_apart(b, edit, before, after)
    if has_end_a and not has_end_b and edit.b < edit.b_end:
        return [one.turned for one in _lines_apart(a, edit.turned, before, after)]
    return [edit]


def _lines_apart(b: Sequence[str], edit: Edit, before: int, after: int) -> list[Edit]:
    """Do so where lines came: if the rest of the line that changed stands in what came, the others are whole."""
    start, end = edit.b, edit.b_end
    # The line goes on after the edit as the first line that came does: the others come after it.
    first_end = _next_end(b, start, end) + 1
    tail = _next_end(b, end, end + min(after, first_end - start)) + 1 - end
    if tail <= min(after, first_end - start) and b[first_end - tail : first_end] == b[end : end + tail]:
        at = edit.a_end + tail
        return [Edit(edit.a, edit.a_end, start, first_end - tail), Edit(at, at, first_end, end + tail)]
    # The line begins before the edit as the last line that came does: the others come before it.
    last = _last_end(b, start, end)
    head = start - _last_end(b, start - min(before, end - last), start)
    is_begin = head == start or (head < before and "\n" in b[start - head - 1])
    if is_begin and head <= end - last and b[last : last + head] == b[start - head : start]:
        at = edit.a - head
        return [Edit(at, at, start - head, last), Edit(edit.a, edit.a_end, last + head, end)]
    return [edit]


def _last_end(text: Sequence[str], start: int, end: int) -> int:
    """Return where the last line of text[start:end] begins."""
    return next((at for at in range(end, start, -1) if "\n" in text[at - 1]), start)
