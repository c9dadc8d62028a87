"""The styles of a Word document: which of them are headings, whatever they are called."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])$")
_CONTENTS = re.compile(r"toc (?:[1-9]|heading)$")
MOST_STEPS = 20  # Styles based on styles; more is a circle.


class Styles:
    """Asked by a style's id. Styles that are headings by their outline level become headings for pandoc too."""

    def __init__(self, root: Any) -> None:
        self._by_id: dict[str, Any] = {}
        self.language = ""
        """The one in which text is where nothing else is said: fr-FR."""
        if root is None:
            return
        usual = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
        self.language = "" if usual is None else usual.get(W + "val", "")
        for style in root.iter(W + "style"):
            self._by_id.setdefault(style.get(W + "styleId", ""), style)
        for style in list(self._by_id.values()):
            for indent in style.findall(f"{W}pPr/{W}ind"):  # Not a quotation for being indented.
                indent.getparent().remove(indent)
            self._base_on_heading(root, style)

    def heading_level(self, key: str | None) -> int:
        """Return 1 to 9 for a heading, 0 for anything else."""
        for style in self._chain(key):
            match = _HEADING.match(_name(style))
            if match:
                return int(match[1])
        return 0

    def name_of(self, key: str | None) -> str:
        """Return a style's name, in lower case; nothing for one that does not exist."""
        return _name(self._by_id[key]) if key in self._by_id else ""

    def is_contents(self, key: str | None) -> bool:
        """Tell whether it is a line of a table of contents."""
        return key in self._by_id and _CONTENTS.match(_name(self._by_id[key])) is not None

    def is_numbered(self, key: str | None) -> bool:
        """Tell whether Word numbers paragraphs of this style by itself."""
        return any(style.find(f"{W}pPr/{W}numPr") is not None for style in self._chain(key))

    def is_link(self, key: str | None) -> bool:
        """Tell whether it is what links look like."""
        return key in self._by_id and _name(self._by_id[key]) in ("hyperlink", "followedhyperlink")

    def _chain(self, key: str | None) -> list[Any]:
        """Return the style and those on which it is based, one after the other."""
        chain: list[Any] = []
        while key in self._by_id and len(chain) < MOST_STEPS:
            chain.append(self._by_id[key])
            base = self._by_id[key].find(W + "basedOn")
            key = None if base is None else base.get(W + "val")
        return chain

    def _base_on_heading(self, root: Any, style: Any) -> None:
        """Base a style that has an outline level on the built-in heading of that level."""
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        value = "" if outline is None else outline.get(W + "val", "")
        key = style.get(W + "styleId", "")
        if value not in tuple("012345678") or self.heading_level(key) or self.is_contents(key):
            return
        level = int(value) + 1
        target = next((id for id, one in self._by_id.items() if _name(one) == f"heading {level}"), None)
        if target is None:
            target = f"ours-heading-{level}"
            made = etree.SubElement(root, W + "style", {W + "type": "paragraph", W + "styleId": target})
            etree.SubElement(made, W + "name", {W + "val": f"heading {level}"})
            self._by_id[target] = made
        for old in style.findall(W + "basedOn"):
            style.remove(old)
        base = etree.Element(W + "basedOn", {W + "val": target})
        style.insert(1, base)


def _name(style: Any) -> str:
    name = style.find(W + "name")
    return "" if name is None else str(name.get(W + "val", "")).lower()
