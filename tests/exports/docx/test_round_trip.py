"""A text goes to Word and comes back: the same words, the same structure, whatever is in it."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from drafting.domain import markdown
from exports.docx import reading, writing
from exports.docx.origin import Origin
from exports.manuscript import Section
from tests.exports import samples

TEXTS = Path(markdown.__file__).parents[1] / "demonstration" / "texts"
ORIGIN = Origin("papier", "v-un", ())
WORDS = (
    "œuvre", "l’été", "d'un", "«", "»", "travailleurs·ses", "🙂", "12 000", "*", "_", "[x]", "#", "1.", "-", "a|b",
    "<b>", "&amp;", "`c`", "**g**", "*i*", "[l](https://exemple.example)", ":", "?", "n° 3", "\\", "~", "!",
)  # fmt: skip
CHUNKS, TEXTS_A_CHUNK = 4, 12


def there_and_back(text: str) -> str:
    manuscript = replace(samples.french(1), sections=(Section(1, "Œuvre", text, "FEX"),))
    [section] = reading.read(writing.render(manuscript, ORIGIN)).sections
    assert section.title == "Œuvre"
    return section.text


def shown(text: str) -> tuple[str, list[str]]:
    """The words that a reader sees, and the elements that hold them."""
    html = re.sub(r"<a [^>]*note-back.*?</a>", "", markdown.to_html(text, language="fr"))
    bare = re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").replace("\u00a0", " ").replace("\u202f", " ")
    elements = re.findall(r"<(h\d|li|ol|ul|table|tr|th|td|blockquote|strong|em|code|sup)\b", html)
    return " ".join(bare.split()), elements


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.now.md")), ids=lambda path: path.stem)
def test_a_text_of_the_demonstration_comes_back_as_it_was(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert shown(there_and_back(text)) == shown(text)


def made_up(chance: random.Random) -> str:
    """A text of a few blocks of any kind."""

    def words() -> str:
        return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 10)))

    def block() -> str:
        cell = words().replace("|", "")
        return chance.choice([
            words(), f"- {words()}\n- {words()}", f"1. {words()}\n2. {words()}", f"> {words()}", f"## {words()}",
            f"| {cell} | b |\n|---|---|\n| c | {cell} |",
        ])

    return "\n\n".join(block() for _ in range(chance.randint(1, 6)))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_made_up_texts_come_back_with_the_same_words(chunk: int) -> None:
    chance = random.Random(chunk)
    for _ in range(TEXTS_A_CHUNK):
        text = "Début\n\n" + made_up(chance)

        assert shown(there_and_back(text))[0] == shown(text)[0], text
