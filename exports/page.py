"""Manuscript to print HTML: the page around the text, by templates in templates/export."""

import base64
import io
from functools import cache
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from drafting.domain import typography
from exports import fonts, words
from exports.manuscript import TITLE_LEVEL, Manuscript, Picture, frozen_utc, set_sections
from exports.reservations import noted, placed
from exports.round_words import arithmetic, bottom_note
from exports.validation_record import SILENT, TACIT

TEMPLATES = Path(__file__).parent.parent / "templates" / "export"


@cache
def environment() -> Environment:
    """Return the templates of printed pages."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def to_html(manuscript: Manuscript) -> str:
    """Return the whole document as HTML for print. Raise markdown.TooComplex."""
    language = manuscript.language[:2].lower()
    reserved = placed(manuscript)
    manuscript = reserved.manuscript
    sections = tuple(
        noted(one, tuple((n, bottom_note(each, language, prose)) for n, each in reserved.notes[one.section.number]))
        for one in set_sections(manuscript))
    entries = len(sections) + sum(level == TITLE_LEVEL + 1 for s in sections for level, _, _ in s.headings)
    entries += (manuscript.validation is not None) + bool(manuscript.signatories)
    return environment().get_template("document.html").render(
        m=manuscript,
        language=language,
        sections=sections,
        entries=entries,
        organisations_fit=_organisations_fit(manuscript),
        running=lambda text, length: running(text, length, language),
        html=Markup,
        prose=lambda text: prose(text, language),
        word=lambda key, **values: prose(words.word(language, key, **values), language),
        label=lambda key, **values: _typeset(words.word(language, key, **values), language),
        version=prose(words.version_name(language, manuscript.number), language),
        date=words.long_date(language, manuscript.frozen_at),
        stamp=frozen_utc(manuscript).strftime("%Y-%m-%dT%H:%M:%SZ"),
        digest=[manuscript.digest[at : at + 8] for at in range(0, len(manuscript.digest), 8)],
        logo=_data_uri(manuscript.logo) if manuscript.logo else "",
        qr=_qr(manuscript.verify_url) if manuscript.verify_url else "",
        number=lambda value: words.number(language, value),
        day=lambda at: words.long_date(language, at),
        paragraphs=lambda text: [prose(one, language) for one in text.splitlines() if one.strip()],
        notes=[one for each in reserved.notes.values() for one in each],
        arithmetic=[prose(one, language) for one in arithmetic(manuscript.validation, language)],
        silences=(TACIT, SILENT),
    )


def prose(text: str, language: str) -> Markup:
    """Return a line of plain text (a title, a name) typeset and escaped, inclusive forms kept whole."""
    shown = _typeset(text, language)
    parts, reached = Markup(""), 0
    for start, end in typography.whole_words(shown):
        parts += shown[reached:start]
        parts += Markup('<span class="whole">{}</span>').format(shown[start:end])
        reached = end
    return parts + shown[reached:]


def running(text: str, length: int, language: str) -> str:
    """Return a title short enough for one line of a running head, cut between words."""
    shown = _typeset(text, language)
    if len(shown) <= length:
        return shown
    return shown[:length].rpartition(" ")[0].rstrip(" \u00a0\u202f,;:.") + "…"


def _typeset(text: str, language: str) -> str:
    # Half of a surrogate pair, which a broken paste may leave, becomes a question mark.
    return typography.typeset(text.encode(errors="replace").decode(), language=language)


def _organisations_fit(manuscript: Manuscript) -> bool:
    """Tell whether the list of organisations has room on the cover: some 70 signs a line."""
    lines = sum(1 + (len(o.name) + len(o.role)) // 70 for o in manuscript.organisations)
    return lines <= (8 if len(manuscript.title) > 80 else 10)


def stylesheet(name: str = "print.css") -> str:
    """Return the CSS of the printed document, or of another one."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def own_css(manuscript: Manuscript) -> str:
    """Return the CSS that depends on the document: running heads, and a working copy's watermark."""
    language = manuscript.language[:2].lower()
    before, between = words.word(language, "page", page="\n", pages="\n").split("\n")[:2]
    version = words.version_name(language, manuscript.number)
    if manuscript.working_copy:
        version += " · " + words.word(language, "working_copy")
    return f"""@page {{
  @top-left {{ content: {css_string(running(manuscript.title, 66, language))} }}
  @bottom-left {{ content: {css_string(version)} }}
  @bottom-right {{ content: {css_string(before)} counter(page) {css_string(between)} counter(pages) }}
}}
@page cover {{ @top-left {{ content: none }} @bottom-left {{ content: none }} @bottom-right {{ content: none }} }}
{WIDE_PAGE if manuscript.line_numbers else ""}
{_watermark(words.word(language, "working_copy")) if manuscript.working_copy else ""}"""


WIDE_PAGE = """@page { margin: 30mm 22mm 32mm 34mm } @page cover { margin: 26mm 26mm 22mm 38mm }"""
"""Where lines are numbered: 80 characters fit, and their numbers beside them."""


def css_string(text: str) -> str:
    """Return a text as a string of CSS."""
    # Every sign that could end the string is written by its number; the space behind that belongs to it.
    shown = fonts.replace_missing(text)
    return '"' + "".join(c if c.isalnum() or c in " ’.,·«»-—" else f"\\{ord(c):06x} " for c in shown) + '"'


def _watermark(text: str) -> str:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" width="210mm" height="297mm">'
        '<text x="105" y="148" transform="rotate(-52 105 148)" text-anchor="middle" font-family="Contribution Sans"'
        f' font-weight="600" font-size="19" fill="#f1e7e7">{text}</text></svg>'
    )
    uri = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return f'@page {{ background: url("{uri}") no-repeat center / 210mm 297mm }}'


def _data_uri(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"


def _qr(url: str) -> str:
    buffer = io.BytesIO()
    segno.make(url, error="m", micro=False).save(buffer, kind="svg", border=2, scale=4, xmldecl=False, dark="#1d1d1b")
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
