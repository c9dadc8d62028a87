"""Parts of what is due, each by itself: one that fails does not keep the others from what is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from drafting.extensions import db


def each(parts: Iterable[Callable[[], int]]) -> list[int]:
    """Do every part; return what each counted. Raise ExceptionGroup of those that failed, after all are done."""
    counts: list[int] = []
    failures: list[Exception] = []
    for part in parts:
        try:
            counts.append(part())
        except Exception as failure:
            db.session.rollback()
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Some of what was due failed; the rest is done.", failures)
    return counts
