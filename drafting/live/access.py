"""What somebody may do in a section right now: one statement, asked again for every message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select

from drafting.domain.actor import Actor
from drafting.domain.permissions import Stage, Standing, TextRight, may_decide, text_right
from drafting.domain.sign_in import is_live
from drafting.live.log import Reader
from drafting.models import Contribution, Membership, Participation, Person, Section, SignIn
from drafting.models.columns import now


@dataclass(frozen=True, slots=True)
class Access:
    """An actor's rights in one section, at the moment they were read."""

    right: TextRight
    decides: bool
    stage: Stage
    is_frozen: bool
    """Whether it is the section's stage, not the person, that stands against a change."""
    is_signed_in: bool
    """Whether the sign-in, and the organisation acted for, still hold."""


NOBODY = Access(TextRight.NONE, False, Stage.AGREED, False, True)


# The organisation chosen in this browser by now, if the person still belongs to it.
_CHOSEN: Any = Membership.__table__.alias("chosen")


def question(*more: Any) -> Any:
    """Return the statement that asks for an actor's rights in a section, and for `more` in the same breath."""
    person: Any = bindparam("person_id")
    organisation: Any = bindparam("organisation_id")
    return (
        select(
            Section.stage,
            Section.lead_id,
            Section.retired_at,
            Contribution.archived_at,
            Person.disabled_at,
            Person.administrator,
            Membership.role.label("membership"),
            Participation.role.label("participation"),
            SignIn.id.label("sign_in_id"),
            SignIn.created_at.label("signed_in_at"),
            SignIn.seen_at,
            SignIn.ended_at,
            _CHOSEN.c.organisation_id.label("acts_for"),
            *more,
        )
        .select_from(Section)
        .join(Contribution, Contribution.id == Section.contribution_id)
        .join(Person, Person.id == person)
        .outerjoin(Membership, and_(Membership.person_id == person, Membership.organisation_id == organisation))
        .outerjoin(
            Participation,
            and_(
                Participation.contribution_id == Section.contribution_id,
                Participation.organisation_id == organisation,
            ),
        )
        .outerjoin(SignIn, and_(SignIn.id == bindparam("sign_in_id"), SignIn.person_id == person))
        .outerjoin(
            _CHOSEN,
            and_(_CHOSEN.c.person_id == person, _CHOSEN.c.organisation_id == SignIn.organisation_id),
        )
        .where(Section.id == bindparam("section_id"))
    )


_READ = question()


def whose(actor: Actor, section_id: int) -> dict[str, Any]:
    """Return the values for `question`."""
    return {
        "person_id": actor.person_id,
        "organisation_id": actor.organisation_id,
        "sign_in_id": actor.sign_in_id,
        "section_id": section_id,
    }


def access_of(reader: Reader, actor: Actor, section_id: int) -> Access:
    """Return what the actor may do in the section, from the database's truth."""
    return access_from(reader.execute(_READ, whose(actor, section_id)).one_or_none(), actor)


def access_from(found: Any, actor: Actor) -> Access:
    """Return the rights that an answer to `question` gives."""
    if found is None:
        return NOBODY
    is_signed_in = actor.sign_in_id is None or (
        found.sign_in_id is not None
        and is_live(created_at=found.signed_in_at, seen_at=found.seen_at, ended_at=found.ended_at, now=now())
        and found.acts_for in (None, actor.organisation_id)
    )
    standing = Standing(
        signed_in=is_signed_in and found.disabled_at is None,
        administrator=found.administrator,
        membership=found.membership,
        participation=found.participation,
        leads=found.lead_id is not None and found.lead_id == actor.organisation_id,
    )
    stage = Stage.AGREED if found.retired_at or found.archived_at else found.stage
    right = text_right(standing, stage)
    return Access(
        right=right,
        decides=may_decide(standing, stage),
        stage=found.stage,
        is_frozen=stage is Stage.AGREED and text_right(standing, Stage.OPEN) not in (TextRight.NONE, TextRight.READ),
        is_signed_in=is_signed_in and found.disabled_at is None,
    )
