"""What is seen in a signature's field, drawn by several threads at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from exports import appearance
from exports.appearance import draw

LINES = ["Secrétaire générale · CET", "« L’œuvre commune » 🙂"]


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_threads")
def test_the_first_who_sign_may_do_so_at_once() -> None:
    at_once = Barrier(4)

    def drawn(_: int) -> bytes:
        at_once.wait()
        return draw(LINES, 200, 50)

    appearance._face.cache_clear()
    with ThreadPoolExecutor(4) as threads:
        first, *others = threads.map(drawn, range(4))

    assert first.count(b" cm") > 20
    assert set(others) == {first}


def test_a_space_that_does_not_break_is_as_wide_as_another() -> None:
    plain, unbroken = "Scellé le 27 novembre, 2 h 41", "Scellé le 27\u00a0novembre, 2\u202fh\u00a041"

    assert draw([unbroken], 200, 50) == draw([plain], 200, 50)
