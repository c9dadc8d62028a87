"""Blocks of pandoc's tree as the Markdown of one section: CommonMark with tables and footnotes, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from exports.docx import marking, runs
from exports.docx.losses import Kind, Losses
from exports.docx.runs import Run, Seen

Block = dict[str, Any]
MAX_START = 9_999  # Markdown knows no number of more than nine figures.
_LETTERS = {"LowerAlpha", "UpperAlpha", "LowerRoman", "UpperRoman"}


def write(blocks: list[Block], losses: Losses, *, top_level: int = 1) -> str:
    """Return the Markdown of blocks; a heading of `top_level` becomes one of the first level."""
    return _Writer(losses, top_level).section(blocks)


def words_of(inlines: list[dict[str, Any]]) -> str:
    """Return the plain words of a heading."""
    silent = Seen(lambda blocks: "", lambda kind: None)
    found = runs.tidy([run for run in runs.runs_of(inlines, silent) if run.kind != "note"])
    return " ".join("".join(" " if run.kind == "break" else run.text for run in found).split())


class _Writer:
    """Writes one section; its footnotes are numbered in the order in which they are called."""

    def __init__(self, losses: Losses, top_level: int) -> None:
        self._losses = losses
        self._top_level = top_level
        self._notes: list[list[Block]] = []
        self._depth = 0
        self._seen = Seen(self._note, self._lose)

    def section(self, blocks: list[Block]) -> str:
        parts = [self.blocks(blocks)]
        at = 0
        while at < len(self._notes):  # A note may call another one.
            text = self.blocks(self._notes[at]) or "…"
            parts.append(f"[^{at + 1}]: " + _indented(text, 4))
            at += 1
        text = "\n\n".join(part for part in parts if part)
        return text + "\n" if text else ""

    def _note(self, blocks: list[Block]) -> str:
        self._notes.append(blocks)
        return str(len(self._notes))

    def _lose(self, kind: str) -> None:
        self._losses.add(Kind[kind])

    def blocks(self, blocks: list[Block]) -> str:
        """Return blocks with an empty line between them."""
        parts: list[str] = []
        last = ""
        turned = False
        for kind, content in _flat(blocks):
            # Two lists that follow each other are told apart by their marks.
            turned = kind in ("BulletList", "OrderedList") and kind == last and not turned
            text = self._block(kind, content, turned=turned)
            if text:
                parts.append(text)
                last = kind
        return "\n\n".join(parts)

    def _block(self, kind: str, content: Any, *, turned: bool) -> str:
        if kind in ("Para", "Plain"):
            return self._paragraph(content)
        if kind == "Header":
            return self._heading(content)
        if kind == "BulletList":
            return self._list(content, ["*" if turned else "-"] * len(content))
        if kind == "OrderedList":
            return self._ordered(content, turned=turned)
        if kind == "BlockQuote":
            return _quoted(self.blocks(content))
        if kind == "CodeBlock":
            return _fenced(content[1])
        if kind == "LineBlock":
            return self._paragraph([part for line in content for part in [*line, {"t": "LineBreak"}]])
        if kind == "Table":
            return self._table(content)
        return "---" if kind == "HorizontalRule" else ""

    def _paragraph(self, inlines: list[dict[str, Any]]) -> str:
        return marking.write(runs.tidy(runs.runs_of(inlines, self._seen)), self._seen)

    def _heading(self, content: list[Any]) -> str:
        level, _, inlines = content
        found = runs.tidy([
            Run("text", " ") if run.kind == "break" else run for run in runs.runs_of(inlines, self._seen)
        ])
        # A heading that is bold all over is only a heading.
        if all(run.marks.strong or run.kind != "text" for run in found):
            found = runs.tidy([Run(run.kind, run.text, run.marks._replace(strong=False)) for run in found])
        text = re.sub(r"(?<!\\)#(?=#*$)", r"\\#", marking.write(found, self._seen))
        if not text:
            return ""
        if not self._depth:
            self._losses.here = words_of(inlines)
        return f"{'#' * min(6, max(1, level - self._top_level + 1))} {text}"

    def _ordered(self, content: list[Any], *, turned: bool) -> str:
        (start, style, _), items = content
        if style["t"] in _LETTERS:
            self._losses.add(Kind.LIST_NUMBER)
        end = ")" if turned else "."
        first = start if 0 <= start <= MAX_START else 1
        return self._list(items, [f"{number}{end}" for number in range(first, first + len(items))])

    def _list(self, items: list[list[Block]], marks: list[str]) -> str:
        written = []
        self._depth += 1
        for mark, item in zip(marks, items, strict=True):
            # In an item a heading is a strong line.
            blocks = [_as_line(block) for block in item]
            text = self.blocks(blocks)
            if _is_tight(blocks):
                text = re.sub(r"\n\n(?=(?: {0,3}(?:[-*]|\d+[.)]) ))", "\n", text, count=1)
            written.append((f"{mark} " + _indented(text, len(mark) + 1)).rstrip() if text else mark)
        self._depth -= 1
        tight = all(_is_tight(item) for item in items)
        return ("\n" if tight else "\n\n").join(written)

    # --- Tables ---

    def _table(self, content: list[Any]) -> str:
        _, caption, columns, head, bodies, foot = content
        rows = [*head[1], *(row for body in bodies for row in [*body[2], *body[3]]), *foot[1]]
        above = self.blocks(caption[1])
        cells = [[self._cells(cell) for cell in row[1]] for row in rows]
        if len(rows) == 1 and len(rows[0][1]) == 1:
            # A frame around some text, drawn as a table of one cell.
            self._losses.add(Kind.FRAME_TABLE)
            return "\n\n".join(part for part in (above, self.blocks(rows[0][1][0][4])) if part)
        grid = _grid(rows, cells, len(columns))
        if not grid:
            return above
        if not head[1] or not any(grid[0]):
            self._losses.add(Kind.NO_HEADER_ROW)
        sides = [{"AlignRight": "---:", "AlignCenter": ":---:"}.get(column[0]["t"], "---") for column in columns]
        lines = [grid[0], sides, *grid[1:]]
        table = "\n".join("| " + " | ".join(cell or " " for cell in line) + " |" for line in lines)
        return f"{above}\n\n{table}" if above else table

    def _cells(self, cell: list[Any]) -> str:
        """Return a cell in one line."""
        blocks = list(_flat(cell[4]))
        if len(blocks) > 1 or any(kind not in ("Para", "Plain") for kind, _ in blocks):
            self._losses.add(Kind.NESTED_TABLE if any(kind == "Table" for kind, _ in blocks) else Kind.FULL_CELL)
        found: list[Run] = []
        for line in self._lines(cell[4]):
            found += [Run("text", " "), *line] if found else line
        return marking.write(runs.tidy(found), self._seen, in_cell=True)

    def _lines(self, blocks: list[Block]) -> list[list[Run]]:
        """Return the paragraphs in some blocks, however deep, the items of lists with a dash before them."""
        lines: list[list[Run]] = []
        for kind, content in _flat(blocks):
            if kind in ("Para", "Plain"):
                lines.append(runs.runs_of(content, self._seen))
            elif kind == "Header":
                lines.append(runs.runs_of(content[2], self._seen))
            elif kind == "BlockQuote":
                lines += self._lines(content)
            elif kind in ("BulletList", "OrderedList"):
                items = content if kind == "BulletList" else content[1]
                for item in items:
                    inner = self._lines(item)
                    lines += [[Run("text", "– "), *inner[0]], *inner[1:]] if inner else []
            elif kind == "Table":
                rows = [*content[3][1], *(row for body in content[4] for row in [*body[2], *body[3]]), *content[5][1]]
                lines += [line for row in rows for cell in row[1] for line in self._lines(cell[4])]
            elif kind == "CodeBlock":
                lines.append([Run("code", " ".join(content[1].split()))])
        return lines


def _flat(blocks: list[Block]) -> Iterator[tuple[str, Any]]:
    """Yield (kind, content) of blocks, those inside boxes and definitions in their place."""
    for block in blocks:
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind in ("Div", "Figure"):
            yield from _flat(content[-1])
        elif kind == "DefinitionList":
            for term, definitions in content:
                yield "Para", [{"t": "Strong", "c": term}]
                for definition in definitions:
                    yield from _flat(definition)
        elif kind not in ("RawBlock", "Null"):
            yield kind, content


def _grid(rows: list[Any], cells: list[list[str]], width: int) -> list[list[str]]:
    """Return the table as a full grid: what spans several places stands in the first, the others are empty."""
    grid: list[list[str]] = []
    blocked: dict[int, int] = {}
    for row, texts in zip(rows, cells, strict=True):
        line = [""] * width
        at = 0
        for cell, text in zip(row[1], texts, strict=True):
            while at < width and blocked.get(at, 0):
                at += 1
            height, breadth = cell[2], cell[3]
            if at < width:
                line[at] = text
            for place in range(at, min(width, at + breadth)):
                blocked[place] = height
            at += breadth
        blocked = {place: left - 1 for place, left in blocked.items() if left > 1}
        grid.append(line)
    return grid


def _as_line(block: Block) -> Block:
    if block["t"] != "Header":
        return block
    return {"t": "Para", "c": [{"t": "Strong", "c": block["c"][2]}]}


def _is_tight(item: list[Block]) -> bool:
    """Tell whether an item is a line, with further lists under it at most."""
    kinds = [block["t"] for block in item]
    return kinds[:1] in (["Para"], ["Plain"], []) and all(kind in ("BulletList", "OrderedList") for kind in kinds[1:])


def _indented(text: str, by: int) -> str:
    first, *others = text.split("\n")
    return "\n".join([first, *(" " * by + line if line else "" for line in others)])


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if text else ""


def _fenced(text: str) -> str:
    text = runs.storable(text)
    fence = "`" * max(3, max((len(found) for found in re.findall("`+", text)), default=0) + 1)
    return f"{fence}\n{text.rstrip()}\n{fence}" if text.strip() else ""
