"""Where a job's page leads: back to where it was asked for, and on to what came of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import url_for

from drafting.models import Job
from drafting.models.export import JobKind


def _version(job: Job) -> str | None:
    return url_for("documents.show", key=job.version.key) if job.version else None


def _amendments(job: Job) -> str | None:
    assert job.contribution is not None  # noqa: S101 - only an import has none (ck_job_only_import_without_contribution)
    chosen = {name: value for name, value in job.spec.items() if value}
    return url_for("amendments.index", key=job.contribution.key, **chosen)


def _comparison(job: Job) -> str | None:
    assert job.contribution is not None  # noqa: S101 - only an import has none (ck_job_only_import_without_contribution)
    asked = {name: value for name, value in job.spec.items() if value}
    return url_for("comparisons.show", key=job.contribution.key, **asked)


def _import(job: Job) -> str | None:
    """Where the document was handed in, to hand another one in."""
    if job.spec["section"]:
        return url_for("imports.into_section", key=job.spec["section"])
    if job.contribution is not None:
        return url_for("imports.into_contribution", key=job.contribution.key)
    return url_for("imports.into_new")


BEHIND: dict[JobKind, Callable[[Job], str | None]] = {
    JobKind.SEALED: _version,
    JobKind.WORKING_COPY: _version,
    JobKind.WORD: _version,
    JobKind.AMENDMENTS: _amendments,
    JobKind.REDLINE: _comparison,
    JobKind.IMPORT: _import,
}
"""The page where such a job is asked for; None for the contribution's own."""

RESULTS: dict[JobKind, Callable[[Job], str]] = {
    JobKind.IMPORT: lambda job: url_for("imports.review", key=job.key),
}
"""The page that shows what came of a job that makes no file."""


def page_behind(job: Job) -> str:
    """Return the address to go back to."""
    found = BEHIND[job.kind](job) if job.kind in BEHIND else None
    if found is not None:
        return found
    if job.contribution is not None:
        return url_for("contributions.show", key=job.contribution.key)
    return url_for("home.show")


def page_of_result(job: Job) -> str:
    """Return the address of what came of a job without a file."""
    return RESULTS[job.kind](job) if job.kind in RESULTS else page_behind(job)
