"""Markdown to HTML: the one function that reading views, comparisons and the export share.

The flavour is CommonMark with tables and footnotes, without raw HTML and without images (an image shows its
alternative text). What comes out has passed an allow-list, so it may be put in a page as it is.
"""

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from typing import Any, cast

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from drafting.domain import line_numbers, typography
from drafting.domain.errors import InvalidInput
from drafting.domain.line_numbers import BlockNumber, Numbering
from drafting.domain.markdown_renderer import Env, Renderer

Attributes = dict[str, set[str]]

MAX_SOURCE = 600_000  # characters; a long congress text has 200,000
MAX_OPENINGS = 20_000  # "[" : an unclosed one makes the parser read on to the paragraph's end, each time anew
MAX_DEPTH = 60  # blocks in blocks; a bulleted list counts two levels
MAX_INLINE_DEPTH = 60
MAX_NOTE_CALLS = 5_000
MAX_HTML = 6_000_000

TAGS = {
    "a", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "id", "class", "role", "aria-label"},
    "div": {"class", "role", "tabindex", "aria-label"}, "sup": {"class"}, "br": {"class"},
    "span": {"class", "id", "data-number", "data-line", "aria-hidden"}, "ol": {"start"},
    "li": {"id", "class"}, "th": {"scope", "class"}, "td": {"class"}, "code": {"class"},
    **{f"h{n}": {"id"} for n in range(1, 7)},
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}

TOO_LONG = "Ce texte est trop long pour être affiché. Répartissez-le en plusieurs sections."
TOO_DEEP = "Ce texte contient trop de listes, de citations ou de marques imbriquées. Simplifiez sa mise en forme."
TOO_MANY_MARKS = "Ce texte contient trop de crochets ou de renvois aux notes. Simplifiez-le ou répartissez-le."

_HALF = re.compile("[\ud800-\udfff]")  # half of a surrogate pair, which a broken paste may leave


class TooComplex(InvalidInput):
    """The text is longer or more deeply nested than can be shown."""


@dataclass(frozen=True)
class Options:
    """How one section's text is shown inside the page around it."""

    prefix: str = "s"
    """Put before every id, so that two sections on a page never share one and none is called `forms`."""
    heading_shift: int = 0
    """The level of the title above the text: with 2, a text's first heading is an h3."""
    first_note: int = 1
    """The number of the first footnote, where numbering continues over sections."""
    typography: bool = True
    table_frames: bool = False
    """On a screen: each table in a frame that scrolls sideways, with a name, which the keyboard reaches."""
    numbering: Numbering | None = None
    """Where lines and paragraphs are numbered: marks at their beginnings, whose numbers the page's CSS shows."""


@dataclass(frozen=True)
class Rendered:
    """A text as HTML, with the number of footnotes it has, for the next section to count on."""

    html: str
    notes: int
    headings: tuple[tuple[int, str, str], ...] = ()
    """Level, id and words of each heading, for a table of contents."""
    blocks: tuple[BlockNumber, ...] = ()
    """Where it is numbered: the numbers at which each block begins."""
    next_line: int = 1
    """Where it is numbered: the first line of the next section."""


def to_html(source: str, *, language: str, options: Options | None = None) -> str:
    """Return the HTML of a Markdown text, safe to put in a page. Raise TooComplex beyond the limits above."""
    return render(source, language=language, options=options).html


def render(source: str, *, language: str, options: Options | None = None) -> Rendered:
    """Like `to_html`, with the number of footnotes."""
    options = options or Options()
    tokens, env = shown(source, language=language, options=options)
    numbered = line_numbers.mark(tokens, line_feeds(source), options.numbering) if options.numbering else None
    clean = cleaned(html_of(tokens, 0, len(tokens), env))
    headings = tuple(
        (int(t.tag[1]), str(t.attrs["id"]), _words(tokens[at + 1].children or []))
        for at, t in enumerate(tokens)
        if t.type == "heading_open"
    )
    notes = len(env.get("footnotes", {}).get("list", {}))
    if numbered is None:
        return Rendered(clean, notes, headings)
    return Rendered(clean, notes, headings, tuple(numbered.blocks), numbered.next_line)


def shown(source: str, *, language: str, options: Options) -> tuple[list[Token], dict[str, Any]]:
    """Return the block tokens of a text as it is shown, whatever they are made into: HTML here, Word in `exports`.

    Headings have their levels and ids, links their targets, prose its typography; footnotes are in the other value.
    """
    tokens, env = prepare(source, language=language, options=options)
    for token in tokens:
        if token.type == "inline":
            typeset(token, env)
    return tokens, env


def prepare(source: str, *, language: str, options: Options) -> tuple[list[Token], dict[str, Any]]:
    """Return the block tokens of a text as they are shown, but not yet typeset, and what their HTML is made with."""
    env: dict[str, Any] = {}
    tokens = parse(source, env)
    _set_headings(tokens, options)
    ids = {"#" + str(t.attrs["id"])[len(options.prefix) + 1 :] for t in tokens if "id" in t.attrs}
    for token in tokens:
        if token.type == "inline":
            _resolve_links(token.children or [], ids, options.prefix)
    env |= {"options": options, "language": language[:2].lower()}
    return tokens, env


def typeset(inline: Token, env: Env) -> None:
    """Set the words of one block in the typography of the language, if the options want it."""
    if env["options"].typography:
        typeset_words(inline.children or [], env["language"])


def html_of(tokens: list[Token], first: int, end: int, env: Env) -> str:
    """Return the HTML of the tokens from `first` to before `end`, not yet passed through `cleaned`."""
    renderer, options, out = cast(Renderer, _PARSER.renderer), _PARSER.options, []
    for at in range(first, end):
        token = tokens[at]
        if token.type == "inline":
            out.append(renderer.renderInline(token.children or [], options, env))
        elif token.type in renderer.rules:
            out.append(renderer.rules[token.type](tokens, at, options, env))
        else:
            out.append(renderer.renderToken(tokens, at, options, env))
    return "".join(out)


def inline_html(children: list[Token], at: int, env: Env) -> str:
    """Return the HTML of one token inside a block."""
    renderer = cast(Renderer, _PARSER.renderer)
    if children[at].type in renderer.rules:
        return str(renderer.rules[children[at].type](children, at, _PARSER.options, env))
    return renderer.renderToken(children, at, _PARSER.options, env)


def cleaned(html: str, *, more_tags: Set[str] = frozenset(), attributes: Attributes | None = None) -> str:
    """Pass HTML through the allow-list. Raise TooComplex if there is more than a page can show.

    `more_tags` and `attributes` are what the redline needs besides.
    """
    if len(html) > MAX_HTML:
        raise TooComplex(TOO_LONG)
    return nh3.clean(
        html, tags=TAGS | more_tags, attributes=attributes or ATTRIBUTES, url_schemes=SCHEMES, link_rel=None
    )


def parse(source: str, env: dict[str, Any] | None = None) -> list[Token]:
    """Return markdown-it's block tokens of a text, images replaced by their alternative text, within limits."""
    source = line_feeds(unicodedata.normalize("NFC", source))
    source = _HALF.sub("\ufffd", source)
    if len(source) > MAX_SOURCE:
        raise TooComplex(TOO_LONG)
    if source.count("[") > MAX_OPENINGS:
        raise TooComplex(TOO_MANY_MARKS)
    try:
        tokens = _PARSER.parse(source, {} if env is None else env)
    except RecursionError:
        raise TooComplex(TOO_DEEP) from None
    calls = 0
    for token in tokens:
        if token.level >= MAX_DEPTH:
            raise TooComplex(TOO_DEEP)
        for child in token.children or ():
            calls += child.type == "footnote_ref"
            if child.level >= MAX_INLINE_DEPTH:
                raise TooComplex(TOO_DEEP)
    if calls > MAX_NOTE_CALLS:
        raise TooComplex(TOO_MANY_MARKS)
    return tokens


def line_feeds(source: str) -> str:
    """Return the text with line feeds only."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


def is_safe_link(url: str) -> bool:
    """Tell whether a link may be followed: http, https, mailto, tel, or a place in the same page."""
    bare = "".join(c for c in url if not unicodedata.category(c).startswith(("C", "Z")))
    if bare != url.strip():
        return False
    scheme, colon, rest = bare.partition(":")
    return bare.startswith("#") or bool(colon and rest and scheme.lower() in SCHEMES)


def _words(children: list[Token]) -> str:
    return "".join(c.content or (" " if c.type in ("softbreak", "hardbreak") else "") for c in children)


def _image_as_text(state: Any) -> None:
    # No picture is fetched or shown; what it says in words stays.
    for block in state.tokens:
        for at, token in enumerate(block.children or ()):
            if token.type == "image":
                words = "".join(c.content for c in token.children or () if c.type in ("text", "code_inline"))
                block.children[at] = Token("text", "", 0, content=words, level=token.level)


def _set_headings(tokens: list[Token], options: Options) -> None:
    """Give headings ids and levels that never skip one: PDF/UA and screen readers ask for both."""
    above: list[int] = []
    used: set[str] = set()
    for at, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        level = int(token.tag[1])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        depth = len(above) if options.heading_shift or len(above) > 1 else level
        if not options.heading_shift and len(above) > 1:
            depth = above[0] + len(above) - 1
        token.tag = tokens[at + 2].tag = f"h{min(6, options.heading_shift + depth)}"
        token.attrs["id"] = f"{options.prefix}-{_slug(tokens[at + 1].content, used)}"


def _slug(text: str, used: set[str]) -> str:
    spelt = text.lower().replace("œ", "oe").replace("æ", "ae")
    folded = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60] or "titre"
    slug, n = base, 1
    while slug in used:
        n += 1
        slug = f"{base}-{n}"
    used.add(slug)
    return slug


def _resolve_links(children: list[Token], ids: set[str], prefix: str) -> None:
    """Point in-page links at this section's own ids; one that leads nowhere becomes plain text."""
    dead = 0
    for token in children:
        href = str(token.attrs.get("href", "")) if token.type == "link_open" else ""
        if href.startswith("#"):
            if href in ids:
                token.attrs["href"] = f"#{prefix}-{href[1:]}"
            else:
                token.type, dead = "dead_link", dead + 1
        elif token.type == "link_close" and dead:
            token.type, dead = "dead_link", dead - 1


def typeset_words(children: list[Token], language: str) -> None:
    """Set the prose of one paragraph as a whole; code, links and note calls are left as they are."""
    runs: list[str | None] = []
    places: list[Token | None] = []
    in_link = 0
    for token in children:
        in_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not in_link:
            runs.append(token.content)
            places.append(token)
        elif token.type in ("softbreak", "hardbreak"):
            runs.append("\n")
            places.append(None)
        elif token.type in ("text", "code_inline", "footnote_ref"):
            runs.append(None)
            places.append(None)
    for place, text in zip(places, typography.typeset_runs(runs, language=language), strict=True):
        if place is not None:
            place.content = text
            place.meta["prose"] = True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}, renderer_cls=Renderer)
    parser.enable("table").use(footnote_plugin)
    parser.core.ruler.push("image_as_text", _image_as_text)
    # The plugin registers its own rules for footnotes over the renderer's methods.
    renderer = cast(Renderer, parser.renderer)
    for name in [n for n in renderer.rules if n.startswith("footnote")]:
        renderer.rules[name] = getattr(renderer, name, renderer.rules[name])
    parser.validateLink = is_safe_link  # type: ignore[method-assign]
    return parser


_PARSER = _parser()
