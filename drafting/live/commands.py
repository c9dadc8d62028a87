"""What a section's authority is asked, and what it answers: plain values that cross threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drafting.domain.actor import Actor
from drafting.domain.restoration import Restoring


@dataclass(frozen=True, slots=True)
class Batch:
    """Updates made by one browser at one revision: taken whole or not at all."""

    actor: Actor
    section_id: int
    client: str
    n: int
    base: int
    updates: tuple[object, ...]
    """As sent: JSON values, believed in nothing."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Accept, reject or withdraw suggestions (`ids`, `seen`), or undo such a decision (`of`)."""

    actor: Actor
    section_id: int
    client: str
    n: int
    decide: str
    ids: tuple[str, ...] = ()
    seen: Mapping[str, str] = field(default_factory=dict)
    of: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Restoration:
    """Bring back text of an earlier revision (`restored`), as `restoring` says, made at revision `base`.

    No browser sends one: a service makes it from the log (drafting/services/restorations.py).
    """

    actor: Actor
    section_id: int
    client: str
    n: int
    base: int
    restored: int
    restoring: Restoring


Command = Batch | Decision | Restoration


@dataclass(frozen=True, slots=True)
class Applied:
    """The command is in the log, committed."""

    head: int
    is_copy: bool = False
    """Whether it had been applied before, so that its rows are not new."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing happened."""

    why: str
    head: int
    detail: str = ""
    """For the log of the server, not for people."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The actor may not even read the section: nothing is said of it, nothing recorded."""

    is_signed_in: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """The database would not: nothing is decided, the same command may be sent again."""


Outcome = Applied | Refusal | Closed | Failed
