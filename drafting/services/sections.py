"""Sections of a contribution: add, rename, move, give a lead, change the stage, retire and restore."""

from __future__ import annotations

from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, NotFound, Stale
from drafting.domain.permissions import Action, Stage
from drafting.extensions import db, transaction
from drafting.models import Contribution, Participation, Section
from drafting.models.columns import now
from drafting.services.access import find_contribution, find_section, hold
from drafting.services.audit import record
from drafting.services.rights import changing_rights

TITLE_MAX = 200


def add(actor: Actor, contribution_key: str, title: str, *, question: str = "") -> Section:
    """Add a section at the end. Raise NotFound, Forbidden, InvalidInput."""
    with transaction():
        contribution = hold(find_contribution(actor, contribution_key, Action.MANAGE))
        last = max((section.position for section in contribution.sections), default=0)
        section = Section(
            contribution_id=contribution.id, position=last + 1, title=_checked(title), question=question.strip(),
            lead_id=actor.organisation_id,
        )
        db.session.add(section)
        db.session.flush()
        record(actor, "add_section", f"section:{section.key}", title=section.title)
        return section


def rename(actor: Actor, key: str, title: str, *, question: str, text_limit: int | None) -> Section:
    """Change the title, the question and the limit. Raise NotFound, Forbidden, InvalidInput."""
    with transaction():
        section = find_section(actor, key, Action.MANAGE)
        was, section.title = section.title, _checked(title)
        section.question = question.strip()
        section.text_limit = text_limit
        record(actor, "rename_section", f"section:{key}", title=section.title, was=was)
        return section


def move(actor: Actor, key: str, steps: int) -> Section:
    """Move a section up (negative) or down among those that are not retired; the ends are ends."""
    with transaction():
        section = find_section(actor, key, Action.MANAGE)
        # Two who move at once move one after the other.
        hold(section.contribution)
        db.session.refresh(section)
        ordered = _in_use(section.contribution)
        if section.retired_at is not None:
            raise Stale(_("Cette section a été retirée entre-temps. Rétablissez-la d’abord."))
        place = ordered.index(section)
        target = min(max(place + steps, 0), len(ordered) - 1)
        ordered.insert(target, ordered.pop(place))
        for position, each in enumerate(ordered, start=1):
            each.position = position
        record(actor, "move_section", f"section:{key}", position=section.position)
        return section


def entrust(actor: Actor, key: str, participation_key: str) -> Section:
    """Make a participating organisation the lead ("" for none). Raise NotFound, Forbidden."""
    with changing_rights():
        section = find_section(actor, key, Action.MANAGE)
        section.lead_id = _participant(section.contribution, participation_key) if participation_key else None
        record(actor, "entrust_section", f"section:{key}", lead=section.lead_id)
        return section


def set_stage(actor: Actor, key: str, stage: Stage, *, seen: Stage | None = None) -> Section:
    """Put a section at a stage; `seen` is the stage on the actor's screen. Raise Stale if it moved since."""
    with changing_rights():
        section = find_section(actor, key, Action.MANAGE)
        # FOR UPDATE (PostgreSQL): an update being committed is committed before, or refused after.
        db.session.refresh(section, with_for_update=True)
        if seen is not None and section.stage is not seen:
            raise Stale(
                _("L’état de cette section a changé entre-temps. Voici le nouvel état ; recommencez au besoin.")
            )
        section.stage = stage
        record(actor, "set_stage", f"section:{key}", stage=stage.value)
        return section


def reopen_agreed(actor: Actor, contribution_key: str) -> int:
    """Let all sections that were agreed on be written again; return how many. Raise NotFound, Forbidden."""
    with changing_rights():
        contribution = find_contribution(actor, contribution_key, Action.MANAGE)
        hold(contribution)
        agreed = [one for one in _in_use(contribution) if one.stage is Stage.AGREED]
        for section in agreed:
            db.session.refresh(section, with_for_update=True)
            section.stage = Stage.OPEN
            record(actor, "set_stage", f"section:{section.key}", stage=Stage.OPEN.value)
        return len(agreed)


def retire(actor: Actor, key: str) -> Section:
    """Take a section out of the contribution; nothing is erased. Raise NotFound, Forbidden."""
    with changing_rights():
        section = find_section(actor, key, Action.MANAGE)
        db.session.refresh(section, with_for_update=True)
        section.retired_at = section.retired_at or now()
        record(actor, "retire_section", f"section:{key}")
        return section


def restore(actor: Actor, key: str) -> Section:
    """Bring a retired section back, at the end."""
    with changing_rights():
        section = find_section(actor, key, Action.MANAGE)
        hold(section.contribution)
        db.session.refresh(section)
        if section.retired_at is not None:
            section.retired_at = None
            section.position = max((each.position for each in _in_use(section.contribution)), default=0) + 1
        record(actor, "restore_section", f"section:{key}")
        return section


def _in_use(contribution: Contribution) -> list[Section]:
    db.session.refresh(contribution, ["sections"])
    return [section for section in contribution.sections if section.retired_at is None]


def _participant(contribution: Contribution, participation_key: str) -> int:
    participation: Participation | None = next(
        (each for each in contribution.participations if each.key == participation_key), None
    )
    if participation is None:
        raise NotFound(_("Cette organisation ne participe pas à la contribution."))
    return participation.organisation_id


def _checked(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise InvalidInput(_("Donnez un titre à la section."), {"title": _("Donnez un titre à la section.")})
    if len(title) > TITLE_MAX:
        message = _("Le titre est trop long : %(max)d caractères au plus.", max=TITLE_MAX)
        raise InvalidInput(message, {"title": message})
    return title
