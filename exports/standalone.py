"""Texts as one HTML file that needs nothing else: no script, no font, no picture, no address to load from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from exports import page, words
from exports.manuscript import Manuscript, Section, set_sections
from exports.redline import RedlineDocument, shown


def version_html(manuscript: Manuscript) -> str:
    """Return a text, frozen or not, as one HTML file. Raise markdown.TooComplex."""
    language = manuscript.language
    sections = [replace(one, html=_framed(one.html, one.section, language)) for one in set_sections(manuscript)]
    return page_of(
        "version.html", language, m=manuscript, sections=sections,
        version=page.prose(words.version_name(language, manuscript.number), language),
        date=words.long_date(language, manuscript.frozen_at),
        note=words.word(language, "not_final") if not manuscript.number else "",
    )


def _framed(html: str, section: Section, language: str) -> str:
    """Put each table in a frame that scrolls sideways on a narrow screen, with a name, which the keyboard reaches."""
    name = page.prose(words.word(language, "table_of", number=section.number), language)
    frame = f'<div class="table-frame" role="group" tabindex="0" aria-label="{name.striptags()}">\n<table>'
    return html.replace("<table>", frame).replace("</table>", "</table>\n</div>")


def redline_html(document: RedlineDocument) -> str:
    """Return a comparison as one HTML file."""
    return page_of("comparison.html", document.language, **shown(document))


def page_of(template: str, language: str, /, **values: Any) -> str:
    """Return one of the templates of single files, filled."""
    language = language[:2].lower()
    known = {
        "language": language,
        "css": Markup(page.stylesheet("standalone.css")),  # noqa: S704 - our own file
        "html": Markup,
        "prose": lambda text: page.prose(text, language),
        "word": lambda key, **found: page.prose(words.word(language, key, **found), language),
    }
    return page.environment().get_template(template).render(**{**known, **values})
