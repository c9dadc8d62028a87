"""A version's clean text as a Word document."""

from __future__ import annotations

from functools import partial

from drafting.domain.actor import Actor
from drafting.domain.permissions import Action
from drafting.extensions import transaction
from drafting.models import Job, Version
from drafting.models.export import JobKind
from drafting.services.access import find_version
from exports import jobs, pandoc, worker
from exports.docx.origin import Origin
from exports.kinds.version_documents import intact_manuscript
from exports.manuscript import Manuscript
from exports.work import CannotMake, Made, Render, Report, Work

RENDERER = "exports.docx.writing:render"


def order(actor: Actor, version_key: str) -> Job:
    """Ask for a version's Word document; raises NotFound, Forbidden, TooMany."""
    with transaction():
        version = find_version(actor, version_key, Action.PRINT)
        return jobs.add(actor, JobKind.WORD, version.contribution_id, version=version)


def plan(job: Job) -> Work:
    """Read the version; raises CannotMake where it is no longer what was frozen."""
    assert job.version is not None  # noqa: S101 - it is ordered for a version
    return partial(_make, intact_manuscript(job.version), origin_of(job.version))


def origin_of(version: Version) -> Origin:
    """Return what the document will say of where it comes from."""
    sections = {section.id: section.key for section in version.contribution.sections}
    return Origin(
        contribution=version.contribution.key, version=version.key,
        sections=tuple((sections[each.section_id], each.revision) for each in version.sections),
    )


def _make(text: Manuscript, origin: Origin, render: Render, report: Report) -> Made:
    report("rendering", 30)
    try:
        return Made(worker.run(RENDERER, text, origin, limits=pandoc.limits()))
    except pandoc.Missing as error:
        raise CannotMake("no-pandoc", str(error)) from error
