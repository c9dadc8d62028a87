"""Signings: who signs a version's file, in which capacity and order; planned before the seal, superseded after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.ballot import Stance
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, NotFound
from drafting.domain.permissions import Action, Standing, may, may_sign
from drafting.domain.round import Outcome
from drafting.domain.signing import SignatoryState, may_sign_now
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import File, Membership, Organisation, Person, Round, Signatory, Signing, Version
from drafting.models.columns import now
from drafting.models.export import FileKind, JobKind
from drafting.services import ballots
from drafting.services.access import find_version, require
from drafting.services.audit import record
from exports import jobs

NAME_MAX = 200
SIGNATORIES_MAX = 200
REASON_MAX = 2_000


@dataclass(frozen=True)
class SignatoryDraft:
    """A signatory as the coordination plans one."""

    organisation: str
    """The organisation's key."""
    capacity: str
    name: str = ""
    person: str = ""
    """Key of the account that signs; empty for the organisation's secretaries."""
    sections: tuple[str, ...] = ()
    """Keys of the sections signed; none for the whole text."""


def round_of(version: Version) -> Round | None:
    """Return the round by which the version was adopted, the last one."""
    return db.session.scalar(
        select(Round).where(Round.version_id == version.id, Round.outcome == Outcome.ADOPTED)
        .order_by(Round.number.desc()).limit(1))


def may_be_signatories(version: Version) -> list[Organisation]:
    """Return the organisations that may sign: those that approved, with a reservation or without; silence signs not."""
    adopted = round_of(version)
    if adopted is None:
        return []
    return [
        call.organisation for call, held in ballots.standings(adopted).items()
        if held is not None and held.stance in (Stance.APPROVED, Stance.RESERVED)
    ]


def signing_of(version: Version) -> Signing | None:
    """Return the version's signing that counts, if one is planned."""
    return db.session.scalar(
        select(Signing).where(Signing.version_id == version.id, Signing.superseded_at.is_(None)))


def signatories_of(signing: Signing) -> list[Signatory]:
    """Return who signs, in order, without those who were replaced."""
    return [one for one in signing.signatories if one.state is not SignatoryState.REPLACED]


def refusals_before(signing: Signing) -> dict[int, str]:
    """Return why organisations refused to sign the file that this signing's replaces, by their ids."""
    refused = db.session.scalars(
        select(Signatory).join(Signing, Signing.id == Signatory.signing_id)
        .where(Signing.superseded_by_id == signing.id, Signatory.state == SignatoryState.REFUSED))
    return {one.organisation_id: one.reason for one in refused}


def file_of(signing: Signing) -> File | None:
    """Return the signing's sealed file, once it is made."""
    if signing.file is not None:
        return signing.file
    if signing.superseded_at is not None:
        return None
    return db.session.scalar(select(File).where(
        File.version_id == signing.version_id, File.kind == FileKind.SEALED, File.superseded_at.is_(None)))


def plan(
    actor: Actor, version_key: str, drafts: list[SignatoryDraft], *, in_order: bool = False,
    expires_at: datetime | None = None,
) -> Signing:
    """Say who signs a version, in the place of what was planned before. Raise NotFound, Forbidden, InvalidInput,
    InvalidTransition (not adopted, sealed already).
    """
    with transaction() as session:
        version = find_version(actor, version_key, Action.PLAN_SIGNING)
        # A job that seals refers to the contribution, so its row waits for this, too: what is planned is printed.
        session.refresh(version.contribution, with_for_update=True)
        adopted = round_of(version)
        if adopted is None:
            raise InvalidTransition(_(
                "Seule une version adoptée par les organisations se signe. Soumettez-la d’abord à leur validation."))
        _require_unsealed(version)
        made = _checked(version, drafts)
        if expires_at is not None and expires_at <= now():
            message = _("Choisissez une date à venir.")
            raise InvalidInput(message, {"expires_on": message})
        signing = signing_of(version)
        if signing is None:
            signing = Signing(version_id=version.id, created_by_id=actor.person_id)
            session.add(signing)
        signing.round_id, signing.in_order, signing.expires_at = adopted.id, in_order, expires_at
        session.flush()
        _replace(actor, signing, made)
        record(actor, "signing.plan", f"version:{version.key}", signing=signing.key, in_order=in_order,
               signatories=[[one.organisation.acronym, one.capacity, one.name] for one in signatories_of(signing)])
        return signing


def _replace(actor: Actor, signing: Signing, made: list[Signatory]) -> None:
    """Put new signatories in the place of the ones before, which stay written down as replaced."""
    before = signatories_of(signing)
    for one in before:
        one.state, one.changed_at, one.changed_by_id = SignatoryState.REPLACED, now(), actor.person_id
    db.session.flush()
    for position, one in enumerate(made, start=1):
        one.position, one.changed_by_id = position, actor.person_id
        one.replaces_id = before[position - 1].id if position <= len(before) else None
        signing.signatories.append(one)
    db.session.flush()


def _require_unsealed(version: Version) -> None:
    sealed = db.session.scalar(select(File.id).where(
        File.version_id == version.id, File.kind == FileKind.SEALED, File.superseded_at.is_(None)))
    if sealed is not None or jobs.job_under_way(version.id, JobKind.SEALED) is not None:
        raise InvalidTransition(_(
            "Le fichier est scellé : ses signataires y sont imprimés. Pour en changer, faites un nouveau fichier qui "
            "remplace celui-ci."))


def _checked(version: Version, drafts: list[SignatoryDraft]) -> list[Signatory]:
    if not drafts or len(drafts) > SIGNATORIES_MAX:
        message = _("Choisissez de 1 à %(max)d signataires.", max=SIGNATORIES_MAX)
        raise InvalidInput(message, {"signatories": message})
    allowed = {one.key: one for one in may_be_signatories(version)}
    wrong: dict[str, object] = {}
    made = [_signatory(version, draft, allowed, number, wrong) for number, draft in enumerate(drafts, start=1)]
    if wrong:
        raise InvalidInput(_("Les signataires ne sont pas enregistrés : corrigez ce qui est indiqué."), wrong)
    return [one for one in made if one is not None]


def _signatory(
    version: Version, draft: SignatoryDraft, allowed: dict[str, Organisation], number: int, wrong: dict[str, object]
) -> Signatory | None:
    organisation = allowed.get(draft.organisation)
    if organisation is None:
        wrong[f"organisation-{number}"] = _("Seules les organisations qui ont approuvé cette version la signent.")
        return None
    capacity, name = " ".join(draft.capacity.split()), " ".join(draft.name.split())
    if not capacity or len(capacity) > NAME_MAX or len(name) > NAME_MAX:
        wrong[f"capacity-{number}"] = _(
            "Écrivez en quelle qualité la personne signe, en %(max)d caractères au plus.", max=NAME_MAX)
    person = _member(organisation, draft.person)
    if draft.person and person is None:
        wrong[f"person-{number}"] = _("Choisissez un membre de cette organisation.")
    known = {one.section_id for one in version.sections}
    by_key = {one.key: one.id for one in version.contribution.sections if one.id in known}
    scope = [by_key[key] for key in draft.sections if key in by_key]
    return Signatory(
        organisation=organisation, capacity=capacity, name=name or (person.name if person else ""),
        person_id=person.id if person else None, scope=scope or None, state=SignatoryState.EXPECTED,
    )


def _member(organisation: Organisation, key: str) -> Person | None:
    return db.session.scalar(
        select(Person).join(Membership, Membership.person_id == Person.id)
        .where(Person.key == key, Membership.organisation_id == organisation.id, Person.disabled_at.is_(None)))


def supersede(actor: Actor, signing_key: str, reason: str) -> Version:
    """Let another file take the place of a sealed one: its signatories can be planned anew. The old one stays known.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition.
    """
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX:
        message = _("Dites pourquoi ce fichier est remplacé, en %(max)d caractères au plus.", max=REASON_MAX)
        raise InvalidInput(message, {"reason": message})
    with transaction() as session:
        signing = hold_signing(find_signing(actor, signing_key, Action.PLAN_SIGNING))
        file = file_of(signing)
        if file is None or signing.superseded_at is not None:
            raise InvalidTransition(_("Ce fichier n’est pas encore scellé, ou il est déjà remplacé."))
        at = now()
        signing.file_id, signing.superseded_at, signing.superseded_reason = file.id, at, reason
        file.superseded_at = at
        session.flush()
        after = Signing(
            version_id=signing.version_id, created_by_id=actor.person_id, round_id=signing.round_id,
            in_order=signing.in_order,
            expires_at=signing.expires_at if signing.expires_at and signing.expires_at > at else None)
        session.add(after)
        session.flush()
        signing.superseded_by_id = after.id
        willing = [one for one in signatories_of(signing) if one.state is not SignatoryState.REFUSED]
        for position, one in enumerate(willing, start=1):
            session.add(Signatory(
                signing_id=after.id, organisation_id=one.organisation_id, person_id=one.person_id, name=one.name,
                position=position, capacity=one.capacity, scope=one.scope, state=SignatoryState.EXPECTED,
                changed_by_id=actor.person_id))
        record(actor, "signing.supersede", f"file:{file.key}", signing=signing.key, reason=reason)
        return signing.version


def find_signing(actor: Actor, key: str, action: Action) -> Signing:
    """Return a signing, for an actor who may do this to its contribution. Raise NotFound, Forbidden."""
    found = db.session.scalar(select(Signing).where(Signing.key == key))
    contribution_id = found.version.contribution_id if found else None
    require(actor, standing_of(db.session(), actor, contribution_id), action)
    if found is None:
        raise NotFound
    return found


def hold_signing(signing: Signing) -> Signing:
    """Keep a signing as it is until the caller's transaction ends: whoever signs in it, refuses, takes its file away or
    supersedes it does so one after the other. What was read before is read again.
    """
    db.session.refresh(signing, with_for_update=True)
    db.session.expire_all()
    return signing


def find_signatory(actor: Actor, key: str, *, to_sign: bool = False) -> Signatory:
    """Return a signatory, for those who read the contribution; `to_sign`: for who may sign in that place.

    Raise NotFound, Forbidden.
    """
    found = db.session.scalar(select(Signatory).where(Signatory.key == key))
    contribution_id = found.signing.version.contribution_id if found else None
    require(actor, standing_of(db.session(), actor, contribution_id), Action.READ)
    if found is None:
        raise NotFound
    if to_sign and not may_sign_as(actor, found):
        raise Forbidden(_("Seule la personne désignée signe à cette place. Adressez-vous à la coordination."))
    return found


def may_plan(standing: Standing) -> bool:
    """Tell whether someone may say who signs."""
    return may(Action.PLAN_SIGNING, standing)


def may_sign_as(actor: Actor, signatory: Signatory) -> bool:
    """Tell whether the actor may sign in a signatory's place."""
    return may_sign(
        standing_of(db.session(), actor, signatory.signing.version.contribution_id),
        is_of_organisation=actor.organisation_id == signatory.organisation_id,
        is_named=actor.person_id == signatory.person_id, names_somebody=signatory.person_id is not None,
    )


def awaited_of(actor: Actor) -> list[Signatory]:
    """Return the places in which the actor may sign now, for their first page."""
    places = db.session.scalars(
        select(Signatory).join(Signing, Signing.id == Signatory.signing_id)
        .where(Signatory.organisation_id == actor.organisation_id, Signatory.state == SignatoryState.EXPECTED,
               Signing.superseded_at.is_(None)).order_by(Signatory.id))
    return [one for one in places if is_awaited(actor, one)]


def is_awaited(actor: Actor, signatory: Signatory) -> bool:
    """Tell whether the actor may sign in this place now: it is theirs, it is its turn, and there is a file."""
    return may_sign_as(actor, signatory) and is_due(signatory)


def is_due(signatory: Signatory) -> bool:
    """Tell whether this place is to be signed now: expected, its turn, within its time, in a file that is there."""
    try:
        require_turn(signatory, now())
    except (Conflict, InvalidTransition):
        return False
    return True


def require_turn(signatory: Signatory, at: datetime) -> File:
    """Return the file that a signatory signs now. Raise InvalidTransition, Conflict, saying what is in the way."""
    signing = signatory.signing
    if signing.superseded_at is not None:
        raise InvalidTransition(_("Ce fichier a été remplacé par un autre : c’est celui-là qui se signe."))
    file = file_of(signing)
    if file is None:
        raise InvalidTransition(_("Le fichier n’est pas encore scellé par la coordination : revenez ensuite."))
    if file.withdrawn_at is not None:
        raise InvalidTransition(_("La coordination a retiré ce document : il ne se signe plus."))
    if signing.expires_at is not None and at > signing.expires_at:
        raise InvalidTransition(_("Le délai de signature est passé. Écrivez à la coordination."))
    if signatory.state is SignatoryState.SIGNED:
        raise Conflict(_("C’est déjà signé à cette place."))
    if signatory.state is not SignatoryState.EXPECTED:
        raise InvalidTransition(_("Cette place n’attend plus de signature."))
    ordered = signatories_of(signing)
    if not may_sign_now([one.state for one in ordered], ordered.index(signatory), in_order=signing.in_order):
        raise InvalidTransition(_("Les signatures se font dans l’ordre : d’autres signent avant vous."))
    return file
