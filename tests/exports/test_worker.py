"""The guarded worker: what it makes, what it refuses, and that a bad document harms no other."""

import os
import threading
import time
from dataclasses import replace

import pytest

from exports import pdf, worker
from exports.confinement import Limits
from exports.manuscript import Manuscript, Section
from tests.exports import samples

FEW = Limits(memory_bytes=600_000_000, cpu_s=4, wall_s=30)


def with_text(text: str) -> Manuscript:
    return replace(samples.french(1), sections=(Section(1, "Œuvre", text),))


def test_a_document_from_the_worker_is_the_document() -> None:
    assert worker.render(samples.french(2)) == pdf.render(samples.french(2))


def test_progress_is_told_while_it_works() -> None:
    told: list[tuple[str, int]] = []

    worker.render(samples.french(2), on_progress=lambda step, n: told.append((step, n)))

    assert told[0] == ("layout", 1)
    assert [step for step, _ in told[-2:]] == ["fonts", "writing"]


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n" + "| é | œ |\n" * 20_000,
        " ".join(f"é[^{n}]" for n in range(3000)) + "\n\n" + "".join(f"[^{n}]: note {n}\n\n" for n in range(3000)),
        "[^1]" * 4_900 + "\n\n[^1]: é",
    ],
    ids=["20,000 rows", "3,000 footnotes", "footnote calls"],
)
def test_a_document_that_would_take_for_ever_is_ended(text: str) -> None:
    started = time.monotonic()

    with pytest.raises(worker.TooMuch):
        worker.render(with_text(text), limits=FEW)

    assert time.monotonic() - started < 120


def test_texts_beyond_the_limits_are_refused_in_plain_words() -> None:
    with pytest.raises(worker.TooMuch, match="Ce texte"):
        worker.render(with_text("[^1]" * 20_000 + "\n\n[^1]: é"))


def test_quotations_within_quotations_are_laid_out() -> None:
    assert worker.render(with_text(">" * 50 + " profond"), limits=FEW).startswith(b"%PDF")


def test_a_word_without_end_is_laid_out() -> None:
    assert worker.render(with_text("a" * 300_000)).startswith(b"%PDF")


def test_too_little_memory_is_too_much() -> None:
    with pytest.raises(worker.TooMuch):
        worker.render(samples.french(80), limits=Limits(memory_bytes=20_000_000))


def test_the_clock_on_the_wall_ends_it_too() -> None:
    with pytest.raises(worker.TimedOut):
        worker.render(with_text("| a | b |\n|---|---|\n" + "| é | œ |\n" * 20_000), limits=Limits(cpu_s=60, wall_s=1))


def test_a_crash_is_told_and_the_next_document_is_made() -> None:
    with pytest.raises(worker.Crashed):
        worker.run("exports.frames:nothing")

    assert worker.render(with_text("Après · 🙂")).startswith(b"%PDF")


def test_only_our_own_functions_are_called() -> None:
    with pytest.raises(worker.Crashed, match="not one of ours"):
        worker.run("os:getcwd")


def test_documents_are_made_side_by_side_from_threads() -> None:
    made: dict[int, bytes] = {}

    def one(n: int) -> None:
        made[n] = worker.render(with_text(f"Texte numéro {n}"))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made.values())) == 6


def test_a_dead_warm_parent_is_started_again() -> None:
    worker.render(with_text("avant"))
    process = worker._parent.process
    assert process is not None
    os.kill(process.pid, 9)
    process.wait()

    assert worker.render(with_text("après")).startswith(b"%PDF")
