"""A version's document, sealed, and working copies of a version or of the present text."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from flask import current_app

from drafting.domain.actor import Actor
from drafting.domain.permissions import Action
from drafting.domain.point import Point
from drafting.extensions import db
from drafting.models import Contribution, Job, Organisation, Version
from drafting.models.columns import now
from drafting.services.access import find_contribution, find_section
from drafting.services.points import Points
from drafting.services.texts import text_of
from drafting.services.versions import is_intact
from exports import manuscript, words
from exports.codes import grouped, new_code
from exports.credentials import Credentials
from exports.inspection import inspect
from exports.kinds.asker import asker_of
from exports.manuscript import Manuscript
from exports.printed_records import with_record
from exports.seals import credentials_of
from exports.signing import seal
from exports.timestamps import AuthorityAway, timestamper
from exports.work import CannotMake, Made, Render, Report, Work


class NotSealedWell(Exception):
    """Our own verification does not accept the file just sealed."""


# --- A working copy ---


def plan_working_copy(job: Job) -> Work:
    """Plan a watermarked, unsealed copy of a version, or of the text as it is now, with line numbers if asked for."""
    text = replace(_manuscript(job), line_numbers=bool(job.spec) and job.spec.get("numbers") == "lines")
    return partial(_make_working_copy, manuscript.working_copy(text))


def _make_working_copy(text: Manuscript, render: Render, report: Report) -> Made:
    return Made(render(text, report))


# --- The sealed file ---


@dataclass(frozen=True)
class _Sealing:
    manuscript: Manuscript
    credentials: Credentials
    demonstration: bool
    code: str
    organisation_id: int


def plan_sealed(job: Job) -> Work:
    """Plan a version's one sealed file; raises CannotMake, UnusableCredentials, KeyMissing."""
    assert job.version is not None  # noqa: S101 - sealing has one (ck_job_sealing_has_version)
    text, organisation_id = with_record(_manuscript(job), job.version), job.created_for_id
    code, name = new_code(), db.session.get_one(Organisation, organisation_id).name
    db.session.rollback()
    credentials, demonstration = credentials_of(organisation_id, at=now())
    address = f"{current_app.config['SETTINGS'].base_url}/verify/{code}"
    text = replace(text, code=grouped(code), verify_url=address, sealed_by=name, demonstration=demonstration)
    return partial(_make_sealed, _Sealing(text, credentials, demonstration, code, organisation_id))


def _make_sealed(plan: _Sealing, render: Render, report: Report) -> Made:
    pdf = render(plan.manuscript, report)
    report("sealing", 85)
    at = now().replace(microsecond=0)
    try:
        pdf = _seal(pdf, plan.manuscript, plan.credentials, at)
    except AuthorityAway as error:
        raise CannotMake("no-timestamp", str(error)) from error
    report("checking", 90)
    _check(pdf, at)
    return Made(
        pdf, code=plan.code, sealed_by_id=plan.organisation_id, sealed_at=at, demonstration=plan.demonstration
    )


def _seal(pdf: bytes, text: Manuscript, credentials: Credentials, at: datetime) -> bytes:
    french = text.language == "fr"
    title = "Cachet électronique de {}" if french else "Electronic seal of {}"
    reason = f"Version {text.number} · {text.digest}"
    local = at.astimezone(text.frozen_at.tzinfo)
    shown = (text.sealed_by, words.word(text.language, "sealed_on", moment=words.moment(text.language, local)))
    return seal(pdf, credentials, at=at, reason=reason, field_title=title.format(text.sealed_by), shown=shown,
                timestamper=timestamper())


def _check(pdf: bytes, at: datetime) -> None:
    """Read the file back as a stranger would, before anybody relies on it."""
    found = inspect(pdf, trusted=[], demonstration=[], at=at)
    if not (found.intact and found.valid):
        raise NotSealedWell(found.refusal)


# --- What to print ---


def _manuscript(job: Job) -> Manuscript:
    """Return what the job is about, with its organisation's logo."""
    assert job.contribution is not None  # noqa: S101 - only an import has none (ck_job_only_import_without_contribution)
    if job.spec and "at" in job.spec:
        text = clean_text(asker_of(job), job.contribution.key, Point.parse(job.spec["at"]), job.spec["section"])
    else:
        text = intact_manuscript(job.version) if job.version else manuscript_of_present(job.contribution)
    return replace(text, logo=_logo(db.session.get_one(Organisation, job.created_for_id)))


def intact_manuscript(version: Version) -> Manuscript:
    """Return a frozen version as a manuscript; raises CannotMake where it is no longer what was frozen."""
    if not is_intact(version):
        raise CannotMake("damaged", version.key)
    return manuscript_of(version)


def manuscript_of(version: Version) -> Manuscript:
    """A frozen version as a manuscript, dated in the time zone of the contribution's deadline."""
    return Manuscript(
        title=version.title,
        recipient=version.recipient,
        event=version.event,
        language=version.language,
        number=version.number,
        label=version.label,
        digest=version.digest,
        canonical=version.canonical,
        frozen_at=version.frozen_at.astimezone(ZoneInfo(version.contribution.deadline_zone)),
        organisations=tuple(
            manuscript.Organisation(acronym, name, role)
            for acronym, name, role in json.loads(version.organisations)
        ),
        sections=tuple(
            manuscript.Section(number, section.title, section.text, section.lead)
            for number, section in enumerate(version.sections, start=1)
        ),
    )


def manuscript_of_present(contribution: Contribution) -> Manuscript:
    """The text as it is now as a manuscript, for a working copy. It has no number and no digest yet."""
    used = [section for section in contribution.sections if section.retired_at is None]
    return Manuscript(
        title=contribution.title,
        recipient=contribution.recipient,
        event=contribution.event,
        language=contribution.language,
        number=0,
        label="",
        digest="",
        frozen_at=now().astimezone(ZoneInfo(contribution.deadline_zone)),
        organisations=tuple(
            manuscript.Organisation(each.organisation.acronym, each.organisation.name, each.role.value)
            for each in contribution.participations
        ),
        sections=tuple(
            manuscript.Section(number, section.title, text_of(section), section.lead.acronym if section.lead else "")
            for number, section in enumerate(used, start=1)
        ),
    )


def clean_text(actor: Actor, contribution_key: str, point: Point, section_key: str = "") -> Manuscript:
    """Return the text as it was at a point, without marks of change: all sections, or one of them.

    Raises NotFound, InvalidInput, CannotMake.
    """
    contribution = find_contribution(actor, contribution_key, Action.PRINT)
    section = find_section(actor, section_key, Action.PRINT) if section_key else None
    moment = Points(actor, contribution, section).find(point)
    if moment.version is not None:
        whole = intact_manuscript(moment.version)
    else:
        whole = replace(
            manuscript_of_present(contribution),
            frozen_at=moment.at.astimezone(ZoneInfo(contribution.deadline_zone)),
            sections=tuple(
                manuscript.Section(then.number, then.title, text_of(then.section, then.revision))
                for then in moment.sections.values()
            ),
        )
    if section is None:
        return whole
    then = moment.sections.get(section.id)
    return replace(whole, sections=tuple(one for one in whole.sections if then and one.number == then.number))


def _logo(organisation: Organisation) -> manuscript.Picture | None:
    if not organisation.logo:
        return None
    return manuscript.Picture(organisation.logo, organisation.logo_description or organisation.name)
