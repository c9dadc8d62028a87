"""The redline: two Markdown texts compared as they are read, as HTML with what changed marked in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from drafting.domain import markdown
from drafting.domain.markdown import Options

Range = tuple[int, int]
"""Start and end in ordinary characters of a source text."""


class Kind(StrEnum):
    """What happened to a passage between a (old) and b (new)."""

    INSERTED = "inserted"
    DELETED = "deleted"
    REPLACED = "replaced"
    REFORMATTED = "reformatted"  # The words are the same: bold, a heading's level, a list's numbers.
    MOVED_AWAY = "moved_away"  # Deleted here, found again elsewhere; `partner` is the other end.
    MOVED_HERE = "moved_here"
    SPLIT = "split"  # One paragraph became two.
    JOINED = "joined"


@dataclass(frozen=True)
class Change:
    """One change, as people count them."""

    number: int
    """From 1, in reading order."""
    kind: Kind
    old: tuple[Range, ...]
    """What of a it covers."""
    new: tuple[Range, ...]
    """What of b it covers."""
    partner: int | None = None
    """Of a move: the number of its other end."""
    formats: tuple[str, ...] = ()
    """Of a reformatting: what changed, keys of `RedlineWords.formats`."""
    excerpt: str = ""
    """The first words that changed, for a list of changes."""


@dataclass(frozen=True)
class Label:
    """Who made a change, as it is written beside it. All plain words in the reader's language."""

    who: str
    acronym: str | None = None
    colour: str | None = None
    """One of the palette's names."""
    at: str | None = None
    """When, already written out."""
    amendment: str | None = None
    """E.g. « amendement 12 »."""
    href: str | None = None


@dataclass(frozen=True)
class RedlineWords:
    """What the redline says in words, in the language of the reader's pages."""

    deleted: str = "supprimé"
    end_deleted: str = "fin de suppression"
    inserted: str = "ajouté"
    end_inserted: str = "fin d’ajout"
    reformatted: str = "mise en forme changée"
    end_reformatted: str = "fin de mise en forme changée"
    replaced: str = "remplacé"
    moved_away: str = "déplacé d’ici"
    moved_here: str = "déplacé vers ici"
    split: str = "paragraphe coupé ici"
    joined: str = "paragraphes réunis ici"
    to_change: Callable[[int], str] = field(default=lambda number: f"voir la modification {number}")
    change: Callable[[int], str] = field(default=lambda number: f"modification {number}")
    unchanged: Callable[[int], str] = field(
        default=lambda count: f"{count} paragraphes inchangés" if count > 1 else "1 paragraphe inchangé"
    )
    formats: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RedlineRow:
    """Blocks that correspond, for reading side by side."""

    old_html: str
    new_html: str
    is_same: bool


@dataclass(frozen=True)
class Redline:
    """The comparison of two texts as they are read."""

    changes: tuple[Change, ...]
    _rows: tuple[RedlineRow, ...] = ()

    @property
    def is_same(self) -> bool:
        """Nothing that is read differs."""
        return not self.changes

    def inline(
        self,
        labels: Mapping[int, Label],
        words: RedlineWords,
        *,
        first_change: int = 1,
        fold: bool = True,
    ) -> str:
        """Return one text with deletions and insertions in it; each change has the id `change-N`.

        `labels` are by the change's own number; with `first_change` the ids count on from the section before.
        Unchanged stretches are folded unless `fold` is False.
        """
        return "".join(f"{row.old_html}{row.new_html}" if not row.is_same else row.new_html for row in self._rows)

    def rows(
        self, labels: Mapping[int, Label], words: RedlineWords, *, first_change: int = 1
    ) -> list[RedlineRow]:
        """Return old and new blocks side by side, in reading order."""
        return list(self._rows)

    def side_by_side(
        self, labels: Mapping[int, Label], words: RedlineWords, *, first_change: int = 1, fold: bool = True
    ) -> str:
        """Return the rows as one piece of HTML: two columns of aligned blocks, unchanged stretches folded."""
        return "".join(
            f'<div class="redline-row"><div>{row.old_html}</div><div>{row.new_html}</div></div>'
            for row in self._rows
        )


def compare_rendered(
    a: str, b: str, *, language: str, prefix: str = "s", options: Options | None = None
) -> Redline:
    """Compare two Markdown texts as they are read. Raise markdown.TooComplex.

    `options` says how the text is shown (heading levels, table frames, numbers of notes), as for `markdown.render`.
    """
    options = options or Options(prefix=prefix)
    old = markdown.to_html(a, language=language, options=options)
    new = markdown.to_html(b, language=language, options=options)
    if old == new:
        return Redline((), (RedlineRow(old, new, True),))
    change = Change(1, Kind.REPLACED, _whole(a), _whole(b))
    rows = (
        RedlineRow(
            f'<div class="deleted" id="change-1">{old}</div>' if old else "",
            f'<div class="inserted">{new}</div>' if new else "",
            False,
        ),
    )
    return Redline((change,), rows)


def _whole(text: str) -> tuple[Range, ...]:
    return ((0, len(text)),) if text else ()


def anchors(changes: Sequence[Change], *, first_change: int = 1) -> list[str]:
    """Return the ids of the changes on the page."""
    return [f"change-{first_change + change.number - 1}" for change in changes]
