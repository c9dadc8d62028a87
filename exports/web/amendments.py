"""The table of amendments as a PDF: made while one waits, in the guarded worker."""

from __future__ import annotations

import threading
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from drafting.domain.errors import InvalidInput, TooMany
from drafting.domain.permissions import Action
from drafting.extensions import db
from drafting.models import Contribution
from drafting.models.columns import now
from drafting.services import amendment_table
from drafting.services.access import find_contribution
from drafting.services.amendment_table import Query, Table
from drafting.web.actor import require_actor, signed_in
from drafting.web.amendments import asked
from exports import words, worker
from exports.amendments import AmendmentTable, Row
from exports.confinement import Limits

blueprint = Blueprint("amendment_tables", __name__)

LIMITS = Limits(cpu_s=90, wall_s=180)
_turns = threading.BoundedSemaphore(2)
"""Tables laid out at once in this process."""
LONGEST_WAIT_S = 30


@blueprint.get("/contributions/<key>/amendments.pdf")
@signed_in
def pdf(key: str) -> ResponseReturnValue:
    """Give the table as an accessible PDF, filtered and sorted as asked."""
    contribution = find_contribution(require_actor(), key, Action.PRINT)
    query = asked()
    table = printed(contribution, query, amendment_table.table(contribution, query))
    name = f"{contribution.slug}-{_('amendements')}.pdf"
    db.session.rollback()  # Nothing is held while it is laid out.
    response = current_app.response_class(_lay_out(table), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _lay_out(table: AmendmentTable) -> bytes:
    if not _turns.acquire(timeout=LONGEST_WAIT_S):
        raise TooMany(_("D’autres tableaux sont en cours de mise en page. Réessayez dans un instant."))
    try:
        return worker.run("exports.amendments:render", table, limits=LIMITS)
    except worker.TooMuch as error:
        raise InvalidInput(_("Le tableau est trop long pour un seul fichier. Choisissez une section ou une "
                             "organisation, puis recommencez.")) from error
    finally:
        _turns.release()


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
