"""The past: the time line of a contribution and of a section, and the text at any moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from babel.dates import format_time
from flask import Blueprint, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from drafting.domain.deadline import YEARS, zone_of
from drafting.domain.errors import InvalidInput
from drafting.domain.point import NOW, MalformedPoint, Point
from drafting.domain.time_line import HappeningKind
from drafting.models import Contribution, Section
from drafting.models.columns import now
from drafting.services import histories, moments
from drafting.services.histories import Filters, HistoryPage
from drafting.services.moments import MomentStop, PastDocument
from drafting.services.revisions import RevisionView, Stop
from drafting.services.time_words import day_words, region, time_words
from drafting.web import comparisons
from drafting.web.actor import require_actor, signed_in
from drafting.web.contributions import frame

blueprint = Blueprint("histories", __name__)

HAPPENING_WORDS = {
    HappeningKind.WORK: _l("Séances de travail"),
    HappeningKind.DECISION: _l("Décisions sur les suggestions"),
    HappeningKind.AMENDMENT: _l("Amendements"),
    HappeningKind.COMMENT: _l("Commentaires"),
    HappeningKind.VERSION: _l("Versions figées"),
    HappeningKind.PLAN: _l("Sections : plan et états"),
}
LAST_SECOND = 4_000_000_000
"""Of what a slider may ask for: in the year 2096."""
FILTERS = ("organisation", "section", "kind")


@blueprint.record_once
def give_words(setup: BlueprintSetupState) -> None:
    """Give templates the words for what happens, and addresses of comparisons."""
    setup.app.jinja_env.globals.update(
        HAPPENING_WORDS=HAPPENING_WORDS, comparison_of_revisions=comparison_of_revisions,
        comparison_of_versions=comparison_of_versions, comparison_since=comparison_since)
    setup.app.jinja_env.filters.update(
        day_words=lambda day: day_words(day, "full"), clock_words=clock_words,
        exact=lambda at: str(Point.exact(at))[1:], moment_value=moment_value, seconds=_seconds)


@blueprint.get("/contributions/<key>/history")
@signed_in
def show(key: str) -> str:
    """Show the time line of the contribution."""
    actor = require_actor()
    return time_line(histories.show(actor, key, filters_asked(), before_asked()))


def time_line(page: HistoryPage, *, moment_error: object = "") -> str:
    """Render a page of a time line; with an error, the date that was asked for stays in its field."""
    typed = request.args.get("moment", "") if moment_error else ""
    return render_template("histories/show.html", page=page, section=page.section, address=_address,
                           moment_error=moment_error, moment_value=typed, **frame(require_actor(), page.contribution))


def filters_asked() -> Filters:
    """Read the filters in the address; an unknown kind filters nothing."""
    kind = request.args.get("kind", "")
    return Filters(request.args.get("organisation", ""), request.args.get("section", ""),
                   HappeningKind(kind) if kind in list(HappeningKind) else None)


def before_asked() -> datetime | None:
    """Read where the page begins; what is no instant begins at the newest."""
    try:
        at = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo and at.year in YEARS else None


def _address(**values: Any) -> str:
    """Return this page's address with its filters; None leaves one out."""
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    given = {name: value for name, value in (kept | values).items() if value is not None}
    return url_for(str(request.endpoint), **(request.view_args or {}), **given)


def comparison_of_revisions(section: Section, first: int, last: int) -> str:
    """Return where one reads what the revisions from the first to the last changed."""
    before, after = Point.revision(first - 1), Point.revision(last)
    return comparisons.address(section.contribution.key, before, after, section.key)


def comparison_of_versions(contribution: Contribution, a: int, b: int) -> str:
    """Return where one reads what changed between two versions."""
    return comparisons.address(contribution.key, Point.version(a), Point.version(b))


def comparison_since(contribution: Contribution, at: datetime) -> str:
    """Return where one reads what changed since an instant."""
    return comparisons.address(contribution.key, Point.exact(at), NOW)


def revision_page(view: RevisionView) -> str:
    """Render the text at a revision; for a page that shows another one already, only what changes in it."""
    section = view.section
    values = {
        "view": view, "section": section, "here": _words_of(view, view.here),
        "before": [_stop(view, one) for one in view.before], "after": [_stop(view, one) for one in view.after],
    }
    if is_fragment():
        return render_template("histories/revision_text.html", contribution=section.contribution, **values)
    return render_template("histories/revision.html", **values, **frame(require_actor(), section.contribution))


def moment_asked() -> Point:
    """Read the date in the address: 2026-03-03 or 2026-03-03T14:00. Raise InvalidInput."""
    try:
        return Point.parse("d" + request.args.get("moment", ""))
    except MalformedPoint as wrong:
        raise InvalidInput(_("Choisissez une date et une heure.")) from wrong


def is_fragment() -> bool:
    """Tell whether a page asks for what changes in it, to put it in its place."""
    return request.headers.get("X-Fragment") == "yes"


def _stop(view: RevisionView, one: Stop) -> list[object]:
    """Return what the slider needs of a stop: its place, its address, and what is said aloud of it."""
    address = url_for("sections.revision", key=view.section.key, revision=one.revision)
    return [one.revision, address, _words_of(view, one)]


def _words_of(view: RevisionView, one: Stop) -> str:
    """Return a stop as it is said aloud: « révision 120 sur 431, 3 mars 2026, 14:05, Nadia (FEM) »."""
    number = _("révision %(number)d sur %(head)d", number=one.revision, head=view.head)
    if one.at is None or one.by is None:
        return _("%(revision)s, avant le premier mot", revision=number)
    return f"{number}, {time_words(one.at, view.section.contribution.deadline_zone)}, {one.by.label}"


@blueprint.get("/contributions/<key>/at")
@signed_in
def at(key: str) -> ResponseReturnValue:
    """Show the contribution's text as it stood at a moment, now by default; `near` a second leads to what happened."""
    actor = require_actor()
    near = request.args.get("near", type=int)
    try:
        if near is not None:
            moment = Point.exact(datetime.fromtimestamp(min(max(near, 0), LAST_SECOND), UTC))
        else:
            moment = moment_asked() if request.args.get("moment") else Point.exact(now())
        past = moments.at(actor, key, moment)
    except InvalidInput as refused:
        return time_line(histories.show(actor, key, Filters(), None), moment_error=refused.message), 422
    if "near" in request.args:
        return redirect(_address_at(past, past.nearest.at), 303)
    values = {
        "past": past, "here": _words_at(past, past.here or MomentStop(past.at)),
        "before": [_moment(past, one) for one in past.before], "after": [_moment(past, one) for one in past.after],
    }
    if is_fragment():
        return render_template("histories/moment_text.html", contribution=past.contribution, **values)
    return render_template("histories/moment.html", **values, **frame(actor, past.contribution))


def _moment(past: PastDocument, one: MomentStop) -> list[object]:
    """Return what the slider needs of a stop: its place, its address, and what is said aloud of it."""
    return [_seconds(one.at), _address_at(past, one.at), _words_at(past, one)]


def _seconds(at: datetime) -> int:
    """Return an instant as a slider's place: whole seconds, the fraction up, so that what happened then is in."""
    return -int(-at.timestamp() // 1)


def _address_at(past: PastDocument, at: datetime) -> str:
    return url_for("histories.at", key=past.contribution.key, moment=str(Point.exact(at))[1:])


def _words_at(past: PastDocument, one: MomentStop) -> str:
    """Return a stop as it is said aloud: « 3 mars 2026, 14:05, Nadia (FEM), Constats »."""
    words = [time_words(one.at, past.contribution.deadline_zone)]
    if one.version is not None:
        words.append(_("version %(number)d figée", number=one.version))
    if one.by is not None and one.section is not None:
        words += [one.by.label, one.section.title]
    return ", ".join(words)


def moment_value(at: datetime, zone_name: str) -> str:
    """Return an instant as a date field has it, on the wall clock of the zone; seconds where it has some."""
    local = at.astimezone(zone_of(zone_name))
    return local.strftime("%Y-%m-%dT%H:%M:%S" if local.second or local.microsecond else "%Y-%m-%dT%H:%M")


def clock_words(at: datetime, zone_name: str) -> str:
    """Return « 14:05 », on the wall clock of the zone."""
    return str(format_time(at.astimezone(zone_of(zone_name)), "short", locale=region()))
