"""A comment's text as HTML: plain text in which addresses are links and who is mentioned stands out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import gettext as _
from markupsafe import Markup, escape

from drafting.models import Comment

# An address ends before what closes the sentence around it.
_LINK = r"https?://[^\s<>\"«»“”]*[^\s<>\"«»“”.,;:!?)\]’']"


def comment_html(comment: Comment) -> Markup:
    """Return the comment's text for a page."""
    names = {mention.person.name for mention in comment.mentions}
    names |= {each.organisation.acronym for each in comment.thread.section.contribution.participations}
    return text_html(comment.text, names)


def text_html(text: str, names: Iterable[str]) -> Markup:
    """Return plain text with its addresses as links and @names in bold; line breaks are kept by the style sheet."""
    mention = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name)
    pattern = rf"(?P<link>{_LINK})" + (rf"|(?<!\w)@(?:{mention})(?!\w)" if mention else "")
    out = Markup()
    at = 0
    for match in re.finditer(pattern, text, re.IGNORECASE):
        out += escape(text[at : match.start()])
        out += _link(match[0]) if match["link"] else Markup("<strong>{}</strong>").format(match[0])
        at = match.end()
    return out + escape(text[at:])


def _link(address: str) -> Markup:
    return Markup(
        '<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}'
        '<span class="visually-hidden"> ({1})</span></a>'
    ).format(address, _("nouvel onglet"))
