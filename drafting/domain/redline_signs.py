"""The signs of a redline: who made a change, what kind it is, and both read out for who does not see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import escape

from drafting.domain.palette import PALETTE
from drafting.domain.redline_changes import Change, Kind
from drafting.domain.redline_leaf import State
from drafting.domain.redline_words import Label, RedlineWords


class Signs:
    """Gives each change its id once, and its signs."""

    def __init__(
        self,
        changes: Sequence[Change],
        labels: Mapping[int, Label],
        words: RedlineWords,
        first_change: int,
        named: set[int],
    ) -> None:
        self.changes = changes
        self.labels = labels
        self.words = words
        self.first = first_change
        self.told: set[int] = set()
        """Whose maker is written: a new column is one change in many cells."""
        self.named = named
        """Which changes have been given their id: in two columns, the first place has it."""

    def name(self, change: int) -> str:
        """Return the id of a change for the first place that asks; nothing later."""
        if change in self.named or not change:
            return ""
        self.named.add(change)
        return self.anchor(change)

    def id_of(self, change: int) -> dict[str, str]:
        """Return the same as an attribute."""
        name = self.name(change)
        return {"id": name} if name else {}

    def anchor(self, change: int) -> str:
        """Return the id of a change."""
        return f"change-{self.first + change - 1}"

    def said(self, text: str) -> str:
        """Return words that are heard only."""
        return f'<span class="redline-said visually-hidden" lang="{self.words.language}">{escape(text)} </span>'

    def around(self, state: State, change: int, *, is_first: bool = True, is_last: bool = True) -> tuple[str, str]:
        """Return what stands before and after words that changed."""
        words = self.words
        before, after, tag = {
            State.DELETED: (words.deleted, words.end_deleted, "del"),
            State.INSERTED: (words.inserted, words.end_inserted, "ins"),
        }.get(state, (words.reformatted, words.end_reformatted, "span"))
        if state is State.REFORMATTED:
            before = f"{before} : {self._formats(change)}"
        kind = ' class="reformatted"' if state is State.REFORMATTED else ""
        name = self.name(change)
        opening = f"<{tag}{kind}" + (f' id="{name}">' if name else ">")
        return (
            opening + (self.said(before) if is_first else ""),
            (self.said(after) if is_last else "") + f"</{tag}>",
        )

    def border(self, state: State, change: int) -> tuple[str, str]:
        """Return what stands around the sign of a new or deleted end of a paragraph."""
        tag, said = ("del", self.words.joined) if state is State.DELETED else ("ins", self.words.split)
        name = self.name(change)
        opening = f'<{tag} class="redline-mark"' + (f' id="{name}">' if name else ">")
        return opening + self.said(said), f"</{tag}>"

    def who(self, change: int, *, is_link: bool = True) -> str:
        """Return what follows a change: what kind it is where that is not seen, and who made it."""
        if change in self.told:
            return ""
        self.told.add(change)
        one = self.changes[change - 1]
        out = ""
        if one.kind in (Kind.MOVED_AWAY, Kind.MOVED_HERE) and one.partner:
            words = self.words.moved_away if one.kind is Kind.MOVED_AWAY else self.words.moved_here
            arrow = "↓" if one.partner > one.number else "↑"
            text = f"{arrow} {words}, {self.words.to_change(self.first + one.partner - 1)}"
            out += self._tag("redline-moved", text, f"#{self.anchor(one.partner)}" if is_link else "")
        elif one.kind is Kind.REFORMATTED:
            out += f'<span class="redline-format" lang="{self.words.language}">{escape(self._formats(change))}</span>'
        return out + self._label(change, is_link=is_link)

    def before_form(self, change: int) -> str:
        """Return what stands before a block whose form changed, with the change's id."""
        if not change:
            return ""
        name = self.name(change)
        said = self.words.kind(self.changes[change - 1].kind, ())
        if self.changes[change - 1].formats:
            said = f"{said} : {self._formats(change)}"
        opening = "<span" + (f' id="{name}"' if name else "")
        return f'{opening} class="redline-said visually-hidden" lang="{self.words.language}">{escape(said)} </span>'

    def is_border(self, change: int) -> bool:
        """Tell whether a change is only that paragraphs were split or joined."""
        return self.changes[change - 1].kind in (Kind.SPLIT, Kind.JOINED)

    def note(self, change: int, kind: str) -> str:
        """Return the signs of a block without words (a rule), in a line of their own."""
        sign = self.who(change)
        return f'<p class="redline-note">{sign}</p>\n' if sign and kind == "hr" else ""

    def _formats(self, change: int) -> str:
        return ", ".join(self.words.formats.get(name, name) for name in self.changes[change - 1].formats)

    def _label(self, change: int, *, is_link: bool) -> str:
        label = self.labels.get(change)
        if label is None:
            return ""
        colour = f" org-{label.colour}" if label.colour in PALETTE else ""
        mark = ""
        if label.acronym:
            mark = f'<span class="org-mark{colour}" aria-hidden="true">{escape(label.acronym)}</span>'
        words = escape(label.words)
        inner = f'{mark}<span class="visually-hidden">{words}</span>' if mark else str(words)
        return self._tag("redline-who", inner, label.href or "" if is_link else "", title=str(words), is_html=True)

    def _tag(self, kind: str, text: str, href: str, *, title: str = "", is_html: bool = False) -> str:
        inner = text if is_html else str(escape(text))
        tip = f' title="{title}"' if title else ""
        if href:
            return f'<a class="{kind}" lang="{self.words.language}" href="{escape(href)}"{tip}>{inner}</a>'
        return f'<span class="{kind}" lang="{self.words.language}"{tip}>{inner}</span>'
