"""What is written beside a change: everybody who made it, when, and the amendment it came from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from drafting.domain.redline import Label
from drafting.models import Amendment, Organisation, Section
from drafting.services.comparisons import Part
from drafting.services.makings import Making
from drafting.services.voices import Voice
from drafting.web.comparison_words import labels_of

FEM = Voice("Nadia Œuvre", Organisation(acronym="FEM", colour="blue"))
FES = Voice("Luc d’Arçon", Organisation(acronym="FES", colour="green"))
CEX = Voice("Camille Été", Organisation(acronym="CEX", colour="plum"))
MONDAY, TUESDAY = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC)
FIRST, SECOND = Amendment(key="premier", number="3-2-1"), Amendment(key="second", number="3-2-2")


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    """A French reader's request."""
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        yield


def label(*makings: Making) -> Label:
    part = Part(Section(), 1, "Œuvre", "Œuvre", 1, is_new=False, is_removed=False, is_moved=False, events=(),
                a_revision=1, b_revision=2, makings={7: makings})
    return labels_of(part, "Europe/Paris")[7]


@pytest.mark.parametrize(("makings", "who", "mark", "colour", "at", "href"), [
    ([Making(FEM, MONDAY)], "Nadia Œuvre (FEM)", "FEM", "blue", "2 mars 2026, 10:00", None),
    ([Making(FEM)], "Nadia Œuvre (FEM)", "FEM", "blue", None, None),
    ([Making(FEM, MONDAY, FIRST, CEX, is_proposed=True)], "Nadia Œuvre (FEM), accepté par Camille Été (CEX)",
     "FEM · am.\u00a03-2-1", "blue", "2 mars 2026, 10:00", "/amendments/premier"),
    ([Making(FEM, MONDAY, decided_by=CEX)], "Nadia Œuvre (FEM), rétabli par Camille Été (CEX)", "FEM", "blue",
     "2 mars 2026, 10:00", None),
    ([Making(FEM, MONDAY), Making(FES, TUESDAY)], "Nadia Œuvre (FEM) ; Luc d’Arçon (FES)", "FEM + FES", None,
     "3 mars 2026, 10:00", None),
    # Two amendments have no one page: each is found in the section's trace.
    ([Making(FEM, MONDAY, FIRST, CEX, is_proposed=True), Making(FES, MONDAY, SECOND, CEX, is_proposed=True)],
     "Nadia Œuvre (FEM), accepté par Camille Été (CEX) ; Luc d’Arçon (FES), accepté par Camille Été (CEX)",
     "FEM + FES · am.\u00a03-2-1 · am.\u00a03-2-2", None, "2 mars 2026, 10:00", None),
])
def test_a_change_is_labelled_with_all_who_made_it(makings, who, mark, colour, at, href) -> None:
    found = label(*makings)

    assert (found.who, found.acronym, found.colour, found.at, found.href) == (who, mark, colour, at, href)


def test_an_amendment_is_named_in_full_for_who_listens() -> None:
    found = label(Making(FEM, MONDAY, FIRST, CEX, is_proposed=True))

    assert found.amendment == "amendement 3-2-1"
