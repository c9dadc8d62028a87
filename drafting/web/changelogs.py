"""What changed from one version to the next: a page to read and print, and the same as text for a mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from drafting.domain.amendment import AmendmentState
from drafting.domain.errors import NotFound
from drafting.services import changelogs
from drafting.services.changelogs import AmendmentChange, Changelog, SectionChange
from drafting.web.actor import require_actor, signed_in
from drafting.web.amendment_forms import AMENDMENT_STATE_WORDS
from drafting.web.contributions import frame

blueprint = Blueprint("changelogs", __name__)

NEXT = "\u202f; "
"""Between two facts of one section."""

# In the order in which people ask for them: what is decided first.
STATES = (
    AmendmentState.INTEGRATED, AmendmentState.PARTLY_INTEGRATED, AmendmentState.REJECTED, AmendmentState.WITHDRAWN,
    AmendmentState.FELL, AmendmentState.PUT_TO_DEBATE, AmendmentState.REMITTED, AmendmentState.PROPOSED,
)


@dataclass(frozen=True)
class SectionWords:
    """A section and what is said of it."""

    title: str
    facts: list[str]


@dataclass(frozen=True)
class StateWords:
    """Amendments that came into one state."""

    title: str
    amendments: list[AmendmentChange]


@dataclass(frozen=True)
class ChangelogWords:
    """All that is said, for the page and for a mail."""

    heading: str
    sections: list[SectionWords]
    notes: list[str]
    """Sentences about the whole."""
    states: list[StateWords]


@blueprint.get("/versions/<key>/changes")
@signed_in
def show(key: str) -> str:
    """Show what changed since the version before, or since the one that is asked for."""
    actor = require_actor()
    changes = changelogs.changelog(actor, key, _since())
    words = ChangelogWords(
        heading(changes), [SectionWords(title_of(one), list(facts_of(one))) for one in changes.changed],
        list(_notes(changes)), list(_states(changes)),
    )
    address = current_app.config["SETTINGS"].base_url + url_for("changelogs.show", key=key, since=_since())
    return render_template(
        "changelogs/show.html", changelog=changes, version=changes.version, before=changes.before, words=words,
        text=mail_text(changes, words, address), next=NEXT, **frame(actor, changes.version.contribution),
    )


def _since() -> int | None:
    asked = request.args.get("since")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise NotFound
    return int(asked)


def title_of(change: SectionChange) -> str:
    """Return a section's number and title; one that is gone has no number any more."""
    section = change.section
    return section.title if change.is_removed else f"{section.position}. {section.title}"


def facts_of(change: SectionChange) -> Iterator[str]:
    """Yield what there is to say of a section, each in some words."""
    if change.is_restored:
        yield _("section rétablie")
    elif change.is_new:
        yield _("nouvelle section")
    if change.is_removed:
        yield _("section retirée")
    if change.old_title:
        yield _("s’appelait « %(title)s »", title=change.old_title)
    if change.is_moved and change.before is not None:
        yield _("déplacée : elle avait le numéro %(number)d", number=change.before.position)
    if change.has_other_lead and change.before is not None and change.after is not None:
        if change.after.lead:
            yield _("conduite désormais par %(lead)s", lead=change.after.lead)
        else:
            yield _("n’est plus conduite par %(lead)s", lead=change.before.lead)
    if change.is_rewritten:
        yield _("texte modifié")
    if change.accepted:
        yield ngettext("%(num)d suggestion acceptée", "%(num)d suggestions acceptées", change.accepted)
    if change.rejected:
        yield ngettext("%(num)d suggestion refusée", "%(num)d suggestions refusées", change.rejected)
    if change.withdrawn:
        yield ngettext("%(num)d suggestion retirée par son auteur", "%(num)d suggestions retirées par leurs auteurs",
                       change.withdrawn)


def heading(changes: Changelog) -> str:
    """Return from which version to which."""
    if changes.before is None:
        return _("Du début à la version %(number)d", number=changes.version.number)
    return _("De la version %(a)d à la version %(b)d", a=changes.before.number, b=changes.version.number)


def _notes(changes: Changelog) -> Iterator[str]:
    if not changes.changed:
        yield (_("Aucune suggestion n’avait encore été décidée.") if changes.before is None
               else _("Aucune section n’a changé."))
    if changes.joined:
        yield _("Participent désormais : %(names)s.", names=", ".join(changes.joined))
    if changes.left:
        yield _("Ne participent plus : %(names)s.", names=", ".join(changes.left))
    count = changes.version.open_suggestions
    if count:
        yield ngettext("%(num)d suggestion était ouverte et n’est pas dans ce texte.",
                       "%(num)d suggestions étaient ouvertes et ne sont pas dans ce texte.", count)
    if not changes.amendments:
        yield (_("Aucun amendement n’avait été déposé.") if changes.before is None
               else _("Aucun amendement n’a été déposé ni décidé entre-temps."))


def mail_text(changes: Changelog, words: ChangelogWords, address: str) -> str:
    """Return the same as plain text that is also Markdown, to be pasted in a mail."""
    version = changes.version
    blocks = [f"# {version.title}", f"{words.heading}{f' – {version.label}' if version.label else ''}\n{address}"]
    blocks += [version.note] if version.note else []
    if words.sections:
        colon = _(" :")
        blocks += [f"## {_('Sections')}",
                   "\n".join(f"- {one.title}{colon} {' ; '.join(one.facts)}." for one in words.sections)]
    if words.states:
        blocks.append(f"## {_('Amendements')}")
    for state in words.states:
        blocks += [f"### {state.title}", "\n".join(map(_amendment_line, state.amendments))]
    return "\n\n".join([*blocks, *words.notes]) + "\n"


def _amendment_line(change: AmendmentChange) -> str:
    line = f"- {change.amendment.number}, {change.organisation.name} ({change.organisation.acronym})"
    return line + (_(" : « %(reason)s »", reason=" ".join(change.reason.split())) if change.reason else "")


def _states(changes: Changelog) -> Iterator[StateWords]:
    for state in STATES:
        found = changes.with_state(state)
        if found:
            is_undecided = state is AmendmentState.PROPOSED
            yield StateWords(_("Déposé, sans décision") if is_undecided else str(AMENDMENT_STATE_WORDS[state]), found)
