"""The tape of identities, held against a plain list of numbers."""

from __future__ import annotations

import random

import pytest

from drafting.domain.runs import Run
from drafting.domain.tape import CHUNK, Piece, Tape, joined, side_by_side, split, take


def numbers(pieces) -> list[int]:
    return [one for piece in pieces for one in range(piece.first, piece.first + piece.length)]


@pytest.mark.parametrize("seed", range(20))
def test_a_tape_of_many_chunks_follows_random_edits_as_a_plain_list_does(seed: int) -> None:
    chance = random.Random(seed)
    tape, plain, following = Tape(50), list(range(50)), 100
    for n in range(1_500):
        at = chance.randint(0, len(plain))
        length = min(chance.choice([0, 0, 0, 1, 2, 9]), len(plain) - at)
        if n % 500 == 400:
            length = (len(plain) - at) // 2
        size = chance.choice([0, 1, 4, 9])
        gone = tape.replace(at, length, [Piece(following, size)] if size else [])

        assert numbers(gone) == plain[at : at + length]
        plain[at : at + length] = range(following, following + size)
        following += size + chance.randint(0, 1)

    pieces = list(tape)
    assert numbers(pieces) == plain
    assert len(tape._chunks) > 1
    assert max(len(chunk) for chunk in tape._chunks) <= 2 * CHUNK


def test_typing_on_is_one_piece() -> None:
    tape = Tape(0)
    for n in range(500):
        tape.replace(n, 0, [Piece(10 + n, 1)])

    assert list(tape) == [Piece(10, 500)]


def test_units_are_taken_off_the_front() -> None:
    pieces = [Piece(0, 3), Piece(9, 4)]

    assert take(pieces, 5) == [Piece(0, 3), Piece(9, 2)]
    assert take(pieces, 5) == [Piece(11, 2)]
    assert pieces == []


def test_pieces_are_cut_where_other_stretches_begin() -> None:
    assert list(split([0, 4, 7], Piece(2, 6))) == [(0, 2), (1, 3), (2, 1)]
    runs = [Run(2, 1, 10), Run(5, 2, 20)]
    assert list(side_by_side([Piece(0, 3), Piece(8, 4)], runs)) == [
        (Piece(0, 2), runs[0]), (Piece(2, 1), runs[1]), (Piece(8, 4), runs[1])]
    assert joined([Piece(0, 2), Piece(2, 1), Piece(4, 1)]) == [Piece(0, 3), Piece(4, 1)]
