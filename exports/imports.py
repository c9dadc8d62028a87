"""Services: what was found in a Word document becomes a contribution, new sections, or the text of an empty section.

Text enters as everywhere, through the live authority, written by whoever takes it. A document is taken once.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.changes import MAX_INSERTED, units
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from drafting.domain.outlines import OutlineKind
from drafting.domain.permissions import Action, TextRight, may
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.access import access_of
from drafting.live.commands import Applied, Batch
from drafting.live.house import house_of
from drafting.live.rights import standing_of
from drafting.models import Contribution, Job, Section
from drafting.models.export import JobKind, JobState
from drafting.services import contributions, sections
from drafting.services.access import find_contribution, find_section
from drafting.services.audit import record
from exports import jobs


@dataclass(frozen=True)
class Chosen:
    """A section to take."""

    place: int
    """Its place among those found, from 0."""
    title: str


def require(actor: Actor, *, contribution_key: str = "", section_key: str = "") -> int | None:
    """Return the contribution's id for somebody who may put a document there; None for one that is to be created.

    Raise NotFound, Forbidden, Conflict where the section already has text.
    """
    if section_key:
        section = find_section(actor, section_key)
        require_empty(actor, section)
        return section.contribution_id
    if contribution_key:
        return find_contribution(actor, contribution_key, Action.MANAGE).id
    if not may(Action.CREATE, standing_of(db.session(), actor)):
        raise Forbidden(_("Pour créer une contribution, agissez au nom d’une organisation."))
    return None


def require_empty(actor: Actor, section: Section) -> None:
    """Raise Forbidden for those who may not write the section, Conflict where it is agreed or has text."""
    access = access_of(db.session(), actor, section.id)
    if access.is_frozen:
        raise Conflict(_("Le texte de cette section est convenu. La coordination peut la rouvrir."))
    if access.right is not TextRight.WRITE:
        raise Forbidden(_("Seules l’organisation qui conduit la section et la coordination peuvent la remplir."))
    if log.state_at(db.session(), section.id).text.strip():
        raise Conflict(_("Cette section a déjà un texte. Un document Word ne remplit qu’une section vide : rien de ce "
                         "que d’autres ont écrit n’est remplacé."))


def find(actor: Actor | None, key: str) -> Job:
    """Return what was read, for whoever handed it in and acts for the same organisation; raise NotFound."""
    job = jobs.find_job(actor, key)
    is_own = actor is not None and (job.created_by_id, job.created_for_id) == (actor.person_id, actor.organisation_id)
    if job.kind is not JobKind.IMPORT or not is_own:
        raise NotFound()
    return job


def create_contribution(
    actor: Actor, key: str, details: contributions.Details, chosen: Sequence[Chosen]
) -> Contribution:
    """Create a contribution of the chosen sections; raise NotFound, Forbidden, Conflict, InvalidInput."""
    with transaction():
        job = _taken_up(actor, key)
        texts = _texts(job, chosen)
        kind = OutlineKind.SUMMIT.value
        titles = [each.title for each in chosen]
        made = contributions.create(actor, details, kind=kind, titles=titles)
        written = list(made.sections)
        for section, text in zip(written, texts, strict=True):
            _write(actor, section, text)
        _done(actor, job, made)
        ids = [section.id for section in written]
    house_of(db.engine).authority.refresh(ids)
    return made


def add_sections(actor: Actor, key: str, chosen: Sequence[Chosen]) -> list[Section]:
    """Add the chosen sections at the end of the contribution; raise NotFound, Forbidden, Conflict, InvalidInput."""
    with transaction():
        job = _taken_up(actor, key)
        texts = _texts(job, chosen)
        if job.contribution is None or job.spec["section"]:
            raise NotFound()
        added = [sections.add(actor, job.contribution.key, each.title) for each in chosen]
        for section, text in zip(added, texts, strict=True):
            _write(actor, section, text)
        _done(actor, job, job.contribution)
        ids = [section.id for section in added]
    house_of(db.engine).authority.refresh(ids)
    return added


def fill_section(actor: Actor, key: str) -> Section:
    """Write what was found into the section, which must still be empty; raise NotFound, Forbidden, Conflict."""
    with transaction():
        job = _taken_up(actor, key)
        if not job.spec["section"]:
            raise NotFound()
        section = find_section(actor, job.spec["section"])
        db.session.refresh(section, with_for_update=True)  # Who is writing finishes first; then it is not empty.
        require_empty(actor, section)
        _write(actor, section, job.result["sections"][0]["text"])
        _done(actor, job, section.contribution)
    house_of(db.engine).authority.refresh([section.id])
    return section


def _taken_up(actor: Actor, key: str) -> Job:
    """Return the job; nobody else takes from it until the transaction ends."""
    job = find(actor, key)
    db.session.refresh(job, with_for_update={"of": Job})
    if job.state is not JobState.DONE:
        raise Conflict(_("Ce document n’est pas encore lu. Attendez un instant, puis recommencez."))
    if "taken" in job.result:
        raise Conflict(_("Ce document a déjà été repris. S’il le faut, déposez-le de nouveau."))
    return job


def _texts(job: Job, chosen: Sequence[Chosen]) -> list[str]:
    if not chosen:
        raise InvalidInput(_("Cochez au moins une section."))
    found = job.result["sections"]
    places = [each.place for each in chosen]
    if len(set(places)) != len(places) or not all(0 <= place < len(found) for place in places):
        raise InvalidInput(_("Choisissez des sections de cette page."))
    for each in chosen:
        if not each.title.strip() or len(each.title) > sections.TITLE_MAX:
            message = _("Donnez à chaque section un titre de %(max)d caractères au plus.", max=sections.TITLE_MAX)
            raise InvalidInput(message, {f"title-{each.place}": message})
    return [found[place]["text"] for place in places]


def _done(actor: Actor, job: Job, contribution: Contribution) -> None:
    """Remember that it was taken; the texts are now in the sections and need not be kept twice."""
    job.result = {"taken": contribution.key}
    record(actor, "import.take", f"job:{job.key}", contribution=contribution.key)


def _write(actor: Actor, section: Section, text: str) -> None:
    """Write an empty section's first text, as its author's update, in the caller's transaction."""
    if not text.strip():
        return
    db.session.flush()
    state = log.state_at(db.session(), section.id)
    length, updates = len(state.text), []
    for piece in _pieces(text.rstrip("\n")):
        kept: list[Any] = [length] if length else []
        updates.append({"changes": [*kept, [0, *piece.split("\n")]]})
        length += len(units(piece))
    client = f"import-{secrets.token_hex(8)}"
    command = Batch(actor, section.id, client, 1, state.revision, tuple(updates))
    [outcome] = house_of(db.engine).authority.run_within(db.session.connection(), [command])
    if not isinstance(outcome, Applied):
        raise Conflict(_("Le texte n’a pas pu être écrit dans « %(title)s ». Recommencez.", title=section.title))


def _pieces(text: str) -> list[str]:
    """Return the text in pieces that one update may insert."""
    size = MAX_INSERTED // 2  # A character may be two units.
    return [text[at : at + size] for at in range(0, len(text), size)]
