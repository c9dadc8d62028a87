"""The block tree of a text, and how long a text is."""

import pytest

from drafting.domain.blocks import Block, Kind, Span, blocks, count, plain_text

SOURCE = """# Œuvre

Les **travailleurs·ses** *et* [l’OIT](https://oit.org) : `code`[^1].

- un
- deux

  1. trois

| Année | € |
|---|---|
| 2025 | 109 |

> « cité » 🙂

[^1]: Une source ; page 3.
"""


def test_a_text_becomes_blocks_in_order() -> None:
    tree = blocks(SOURCE)

    assert [b.kind for b in tree] == [
        Kind.HEADING, Kind.PARAGRAPH, Kind.BULLETS, Kind.TABLE, Kind.QUOTE, Kind.NOTE,
    ]  # fmt: skip
    assert tree[0] == Block(Kind.HEADING, (Span("Œuvre"),), level=1, lines=(0, 1))
    assert Span("travailleurs·ses", frozenset({"strong"})) in tree[1].spans
    assert Span("l’OIT", link="https://oit.org") in tree[1].spans
    assert Span("", note=1) in tree[1].spans
    assert [row.kind for row in tree[3].blocks] == [Kind.ROW, Kind.ROW]
    assert tree[5].level == 1


def test_plain_text_is_what_is_read() -> None:
    assert plain_text(SOURCE) == (
        "Œuvre\nLes travailleurs·ses et l’OIT : code.\nun\ndeux\ntrois\nAnnée\t€\n2025\t109\n« cité » 🙂\n"
        "Une source ; page 3."
    )
    assert not plain_text(SOURCE, notes=False).endswith("3.")


@pytest.mark.parametrize(
    ("source", "words", "characters"),
    [
        ("", 0, 0),
        ("Un mot ; deux !", 3, 15),
        ("**travailleurs·ses** et l’OIT", 3, 25),
        ("# Titre\n\n- un\n- deux", 3, 11),
        ("[lien](https://oit.org/tres/long)", 1, 4),
        ("109 000 €", 2, 9),
        ("été 🙂", 1, 5),
    ],
)
def test_words_and_characters_are_counted_as_read(source: str, words: int, characters: int) -> None:
    counted = count(source)

    assert (counted.words, counted.characters) == (words, characters)


def test_notes_can_be_left_out_of_the_count() -> None:
    assert count("Mot[^1].\n\n[^1]: trois mots ici").words == 4
    assert count("Mot[^1].\n\n[^1]: trois mots ici", notes=False).words == 1
