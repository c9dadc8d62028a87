"""The tags around the blocks of a redline: what is written into them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from drafting.domain.redline_tree import Node

_TAG = re.compile(r"<(\w+)([^>]*)>")


def with_attributes(html: str, kind: str, attributes: Mapping[str, str]) -> str:
    """Give the first tag of some HTML a class and attributes."""
    found = _TAG.match(html.lstrip("\n"))
    if found is None or not (kind or attributes):
        return html
    lead = html[: len(html) - len(html.lstrip("\n"))]
    name, own = found[1], found[2]
    if kind:
        own = own.replace('class="', f'class="{kind} ', 1) if 'class="' in own else f'{own} class="{kind}"'
    for key, value in attributes.items():
        own = re.sub(rf' {key}="[^"]*"', "", own) + (f' {key}="{value}"' if value else f" {key}")
    return f"{lead}<{name}{own}>{html.lstrip(chr(10))[found.end() :]}"


def was_tag(node: Node) -> str:
    """Return how a block's old form is noted: its tag, a list's first number, a cell's side."""
    token = node.token
    if token is None:
        return ""
    if node.kind in ("td", "th"):
        return str(token.attrs.get("style", "")).partition("text-align:")[2] or "left"
    if node.kind == "ordered_list":
        return f"ol:{token.attrs.get('start', 1)}"
    return token.tag
