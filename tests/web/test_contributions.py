"""A contribution's pages as a browser receives them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from drafting.domain.permissions import ParticipationRole
from tests import factories
from tests.signing_in import sign_in


@pytest.mark.parametrize(
    ("unit", "language", "words"),
    [("words", "fr", "En mots, comme toute"), ("characters", "fr", "En caractères, espaces comprises"),
     ("characters", "en", "In characters with spaces")],
)
def test_the_length_of_a_section_names_its_unit(client: FlaskClient, unit: str, language: str, words: str) -> None:
    contribution, organisation = factories.contribution(limit_unit=unit), factories.organisation()
    factories.participation(contribution, organisation, ParticipationRole.COORDINATOR)
    section = factories.section(contribution)
    sign_in(client, factories.member(organisation))

    page = client.get(f"/sections/{section.key}/edit", headers={"Accept-Language": language}).get_data(as_text=True)

    assert words in page
