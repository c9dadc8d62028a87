"""Tables of a redline: first which column is which, then which row, then what changed in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from drafting.domain.redline_alignment import COST, align, likeness
from drafting.domain.redline_pairs import Fate, Pair, settled
from drafting.domain.redline_tree import Node

if TYPE_CHECKING:
    from drafting.domain.redline_pairs import Comparison

Columns = list[tuple[int | None, int | None]]

ALIKE_COLUMN = 0.4


def pair_tables(comparison: Comparison, old: Node, new: Node) -> Pair:
    """Compare two tables: the pair's parts are its rows, their parts the cells of all columns of both."""
    old_rows, new_rows = _rows(old), _rows(new)
    columns = _columns(comparison, old_rows, new_rows)
    heads = _row(comparison, old_rows[0], new_rows[0], columns)
    old_of: dict[Node, Node] = {}
    new_of: dict[Node, Node] = {}
    for rows, of, side in ((old_rows[1:], old_of, 0), (new_rows[1:], new_of, 1)):
        for row in rows:
            kept = [row.children[pair[side]] for pair in columns if None not in pair]  # type: ignore[index]
            key = "\x03".join(cell.key for cell in kept)
            text = " ".join(cell.text for cell in (kept or row.children))
            of[Node("tr", row.first, row.end, key=key, text=text, token=row.token)] = row
    parts = [heads]
    for group in align(list(old_of), list(new_of), comparison.budget):
        if not group.new or not group.old:
            parts += [_one_sided(old_of[node], None, columns) for node in group.old]
            parts += [_one_sided(None, new_of[node], columns) for node in group.new]
        else:
            parts.append(_row(comparison, old_of[group.old[0]], new_of[group.new[0]], columns))
    return settled(Pair(Fate.CHANGED, (old,), (new,), parts))


def _rows(table: Node) -> list[Node]:
    return [row for part in table.children for row in part.children]


def _row(comparison: Comparison, old: Node, new: Node, columns: Columns) -> Pair:
    cells = []
    for i, j in columns:
        a = old.children[i] if i is not None else None
        b = new.children[j] if j is not None else None
        if a is None or b is None:
            cells.append(Pair(Fate.DELETED, (a,)) if a is not None else Pair(Fate.INSERTED, (), (b,) if b else ()))
            continue
        cell = comparison.flow((a,), (b,))
        if _side_of(a) != _side_of(b):
            # Every cell notes how it was; it counts once, at the column's head.
            is_head = a.kind == "th" and bool(a.text and b.text)
            cell.fate, cell.formats, cell.is_counted = Fate.CHANGED, ("alignment",), is_head
        cells.append(cell)
    return settled(Pair(Fate.CHANGED, (old,), (new,), cells))


def _side_of(cell: Node) -> str:
    """Return to which side a cell's words go; an empty head is an ordinary cell."""
    if cell.token is None or (cell.kind == "th" and not (cell.inline and cell.inline.content)):
        return ""
    return str(cell.token.attrs.get("style", ""))


def _one_sided(old: Node | None, new: Node | None, columns: Columns) -> Pair:
    """Return a row that only one side has, with room for the columns that only the other has."""
    cells = []
    for i, j in columns:
        a = old.children[i] if old is not None and i is not None else None
        b = new.children[j] if new is not None and j is not None else None
        fate = Fate.DELETED if j is None or (old is not None and i is not None) else Fate.INSERTED
        cells.append(Pair(fate, (a,) if a else (), (b,) if b else ()))
    return Pair(
        Fate.DELETED if new is None else Fate.INSERTED, (old,) if old else (), (new,) if new else (), cells
    )


def _columns(comparison: Comparison, old: Sequence[Node], new: Sequence[Node]) -> Columns:
    """Return the columns of both tables in an order that keeps the order of each."""
    width, height = len(old[0].children), len(new[0].children)
    if [c.key for c in old[0].children] == [c.key for c in new[0].children]:
        return [(n, n) for n in range(width)]
    if not comparison.budget.takes(COST * width * height):
        return [(n if n < width else None, n if n < height else None) for n in range(max(width, height))]
    bodies = [
        [frozenset(row.children[n].key for row in rows[1:]) for n in range(len(rows[0].children))]
        for rows in (old, new)
    ]
    alike = {}
    for i, j in product(range(width), range(height)):
        a, b = old[0].children[i], new[0].children[j]
        head = 1.2 if a.key == b.key and a.text else likeness(a.words, b.words) if a.text or b.text else 0.5
        alike[i, j] = (head + likeness(bodies[0][i], bodies[1][j])) / 2
    best: dict[tuple[int, int], float] = {}
    for i, j in product(range(width - 1, -1, -1), range(height - 1, -1, -1)):
        skipped = max(best.get((i + 1, j), 0.0), best.get((i, j + 1), 0.0))
        both = alike[i, j] + best.get((i + 1, j + 1), 0.0) if alike[i, j] >= ALIKE_COLUMN else 0.0
        best[i, j] = max(skipped, both)
    out: Columns = []
    i = j = 0
    while i < width and j < height:
        if alike[i, j] >= ALIKE_COLUMN and best[i, j] == alike[i, j] + best.get((i + 1, j + 1), 0.0):
            out.append((i, j))
            i, j = i + 1, j + 1
        elif best.get((i + 1, j), 0.0) >= best.get((i, j + 1), 0.0):
            out.append((i, None))
            i += 1
        else:
            out.append((None, j))
            j += 1
    out += [(n, None) for n in range(i, width)] + [(None, n) for n in range(j, height)]
    return _together(out)


def _together(columns: Columns) -> Columns:
    """Pair columns that stand between the same neighbours: a column with all its words changed is still that one."""
    out: Columns = []
    olds: list[int] = []
    news: list[int] = []
    for i, j in [*columns, (-1, -1)]:
        if j is None and i is not None:
            olds.append(i)
        elif i is None and j is not None:
            news.append(j)
        else:
            if len(olds) == len(news):
                out += list(zip(olds, news, strict=True))
            else:
                out += [(n, None) for n in olds] + [(None, n) for n in news]
            olds, news = [], []
            if i != -1:
                out.append((i, j))
    return out
