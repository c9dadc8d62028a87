"""How one text becomes another: always exactly, and as somebody would write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.demonstration.writing import Piece, align, blocks_of, choose, edits, pieces, replacement, text_at

PROSE = st.text(st.sampled_from("ab éœ’·🙂.\n| -"), max_size=60)


def _apply(text, found):
    for piece in found:
        text = text[: piece.start] + piece.text + text[piece.end :]
    return text


@settings(max_examples=300, deadline=None)
@given(PROSE, PROSE)
def test_the_edits_always_end_on_the_next_text(a, b):
    assert _apply(a, edits(a, b)) == b


@settings(max_examples=100, deadline=None)
@given(PROSE, PROSE)
def test_taking_every_slot_ends_on_the_new_state(a, b):
    slots = align(a, b)

    chosen = choose(slots, (), None)

    assert blocks_of(text_at(slots, chosen)) == blocks_of(b)
    assert blocks_of(text_at(slots, ())) == blocks_of(a)


def test_a_new_paragraph_is_written_sentence_by_sentence():
    found = edits("Début.\n\nFin.", "Début.\n\nUne œuvre. Un cœur 🙂 !\n\nFin.")

    assert [piece.text for piece in found] == ["Une œuvre. ", "Un cœur 🙂 !\n\n"]


def test_a_paragraph_is_split_with_one_key():
    found = edits("Une phrase. Une autre.", "Une phrase.\n\nUne autre.")

    assert [(piece.start, piece.end, piece.text) for piece in found] == [(11, 12, "\n\n")]


def test_a_new_list_item_is_a_whole_line():
    found = edits("- un\n- trois", "- un\n- deux\n- trois")

    assert [piece.text for piece in found] == ["- deux\n"]


def test_a_tables_head_is_written_with_the_line_below_it():
    found = edits("", "| A | B |\n| --- | --- |\n| 1 | 2 |")

    assert [piece.text for piece in found] == ["| A | B |\n| --- | --- |\n", "| 1 | 2 |"]


def test_a_footnote_is_written_with_the_block_that_calls_it():
    slots = align("", "Un[^a].\n\nDeux[^b].\n\n[^a]: A.\n\n[^b]: B.")

    chosen = choose(slots, (), (1,))

    assert text_at(slots, chosen) == "Deux[^b].\n\n[^b]: B."
    assert [b for _, b in pieces(slots, (), chosen)][-1] == text_at(slots, chosen)


@pytest.mark.parametrize(("a", "b", "expected"), [
    ("dans un vestiaire.", "dans un vestiaire ou sur un chantier.", Piece(17, 17, " ou sur un chantier")),
    ("une langue claire", "une langue sans jargon", Piece(11, 17, "sans jargon")),
    ("l’été dernier 😀", "l’étude dernière 😀", Piece(2, 13, "étude dernière")),
    ("Il ne coûte rien à personne.", "Il ne coûte rien.", Piece(16, 27, "")),
    ("- un ;\n- deux", "- un ;\n- né ;\n- deux", Piece(7, 7, "- né ;\n")),
])  # fmt: skip
def test_a_replacement_is_of_whole_words_and_leads_to_the_new_text(a, b, expected):
    piece = replacement(a, b)

    assert a[: piece.start] + piece.text + a[piece.end :] == b
    assert piece == expected
