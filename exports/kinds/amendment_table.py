"""The table of a contribution's amendments as a PDF, filtered and sorted as asked."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from zoneinfo import ZoneInfo

from drafting.domain.actor import Actor
from drafting.domain.permissions import Action
from drafting.extensions import transaction
from drafting.models import Contribution, Job
from drafting.models.columns import now
from drafting.models.export import JobKind
from drafting.services import amendment_table
from drafting.services.access import find_contribution
from drafting.services.amendment_table import Query, Table
from exports import jobs, words
from exports.amendments import AmendmentTable, Row
from exports.work import Made, Render, Report, Work


def order(actor: Actor, contribution_key: str, query: Query) -> Job:
    """Ask for the table; raises NotFound, Forbidden, TooMany."""
    with transaction():
        contribution = find_contribution(actor, contribution_key, Action.PRINT)
        return jobs.add(actor, JobKind.AMENDMENTS, contribution.id, spec=asdict(query))


def plan(job: Job) -> Work:
    """Read the amendments as they are now."""
    assert job.contribution is not None  # noqa: S101 - only an import has none (ck_job_only_import_without_contribution)
    query = Query(**job.spec)
    table = printed(job.contribution, query, amendment_table.table(job.contribution, query))
    return partial(_make, table)


def _make(table: AmendmentTable, render: Render, report: Report) -> Made:
    return Made(render(table, report))


def printed(contribution: Contribution, query: Query, table: Table) -> AmendmentTable:
    """Return the table as plain values."""
    return AmendmentTable(
        title=contribution.title, recipient=contribution.recipient, language=contribution.language,
        at=now().astimezone(ZoneInfo(contribution.deadline_zone)),
        rows=tuple(
            Row(
                number=one.amendment.number, acronym=one.amendment.organisation.acronym,
                organisation=one.amendment.organisation.name, section=one.amendment.section.title,
                paragraph=one.amendment.paragraph, removed=one.words.removed, added=one.words.added,
                justification=one.amendment.justification, state=one.amendment.state.value,
                reason=one.amendment.reason,
            )
            for one in table.lines
        ),
        only=_only(contribution, query, table),
    )


def _only(contribution: Contribution, query: Query, table: Table) -> str:
    """Return what was chosen, in the document's words."""
    chosen = [one.title for one in table.sections if one.key == query.section]
    chosen += [one.acronym for one in table.organisations if one.key == query.organisation]
    chosen += [words.word(contribution.language, one.amendment.state.value) for one in table.lines[:1] if query.state]
    return ", ".join(chosen)
