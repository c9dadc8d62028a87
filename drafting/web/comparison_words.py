"""Words for comparisons: the moments compared, what became of sections, who made each change."""

from __future__ import annotations

from datetime import date, datetime

from babel.lists import format_list
from flask import Flask, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from drafting.domain.plan import PlanChange
from drafting.domain.redline import Label, RedlineWords
from drafting.domain.redline_words import FORMATS
from drafting.services.comparisons import Comparison, Part, PlanEvent
from drafting.services.makings import Making
from drafting.services.points import Moment
from drafting.services.time_words import day_words, time_words


def moment_words(moment: Moment, zone: str) -> str:
    """Return « la version 2 », « maintenant », « votre visite du 3 mars 2026, 14:00 », « la fin du 3 mars 2026 »."""
    if moment.version:
        return version_words(moment.version.number, moment.version.label)
    if moment.point.kind == "revision":
        return _("la révision %(number)d", number=moment.point.number or 0)
    if moment.point.kind == "now":
        return _("maintenant")
    if moment.is_today:
        return _("aujourd’hui")
    if moment.is_beginning:
        return _("le tout début")
    if moment.is_visit:
        return _("votre visite du %(day)s", day=time_words(moment.at, zone))
    if moment.point.is_day and isinstance(moment.point.moment, date):
        return _("la fin du %(day)s", day=day_words(moment.point.moment))
    return _("l’état du %(day)s", day=time_words(moment.at, zone))


def version_words(number: int, label: str = "") -> str:
    """Return « la version 2 (projet soumis) »."""
    if label:
        return _("la version %(number)d (%(label)s)", number=number, label=label)
    return _("la version %(number)d", number=number)


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "fr"


def title_words(comparison: Comparison) -> str:
    """Return « De la version 2 à maintenant »."""
    zone = comparison.contribution.deadline_zone
    return _("De %(a)s à %(b)s", a=moment_words(comparison.a, zone), b=moment_words(comparison.b, zone)).replace(
        "De le ", "Du ")


def summary_words(comparison: Comparison) -> str:
    """Return « 12 modifications dans 3 sections sur 40, par CEX, FEM et UD. »."""
    changed, total = len(comparison.changed), len(comparison.parts)
    where = (
        "" if comparison.section is not None
        else ngettext("%(num)d section sur %(total)d", "%(num)d sections sur %(total)d", changed, total=total))
    what = ngettext("%(num)d modification", "%(num)d modifications", comparison.count) if comparison.count else ""
    if what and where:
        what = _("%(changes)s dans %(sections)s", changes=what, sections=where)
    elif where:
        what = ngettext("%(num)d section changée sur %(total)d", "%(num)d sections changées sur %(total)d", changed,
                        total=total)
    if comparison.acronyms:
        return _("%(what)s, par %(who)s.", what=what, who=format_list(comparison.acronyms, locale=_language()))
    return f"{what}." if what else ""


def became_words(part: Part) -> list[str]:
    """Return what became of the section itself: new, back, retired, renamed, moved."""
    words: list[str] = []
    if part.is_restored:
        words.append(_("section rétablie"))
    elif part.is_new:
        words.append(_("nouvelle section"))
    if part.is_removed:
        words.append(_("section retirée : elle portait le n° %(number)d", number=part.old_number))
    if part.is_renamed:
        words.append(_("section renommée"))
    if part.is_moved:
        words.append(_("section déplacée : elle portait le n° %(number)d", number=part.old_number))
    return words


def event_words(event: PlanEvent) -> str:
    """Return what was done to a section's place, for a line that goes on with who did it."""
    if event.change is PlanChange.RENAMED:
        if event.was:
            return _("Renommée (avant : « %(title)s »)", title=event.was)
        return _("Renommée « %(title)s »", title=event.title)
    words = {
        PlanChange.ADDED: _("Ajoutée"), PlanChange.MOVED: _("Déplacée"), PlanChange.RETIRED: _("Retirée"),
        PlanChange.RESTORED: _("Rétablie, à la fin"),
    }
    return words[event.change]


def labels_of(part: Part, zone: str) -> dict[int, Label]:
    """Return who made each change of a section, as it is written beside it."""
    return {number: _label(makings, zone) for number, makings in part.makings.items()}


def _label(makings: tuple[Making, ...], zone: str) -> Label:
    times: list[datetime] = [making.at for making in makings if making.at is not None]
    amendments = {making.amendment.key: making.amendment for making in makings if making.amendment is not None}
    first = makings[0].by.organisation
    acronyms = list(dict.fromkeys(making.by.organisation.acronym for making in makings))
    mark = [" + ".join(acronyms), *[_("am. %(number)s", number=one.number) for one in amendments.values()]]
    return Label(
        " ; ".join(dict.fromkeys(maker_words(making) for making in makings)),
        acronym=" · ".join(mark), colour=first.colour if len(acronyms) == 1 else None,
        at=time_words(max(times), zone) if times else None,
        amendment=", ".join(_("amendement %(number)s", number=one.number) for one in amendments.values()) or None,
        href=url_for("amendments.show", key=next(iter(amendments))) if len(amendments) == 1 else None,
    )


def maker_words(making: Making) -> str:
    """Return « Nadia Œuvre (FEM), accepté par Paul Petit (CEX) »."""
    if making.decided_by is None:
        return making.by.label
    if making.is_proposed:
        return _("%(who)s, accepté par %(decider)s", who=making.by.label, decider=making.decided_by.label)
    return _("%(who)s, rétabli par %(decider)s", who=making.by.label, decider=making.decided_by.label)


def redline_words() -> RedlineWords:
    """Return what a redline says in words, in the reader's language."""
    return RedlineWords(
        language=_language(), formats={name: _(words) for name, words in FORMATS.items()},
        deleted=_("supprimé"), end_deleted=_("fin de suppression"), inserted=_("ajouté"), end_inserted=_("fin d’ajout"),
        reformatted=_("mise en forme changée"), end_reformatted=_("fin de mise en forme changée"),
        replaced=_("remplacé"), moved_away=_("déplacé d’ici"), moved_here=_("déplacé ici"),
        split=_("paragraphe coupé"), joined=_("paragraphes réunis"),
        to_change=lambda number: _("voir la modification %(number)d", number=number),
        change=lambda number: _("Modification %(number)d", number=number),
        unchanged=lambda count: ngettext("%(num)d paragraphe inchangé", "%(num)d paragraphes inchangés", count),
    )


def init_app(app: Flask) -> None:
    """Register the words as template filters."""
    app.jinja_env.filters.update(
        became_words=became_words, event_words=event_words, moment_words=moment_words, summary_words=summary_words,
        title_words=title_words,
    )
