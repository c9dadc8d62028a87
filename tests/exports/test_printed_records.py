"""What the paper takes from the database: the decisions that hold, when they were made, and what is to be printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from drafting.domain.ballot import Rule, Stance, Terms
from drafting.domain.round import RollCall
from drafting.domain.validation import Decision, Printed, ReservationDraft
from drafting.extensions import transaction
from drafting.models import Round
from drafting.models.columns import now, recorded_at
from drafting.services import closings, validations
from exports import page
from exports.kinds.version_documents import intact_manuscript
from exports.manuscript import Manuscript
from exports.printed_records import with_record
from exports.validation_record import SILENT, TACIT
from tests.codes import switch_on
from tests.rounds import Assembly, assembly, put


def decided(roll_call: RollCall) -> tuple[Assembly, Manuscript]:
    """A version that one approves with reservations, one opposes, one agrees to tacitly; the last was never called."""
    there = assembly(4)
    asked = there.open_round(terms=Terms(Rule.SIMPLE_MAJORITY), roll_call=roll_call)
    secretary = there.secretaries[0]
    validations.decide(secretary, asked.key, Decision(Stance.RESERVED, "Un motif.", (
        ReservationDraft("Un délai · œuvre 🙂", "commun", Printed.FOOTNOTE),
        ReservationDraft("Sur la convention", "§ 1.2", Printed.FOOTNOTE),
        ReservationDraft("Réserve secrète", "", Printed.INTERNAL),
        ReservationDraft("En annexe", "", Printed.ANNEX),
    )), digest=asked.digest, seen=0, code=switch_on(secretary)[0])
    put(asked, there.secretaries[1], Stance.OPPOSED)
    with transaction() as session:
        held = session.get_one(Round, asked.id)
        held.silence_agrees, held.calls[2].sent_at, held.calls[3].sent_at = True, now(), None
    with recorded_at(asked.closes_at + timedelta(hours=1)):
        closings.close_due()
    return there, with_record(intact_manuscript(there.version), there.version)


@pytest.mark.parametrize("roll_call", [RollCall.ASKED, RollCall.PUBLIC])
def test_decisions_are_printed_with_their_dates_where_the_round_shows_them(app: Flask, roll_call: RollCall) -> None:
    there, printed = decided(roll_call)

    assert printed.validation is not None
    found = printed.validation.validated
    if roll_call is RollCall.ASKED:
        assert found == ()
        return
    assert [one.stance for one in found] == ["approved_with_reservation", "opposed", TACIT, SILENT]
    assert [one.acronym for one in found] == [one.acronym for one in there.federations]
    assert [one.at is not None for one in found] == [True, True, False, False]
    assert found[0].at is not None
    assert found[0].at.tzinfo == ZoneInfo(there.contribution.deadline_zone)


def test_reservations_stand_where_their_organisation_wants_them(app: Flask) -> None:
    there, printed = decided(RollCall.PUBLIC)

    html = page.to_html(printed)

    assert "Réserve secrète" not in html
    assert f"Réserve de {there.federations[0].acronym} sur" in html
    assert 'commun<span class="note reservation" id="reservation-1"' in html
    assert 'n°&nbsp;87.<span class="note reservation" id="reservation-2"' in html
    assert html.index("En annexe") > html.index("validation-top")


def test_the_text_of_a_version_without_a_round_is_printed_as_before(app: Flask) -> None:
    there = assembly(1)
    bare = intact_manuscript(there.version)

    assert with_record(bare, there.version) == replace(bare, validation=None)
