"""Every French text of the product has its English, and none is left over.

Python and templates: msgids are extracted with Babel, translations are drafting/translations/en/*.po.
Browser code: static/js/words/fr and en, whose modules have the same keys.
"""

from __future__ import annotations

import ast
import json
import re
import string
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
KEYWORDS = {
    **DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "_n": (1, 2), "_ln": (1, 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false", "encoding": "utf-8"}}


@cache
def used() -> dict[str | tuple[str, ...], str]:
    """Return each msgid with the place of its first use."""
    found: dict[str | tuple[str, ...], str] = {}
    for folder in ("drafting", "exports", "templates"):
        for name, line, message, _comments, _context in extract_from_dir(
            ROOT / folder, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS
        ):
            found.setdefault(message, f"{folder}/{name}:{line}")
    return found


@cache
def constants() -> set[str]:
    """Return each string of the Python source: the domain's texts are translated where they are shown."""
    found: set[str] = set()
    for folder in ("drafting", "exports"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)
                      and isinstance(node.value, str)}
    return found


@cache
def translated() -> list[tuple[str, Message]]:
    """Return each translation with the name of its file."""
    found = []
    for path in sorted((ROOT / "drafting/translations/en").glob("*.po")):
        with path.open("rb") as file:
            found += [(path.name, message) for message in read_po(file, locale="en", abort_invalid=True) if message.id]
    return found


def ids(message: Message) -> tuple[str, ...]:
    """Return a message's French, singular and plural."""
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def strings(message: Message) -> list[str]:
    """Return the translations of a message, singular and plural."""
    return list(message.string) if isinstance(message.string, (tuple, list)) else [str(message.string or "")]


def placeholders(text: str) -> Counter[str]:
    """Return the named places of a message, as %(name)s or {name}."""
    percent = re.findall(r"%\((\w+)\)[sd]", text)
    braces = [name for _, name, _, _ in string.Formatter().parse(text) if name] if "{" in text else []
    return Counter(percent + braces)


def test_the_extraction_finds_python_and_templates() -> None:
    places = {place.rpartition(":")[0].rpartition(".")[2] for place in used().values()}

    assert places == {"py", "html"}
    assert "Se connecter" in used()


def test_every_french_text_has_its_english() -> None:
    known = {message.id for _, message in translated()}

    missing = {message: place for message, place in used().items() if message not in known}

    assert missing == {}


def test_no_translation_is_left_over() -> None:
    stale = [
        (name, message.id) for name, message in translated()
        if message.id not in used() and not set(ids(message)) <= constants()
    ]

    assert stale == []


def test_a_text_that_two_areas_share_is_translated_alike() -> None:
    ways: dict[object, set[tuple[str, ...]]] = {}
    for _, message in translated():
        ways.setdefault(message.id, set()).add(tuple(strings(message)))

    assert {message: both for message, both in ways.items() if len(both) > 1} == {}


def test_no_translation_is_empty_or_doubtful() -> None:
    assert [message.id for _, message in translated() if not all(strings(message)) or message.fuzzy] == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    different = []
    for _, message in translated():
        wanted = placeholders(ids(message)[-1])
        singular_may_leave_out = len(ids(message)) > 1
        for text in strings(message):
            got = placeholders(text)
            if got != wanted and not (singular_may_leave_out and got <= wanted):
                different.append((message.id, text))

    assert different == []


# Before ; ? ! and inside « » a no-break space, before : too; no straight apostrophe.
LOOSE = re.compile(r"[^\s\u00a0\u202f(][;?!:](?=\s|$)| [;?!:»](?=\s|$)|« |'")


def test_french_punctuation_is_kept_to_its_word() -> None:
    wrong = [
        (place, text) for message, place in used().items()
        for text in (message if isinstance(message, tuple) else (message,)) if LOOSE.search(text)
    ]

    assert wrong == []


WORDS = ROOT / "static/js/words"
AREAS = sorted(path.name for path in (WORDS / "fr").glob("*.js"))


@cache
def browser_words() -> dict[str, dict[str, object]]:
    """Return the words of each module, as the browser reads them, by language and area: "fr/live.js"."""
    program = """
      const all = {};
      for (const path of process.argv.slice(1)) {
        all[path.split("/").slice(-2).join("/")] = (await import(path)).words;
      }
      console.log(JSON.stringify(all, (key, value) => typeof value === "function" ? {function: true} : value));
    """
    paths = map(str, sorted(WORDS.glob("*/*.js")))
    done = subprocess.run(
        [sys.executable, "tools/node.py", "node", "--input-type=module", "-e", program, "--", *paths],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )
    return json.loads(done.stdout)


def leaves(value: object, path: str = "") -> dict[str, str]:
    """Return the texts of a tree of words by their path."""
    if isinstance(value, dict) and "function" in value:
        return {path: "function"}  # A sentence that counts: only that both languages have it can be told.
    if isinstance(value, dict):
        return {k: v for key, inner in value.items() for k, v in leaves(inner, f"{path}.{key}").items()}
    return {path: str(value)}


def test_browser_words_have_the_same_areas_in_both_languages() -> None:
    assert sorted(browser_words()) == sorted(f"{language}/{area}" for language in ("fr", "en") for area in AREAS)


@pytest.mark.parametrize("area", AREAS)
def test_browser_words_are_the_same_in_both_languages(area: str) -> None:
    french, english = leaves(browser_words()[f"fr/{area}"]), leaves(browser_words()[f"en/{area}"])

    assert len(french) > 2
    assert sorted(french) == sorted(english)
    assert [key for key in french if placeholders(french[key]) != placeholders(english[key])] == []
    assert [key for key in french if not french[key].strip() or not english[key].strip()] == []
    assert [key for key in french if LOOSE.search(french[key])] == []
