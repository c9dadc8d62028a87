"""The table of amendments as a document: PDF/A-3a and PDF/UA-1, landscape, in the contribution's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from exports import page, pdf, words


@dataclass(frozen=True)
class Row:
    """One amendment, in words."""

    number: str
    acronym: str
    organisation: str
    section: str
    paragraph: int
    removed: tuple[str, ...]
    added: tuple[str, ...]
    justification: str
    state: str
    """A value of AmendmentState."""
    reason: str = ""


@dataclass(frozen=True)
class AmendmentTable:
    """What is printed."""

    RENDERER: ClassVar[str] = "exports.amendments:render"

    title: str
    """The contribution's."""
    recipient: str
    language: str
    at: datetime
    """When it was made, aware and in the zone in which the document dates itself."""
    rows: tuple[Row, ...]
    only: str = ""
    """What was chosen, where not all are shown."""


def render(table: AmendmentTable, *, on_progress: pdf.Progress | None = None) -> bytes:
    """Return the table as PDF bytes. What people wrote belongs in the guarded worker, which calls this."""
    language = table.language[:2].lower()
    html = page.environment().get_template("amendments.html").render(
        table=table,
        language=language,
        count=_count(table),
        date=words.long_date(language, table.at),
        stamp=table.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        prose=lambda text: page.prose(text, language),
        word=lambda key, **values: page.prose(words.word(language, key, **values), language),
    )
    styles = [pdf.style(page.stylesheet("amendments.css")), pdf.style(_own_css(table, language))]
    return pdf.lay_out(html, styles, on_progress=on_progress)


def _count(table: AmendmentTable) -> str:
    key = {0: "amendments_none", 1: "amendments_one"}.get(len(table.rows), "amendments_many")
    return words.word(table.language, key, count=len(table.rows))


def _own_css(table: AmendmentTable, language: str) -> str:
    before, between = words.word(language, "page", page="\n", pages="\n").split("\n")[:2]
    below = f"{words.word(language, 'amendments')} · {words.long_date(language, table.at)}"
    return f"""@page {{
  @top-left {{ content: {page.css_string(page.running(table.title, 110, language))} }}
  @bottom-left {{ content: {page.css_string(below)} }}
  @bottom-right {{ content: {page.css_string(before)} counter(page) {page.css_string(between)} counter(pages) }}
}}
@page :first {{ @top-left {{ content: none }} }}"""
