"""Words without marks, each with its owner."""

from drafting.domain.authored import authored_lines

SOURCE = """## L’œuvre *commune*

Un **mot** de trop[^1] 😀 &amp; un autre.

- premier
- second

| A | B |
| - | - |
| un | deux |

> Rien sans nous.

[^1]: La source.
"""


def shown(cuts: list[tuple[str, str]]) -> list[str]:
    return [
        f"{line.kind.value}/{line.depth}: " + "".join(f"<{owner or ''}>{text}" for text, owner in line.stretches)
        for line in authored_lines("".join(text for text, _ in cuts), cuts)
    ]


def test_every_word_has_its_owner_and_no_mark_is_shown() -> None:
    at = SOURCE.index("de trop")
    second = SOURCE.index("second")

    lines = shown([(SOURCE[:at], "A"), (SOURCE[at:second], "B"), (SOURCE[second:], "A")])

    assert lines[0] == "heading/0: <A>L’œuvre <A>commune"
    assert lines[1].startswith("paragraph/0: <A>Un <A>mot<A> <B>de trop<B>[1]")
    assert lines[2:4] == ["item/0: <B>premier", "item/0: <A>second"]
    assert lines[4:6] == ["row/0: <A>A<> | <A>B", "row/0: <A>un<> | <A>deux"]
    assert lines[6:] == ["quote/0: <A>Rien sans nous.", "note/0: <A>La source."]


def test_the_words_are_those_of_the_text_whatever_the_cuts() -> None:
    whole = [line.stretches for line in authored_lines(SOURCE, [(SOURCE, "A")])]
    words = ["".join(text for text, _ in stretches) for stretches in whole]

    for cut in range(0, len(SOURCE), 7):
        lines = authored_lines(SOURCE, [(SOURCE[:cut], "A"), (SOURCE[cut:], "B")])
        assert ["".join(text for text, _ in line.stretches) for line in lines] == words


def test_an_empty_text_has_no_lines() -> None:
    assert authored_lines("", []) == []
