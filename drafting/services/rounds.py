"""Rounds of validation: ask the organisations about exactly one version, and find what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from drafting.domain.actor import Actor
from drafting.domain.ballot import Terms
from drafting.domain.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from drafting.domain.permissions import Action, may
from drafting.domain.round import Outcome, RollCall, is_late
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import Call, Contribution, Participation, Round, Version
from drafting.models.columns import now
from drafting.services import calls, carrying, mail
from drafting.services.access import find_version, hold, require
from drafting.services.audit import record
from drafting.services.versions import is_intact

MANDATES_MAX = 10_000_000
MESSAGE_MAX = 4_000
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Question:
    """What the coordination asks, of whom and until when."""

    terms: Terms
    closes_at: datetime
    zone: str
    """IANA name of the zone in which the deadline was given."""
    mandates: Mapping[str, int]
    """Of each organisation that is asked, by its participation's key; one each where the round does not weigh them."""
    roll_call: RollCall = RollCall.ASKED
    message: str = ""
    editorial_of: str = ""
    """Key of the round before, where only the form changed since its version."""
    editorial_note: str = ""


def open_round(actor: Actor, version_key: str, question: Question) -> Round:
    """Ask the organisations about this version; the mails go out right after. Raise NotFound, Forbidden,
    InvalidInput, InvalidTransition, Conflict (another round is open).
    """
    with transaction() as session:
        version = find_version(actor, version_key, Action.ASK)
        contribution = hold(version.contribution)
        _check_state(version, contribution)
        at = now()
        asked = _checked(question, contribution, at)
        before = _editorial_of(question, version)
        last = session.scalar(select(func.max(Round.number)).where(Round.contribution_id == contribution.id))
        made = Round(
            contribution_id=contribution.id, version_id=version.id, number=(last or 0) + 1, digest=version.digest,
            rule=question.terms.rule, quorum=question.terms.quorum, by_mandates=question.terms.by_mandates,
            silence_agrees=question.terms.silence_agrees, roll_call=question.roll_call,
            message=question.message.strip(), opened_at=at, opened_by_id=actor.person_id,
            opened_for_id=actor.organisation_id, closes_at=question.closes_at, zone=question.zone,
            editorial_of=before, editorial_note=question.editorial_note.strip() if before else "",
        )
        made.calls = [Call(organisation_id=one.organisation_id, mandates=weight) for one, weight in asked.items()]
        session.add(made)
        session.flush()
        if before is not None:
            carrying.carry(actor, made)
        calls.write_down(made)
        record(
            actor, "round.open", f"round:{made.key}", contribution=contribution.key, number=made.number,
            version=version.number, digest=version.digest, rule=made.rule.value, quorum=made.quorum.value,
            by_mandates=made.by_mandates, silence_agrees=made.silence_agrees, closes_at=made.closes_at.isoformat(),
            asked={one.organisation.acronym: weight for one, weight in asked.items()},
        )
    calls.mail_soon()
    return made


def _check_state(version: Version, contribution: Contribution) -> None:
    present = round_under_way(contribution)
    if present is not None:
        raise Conflict(_("Un tour de validation est déjà ouvert, sur la version %(number)d. Attendez sa clôture, "
                         "ou annulez-le.", number=present.version.number))
    if contribution.archived_at is not None:
        raise InvalidTransition(_("Cette contribution est archivée : on n’y valide plus rien."))
    if not is_intact(version):
        raise InvalidTransition(_("Cette version n’est plus ce qui a été figé : prévenez l’administration, "
                                  "et figez-en une autre."))


def _checked(question: Question, contribution: Contribution, at: datetime) -> dict[Participation, int]:
    """Return who is asked, with their mandates. Raise InvalidInput, with what is wrong beside each field."""
    wrong: dict[str, object] = {}
    if question.closes_at < at + SHORTEST:
        wrong["closes_day"] = _("Choisissez une échéance à venir, dans dix minutes au plus tôt.")
    if question.closes_at > at + LONGEST:
        wrong["closes_day"] = _("Vérifiez l’année de cette date : un tour dure un an au plus.")
    if len(question.message) > MESSAGE_MAX:
        wrong["message"] = _("Le message est trop long : %(max)d caractères au plus.", max=MESSAGE_MAX)
    known = {one.key: one for one in contribution.participations}
    asked = {known[key]: mandates for key, mandates in question.mandates.items() if key in known}
    wrong |= wrong_with([*asked.values()], by_mandates=question.terms.by_mandates)
    if question.terms.silence_agrees and not mail.is_configured():
        wrong["silence_agrees"] = _("L’accord tacite demande que l’appel ait été envoyé, et cette installation "
                                    "n’envoie pas de courriels. Choisissez une autre règle, ou voyez l’administration.")
    if wrong:
        raise InvalidInput(_("Le tour n’est pas ouvert : corrigez ce qui est indiqué."), wrong)
    return asked


def wrong_with(mandates: Sequence[int], *, by_mandates: bool) -> dict[str, object]:
    """Return what is wrong with those who are asked, by their mandates: in the words for `asked` or `mandates`."""
    if not mandates:
        return {"asked": _("Choisissez au moins une organisation à consulter.")}
    if any(not 0 <= weight <= MANDATES_MAX for weight in mandates):
        return {"mandates": _("Les mandats sont des nombres entiers, de 0 à dix millions.")}
    if by_mandates and not sum(mandates):
        return {"mandates": _("Donnez des mandats à au moins une organisation.")}
    return {}


def _editorial_of(question: Question, version: Version) -> Round | None:
    if not question.editorial_of:
        return None
    before = db.session.scalar(select(Round).where(Round.key == question.editorial_of))
    fits = before is not None and before.contribution_id == version.contribution_id and not before.is_open
    if not fits or before is None or before.outcome is Outcome.CANCELLED or before.version.number >= version.number:
        message = _("Choisissez un tour clos, sur une version antérieure.")
        raise InvalidInput(message, {"editorial_of": message})
    if not question.editorial_note.strip():
        message = _("Dites quelles corrections de forme ont été faites : les organisations le lisent.")
        raise InvalidInput(message, {"editorial_note": message})
    return before


def find_round(actor: Actor | None, key: str, action: Action = Action.READ) -> Round:
    """Return the round with this key, for an actor who may do this to its contribution. Raise NotFound, Forbidden."""
    found = db.session.scalar(select(Round).where(Round.key == key))
    require(actor, standing_of(db.session(), actor, found.contribution_id if found else None), action)
    if found is None:
        raise NotFound
    return found


def hold_round(asked: Round) -> Round:
    """Keep the round as it is until the caller's transaction ends: a decision and the closing exclude each other."""
    db.session.refresh(asked, with_for_update=True)
    return asked


def require_open(asked: Round, at: datetime) -> None:
    """Raise InvalidTransition, in words that say what happens now, for a round that takes no decision any more."""
    if asked.outcome is Outcome.CANCELLED:
        raise InvalidTransition(_("Ce tour de validation a été annulé par la coordination. Rien n’est plus à décider."))
    if not asked.is_open or is_late(asked.closes_at, at):
        raise InvalidTransition(_(
            "Ce tour de validation est clos : il n’est plus possible d’y décider. Écrivez à la coordination si votre "
            "organisation n’a pas pu se prononcer à temps."))


def round_under_way(contribution: Contribution) -> Round | None:
    """Return the contribution's open round, if there is one."""
    return db.session.scalar(
        select(Round).where(Round.contribution_id == contribution.id, Round.closed_at.is_(None)))


def rounds_of(contribution: Contribution) -> list[Round]:
    """Return the contribution's rounds, newest first."""
    return list(db.session.scalars(
        select(Round).where(Round.contribution_id == contribution.id).order_by(Round.number.desc())))


def is_rejected(version: Version) -> bool:
    """Tell whether the organisations were asked about this version and, the last time, did not adopt it."""
    return rejection_of(version) is not None


def rejection_of(version: Version) -> Round | None:
    """Return the round in which the organisations did not adopt this version, if that is how the last one ended."""
    last = db.session.scalar(
        select(Round)
        .where(Round.version_id == version.id, Round.outcome.in_((Outcome.ADOPTED, Outcome.NOT_ADOPTED)))
        .order_by(Round.number.desc()).limit(1))
    return last if last is not None and last.outcome is Outcome.NOT_ADOPTED else None


def call_of(actor: Actor, asked: Round) -> Call | None:
    """Return the call to the organisation that the actor acts for, if the round asks it."""
    return next((one for one in asked.calls if one.organisation_id == actor.organisation_id), None)


def may_ask(actor: Actor | None, contribution: Contribution) -> bool:
    """Tell whether the actor may open and close rounds of this contribution."""
    return may(Action.ASK, standing_of(db.session(), actor, contribution.id))
