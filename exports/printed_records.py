"""What a version's document prints of its round and its signing, read from the database."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from drafting.domain.round import RollCall
from drafting.domain.validation import Printed
from drafting.models import Call, Reservation, Round, Signatory, Signing, Validation, Version
from drafting.services import ballots
from exports.manuscript import Manuscript
from exports.signings import round_of, signatories_of, signing_of
from exports.validation_record import SILENT, TACIT, Diverging, Reserved, Validated, ValidationRecord
from exports.validation_record import Signatory as PrintedSignatory


def with_record(manuscript: Manuscript, version: Version) -> Manuscript:
    """Return the manuscript with how the organisations decided on the version, and who is to sign it."""
    adopted, signing = round_of(version), signing_of(version)
    if adopted is not None:
        held = ballots.standings(adopted)
        manuscript = replace(
            manuscript, validation=_record(adopted, held), reservations=_reservations(version, held),
            dissents=tuple(_dissent(one) for one in held.values() if one is not None and one.dissent is not None))
    if signing is not None:
        manuscript = replace(manuscript, signatories=printed_signatories(signing))
    return manuscript


def _record(adopted: Round, held: dict[Call, Validation | None]) -> ValidationRecord:
    zone = ZoneInfo(adopted.contribution.deadline_zone)
    shows = adopted.roll_call is RollCall.PUBLIC
    return ValidationRecord(
        rule=adopted.rule.value, quorum=adopted.quorum.value, by_mandates=adopted.by_mandates,
        silence_agrees=adopted.silence_agrees, opened_at=adopted.opened_at.astimezone(zone),
        closed_at=(adopted.closed_at or adopted.closes_at).astimezone(zone), count=ballots.count_of(adopted),
        validated=tuple(_validated(adopted, call, one) for call, one in held.items()) if shows else (),
    )


def stance_of(asked: Round, call: Call, held: Validation | None) -> str:
    """Return what an organisation's decision, or its silence, is called in a round that is over."""
    if held is not None:
        return held.stance.value
    return TACIT if asked.silence_agrees and call.sent_at is not None else SILENT


def _validated(adopted: Round, call: Call, held: Validation | None) -> Validated:
    return Validated(
        call.organisation.acronym, call.organisation.name, stance_of(adopted, call, held), call.mandates,
        at=held.at.astimezone(ZoneInfo(adopted.contribution.deadline_zone)) if held is not None else None,
        by_delegation=held is not None and held.delegation_id is not None)


def _reservations(version: Version, held: dict[Call, Validation | None]) -> tuple[Reserved, ...]:
    """Return the reservations that their organisations want printed."""
    numbers = {one.section_id: number for number, one in enumerate(version.sections, start=1)}
    return tuple(
        _reserved(call, reservation, numbers)
        for call, one in held.items() if one is not None
        for reservation in one.reservations if reservation.printed is not Printed.INTERNAL
    )


def _reserved(call: Call, one: Reservation, numbers: dict[int, int]) -> Reserved:
    section = numbers.get(one.section_id) if one.section_id is not None else None
    return Reserved(
        call.organisation.acronym, call.organisation.name, one.text, quote=one.quote, section=section,
        start=one.start, stop=one.stop, is_footnote=one.printed is Printed.FOOTNOTE and section is not None,
    )


def _dissent(one: Validation) -> Diverging:
    assert one.dissent is not None  # noqa: S101 - the caller has seen it
    organisation = one.call.organisation
    return Diverging(organisation.acronym, organisation.name, one.dissent.text, tuple(
        (each.organisation.acronym, each.organisation.name) for each in one.dissent.cosignatures))


def printed_signatories(signing: Signing) -> tuple[PrintedSignatory, ...]:
    """Return who signs, as it is printed."""
    numbers = {one.section_id: number for number, one in enumerate(signing.version.sections, start=1)}
    return tuple(_signatory(one, numbers) for one in signatories_of(signing))


def _signatory(one: Signatory, numbers: dict[int, int]) -> PrintedSignatory:
    scope = tuple(sorted(numbers[section] for section in one.scope or () if section in numbers))
    return PrintedSignatory(one.field, one.organisation.acronym, one.organisation.name, one.name, one.capacity, scope)
