"""Markdown's tokens as HTML: markdown-it's renderer with our footnotes, tables, numbers and inclusive forms."""

from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from drafting.domain import line_numbers, typography

Env = MutableMapping[str, Any]

BACK_TO_TEXT = {"fr": "Retour au texte, appel de note {n}", "en": "Back to the text, note {n}"}
TABLE = {"fr": "Tableau {n}", "en": "Table {n}"}


class Renderer(RendererHTML):
    """markdown-it's renderer with our footnotes, table cells and inclusive forms."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        content = tokens[idx].content
        if not tokens[idx].meta.get("prose"):
            return escapeHtml(content)
        parts, reached = [], 0
        for start, end in typography.whole_words(content):
            parts += [escapeHtml(content[reached:start]), f'<span class="whole">{content[start:end]}</span>']
            reached = end
        return "".join([*parts, escapeHtml(content[reached:])])

    def paragraph_number(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return line_numbers.html_of(tokens[idx], env["language"])

    line_number = paragraph_number

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return self.renderToken(tokens, idx, options, env) + _margin(tokens[idx])

    heading_open = paragraph_open

    def line_break(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return '<br class="line-break">'

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return line_numbers.html_of_code(tokens[idx], super().fence(tokens, idx, options, env), env["language"])

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return line_numbers.html_of_code(tokens[idx], super().code_block(tokens, idx, options, env), env["language"])

    def dead_link(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return ""

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        if not env["options"].table_frames:
            return "<table>\n"
        env["tables"] = n = env.get("tables", 0) + 1
        words = TABLE.get(env["language"], TABLE["en"]).format(n=n)
        return f'<div class="table-frame" role="group" tabindex="0" aria-label="{words}">\n<table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return "</table>\n</div>\n" if env["options"].table_frames else "</table>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        # A header that says nothing heads nothing: the corner of a table is an ordinary cell.
        if not tokens[idx + 1].content:
            return "<td>"
        return f'<th scope="col"{_align(tokens[idx])}>{_margin(tokens[idx])}'

    def th_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return "</th>\n" if tokens[idx - 1].content else "</td>\n"

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return f"<td{_align(tokens[idx])}>{_margin(tokens[idx])}"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        prefix, n = _note(tokens[idx], env)
        again = tokens[idx].meta.get("subId", 0)
        call = f"{prefix}-call-{n}" + (f"-{again}" if again else "")
        return (
            f'<sup class="note-call"><a href="#{prefix}-note-{n}" id="{call}" role="doc-noteref">{n}</a></sup>'
        )

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return f'<div class="notes">\n<ol start="{env["options"].first_note}">\n'

    def footnote_block_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return "</ol>\n</div>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        prefix, n = _note(tokens[idx], env)
        return f'<li id="{prefix}-note-{n}" class="note">'

    def footnote_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        if tokens[idx].meta.get("subId", 0):
            return ""
        prefix, n = _note(tokens[idx], env)
        words = BACK_TO_TEXT.get(env["language"], BACK_TO_TEXT["en"]).format(n=n)
        return (
            f' <a href="#{prefix}-call-{n}" class="note-back" role="doc-backlink" aria-label="{words}">↩\ufe0e</a>'
        )


def _note(token: Token, env: Env) -> tuple[str, int]:
    options = env["options"]
    return options.prefix, options.first_note + int(token.meta["id"])


def _margin(token: Token) -> str:
    """Return the numbers beside a block, where it was given any (numbering.set_margins)."""
    return str(token.meta.get("margin", ""))


def _align(token: Token) -> str:
    # The style attribute that markdown-it writes would be refused by the page's content policy.
    _, _, side = str(token.attrs.get("style", "")).partition("text-align:")
    return f' class="align-{side}"' if side in ("right", "center") else ""
