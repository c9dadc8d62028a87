"""Texts as one HTML file that needs nothing else: no script, no font, no picture, no address to load from."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from exports import page, words
from exports.manuscript import Manuscript, set_sections


def version_html(manuscript: Manuscript) -> str:
    """Return a text, frozen or not, as one HTML file. Raise markdown.TooComplex."""
    return page_of(
        "version.html", manuscript.language, m=manuscript, sections=set_sections(manuscript),
        version=page.prose(words.version_name(manuscript.language, manuscript.number), manuscript.language),
        date=words.long_date(manuscript.language, manuscript.frozen_at),
        note=words.word(manuscript.language, "not_final") if not manuscript.number else "",
    )


def page_of(template: str, language: str, **values: Any) -> str:
    """Return one of the templates of single files, filled."""
    language = language[:2].lower()
    return page.environment().get_template(template).render(
        language=language,
        css=Markup(page.stylesheet("standalone.css")),  # noqa: S704 - our own file
        html=Markup,
        prose=lambda text: page.prose(text, language),
        word=lambda key, **found: page.prose(words.word(language, key, **found), language),
        **values,
    )
