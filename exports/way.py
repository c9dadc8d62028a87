"""How far a version is on its way from adopted to public, and who is waited for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drafting.domain.actor import Actor
from drafting.domain.permissions import Action, may
from drafting.domain.signing import SignatoryState
from drafting.models import Contribution, File, Signatory, Version
from drafting.services.access import standing_in
from drafting.services.rounds import is_rejected
from drafting.services.versions import versions_of
from exports import files, signings


@dataclass(frozen=True)
class Way:
    """Where a version is. What is not there yet is None or empty."""

    version: Version
    is_adopted: bool
    signatories: Sequence[Signatory]
    file: File | None
    """The sealed file."""
    mine: Signatory | None
    """Where the actor is to sign now."""
    next_step: str
    """What the coordination does next, where the actor may: "plan", "seal", "publish", or nothing."""

    @property
    def signed(self) -> int:
        """How many have signed."""
        return sum(one.state is SignatoryState.SIGNED for one in self.signatories)

    @property
    def is_withdrawn(self) -> bool:
        """Whether the coordination has withdrawn what it had published."""
        return self.file is not None and self.file.withdrawn_at is not None

    @property
    def is_published(self) -> bool:
        """Whether the coordination has published it; an embargo may still hold it back."""
        return self.file is not None and self.file.published_at is not None


def ways_of(contribution: Contribution, actor: Actor) -> list[Way]:
    """Return where the contribution's versions are, the newest first, down to the one that was published and stands."""
    found: list[Way] = []
    for version in versions_of(contribution):
        way = way_of(version, actor)
        if way is not None:
            found.append(way)
        if way is not None and way.is_published and not way.is_withdrawn:
            break
    return found


def way_of(version: Version | None, actor: Actor) -> Way | None:
    """Return where a version is, once the organisations have adopted it or it is sealed; None before."""
    if version is None:
        return None
    adopted, file = signings.round_of(version), files.sealed_file(version.id)
    if adopted is None and file is None:
        return None
    signing = signings.signing_of(version)
    signatories = signings.signatories_of(signing) if signing else []
    mine = next((one for one in signatories if signings.is_awaited(actor, one)), None)
    may_act = may(Action.PLAN_SIGNING, standing_in(actor, version.contribution))
    step = _next_step(signatories, file) if may_act and not is_rejected(version) else ""
    return Way(version, adopted is not None, signatories, file, mine, step)


def _next_step(signatories: Sequence[Signatory], file: File | None) -> str:
    if file is None:
        return "seal" if signatories else "plan"
    if file.published_at is not None or any(one.state is SignatoryState.EXPECTED for one in signatories):
        return ""
    return "publish"
