"""The papers of the demonstration: decided through the services, and played on where somebody stopped it."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from drafting.demonstration import cast, codes, papers, rounds
from drafting.domain.errors import NotFound
from drafting.domain.round import Outcome
from drafting.extensions import db
from drafting.models import Authenticator, Call, Contribution, RecoveryCode, Round, Validation
from drafting.services import second_factors

TODAY = date(2026, 3, 18)


@pytest.fixture
def story(app: Flask) -> None:
    cast.hire("une œuvre · commune 🙂")


def found(paper: papers.Paper) -> Round:
    version = rounds.version_of(paper)
    assert version is not None
    return db.session.scalars(select(Round).where(Round.version_id == version.id)).one()


def stances(asked: Round) -> dict[str, str]:
    rows = db.session.execute(select(Call, Validation).join(Validation).where(Call.round_id == asked.id))
    return {call.organisation.acronym: made.stance.value for call, made in rows}


def test_each_paper_ends_as_it_should_and_again_changes_nothing(story: None) -> None:
    for _time in range(2):
        rounds.play(TODAY)

    assert [found(paper).outcome for paper in papers.PAPERS] == [Outcome.ADOPTED, Outcome.ADOPTED, None]
    assert stances(found(papers.ASKED)) == {
        "CET Numérique": "approved", "CET Santé": "approved_with_reservation",
        "CET Services": "approved_with_reservation",
    }  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == len(papers.PAPERS)
    assert db.session.scalar(select(func.count()).select_from(Validation)) == sum(
        len(paper.answers) for paper in papers.PAPERS)


def test_a_play_that_was_interrupted_goes_on_where_it_was(story: None, monkeypatch: pytest.MonkeyPatch) -> None:
    decide, decided = rounds.validations.decide, []

    def stops(*given: object, **named: object) -> object:
        if len(decided) == 2:
            raise KeyboardInterrupt
        decided.append(given)
        return decide(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(rounds.validations, "decide", stops)
    with pytest.raises(KeyboardInterrupt):
        rounds.play(TODAY)
    monkeypatch.undo()
    assert db.session.scalar(select(func.count()).select_from(Validation)) == 2

    rounds.play(TODAY)

    assert found(papers.PUBLISHED).outcome is Outcome.ADOPTED
    assert len(stances(found(papers.PUBLISHED))) == 4


def test_nobody_is_left_with_codes_that_they_do_not_know(story: None) -> None:
    rounds.play(TODAY)

    for table in (Authenticator, RecoveryCode):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_who_has_no_telephone_reads_the_code_of_an_example_account_at_the_console(story: None) -> None:
    secretary = cast.actors()["Secrétariat Santé"]
    with pytest.raises(NotFound, match="Mon compte"):
        codes.code_of(secretary.email)
    second_factors.begin(secretary, issuer="Exemple")

    assert len(codes.code_of(f" {secretary.email.upper()} ")) == 6
    with pytest.raises(NotFound, match="démonstration"):
        codes.code_of("quelqu-un@exemple.example")
