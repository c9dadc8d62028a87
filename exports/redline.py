"""A comparison as a document: PDF/A-3a and PDF/UA-1, in the contribution's language, read in black and white."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from markupsafe import Markup, escape

from drafting.domain.diff import Kind, Piece
from drafting.domain.redline import Label, Redline, RedlineWords
from exports import page, pdf, words
from exports.redline_words import redline_words


@dataclass(frozen=True)
class Side:
    """One of the two texts that are compared."""

    name: str
    """E.g. Version 2 – Texte soumis aux fédérations."""
    at: datetime
    """When the text was this, aware and in the zone in which the document dates itself."""
    digest: str = ""
    """A version's."""


@dataclass(frozen=True)
class Maker:
    """One of those who made a change."""

    who: str
    acronym: str
    at: datetime | None = None
    """Aware, and in the zone in which the document dates itself."""
    amendment: str = ""
    """Its number."""
    accepted_by: str = ""
    brought_back_by: str = ""


@dataclass(frozen=True)
class Entry:
    """A change in the list: who, when, why."""

    number: int
    """The same as in the text."""
    kind: str
    """A value of redline.Kind."""
    excerpt: str
    makers: tuple[Maker, ...] = ()


@dataclass(frozen=True)
class Part:
    """What became of one section."""

    number: int
    title: str
    old_title: str
    fate: tuple[str, ...]
    """Keys of the document's words: section_new, section_moved..."""
    html: str
    """The redline; empty where the text is the same."""
    entries: tuple[Entry, ...] = ()

    @property
    def is_renamed(self) -> bool:
        """Its title is another one."""
        return self.title != self.old_title


@dataclass(frozen=True)
class RedlineDocument:
    """What is printed."""

    RENDERER: ClassVar[str] = "exports.redline:render"

    title: str
    """The contribution's."""
    recipient: str
    language: str
    a: Side
    b: Side
    parts: tuple[Part, ...]
    address: str
    """Where the same comparison is on the screen, for ever."""
    section: str = ""
    """The title of the one section that is compared."""

    @property
    def entries(self) -> tuple[tuple[Part, Entry], ...]:
        """All changes, each with its section."""
        return tuple((part, entry) for part in self.parts for entry in part.entries)


def told(
    made: Redline, makers: Mapping[int, tuple[Maker, ...]], *, language: str, first: int = 1
) -> tuple[str, tuple[Entry, ...]]:
    """Return a text with its changes marked, numbered from `first`, and their entries in the list."""
    entries = tuple(
        Entry(first + change.number - 1, change.kind.value, change.excerpt, makers.get(change.number, ()))
        for change in made.changes
    )
    said = redline_words(language)
    labels = {entry.number - first + 1: _label(entry, said) for entry in entries}
    return made.inline(labels, said, first_change=first, fold=False), entries


def _label(entry: Entry, said: RedlineWords) -> Label:
    """Let a change say its number and its organisations, and lead to its line in the list."""
    acronyms = list(dict.fromkeys(maker.acronym for maker in entry.makers))
    return Label(
        who=", ".join([said.change(entry.number), *acronyms]), acronym=" ".join([str(entry.number), *acronyms]),
        href=f"#list-{entry.number}",
    )


def render(document: RedlineDocument, *, on_progress: pdf.Progress | None = None) -> bytes:
    """Return the comparison as PDF bytes. What people wrote belongs in the guarded worker, which calls this."""
    language = document.language[:2].lower()
    html = page.environment().get_template("redline.html").render(
        **shown(document), stamp=document.b.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        running=lambda text, length: page.running(text, length, language),
    )
    styles = [pdf.stylesheet(), pdf.style(page.stylesheet("redline.css")), pdf.style(_own_css(document, language))]
    return pdf.lay_out(for_paper(html), styles, on_progress=on_progress)


def shown(document: RedlineDocument) -> dict[str, Any]:
    """Return what its templates are filled with."""
    language = document.language[:2].lower()
    return {
        "d": document,
        "language": language,
        "html": Markup,
        "prose": lambda text: page.prose(text, language),
        "word": lambda key, **values: page.prose(words.word(language, key, **values), language),
        "count": lambda entries: _count(len(entries), language),
        "moment": lambda at: words.moment(language, at),
    }


def _count(number: int, language: str) -> str:
    key = {0: "section_same", 1: "changes_one"}.get(number, "changes_many")
    return words.word(language, key, count=number)


def for_paper(html: str) -> str:
    """Return the page with headings that never skip a level and hidden words that no line is broken in."""
    return _whole_words(_without_leaps(html))


_HEADING = re.compile(r"<(/?)h([1-6])\b")


def _without_leaps(html: str) -> str:
    """Let no heading be more than one level below the one before: two texts in one may leap where each does not."""
    last, open_as = 0, 0

    def shifted(found: re.Match[str]) -> str:
        nonlocal last, open_as
        if not found[1]:
            last = open_as = min(int(found[2]), last + 1)
        return f"<{found[1]}h{open_as}"

    return _HEADING.sub(shifted, html)


def lifted(html: str, by: int) -> str:
    """Return the text of a section with its headings so many levels higher."""
    return _HEADING.sub(lambda found: f"<{found[1]}h{max(1, int(found[2]) - by)}", html)


def typed(pieces: Iterable[Piece]) -> str:
    """Return a comparison of texts too complex to be shown as they are read: as they are typed."""
    shown = {Kind.SAME: "{}", Kind.DELETED: "<del>{}</del>", Kind.INSERTED: "<ins>{}</ins>"}
    return "<pre>" + "".join(shown[piece.kind].format(escape(piece.text)) for piece in pieces) + "</pre>"


_HIDDEN = re.compile(r'(<span [^>]*\bvisually-hidden\b[^>]*>)([^<]*)')


def _whole_words(html: str) -> str:
    # Hidden words are set so small that they take no room; a space among them would let the line break in mid-word.
    return _HIDDEN.sub(lambda found: found[1] + found[2].replace(" ", "\u00a0"), html)


def _own_css(document: RedlineDocument, language: str) -> str:
    before, between = words.word(language, "page", page="\n", pages="\n").split("\n")[:2]
    below = f"{words.word(language, 'redline')} · {words.word(language, 'working_document')}"
    return f"""@page {{
  @top-left {{ content: {page.css_string(page.running(document.title, 66, language))} }}
  @bottom-left {{ content: {page.css_string(below)} }}
  @bottom-right {{ content: {page.css_string(before)} counter(page) {page.css_string(between)} counter(pages) }}
}}
@page :first {{ @top-left {{ content: none }} @top-right {{ content: none }} }}"""
