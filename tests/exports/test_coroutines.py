"""Coroutines are finished wherever they are called, also inside a running event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from exports.coroutines import finish


async def answer(value: str) -> str:
    await asyncio.sleep(0)
    if not value:
        raise ValueError("rien · é")
    return value


def inside(value: str) -> str:
    """Finish it in a thread whose event loop is running."""

    async def call() -> str:
        return finish(answer(value))

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(call())).result()


def test_a_coroutine_is_finished_with_and_without_a_running_loop() -> None:
    assert finish(answer("été")) == "été"
    assert inside("œuvre 🙂") == "œuvre 🙂"


def test_what_it_raises_is_raised() -> None:
    for call in (lambda: finish(answer("")), lambda: inside("")):
        with pytest.raises(ValueError, match="rien · é"):
            call()
