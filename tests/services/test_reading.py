"""The contribution as one document: length against the recipient's limit."""

from flask import Flask

from drafting.domain.permissions import ParticipationRole
from drafting.services import reading
from tests import factories
from tests.writing import write


def test_the_whole_is_counted_as_it_is_read_against_the_limit(app: Flask) -> None:
    home = factories.organisation()
    contribution = factories.contribution(text_limit=5)
    factories.participation(contribution, home, ParticipationRole.COORDINATOR)
    actor = factories.member(home)
    for text in ("Les **travailleurs·ses** d’abord 😀.", "| œuvre | deux |\n| - | - |\n| trois | 4 |"):
        write(factories.section(contribution), actor, text)

    document = reading.document(actor, contribution)

    assert [part.length for part in document.parts] == [3, 4]
    assert (document.length, document.is_too_long) == (7, True)
