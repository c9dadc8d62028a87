"""Random structured Markdown, and what people do to it: words, marks, paragraphs, lists, tables, notes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

_TEXT = """
    le la les un une des de du et à pour dans qui que travailleurs·ses salarié·es l’accord d'entreprise
    négociation œuvre dialogue social marché branche congrès 🙂 « rien » 12,5 % 109 000 € n° 3 art. 5 : ; ! ?
    États-Unis l'OIT européenne protection emploi formation retraite égalité professionnelle santé sécurité
"""
WORDS = _TEXT.split()
MARKS = ("**{}**", "*{}*", "`{}`", "[{}](https://oit.org/{})", "***{}***", "[{}](#titre)")
# Lines that mean something only beside others: whatever people paste.
ODD = (
    "# Œuvre", "## Été[^1]", "#### Profond", "un *mot* **gras** `code` ; fin ?", "salarié·es : « oui »[^2]", "- a[^1]",
    "  - sous-point", "    1. trois", "1. premier", "3. troisième[^3]", "> citation", "-", "+ a", "> - liste citée",
    ">> encore[^4]", "| a | b |", "|---|--:|", "| c[^1] | 1 000 € |", "===", "---", "***", "[lien](https://oit.org/?a=b)",
    "![image](x.png)", "[interne](#oeuvre)", "[a]: https://oit.fr", "[a]", "[]( )", "<https://exemple.org/tres/longue>",
    "    code en retrait", "```", "~~~ python", "<b>html</b>", "\\", "Ligne  ", "\tretrait", "**", "*", "_a__",
    "[^1]: une note", "[^2]: une note[^3] de note", "[^3]:", "    suite de note", "    - liste de note",
    "[^4]: > citation en note", "^[note en ligne]", "🙂 中 \u202e", "a\u00adb\u200bc", "[un **appel[^1]** lié](https://a.fr)",
    "", "", "", "",
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A block as people think of it."""

    kind: str
    lines: tuple[str, ...] = ()
    """A paragraph's text, a list's items, a table's rows with cells between bars."""
    level: int = 1
    inner: tuple[Piece, ...] = field(default=())


class Author:
    """Writes documents and revises them, by chance."""

    def __init__(self, seed: object) -> None:
        self.chance = random.Random(str(seed))
        self.notes = 0

    def pair(self) -> tuple[str, str]:
        """Return two texts: mostly one revised, sometimes two that have nothing in common, sometimes odd lines."""
        dice = self.chance.random()
        if dice < 0.2:
            lines = self.chance.choices(ODD, k=self.chance.randint(0, 40))
            return "\n".join(lines), "\n".join(self.shuffled(lines))
        document = self.document()
        if dice < 0.3:
            return written(document), written(self.document())
        return written(document), written(self.revised(document))

    def shuffled(self, lines: list[str]) -> list[str]:
        out = list(lines)
        for _ in range(self.chance.randint(0, 6)):
            at = self.chance.randint(0, len(out))
            if self.chance.random() < 0.5 or not out:
                out.insert(at, self.chance.choice(ODD))
            else:
                del out[min(at, len(out) - 1)]
        return out

    def sentence(self, most: int = 14) -> str:
        words = self.chance.choices(WORDS, k=self.chance.randint(1, most))
        if self.chance.random() < 0.4:
            at = self.chance.randrange(len(words))
            mark = self.chance.choice(MARKS)
            words[at] = mark.format(words[at], self.chance.randint(1, 3))
        if self.chance.random() < 0.12:
            self.notes += 1
            words.append(f"[^{self.notes % 9}]" if self.chance.random() < 0.8 else f"^[{self.chance.choice(WORDS)}]")
        return " ".join(words) + self.chance.choice((".", " !", ""))

    def paragraph(self) -> str:
        return self.chance.choice((" ", "\n")).join(self.sentence() for _ in range(self.chance.randint(1, 4)))

    def document(self, depth: int = 0) -> list[Piece]:
        kinds = ["p", "p", "p", "h", "ul", "ol", "quote", "table", "code", "rule", "note", "note"]
        return [self.piece(self.chance.choice(kinds), depth) for _ in range(self.chance.randint(0, 8 - 3 * depth))]

    def piece(self, kind: str, depth: int = 0) -> Piece:
        chance = self.chance
        if kind == "h":
            return Piece("h", (self.sentence(5),), chance.randint(1, 4))
        if kind in ("ul", "ol"):
            inner = tuple(self.document(depth + 1)) if depth < 2 and chance.random() < 0.3 else ()
            return Piece(kind, tuple(self.sentence() for _ in range(chance.randint(1, 5))), chance.randint(1, 9), inner)
        if kind == "table":
            width = chance.randint(1, 4)
            rows = [" | ".join(chance.choice(WORDS) for _ in range(width)) for _ in range(chance.randint(1, 6))]
            return Piece("table", tuple(rows), width)
        if kind == "code":
            return Piece("code", tuple(self.sentence() for _ in range(chance.randint(1, 3))))
        if kind == "note":
            return Piece("note", (self.sentence(),), chance.randint(0, 8))
        return Piece(kind, (self.paragraph(),))

    def revised(self, document: list[Piece]) -> list[Piece]:
        """Return the document after some changes."""
        out = list(document)
        for _ in range(self.chance.randint(0, 6)):
            at = self.chance.randrange(len(out) + 1)
            act = self.chance.choice(("words", "words", "add", "drop", "move", "split", "join", "kind", "rows", "mark"))
            if act == "add" or not out:
                out[at:at] = self.document()[:1] or [self.piece("p")]
                continue
            at = min(at, len(out) - 1)
            self._revise(out, at, act)
        return out

    def _revise(self, out: list[Piece], at: int, act: str) -> None:
        chance, piece = self.chance, out[at]
        if act == "drop":
            del out[at]
        elif act == "move":
            out.insert(chance.randint(0, len(out) - 1), out.pop(at))
        elif act == "split" and piece.kind == "p":
            words = piece.lines[0].split(" ")
            cut = chance.randint(0, len(words))
            out[at : at + 1] = [replace(piece, lines=(" ".join(part),)) for part in (words[:cut], words[cut:]) if part]
        elif act == "join" and at + 1 < len(out) and piece.kind == out[at + 1].kind == "p":
            out[at : at + 2] = [Piece("p", (piece.lines[0] + " " + out[at + 1].lines[0],))]
        elif act == "kind":
            kinds = {"p": ("h", "ul", "quote"), "h": ("h", "p"), "ul": ("ol", "p"), "ol": ("ul", "ol"), "quote": ("p",)}
            if piece.kind in kinds:
                out[at] = replace(piece, kind=chance.choice(kinds[piece.kind]), level=chance.randint(1, 4))
        elif act == "rows" and piece.kind in ("table", "ul", "ol"):
            out[at] = self._other_rows(piece)
        elif piece.lines:
            line = chance.randrange(len(piece.lines))
            lines = list(piece.lines)
            lines[line] = self._other_words(lines[line], act)
            out[at] = replace(piece, lines=tuple(lines))

    def _other_rows(self, piece: Piece) -> Piece:
        chance, rows = self.chance, list(piece.lines)
        if piece.kind == "table" and chance.random() < 0.5:
            at = chance.randrange(piece.level)
            cut = [row.split(" | ") for row in rows]
            if chance.random() < 0.5 and piece.level > 1:
                return replace(piece, lines=tuple(" | ".join(r[:at] + r[at + 1 :]) for r in cut), level=piece.level - 1)
            cut = [[*r[:at], chance.choice(WORDS), *r[at:]] for r in cut]
            return replace(piece, lines=tuple(map(" | ".join, cut)), level=piece.level + 1)
        at = chance.randrange(len(rows))
        if chance.random() < 0.5 and len(rows) > 1:
            del rows[at]
        else:
            width = piece.level if piece.kind == "table" else 3
            rows.insert(at, (" | " if piece.kind == "table" else " ").join(chance.choices(WORDS, k=width)))
        return replace(piece, lines=tuple(rows))

    def _other_words(self, line: str, act: str) -> str:
        chance, words = self.chance, line.split(" ")
        at = chance.randrange(len(words))
        if act == "mark":
            words[at] = chance.choice(MARKS).format(words[at], chance.randint(1, 3))
        elif chance.random() < 0.4:
            words[at : at + 1] = []
        else:
            words[at : at + chance.randint(0, 3)] = chance.choices(WORDS, k=chance.randint(1, 3))
        return " ".join(words)


def written(document: list[Piece]) -> str:
    """Return the Markdown of a document."""
    return "\n\n".join(_written(piece) for piece in document)


def _written(piece: Piece) -> str:
    first = piece.lines[0] if piece.lines else ""
    inner = "\n\n" + written(list(piece.inner)).replace("\n", "\n    ") if piece.inner else ""
    if piece.kind == "h":
        return "#" * piece.level + " " + first.replace("\n", " ")
    if piece.kind == "ul":
        gap = "\n" if piece.level % 2 else "\n\n"
        items = gap.join("- " + line.replace("\n", "\n  ") for line in piece.lines)
        return items + inner.replace("\n\n", "\n\n    ", 1)
    if piece.kind == "ol":
        lines = [f"{piece.level + n}. {line}" for n, line in enumerate(piece.lines)]
        return "\n".join(lines) + inner.replace("\n\n", "\n\n    ", 1)
    if piece.kind == "quote":
        return "> " + first.replace("\n", "\n> ")
    if piece.kind == "table":
        head, *rows = piece.lines
        ruler = "|".join(("---", "--:", ":-:")[n % 3] for n in range(piece.level))
        return "\n".join([f"| {head} |", f"|{ruler}|", *(f"| {row} |" for row in rows)])
    if piece.kind == "code":
        return "```\n" + "\n".join(piece.lines) + "\n```"
    if piece.kind == "rule":
        return "---"
    if piece.kind == "note":
        return f"[^{piece.level}]: {first}"
    return first
