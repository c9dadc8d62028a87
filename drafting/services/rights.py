"""Changes of rights: open pages feel them at once, not at their next turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drafting.extensions import db, transaction
from drafting.live.house import house_of


@contextmanager
def changing_rights() -> Iterator[Any]:
    """Run one service call in one transaction, then have the rights of open pages asked for again.

    Other processes ask within a few seconds by themselves.
    """
    with transaction() as session:
        yield session
    house_of(db.engine).check_soon()
