"""Amendments: file suggestions in an organisation's name, decide, withdraw, take a decision back."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from drafting.domain.actor import Actor
from drafting.domain.amendment import (
    BY_TEXT,
    WITH_REASON,
    AmendmentState,
    Fate,
    fates_of,
    may_follow,
    number_of,
    outcome_of,
    wording_of,
)
from drafting.domain.canonical import clean
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, Stale
from drafting.domain.permissions import Stage, may_decide, may_file, may_withdraw
from drafting.domain.rows import ACCEPT, REJECT
from drafting.domain.tracking import SectionState, pieces_of
from drafting.extensions import db, transaction
from drafting.live.house import house_of
from drafting.models import Amendment, AmendmentStep, AmendmentSuggestion, Section, Update
from drafting.services import suggestions
from drafting.services.access import find_section, standing_in
from drafting.services.audit import record
from drafting.services.texts import state_of

JUSTIFICATION_MAX = 4_000
REASON_MAX = 2_000
SUGGESTIONS_MAX = 200
ATTEMPTS = 5
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n"} | {127: None}


def stage_of(section: Section) -> Stage:
    """Return the stage that counts: nothing changes any more in what is retired or archived."""
    is_over = section.retired_at is not None or section.contribution.archived_at is not None
    return Stage.AGREED if is_over else section.stage


def place_of(section: Section) -> int:
    """Return the number that a section bears on the page: its place among those in use (0 for a retired one)."""
    used = [one.id for one in section.contribution.sections if one.retired_at is None]
    return used.index(section.id) + 1 if section.id in used else 0


def find_amendment(actor: Actor | None, key: str) -> Amendment:
    """Return the amendment with this key, for those who may read its contribution. Raise NotFound."""
    amendment = db.session.scalar(select(Amendment).where(Amendment.key == key))
    find_section(actor, amendment.section.key if amendment else "")
    assert amendment is not None  # noqa: S101 - no section has an empty key
    return amendment


def may_file_in(actor: Actor, section: Section) -> bool:
    """Tell whether the actor may file amendments to this section."""
    return may_file(standing_in(actor, section.contribution, section), stage_of(section))


def fileable(actor: Actor, section: Section, state: SectionState | None = None) -> list[str]:
    """Return the open suggestions of the actor's organisation that are in no amendment; not those emptied by others."""
    state = state or state_of(section)
    held = held_in(section)
    own = [
        id for id, one in state.suggestions.items()
        if one.is_open and one.organisation == actor.organisation_id and id not in held
    ]
    return [id for id, pieces in pieces_of(state, own).items() if any(kind in ("+", "-") for kind, _ in pieces)]


def file(actor: Actor, section_key: str, suggestion_ids: Collection[str], justification: str) -> Amendment:
    """File suggestions of the actor's organisation, any member's, as its amendment; its number is for ever.

    Raise NotFound, Forbidden, InvalidInput, Conflict.
    """
    justification = _checked(justification, "justification", JUSTIFICATION_MAX, _(
        "Donnez les raisons de l’amendement : elles seront lues par toutes les organisations."))
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction():
                return _file(actor, section_key, list(dict.fromkeys(suggestion_ids)), justification)
        except IntegrityError:
            # Another section took the same place, and its first number, at the same moment.
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _file(actor: Actor, section_key: str, ids: list[str], justification: str) -> Amendment:
    section = _held_section(actor, section_key)
    if not may_file_in(actor, section):
        raise Forbidden(_("Seul le secrétariat d’une organisation qui peut proposer ici dépose des amendements."))
    state = state_of(section)
    _check_choice(actor, section, state, ids)
    wording = wording_of(state, ids)
    taken = db.session.scalars(
        select(Amendment.number).where(Amendment.contribution_id == section.contribution_id)
    )
    assert actor.organisation_id is not None  # noqa: S101 - nobody else has a standing
    amendment = Amendment(
        contribution_id=section.contribution_id, section_id=section.id, organisation_id=actor.organisation_id,
        number=number_of(place_of(section), wording.paragraph, taken), paragraph=wording.paragraph,
        revision=state.revision, justification=justification, original=wording.original,
        proposed=wording.proposed, filed_by_id=actor.person_id,
        suggestions=[AmendmentSuggestion(suggestion=id, section_id=section.id) for id in ids],
    )
    db.session.add(amendment)
    db.session.flush()
    _step(actor, amendment, AmendmentState.PROPOSED, "")
    record(actor, "file_amendment", f"amendment:{amendment.key}", number=amendment.number, suggestions=ids)
    return amendment


def _check_choice(actor: Actor, section: Section, state: SectionState, ids: Sequence[str]) -> None:
    """Raise InvalidInput or Conflict unless these suggestions can be filed together now."""
    if not ids or len(ids) > SUGGESTIONS_MAX:
        message = _("Choisissez de une à %(max)d suggestions.", max=SUGGESTIONS_MAX)
        raise InvalidInput(message, {"suggestions": message})
    held = held_in(section)
    for id in ids:
        if id in held:
            raise Conflict(_("Une des suggestions choisies est déjà dans l’amendement %(number)s.",
                             number=held[id].number))
    if not set(fileable(actor, section, state)).issuperset(ids):
        message = _("Une des suggestions choisies n’est plus ouverte, ou n’est pas de votre organisation. "
                    "Vérifiez votre choix.")
        raise InvalidInput(message, {"suggestions": message})


def decide(
    actor: Actor, key: str, wanted: AmendmentState, reason: str = "", *, seen: Mapping[str, str] | None = None,
    was: AmendmentState | None = None,
) -> Amendment:
    """Give an amendment an outcome; integrating or rejecting it accepts or rejects its open suggestions.

    `seen` is what `tracking.seen_of` gave for each open suggestion as the actor saw it, `was` the state that the
    actor saw (None where nobody looked). Text, state and history change in one transaction.
    Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Stale.
    """
    missing = _("Donnez la raison : l’organisation qui propose doit la connaître.")
    reason = _checked(reason, "reason", REASON_MAX, missing if wanted in WITH_REASON else "")
    with transaction():
        amendment = _held_amendment(actor, key)
        section = amendment.section
        if wanted is AmendmentState.WITHDRAWN or not decides(actor, amendment):
            raise Forbidden(_("Seules la coordination et l’organisation qui conduit la section en décident."))
        if was not in (None, amendment.state):
            raise Stale(_("L’issue de cet amendement a changé depuis que vous l’avez lue. Relisez-la, puis décidez."))
        fates = fates_of(state_of(section), [one.suggestion for one in amendment.suggestions])
        if not may_follow(amendment.state, wanted, outcome=outcome_of(fates.values())):
            raise InvalidTransition(_("Cet amendement a déjà une issue. Rechargez la page pour la voir."))
        if wanted in BY_TEXT:
            _decide_text(actor, amendment, wanted, reason, {
                id: (seen or {}).get(id, "") for id, fate in fates.items() if fate is Fate.OPEN
            })
        else:
            _step(actor, amendment, wanted, reason)
        record(actor, "decide_amendment", f"amendment:{key}", state=wanted.value, reason=reason)
        section_id = section.id
    house_of(db.engine).authority.refresh([section_id])
    return amendment


def _decide_text(
    actor: Actor, amendment: Amendment, wanted: AmendmentState, reason: str, seen: Mapping[str, str]
) -> None:
    """Accept or reject what is open of an amendment: drafting/live/amendments.py then gives it its state."""
    if seen:
        command = ACCEPT if wanted is AmendmentState.INTEGRATED else REJECT
        suggestions.decide(actor, amendment.section.key, command, list(seen), seen, reason)
        db.session.expire(amendment)
        return
    # Its suggestions were rejected one by one, without a word: this is the reason that was missing.
    known = state_of(amendment.section).suggestions
    last = max(known[one.suggestion].decided or 0 for one in amendment.suggestions)
    _step(actor, amendment, wanted, reason, revision=last)


def undo(actor: Actor, key: str) -> Amendment:
    """Take back the decision in the text that gave an amendment its outcome: a new entry of the log and of its history.

    Raise NotFound, Forbidden, InvalidTransition, Stale.
    """
    with transaction():
        amendment = _held_amendment(actor, key)
        if not decides(actor, amendment):
            raise Forbidden(_("Seules la coordination et l’organisation qui conduit la section en décident."))
        if not is_undoable(amendment):
            raise InvalidTransition(_("Cet amendement n’a pas d’issue à annuler. Rechargez la page pour la voir."))
        revision = amendment.steps[-1].revision
        assert revision is not None  # noqa: S101 - is_undoable says so
        suggestions.undo(actor, amendment.section.key, revision)
        db.session.expire(amendment)
        record(actor, "undo_amendment", f"amendment:{key}", state=amendment.state.value)
        section_id = amendment.section_id
    house_of(db.engine).authority.refresh([section_id])
    return amendment


def withdraw(actor: Actor, key: str, reason: str = "") -> Amendment:
    """Withdraw an amendment in the name of the organisation that filed it; its suggestions are their authors' again.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition.
    """
    reason = _checked(reason, "reason", REASON_MAX)
    with transaction():
        amendment = _held_amendment(actor, key)
        if not withdraws(actor, amendment):
            raise Forbidden(_("Seul le secrétariat de l’organisation qui l’a déposé peut retirer cet amendement."))
        fates = fates_of(state_of(amendment.section), [one.suggestion for one in amendment.suggestions])
        if not may_follow(amendment.state, AmendmentState.WITHDRAWN, outcome=outcome_of(fates.values())):
            raise InvalidTransition(_("Cet amendement a déjà une issue : il ne peut plus être retiré."))
        for one in amendment.suggestions:
            one.released = True
        _step(actor, amendment, AmendmentState.WITHDRAWN, reason)
        record(actor, "withdraw_amendment", f"amendment:{key}", reason=reason)
        return amendment


def is_undoable(amendment: Amendment) -> bool:
    """Tell whether the present state is the outcome of a decision in the text, which can be taken back.

    Where an author withdrew the last of it, or an editor deleted it, that is for them to take back.
    """
    revision = amendment.steps[-1].revision
    if revision is None or amendment.state not in BY_TEXT | {AmendmentState.PARTLY_INTEGRATED}:
        return False
    made = select(Update.decide).where(Update.section_id == amendment.section_id, Update.revision == revision)
    return db.session.scalar(made) in (ACCEPT, REJECT)


def decides(actor: Actor, amendment: Amendment) -> bool:
    """Tell whether the actor decides on this amendment."""
    section = amendment.section
    return may_decide(standing_in(actor, section.contribution, section), stage_of(section))


def withdraws(actor: Actor, amendment: Amendment) -> bool:
    """Tell whether the actor may withdraw this amendment."""
    is_own = amendment.organisation_id == actor.organisation_id
    return may_withdraw(standing_in(actor, amendment.section.contribution, amendment.section), is_own=is_own)


def _held_section(actor: Actor, key: str) -> Section:
    """Return a section in which nothing is written or decided until the caller's transaction ends."""
    section = find_section(actor, key)
    # FOR UPDATE (PostgreSQL): the authority reads the section FOR SHARE before it appends.
    db.session.refresh(section, with_for_update=True)
    return section


def _held_amendment(actor: Actor, key: str) -> Amendment:
    """Return an amendment that nobody else moves until the caller's transaction ends."""
    amendment = find_amendment(actor, key)
    _held_section(actor, amendment.section.key)  # First, as the authority does: else two could wait in a circle.
    db.session.refresh(amendment, with_for_update=True)
    db.session.expire(amendment, ["steps", "suggestions"])
    return amendment


def held_in(section: Section) -> dict[str, Amendment]:
    """Return which suggestions of a section are in which amendment."""
    found = db.session.execute(
        select(AmendmentSuggestion.suggestion, Amendment)
        .join(Amendment)
        .where(AmendmentSuggestion.section_id == section.id, ~AmendmentSuggestion.released)
    )
    return {suggestion: amendment for suggestion, amendment in found}  # noqa: C416 - a result is no mapping


def _step(
    actor: Actor, amendment: Amendment, state: AmendmentState, reason: str, *, revision: int | None = None
) -> None:
    """Give an amendment a state, and its history a line."""
    amendment.state, amendment.reason = state, reason
    assert actor.organisation_id is not None  # noqa: S101 - nobody else has a standing
    amendment.steps.append(AmendmentStep(
        state=state, reason=reason, person_id=actor.person_id, organisation_id=actor.organisation_id, revision=revision,
    ))
    db.session.flush()


def _checked(text: str, field: str, longest: int, missing: str = "") -> str:
    """Return a text that can be kept. Raise InvalidInput naming the field."""
    text = clean(text.encode(errors="replace").decode()).translate(_CONTROL).strip()
    message = ""
    if missing and not any(not unicodedata.category(sign).startswith(("Z", "C")) for sign in text):
        message = missing
    elif len(text) > longest:
        message = _("Ce texte est trop long : %(max)d caractères au plus.", max=longest)
    if message:
        raise InvalidInput(message, {field: message})
    return text
