"""The frames that the server sends (drafting/live/protocol.py says what they mean)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from drafting.domain.tracking import SectionState, digest_of
from drafting.live.access import Access
from drafting.live.log import LogRow, Reader
from drafting.live.protocol import compact
from drafting.models import Organisation, Person


class Frame:
    """A message ready to be sent; the transport keeps its bytes in `wire`, made once for all who receive it."""

    __slots__ = ("text", "wire")

    def __init__(self, message: dict[str, Any]) -> None:
        self.text = compact(message)
        self.wire: bytes | None = None


Names = dict[str, dict[str, Any]]
"""`people` and `organisations`, as the protocol has them."""


def names_of(reader: Reader, people: Iterable[int], organisations: Iterable[int]) -> Names:
    """Return how people are called, and their organisations' acronym, name and colour."""
    found = reader.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(set(people)))))
    names = {str(one.id): one.name for one in found}
    bodies = reader.execute(
        select(Organisation.id, Organisation.acronym, Organisation.name, Organisation.colour).where(
            Organisation.id.in_(sorted(set(organisations)))
        )
    )
    about = {
        str(one.id): {"acronym": one.acronym, "name": one.name, "colour": one.colour} for one in bodies
    }
    return {"people": names, "organisations": about}


def ids_in(state: SectionState) -> tuple[set[int], set[int]]:
    """Return the people and the organisations that a state speaks of."""
    people = {run.author for run in state.runs} | {one.author for one in state.suggestions.values()}
    bodies = {run.organisation for run in state.runs} | {one.organisation for one in state.suggestions.values()}
    return people, bodies


def rights(access: Access) -> dict[str, Any]:
    """Return the fields that say what one may do."""
    return {"may": access.right.value, "decides": access.decides, "stage": access.stage.value}


def state_frame(section: str, state: SectionState, access: Access, names: Names) -> Frame:
    """Return the whole section, with its digest."""
    whole = state.to_json()
    message = {"type": "state", "section": section, **whole, "digest": digest_of(state, whole["runs"])}
    return Frame({**message, **rights(access), **names})


def opened_frame(section: str, revision: int, digest: str, access: Access, names: Names) -> Frame:
    """Return the end of a tail."""
    message = {"type": "opened", "section": section, "revision": revision, "digest": digest}
    return Frame({**message, **rights(access), **names})


def rows_frame(
    section: str, rows: Sequence[LogRow], *, digest: str | None = None, names: Names | None = None
) -> Frame:
    """Return rows of the log."""
    message: dict[str, Any] = {
        "type": "rows",
        "section": section,
        "rows": [one.to_json() for one in rows],
        "head": rows[-1].row.revision,
    }
    if digest is not None:
        message["digest"] = digest
    return Frame({**message, **(names or {})})


def may_frame(section: str, access: Access) -> Frame:
    """Return a change of rights."""
    return Frame({"type": "may", "section": section, **rights(access)})


def closed_frame(section: str) -> Frame:
    """Return the answer for what does not exist or may not be read."""
    return Frame({"type": "closed", "section": section, "why": "not_found"})


def applied_frame(section: str, client: str, n: int, head: int) -> Frame:
    """Return the answer to a copy of what was applied."""
    return Frame({"type": "applied", "section": section, "client": client, "n": n, "head": head})


def refused_frame(section: str, client: str, n: int, why: str, head: int | None) -> Frame:
    """Return a refusal."""
    message = {"type": "refused", "section": section, "client": client, "refused": n, "why": why}
    return Frame(message if head is None else {**message, "head": head})


def goodbye_frame(why: str) -> Frame:
    """Return the last frame of a socket."""
    return Frame({"type": "goodbye", "why": why})
