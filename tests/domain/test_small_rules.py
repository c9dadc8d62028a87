"""Slugs, canonical bytes, working sessions."""

from datetime import UTC, datetime, timedelta

import pytest

from drafting.domain.canonical import FrozenContribution, FrozenSection, canonical_bytes, digest
from drafting.domain.slug import slug_of
from drafting.domain.working_session import Step, working_sessions

START = datetime(2025, 1, 6, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Œuvre d’été", "oeuvre-d-ete"),
        ("Sommet pour l’action sur l’IA", "sommet-pour-l-action-sur-l-ia"),
        ("Les travailleurs·ses", "les-travailleursses"),
        ("😀", "contribution"),
    ],
)
def test_a_slug_is_made_of_plain_words(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def frozen(text: str) -> FrozenContribution:
    return FrozenContribution(
        "Titre", "Destinataire", "", "fr", 1, "projet", [("FEX", "Fédération exemple", "author")],
        [FrozenSection("Section", "FEX", text)],
    )


def test_the_canonical_bytes_are_documented_json() -> None:
    assert canonical_bytes(frozen("« é »\r\n")).decode() == (
        '{"event":"","format":1,"label":"projet","language":"fr","number":1,'
        '"organisations":[["FEX","Fédération exemple","author"]],"recipient":"Destinataire",'
        '"sections":[{"lead":"FEX","text":"« é »\\n","title":"Section"}],"title":"Titre"}'
    )


def test_composed_and_decomposed_accents_have_one_digest_and_another_text_another() -> None:
    assert digest(canonical_bytes(frozen("é"))) == digest(canonical_bytes(frozen("e\u0301")))
    assert digest(canonical_bytes(frozen("é"))) != digest(canonical_bytes(frozen("è")))


def step(revision: int, author: int, minutes: float) -> Step:
    return Step(revision, author, 1, START + timedelta(minutes=minutes), 3, 1)


def test_sessions_end_with_another_person_or_five_quiet_minutes_or_a_version() -> None:
    steps = [step(1, 7, 0), step(2, 7, 4), step(3, 7, 9.1), step(4, 8, 9.2), step(5, 8, 9.3), step(6, 8, 9.4)]

    sessions = working_sessions(steps, splits=frozenset({5}))

    assert [(s.first_revision, s.last_revision, s.author_id) for s in sessions] == [
        (1, 2, 7), (3, 3, 7), (4, 5, 8), (6, 6, 8),
    ]
    assert (sessions[0].inserted, sessions[0].deleted) == (6, 2)


def test_proposals_and_decisions_are_told_from_what_changes_the_text() -> None:
    plain, proposal = step(1, 7, 0), Step(2, 7, 1, START, 9, 0, is_proposal=True)
    decision = Step(3, 7, 1, START, 0, 9, is_decision=True)

    session = working_sessions([plain, proposal, decision])[0]

    assert (session.inserted, session.deleted, session.proposed, session.decided) == (3, 1, 1, 1)
