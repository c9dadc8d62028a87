"""The redline: two Markdown texts compared as they are read, as HTML with what changed marked in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import escape

from drafting.domain import markdown
from drafting.domain.markdown import Options
from drafting.domain.numbering import set_margins
from drafting.domain.redline_changes import Change, Kind, number_changes
from drafting.domain.redline_folds import Stretch, stretches
from drafting.domain.redline_html import Writer
from drafting.domain.redline_leaf import Words
from drafting.domain.redline_pairs import Comparison, Fate, Pair
from drafting.domain.redline_phrases import View
from drafting.domain.redline_places import Places, Range
from drafting.domain.redline_tree import Side
from drafting.domain.redline_words import Label, RedlineWords

__all__ = ["Change", "Entry", "Kind", "Label", "Range", "Redline", "RedlineRow", "RedlineWords", "compare_rendered"]

TAGS = {"ins", "del", "details", "summary"}
ATTRIBUTES = {
    **markdown.ATTRIBUTES,
    **{
        name: markdown.ATTRIBUTES.get(name, set()) | {"id", "class", "hidden", "data-was"}
        for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table", "tr", "td", "th",
                     "pre", "hr", "div", "ins", "del", "span", "details")
    },
    "li": {"id", "class", "hidden", "value"},
    "a": markdown.ATTRIBUTES["a"] | {"lang"},
    "summary": {"lang"},
}  # fmt: skip
ATTRIBUTES["span"] |= {"lang", "title", "aria-hidden"}

MAX_LINES = 20_000
"""Of one section; 30,000 paragraphs of one letter took ten seconds. A congress text has 3,000."""


@dataclass(frozen=True)
class RedlineRow:
    """Blocks that correspond, for reading side by side."""

    old_html: str
    new_html: str
    is_same: bool


@dataclass(frozen=True)
class Entry:
    """A change in a list of changes."""

    number: int
    """As counted on the page."""
    anchor: str
    """Its id on the page."""
    words: str
    """What happened: « supprimé », « mise en forme changée : gras »..."""
    excerpt: str
    label: Label | None


@dataclass(frozen=True)
class Redline:
    """The comparison of two texts as they are read."""

    changes: tuple[Change, ...]
    _words: Mapping[Side, Words]
    _pairs: tuple[Pair, ...]

    @property
    def is_same(self) -> bool:
        """Nothing that is read differs."""
        return not self.changes

    def inline(
        self, labels: Mapping[int, Label], words: RedlineWords, *, first_change: int = 1, fold: bool = True
    ) -> str:
        """Return one text with deletions and insertions in it; each change has the id `change-N`.

        `labels` are by the change's own number; with `first_change` the ids count on from the section before.
        Unchanged stretches are folded unless `fold` is False. Raise markdown.TooComplex.
        """
        writer = Writer(self._words, self.changes, labels, words, first_change=first_change)
        out = []
        for stretch in self._stretches(fold):
            html = "".join([writer.block(pair) for pair in stretch.pairs])
            out.append(_folded(html, len(stretch.pairs), words) if stretch.is_folded else html)
        return _cleaned("".join(out))

    def rows(self, labels: Mapping[int, Label], words: RedlineWords, *, first_change: int = 1) -> list[RedlineRow]:
        """Return old and new blocks side by side, in reading order. Raise markdown.TooComplex."""
        named: set[int] = set()
        old, new = (
            Writer(self._words, self.changes, labels, words, first_change=first_change, view=view, names=named)
            for view in (View.OLD, View.NEW)
        )
        return [
            RedlineRow(_cleaned(old.block(pair)), _cleaned(new.block(pair)), pair.fate is Fate.SAME)
            for pair in self._pairs
        ]

    def side_by_side(
        self, labels: Mapping[int, Label], words: RedlineWords, *, first_change: int = 1, fold: bool = True
    ) -> str:
        """Return the rows as one piece of HTML: two columns of aligned blocks, unchanged stretches folded."""
        rows = self.rows(labels, words, first_change=first_change)
        out = []
        for stretch in self._stretches(fold):
            part = rows[stretch.first : stretch.first + len(stretch.pairs)]
            html = "".join([_row(row, words) for row in part])
            out.append(_folded(html, len(part), words) if stretch.is_folded else html)
        return "".join(out)

    def entries(
        self, labels: Mapping[int, Label], words: RedlineWords, *, first_change: int = 1
    ) -> list[Entry]:
        """Return the changes as a list that leads to them."""
        return [
            Entry(
                first_change + one.number - 1,
                f"change-{first_change + one.number - 1}",
                words.kind(one.kind, one.formats),
                one.excerpt,
                labels.get(one.number),
            )
            for one in self.changes
        ]

    def _stretches(self, fold: bool) -> Sequence[Stretch]:
        return list(stretches(self._pairs)) if fold else [Stretch(self._pairs, False, 0)]


def compare_rendered(
    a: str, b: str, *, language: str, prefix: str = "s", options: Options | None = None,
    margins: Mapping[int, str] | None = None,
) -> Redline:
    """Compare two Markdown texts as they are read. Raise markdown.TooComplex.

    `options` says how the text is shown (heading levels, table frames, numbers of notes), as for `markdown.render`;
    without it, `prefix` is put before every id. `margins` (numbering.margins) are shown beside the blocks of `b`.
    """
    if max(a.count("\n"), b.count("\n")) > MAX_LINES:
        raise markdown.TooComplex(markdown.TOO_LONG)
    options = options or Options(prefix=prefix)
    old_options = replace(options, prefix=f"{options.prefix}-old")
    sides = Side(a, language=language, options=old_options), Side(b, language=language, options=options)
    set_margins(sides[1].tokens, margins or {})
    comparison = Comparison(*sides)
    pairs = comparison.pairs()
    changes = number_changes(pairs, Places(*sides, comparison.words), comparison.budget)
    return Redline(changes, comparison.words, tuple(pairs))


def _cleaned(html: str) -> str:
    return markdown.cleaned(html, more_tags=TAGS, attributes=ATTRIBUTES)


def _folded(html: str, count: int, words: RedlineWords) -> str:
    summary = f'<summary lang="{words.language}">{escape(words.unchanged(count))}</summary>'
    return f'<details class="redline-fold">{summary}\n{html}</details>\n'


def _row(row: RedlineRow, words: RedlineWords) -> str:
    kind = "redline-row is-same" if row.is_same else "redline-row"
    return (
        f'<div class="{kind}"><div class="redline-old">{row.old_html}</div>'
        f'<div class="redline-new">{row.new_html}</div></div>\n'
    )
