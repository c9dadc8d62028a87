"""How many suggestions wait for a decision: for tabs and the dashboard, which open no text."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from drafting.domain.rows import UNDO
from drafting.extensions import db
from drafting.models import Update


def count_open(section_ids: Sequence[int]) -> dict[int, int]:
    """Return how many suggestions are open in each of some sections, without reading any text."""
    open_ids: dict[int, set[str]] = {id: set() for id in section_ids}
    proposed = db.session.execute(
        select(Update.section_id, Update.suggestion)
        .where(Update.section_id.in_(section_ids), Update.suggestion.is_not(None))
        .distinct()
    )
    for section_id, id in proposed:
        if id is not None:
            open_ids[section_id].add(id)
    decided = db.session.execute(
        select(Update.section_id, Update.decide, Update.ids)
        .where(Update.section_id.in_(section_ids), Update.decide.is_not(None))
        .order_by(Update.section_id, Update.revision)
    )
    for section_id, decide, ids in decided:
        if decide == UNDO:
            open_ids[section_id].update(ids)
        else:
            open_ids[section_id].difference_update(ids)
    return {section_id: len(ids) for section_id, ids in open_ids.items()}
