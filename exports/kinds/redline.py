"""A comparison as a PDF: the same two texts, and the same changes, as on the screen when it was asked for."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale

from drafting.domain.actor import Actor
from drafting.domain.markdown import TooComplex
from drafting.domain.permissions import Action
from drafting.domain.point import Point
from drafting.extensions import transaction
from drafting.models import Job
from drafting.models.export import JobKind
from drafting.services import comparisons
from drafting.services.access import find_contribution, find_section
from drafting.services.comparisons import Comparison
from drafting.services.comparisons import Part as Compared
from drafting.services.makings import Making
from drafting.services.points import Moment, Points
from drafting.services.reading import SHIFT
from exports import jobs, words
from exports.kinds.asker import asker_of
from exports.manuscript import TITLE_LEVEL
from exports.redline import Entry, Maker, Part, RedlineDocument, Side, lifted, told, typed
from exports.work import CannotMake, Made, Render, Report, Work

LIFT = SHIFT + 1 - TITLE_LEVEL
"""By how many levels the text's headings rise: on the screen's page there is one more title above them."""


def order(actor: Actor, contribution_key: str, a: Point, b: Point, *, section_key: str = "") -> Job:
    """Ask for a comparison, of the two texts as they are now; raises NotFound, Forbidden, InvalidInput, TooMany."""
    with transaction():
        contribution = find_contribution(actor, contribution_key, Action.PRINT)
        section = find_section(actor, section_key, Action.PRINT) if section_key else None
        fixed = [Points(actor, contribution, section).find(point).fixed for point in (a, b)]
        spec = {"from": str(fixed[0]), "to": str(fixed[1]), "section": section_key}
        return jobs.add(actor, JobKind.REDLINE, contribution.id, spec=spec)


def plan(job: Job) -> Work:
    """Compare the two texts that the job names."""
    assert job.contribution is not None  # noqa: S101 - only an import has none (ck_job_only_import_without_contribution)
    a, b = Point.parse(job.spec["from"]), Point.parse(job.spec["to"])
    try:
        document = compared(asker_of(job), job.contribution.key, a, b, section_key=job.spec["section"])
    except TooComplex as error:
        raise CannotMake("too-long", str(error)) from error
    return partial(_make, document)


def _make(document: RedlineDocument, render: Render, report: Report) -> Made:
    return Made(render(document, report))


def compared(actor: Actor, contribution_key: str, a: Point, b: Point, *, section_key: str = "") -> RedlineDocument:
    """Return a comparison as plain values, in the contribution's language.

    Raises NotFound, Forbidden, InvalidInput, TooComplex.
    """
    contribution = find_contribution(actor, contribution_key, Action.PRINT)
    with force_locale(contribution.language):  # Names of days and amendments are the document's words too.
        comparison = comparisons.compare(
            actor, contribution_key, a, b, section_key=section_key, has_numbers=True)
    return RedlineDocument(
        title=contribution.title,
        recipient=contribution.recipient,
        language=contribution.language,
        a=_side(comparison, comparison.a),
        b=_side(comparison, comparison.b),
        parts=_parts(comparison),
        address=_address(comparison),
        section=comparison.parts[0].title if comparison.section and comparison.parts else "",
    )


def _side(comparison: Comparison, moment: Moment) -> Side:
    language, version = comparison.contribution.language, moment.version
    name = words.version_name(language, version.number if version else 0)
    if version and version.label:
        name += f" – {version.label}"
    zone = ZoneInfo(comparison.contribution.deadline_zone)
    return Side(name, moment.at.astimezone(zone), version.digest if version else "")


def _address(comparison: Comparison) -> str:
    asked = {"from": str(comparison.a.fixed), "to": str(comparison.b.fixed)}
    if comparison.section:
        asked["section"] = comparison.section.key
    base = current_app.config["SETTINGS"].base_url
    return f"{base}/contributions/{comparison.contribution.key}/compare?{urlencode(asked, safe=':')}"


def _parts(comparison: Comparison) -> tuple[Part, ...]:
    parts, first = [], 1
    for part in comparison.parts:
        fate = {
            "section_back": part.is_restored, "section_new": part.is_new and not part.is_restored,
            "section_removed": part.is_removed, "section_renamed": part.is_renamed, "section_moved": part.is_moved,
        }
        html, entries = _told(comparison, part, first)
        happened = tuple(key for key, is_so in fate.items() if is_so)
        parts.append(Part(part.number, part.title, part.old_title, happened, html, entries))
        first += len(entries)
    return tuple(parts)


def _told(comparison: Comparison, part: Compared, first: int) -> tuple[str, tuple[Entry, ...]]:
    """Return a section's text with its changes, and their entries in the list."""
    if part.is_same_text:
        return "", ()
    if part.redline is None:
        return typed(part.pieces), ()
    zone = ZoneInfo(comparison.contribution.deadline_zone)
    makers = {
        number: tuple(_maker(making, zone) for making in makings) for number, makings in part.makings.items()
    }
    html, entries = told(part.redline, makers, language=comparison.contribution.language, first=first)
    return lifted(html, LIFT), entries


def _maker(making: Making, zone: ZoneInfo) -> Maker:
    decided_by = making.decided_by.label if making.decided_by else ""
    return Maker(
        making.by.person, making.by.organisation.acronym, making.at.astimezone(zone) if making.at else None,
        making.amendment.number if making.amendment else "",
        accepted_by=decided_by if making.is_proposed else "", brought_back_by="" if making.is_proposed else decided_by,
    )
