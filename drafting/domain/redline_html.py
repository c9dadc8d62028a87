"""The pairs of a redline as HTML: both texts in one, or one side of it, with `ins` and `del` around words only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from drafting.domain.redline_changes import Change
from drafting.domain.redline_leaf import Atom, Run, State, Words
from drafting.domain.redline_pairs import Fate, Pair
from drafting.domain.redline_phrases import Calls, Phrases, View, cut
from drafting.domain.redline_signs import Signs
from drafting.domain.redline_tags import was_tag, with_attributes
from drafting.domain.redline_tree import CODE, LEAVES, Node, Side
from drafting.domain.redline_words import Label, RedlineWords

_ID = re.compile(r' id="[^"]*"')


class Writer:
    """Writes pairs one after another."""

    def __init__(
        self,
        words_of: Mapping[Side, Words],
        changes: Sequence[Change],
        labels: Mapping[int, Label],
        words: RedlineWords,
        *,
        first_change: int,
        view: View = View.BOTH,
        names: set[int] | None = None,
    ) -> None:
        self.a, self.b = words_of
        self.words_of = words_of
        self.view = view
        self.signs = Signs(changes, labels, words, first_change, names if names is not None else set())
        self.calls = Calls(self.a, self.b, view)

    def block(self, pair: Pair) -> str:
        """Return the HTML of a pair in this view; nothing where the view has nothing of it."""
        if pair.fate is Fate.SAME:
            side, node = (self.a, pair.olds[0]) if self.view is View.OLD else (self.b, pair.news[0])
            return side.whole(node)
        if pair.fate in (Fate.DELETED, Fate.INSERTED):
            return self._one_sided(pair)
        if pair.fate is Fate.REWRAPPED:
            return self._rewrapped(pair)
        if pair.node.kind in LEAVES | CODE or (pair.runs and pair.node.kind == "list_item"):
            return self._flow(pair)
        return self._table(pair) if pair.node.kind == "table" else self._container(pair)

    # --- whole blocks ---

    def _shows(self, state: State | Fate) -> bool:
        gone = {State.DELETED: View.NEW, Fate.DELETED: View.NEW, State.INSERTED: View.OLD, Fate.INSERTED: View.OLD}
        return gone.get(state) is not self.view

    def _one_sided(self, pair: Pair) -> str:
        if not self._shows(pair.fate):
            return ""
        side, node = (self.a, pair.olds[0]) if pair.fate is Fate.DELETED else (self.b, pair.news[0])
        return self._whole(side, node, str(pair.fate), pair.change)

    def _whole(self, side: Side, node: Node, kind: str, change: int) -> str:
        bearing = [leaf for leaf in node.leaves() if self.words_of[side].of(leaf)]
        html = self._nested(side, node, kind, change, bearing)
        html = with_attributes(html, kind, {})
        return html if bearing else self._named(html, node, change)

    def _named(self, html: str, node: Node, change: int) -> str:
        """Give a block without words the change's id, beside its own if it has one."""
        first = html.partition(">")[0]
        if " id=" not in first:
            return with_attributes(html, "", self.signs.id_of(change)) + self.signs.note(change, node.kind)
        return f"{first}>{self.signs.before_form(change)}{html[len(first) + 1 :]}"

    def _nested(self, side: Side, node: Node, kind: str, change: int, bearing: Sequence[Node]) -> str:
        if node.children:
            inner = "".join([self._nested(side, child, kind, change, bearing) for child in node.children])
            return side.opening(node) + inner + side.closing(node)
        if not self.words_of[side].of(node):
            return side.whole(node)
        opening, closing = self._tags(side, node)
        if node.is_tight and kind == "deleted":
            opening, closing = '<p class="deleted">', "</p>\n"
        words = self._wrapped(
            kind, self.words_of[side].of(node), change, is_first=node is bearing[0], is_last=node is bearing[-1]
        )
        return opening + words + closing

    def _rewrapped(self, pair: Pair) -> str:
        if self.view is View.OLD:
            leaves = {part.olds[0].first: part for part in pair.parts}
            olds = [self._compared(self.a, node, leaves, pair.change) for node in pair.olds]
            return "".join([_rewrapped(html, node) for html, node in zip(olds, pair.olds, strict=True)])
        hidden = "".join([self._hidden(node) for node in pair.olds])
        leaves = {part.news[0].first: part for part in pair.parts}
        news = [self._compared(self.b, node, leaves, pair.change) for node in pair.news]
        return (hidden if self.view is View.BOTH else "") + "".join(
            [_rewrapped(html, node) for html, node in zip(news, pair.news, strict=True)]
        )

    def _hidden(self, node: Node) -> str:
        html = f"<p>{self.a.whole(node)}</p>\n" if node.is_tight else self.a.whole(node)
        # Its words may be shown once more, as deleted in the new form: those have the ids.
        html = _ID.sub("", self.calls.led(html))
        return with_attributes(html, "deleted", {"hidden": ""})

    def _compared(self, side: Side, node: Node, leaves: Mapping[int, Pair], change: int) -> str:
        """Return a block whose leaves are compared with what they are elsewhere."""
        if not node.children:
            opening, closing = self._tags(side, node)
            words = self._phrases(leaves[node.first], side)
            if node.first == min(leaves):
                words = self.signs.before_form(change) + words + self.signs.who(change)
            return opening + words + closing
        inner = "".join([self._compared(side, child, leaves, change) for child in node.children])
        return side.opening(node) + inner + side.closing(node)

    # --- lists, quotations, notes ---

    def _container(self, pair: Pair) -> str:
        side, nodes = (self.a, pair.olds) if self.view is View.OLD or not pair.news else (self.b, pair.news)
        if not nodes or (self.view is View.NEW and not pair.news):
            return ""
        node = nodes[0]
        inner = "".join(self._items(pair, node))
        if pair.formats:
            inner = self._with_sign(inner, pair.change)
        opening = side.opening(node)
        if not pair.news or not pair.olds:
            opening = with_attributes(opening, "inserted" if pair.news else "deleted", {})
        elif pair.formats:
            was = {"data-was": was_tag(pair.olds[0])} if self.view is View.BOTH else {}
            opening = with_attributes(opening, "reformatted", was)
        return opening + inner + side.closing(node)

    def _with_sign(self, items: str, change: int) -> str:
        """Put the sign of a list's new form into its first item."""
        before, tag, after = items.partition("<li")
        opening, end, rest = after.partition(">")
        lead = rest[: len(rest) - len(rest.lstrip("\n"))]
        rest = rest[len(lead) :]
        if rest.startswith("<p>"):
            lead, rest = lead + "<p>", rest[3:]
        return before + tag + opening + end + lead + self.signs.before_form(change) + self.signs.who(change) + rest

    def _items(self, pair: Pair, node: Node) -> list[str]:
        blocks = [self.block(part) for part in pair.parts]
        is_numbered = node.kind in ("ordered_list", "footnote_block")
        if not is_numbered or self.view is not View.BOTH or all(p.olds and len(p.news) == 1 for p in pair.parts):
            return blocks
        # A deleted item among the others must not count: each says its number.
        old_at, new_at = (self._first_number(nodes) for nodes in (pair.olds, pair.news))
        out = []
        for part, html in zip(pair.parts, blocks, strict=True):
            number = new_at if part.news else old_at
            if pair.node.kind == "footnote_block":
                number = self._note_number(part)
            out.append(with_attributes(html, "", {"value": str(number)}))
            old_at, new_at = old_at + len(part.olds), new_at + len(part.news)
        return out

    @staticmethod
    def _first_number(nodes: Sequence[Node]) -> int:
        token = nodes[0].token if nodes else None
        return int(token.attrs.get("start", 1)) if token is not None else 1

    def _note_number(self, part: Pair) -> int:
        token = part.node.token
        return self.b.options.first_note + (int(token.meta["id"]) if token is not None else 0)

    # --- tables ---

    def _table(self, pair: Pair) -> str:
        side, node = (self.a, pair.olds[0]) if self.view is View.OLD else (self.b, pair.news[0])
        head, *body = [self._row(row) for row in pair.parts]
        rows = "".join(body)
        body_html = f"<tbody>\n{rows}</tbody>\n" if rows else ""
        return f"{side.opening(node)}<thead>\n{head}</thead>\n{body_html}{side.closing(node)}"

    def _row(self, pair: Pair) -> str:
        if not self._shows(pair.fate):
            return ""
        if pair.fate is Fate.SAME:
            return self.block(pair)
        is_whole = pair.fate in (Fate.DELETED, Fate.INSERTED)
        own = self.a if pair.fate is Fate.DELETED else self.b
        own_cells = [cell.node for cell in pair.parts if is_whole and (cell.olds or cell.news)]
        bearing = [cell for cell in own_cells if self.words_of[own].of(cell)]
        cells = []
        for cell in pair.parts:
            if is_whole and (cell.olds or cell.news):
                html = self._nested(own, cell.node, str(pair.fate), pair.change, bearing)
                kind = "" if cell.fate is pair.fate else str(cell.fate)
                cells.append(with_attributes(html, kind, {}))
            else:
                cells.append(self._cell(cell))
        kind = str(pair.fate) if is_whole else ""
        name = self.signs.id_of(pair.change) if is_whole and not bearing else {}
        return with_attributes("<tr>\n", kind, name) + "".join(cells) + "</tr>\n"

    def _cell(self, cell: Pair) -> str:
        if not self._shows(cell.fate):
            return ""
        if not cell.olds and not cell.news:
            return f'<td class="{cell.fate}"></td>\n'
        if cell.fate in (Fate.DELETED, Fate.INSERTED):
            side = self.a if cell.fate is Fate.DELETED else self.b
            return self._whole(side, cell.node, str(cell.fate), cell.change)
        return self._flow(cell) if cell.runs or cell.formats else self.block(cell)

    # --- words ---

    def _flow(self, pair: Pair) -> str:
        side, nodes = (self.a, pair.olds) if self.view is View.OLD else (self.b, pair.news)
        opening, closing = self._tags(side, nodes[0])
        sign = ""
        if pair.formats:
            was = {"data-was": was_tag(pair.olds[0])} if self.view is View.BOTH else {}
            opening = with_attributes(opening, "reformatted", was)
            if pair.change:
                opening, sign = opening + self.signs.before_form(pair.change), self.signs.who(pair.change)
        words, extra = self._paragraphs(pair, side, nodes)
        last = self._tags(side, nodes[-1])[1] if len(nodes) > 1 else closing
        return opening + words + sign + extra + last

    def _paragraphs(self, pair: Pair, side: Side, nodes: Sequence[Node]) -> tuple[str, str]:
        """Return the words with the borders between paragraphs in them, and what else must be closed at the end."""
        if len(pair.olds) == len(pair.news) == 1:
            return self._phrases(pair, side), ""
        out: list[str] = []
        at, extra = 0, ""
        phrases = self._begin()
        for run in pair.runs:
            shown = run.old if run.state is State.DELETED or self.view is View.OLD else run.new
            if not self._shows(run.state):
                phrases.end(run)
                continue
            for border, piece in cut(run, shown):
                if border:
                    if run.state is not State.SAME:
                        phrases.mark(run)
                    out.append(phrases.take())
                    if run.state is State.DELETED and self.view is View.BOTH:
                        out.append(extra + self._join(nodes[at]))
                        extra = "</p>\n" if self._leaf(nodes[at]).is_tight else extra
                    else:
                        at += 1
                        opening = self._tags(side, nodes[at])[0]
                        closing = self._tags(side, nodes[at - 1])[1]
                        kind = "split" if run.state is State.INSERTED else ""
                        out.append(extra + closing + with_attributes(opening, kind, {}))
                        extra = ""
                if piece:
                    phrases.add(run, piece)
            phrases.end(run)
        out.append(phrases.take())
        return "".join(out), extra

    @staticmethod
    def _leaf(node: Node) -> Node:
        return next(node.leaves())

    def _join(self, node: Node) -> str:
        """Return the border of a paragraph that is gone: what follows belongs to the paragraph before."""
        is_tight = self._leaf(node).is_tight
        if node.kind == "list_item":
            return '</li>\n<li class="joined">' if is_tight else '</p>\n</li>\n<li class="joined">\n<p>'
        return '\n<p class="joined">' if is_tight else '</p>\n<p class="joined">'

    def _tags(self, side: Side, node: Node) -> tuple[str, str]:
        """Return what stands before and after the words of a leaf, or of an item of one paragraph."""
        if node.kind in CODE:
            html = side.whole(node)
            end = html.index(">", html.index("<code")) + 1
            return html[:end], "</code></pre>\n"
        if node.kind == "list_item":
            opening, closing = self._tags(side, node.children[0])
            return side.opening(node) + opening, closing + side.closing(node)
        return side.opening(node), side.closing(node)

    def _begin(self) -> Phrases:
        return Phrases(self.view, self.signs, self.calls)

    def _phrases(self, pair: Pair, side: Side) -> str:
        phrases = self._begin()
        for run in pair.runs:
            if self._shows(run.state):
                phrases.add(run, run.old if run.state is State.DELETED or self.view is View.OLD else run.new)
            phrases.end(run)
        return phrases.take()

    def _wrapped(self, kind: str, words: Sequence[Atom], change: int, *, is_first: bool, is_last: bool) -> str:
        """Return the words of a leaf that is new or gone as a whole."""
        phrases = self._begin()
        state = State.DELETED if kind == "deleted" else State.INSERTED
        run = Run(state, change=change, is_last=is_last)
        phrases.add(run, words, is_first=is_first, is_last=is_last)
        phrases.end(run)
        return phrases.take()


def _rewrapped(html: str, node: Node) -> str:
    return with_attributes(f"<p>{html}</p>\n" if node.is_tight else html, "rewrapped", {})
