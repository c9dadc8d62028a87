"""Random tampering with a sealed file: it is never taken for the published one, and reading it never fails."""

from __future__ import annotations

import os
import random

from exports.credentials import der
from exports.verification import verify
from tests.exports import seals
from tests.exports.seals import NOW, Shelf, published_file, sealed_pdf
from tests.exports.test_signing import byte_range

ROUNDS = 20_000 if os.environ.get("FUZZ") == "long" else 300
WORDS = [b"/ByteRange", b"/Contents", b"/V", b"/Prev", b"obj", b"endobj", b"startxref", b"%%EOF", b"<<", b">>", b"\0"]


def tamper(pdf: bytes, chance: random.Random) -> bytes:
    """Do one to three random things to the file."""
    for _ in range(chance.randint(1, 3)):
        a, b = sorted(chance.randrange(len(pdf)) for _ in range(2))
        match chance.randrange(7):
            case 0:
                pdf = pdf[:a] + bytes([pdf[a] ^ (1 << chance.randrange(8))]) + pdf[a + 1 :]
            case 1:
                pdf = pdf[:a] + chance.randbytes(chance.randint(1, 40)) + pdf[a:]
            case 2:
                pdf = pdf[:a] + pdf[min(b, a + 200) :]
            case 3:
                pdf = pdf[:a] + pdf[a : a + 300] + pdf[a:]
            case 4:
                pdf = pdf + chance.choice([chance.randbytes(30), pdf[a:b], b"\n%%EOF\n", b"\0" * 9])
            case 5:
                pdf = pdf[: max(a, 10)]
            case _:
                word = chance.choice(WORDS)
                pdf = pdf.replace(word, chance.choice(WORDS), chance.randint(1, 3))
    return pdf


def test_random_tampering_is_never_authentic() -> None:
    seed = int(os.environ.get("FUZZ_SEED", "20250210"))
    chance = random.Random(seed)
    original, trusted = sealed_pdf(), [der(seals.authority().certificate)]
    _, gap, after, _ = byte_range(original)
    shelf = Shelf(published_file(original))

    for number in range(ROUNDS):
        tampered = tamper(original, chance)
        if tampered == original:
            continue
        verdict = verify(tampered, published=shelf, trusted=trusted, at=NOW)
        told = f"seed {seed}, round {number}"
        assert not verdict.is_authentic, told
        assert verdict.published is None, told
        covered_is_same = tampered[:gap] == original[:gap] and tampered[after:] == original[after:]
        assert covered_is_same or not (verdict.intact and verdict.valid), told
