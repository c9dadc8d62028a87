"""A Word document handed in, as sections: split at its headings, with a report of what could not be kept.

`read_to_json` is what the guarded process does; `from_json` is how its answer is believed: plain text of known shape.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from drafting.domain import markdown
from exports import pandoc
from exports.docx import package, preparing, prose
from exports.docx.losses import Kind, Losses
from exports.docx.preparing import Prepared

TITLE_MAX = 200
MAX_SECTIONS = 200
MAX_TEXT = 500_000  # Characters of one section; a whole congress text has 200,000.
MAX_ALL = 1_500_000
CHANGES = ("accept", "reject")
_NUMBER = re.compile(r"(?:\d{1,2}|[IVXL]{1,6}|[A-Z])\s?[.)°–-]\s+")


@dataclass(frozen=True)
class ReadSection:
    """A section found in the document."""

    title: str
    """Nothing for the text before the first heading."""
    text: str
    """Markdown."""


@dataclass(frozen=True)
class ReadDocument:
    """What was found in a document."""

    title: str
    sections: tuple[ReadSection, ...]
    losses: tuple[dict[str, Any], ...]
    running: tuple[str, ...]
    """The words of headers and footers, which are not kept."""
    language: str = ""
    """Two letters, where the document says it."""


def read_to_json(data: bytes, changes: str, whole: bool) -> bytes:
    """Read a .docx in the guarded process: JSON of a ReadDocument, or of why not."""
    try:
        return json.dumps(asdict(read(data, changes=changes, whole=whole))).encode()
    except package.Refused as refused:
        return json.dumps({"refused": refused.reason.value}).encode()
    except pandoc.Unreadable:
        return json.dumps({"refused": package.Reason.DAMAGED.value}).encode()


def read(data: bytes, *, changes: str = "accept", whole: bool = False) -> ReadDocument:
    """Return the sections of a .docx; with `whole`, all of it as one section. Raise package.Refused.

    Tracked changes are accepted or rejected, as `changes` says.
    """
    if changes not in CHANGES:
        raise ValueError(changes)
    prepared = preparing.prepare(package.parts_of(data))
    tree = pandoc.read(prepared.document, f"--track-changes={changes}")
    losses = prepared.losses
    title, blocks = _titled(tree, prepared)
    level = 1 if prepared.is_ours else split_level([block["c"][0] for block in blocks if block["t"] == "Header"])
    sections = _one(blocks, losses) if whole else _split(blocks, level, losses)
    _check(sections)
    running = tuple(prepared.running)
    return ReadDocument(title[:TITLE_MAX], tuple(sections), tuple(losses.to_json()), running, prepared.language)


def from_json(answer: bytes) -> ReadDocument:
    """Return the document out of the guarded process's answer. Raise package.Refused, or ValueError."""
    values = json.loads(answer)
    if "refused" in values:
        raise package.Refused(package.Reason(values["refused"]))
    sections = [ReadSection(_text(one["title"]), _text(one["text"])) for one in values["sections"]]
    losses = [_loss(one) for one in values["losses"]]
    running = tuple(_text(one) for one in values["running"])
    language = _text(values["language"])[:2]
    return ReadDocument(_text(values["title"]), tuple(sections), tuple(losses), running, language)


def _loss(value: dict[str, Any]) -> dict[str, Any]:
    places = [_text(place) for place in value["places"]]
    return {"kind": Kind(value["kind"]).value, "count": int(value["count"]), "places": places}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _titled(tree: dict[str, Any], prepared: Prepared) -> tuple[str, list[dict[str, Any]]]:
    """Return the document's title, and its blocks; what stood under the title on the first page comes first."""
    meta = tree.get("meta", {})
    blocks = list(tree.get("blocks", []))
    lead = [block for name in ("subtitle", "author", "date", "abstract") for block in _blocks_of(meta.get(name))]
    own = " ".join(
        prose.words_of(block["c"]) for block in _blocks_of(meta.get("title")) if block["t"] in ("Para", "Plain")
    )
    blocks = [*lead, *blocks]
    begins = bool(blocks) and blocks[0]["t"] == "Header" and not prepared.is_ours
    if not own and begins and _is_only(blocks[0]["c"][0], blocks):
        own, blocks = prose.words_of(blocks[0]["c"][2]), blocks[1:]
    return own or prepared.title, blocks


def _is_only(level: int, blocks: list[dict[str, Any]]) -> bool:
    """Tell whether the first heading is the document's title: no other is as high, and there are others."""
    others = [block["c"][0] for block in blocks[1:] if block["t"] == "Header"]
    return bool(others) and min(others) > level


def _blocks_of(value: Any) -> list[dict[str, Any]]:
    """Return pandoc's metadata as blocks."""
    if not value:
        return []
    if value["t"] == "MetaInlines":
        return [{"t": "Para", "c": value["c"]}]
    if value["t"] == "MetaBlocks":
        return list(value["c"])
    if value["t"] == "MetaList":
        return [block for one in value["c"] for block in _blocks_of(one)]
    return [{"t": "Para", "c": [{"t": "Str", "c": str(value["c"])}]}] if value["t"] == "MetaString" else []


def split_level(levels: list[int]) -> int | None:
    """Return at which level a document with these headings is split: the highest that occurs more than once."""
    repeated = [level for level in levels if levels.count(level) > 1]
    return min(repeated, default=min(levels, default=None))


def without_numbers(titles: list[str]) -> list[str]:
    """Return titles without the numbers that somebody typed before each of them: sections have numbers here.

    Only where all are numbered: "1789 : la liberté" keeps its year.
    """
    bare = [_NUMBER.sub("", title, count=1) for title in titles]
    numbered = [title for title in titles if title]
    if len(numbered) < 2 or not all(_NUMBER.match(title) for title in numbered) or not all(
        short for short, title in zip(bare, titles, strict=True) if title
    ):
        return titles
    return bare


def _split(blocks: list[dict[str, Any]], level: int | None, losses: Losses) -> list[ReadSection]:
    groups: list[tuple[str, list[dict[str, Any]]]] = [("", [])]
    for block in blocks:
        if level is not None and block["t"] == "Header" and block["c"][0] <= level:
            groups.append((prose.words_of(block["c"][2]), _beside_title(block["c"][2], losses)))
        else:
            groups[-1][1].append(block)
    titles = without_numbers([title for title, _ in groups])
    losses.add(Kind.HEADING_NUMBER, sum(a != b for a, (b, _) in zip(titles, groups, strict=True)), place="")
    sections = []
    for title, (_, inner) in zip(titles, groups, strict=True):
        losses.here = title
        text = prose.write(inner, losses, top_level=_top(inner))
        if len(title) > TITLE_MAX:
            losses.add(Kind.LONG_TITLE)
            title = title[: TITLE_MAX - 1].rsplit(" ", 1)[0] + "…"
        if title or text:
            sections.append(ReadSection(title, text))
    return sections


def _beside_title(inlines: list[dict[str, Any]], losses: Losses) -> list[dict[str, Any]]:
    """Return what of a title a section's title cannot hold, as the beginning of its text."""
    if len(prose.words_of(inlines)) > TITLE_MAX:
        return [{"t": "Para", "c": [{"t": "Strong", "c": inlines}]}]
    return _notes_in(inlines, losses)


def _notes_in(value: Any, losses: Losses) -> list[dict[str, Any]]:
    """Return the text of the footnotes that a title calls: a section's title has none, so it begins the section."""
    if isinstance(value, list):
        return [block for one in value for block in _notes_in(one, losses)]
    if not isinstance(value, dict):
        return []
    if value["t"] == "Note":
        losses.add(Kind.TITLE_NOTE)
        return list(value["c"])
    return _notes_in(value.get("c"), losses)


def _one(blocks: list[dict[str, Any]], losses: Losses) -> list[ReadSection]:
    return [ReadSection("", prose.write(blocks, losses, top_level=_top(blocks)))]


def _top(blocks: list[dict[str, Any]]) -> int:
    """Return the level that becomes ##, as writers make headings in a section here."""
    return min((block["c"][0] for block in blocks if block["t"] == "Header"), default=1) - 1


def _check(sections: list[ReadSection]) -> None:
    """Refuse what could not be shown or kept afterwards."""
    if len(sections) > MAX_SECTIONS or sum(len(one.text) for one in sections) > MAX_ALL:
        raise package.Refused(package.Reason.TOO_COMPLEX)
    if not any(one.text.strip() or one.title for one in sections):
        raise package.Refused(package.Reason.NO_TEXT)
    for one in sections:
        if len(one.text) > MAX_TEXT:
            raise package.Refused(package.Reason.LONG_SECTION)
        try:
            markdown.parse(one.text)
        except markdown.TooComplex:
            raise package.Refused(package.Reason.TOO_COMPLEX) from None
