"""Reservations as footnotes: at the end of the passage that they are about, in a copy of the text made for print.

The text, its digest and its attached source stay what was validated, and so do its lines and the numbers of its own
notes: a reservation's note is counted apart (R1, R2...) and is put into the HTML, not into the Markdown. Only its
place is marked there, by a sign that the typography takes for something that is no prose.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from markdown_it.token import Token
from markupsafe import Markup

from drafting.domain import markdown
from drafting.domain.typography import ATOM
from exports.manuscript import Manuscript, SetSection
from exports.validation_record import Reserved

_JOINTS = frozenset("·’'-\u2011")


@dataclass(frozen=True)
class Placed:
    """A manuscript whose reservations have their places."""

    manuscript: Manuscript
    """With the places of notes marked in its sections, and the reservations that are annexed."""
    notes: Mapping[int, tuple[tuple[int, Reserved], ...]]
    """By the number of the section: its notes in their order, each with its own number."""


def placed(manuscript: Manuscript) -> Placed:
    """Put the reservations of footnotes where their passages end; what cannot stand there is annexed."""
    sections, notes, noted, count = [], {}, set(), 0
    for section in manuscript.sections:
        asked = [(at, one) for at, one in enumerate(manuscript.reservations)
                 if one.is_footnote and one.section == section.number and one.stop is not None]
        found = sorted(_standing(section.text, [(_end(section.text, one), at) for at, one in asked]))
        sections.append(replace(section, text=_marked(section.text, [stop for stop, _ in found])))
        own = [(count + n, manuscript.reservations[at]) for n, (_, at) in enumerate(found, start=1)]
        count += len(own)
        notes[section.number] = tuple(own)
        noted |= {at for _, at in found}
    annexed = tuple(one for at, one in enumerate(manuscript.reservations) if at not in noted)
    return Placed(replace(manuscript, sections=tuple(sections), reservations=annexed), notes)


def noted(one: SetSection, notes: tuple[tuple[int, Markup], ...]) -> SetSection:
    """Return a section whose marks have become notes: each number with its words."""
    if not notes:
        return one
    first, *parts = one.html.split(ATOM)
    html = first + "".join(str(_note(*note)) + part for note, part in zip(notes, parts, strict=True))
    headings = tuple((level, id, text.replace(ATOM, "")) for level, id, text in one.headings)
    return SetSection(one.section, html, headings)


def _note(number: int, said: Markup) -> Markup:
    return Markup('<span class="note reservation" id="reservation-{0}" data-number="R{0}" data-tag="Note">{1}</span>'
                  ).format(number, said)


def _end(text: str, one: Reserved) -> int:
    """Return where the passage ends, without the spaces, the line ends and the border of a table's row behind it."""
    stop = one.stop or 0
    return len(text[:stop].rstrip().removesuffix("|").rstrip()) if 0 <= stop <= len(text) else -1


def _standing(text: str, asked: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return those of the places (each with the number of its reservation) where a note can stand."""
    possible = [one for one in asked if one[0] > 0 and not _is_inside_word(text, one[0])]
    if not possible or ATOM in text:
        return []
    try:
        before = _shape(markdown.parse(text))
        found = list(_tried(text, possible, before))
        return found if _stand(text, found, before) else []
    except markdown.TooComplex:
        return []


def _tried(text: str, asked: list[tuple[int, int]], before: list[object]) -> Iterator[tuple[int, int]]:
    # By halves: where all can stand, which is the rule, the text is read once for all of them.
    if _stand(text, asked, before):
        yield from asked
    elif len(asked) > 1:
        half = len(asked) // 2
        yield from _tried(text, asked[:half], before)
        yield from _tried(text, asked[half:], before)


def _marked(text: str, stops: list[int]) -> str:
    for stop in sorted(stops, reverse=True):
        text = text[:stop] + ATOM + text[stop:]
    return text


def _stand(text: str, asked: list[tuple[int, int]], before: list[object]) -> bool:
    """Tell whether the text reads as before but for the marks, and each mark stands behind prose."""
    tokens = markdown.parse(_marked(text, [stop for stop, _ in asked]))
    return _shape(tokens) == before and sum(_behind_prose(tokens)) == len(asked)


def _shape(tokens: list[Token]) -> list[object]:
    """Return what a text says and how it is built, whatever marks it has."""
    said: list[object] = []
    for token in tokens:
        words = token.content.replace(ATOM, "") if token.type in ("text", "code_inline", "fence", "code_block") else ""
        if token.type == "text" and said and isinstance(said[-1], str):
            said[-1] += words
        elif token.type == "text":
            said.append(words)
        else:
            said.append((token.type, token.tag, token.info, words, tuple(sorted(token.attrs.items()))))
        said += [_shape(token.children)] if token.children else []
    return [one for one in said if one != ""]


def _behind_prose(tokens: list[Token]) -> Iterator[int]:
    """Give how many marks stand, block by block, behind something that is read; none does in a note or a link."""
    in_note = 0
    for token in tokens:
        in_note += {"footnote_open": 1, "footnote_close": -1}.get(token.type, 0)
        in_link, read = 0, ""
        for child in token.children or ():
            in_link += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "text" and not in_link and not in_note and (read + child.content).lstrip(f" {ATOM}"):
                behind = child.content if read else child.content.lstrip(ATOM)
                yield behind.count(ATOM)
            read += child.content.replace(ATOM, "").strip()


def _is_inside_word(text: str, at: int) -> bool:
    """Tell whether a place is inside a word (travailleurs·ses and l’OIT are one each) or inside an emoji."""
    before, after = text[:at][-2:], text[at : at + 2]
    if not after:
        return False
    if unicodedata.category(after[0]) in ("Mn", "Mc", "Me", "Cf", "Sk") or before.endswith("\u200d"):
        return True
    if before[-1].isalnum():
        return after[0].isalnum() or (after[0] in _JOINTS and after[1:].isalnum())
    return before[-1] in _JOINTS and before[:-1].isalnum() and after[0].isalnum()
