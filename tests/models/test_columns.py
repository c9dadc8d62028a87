"""The clock that every table's times come from."""

from datetime import UTC, datetime, timedelta

import pytest

from drafting.extensions import db
from drafting.models import Organisation
from drafting.models.columns import now, recorded_at
from tests import factories


def test_a_recorded_time_reaches_the_rows_written_inside_and_no_others(app):
    then = datetime(2025, 2, 10, 9, 30, tzinfo=UTC)

    with recorded_at(then):
        old = factories.organisation(name="Fédération exemple du cœur d’œuvre · 🙂").id
    new = factories.organisation().id

    assert db.session.get(Organisation, old).created_at == then
    assert now() - db.session.get(Organisation, new).created_at < timedelta(minutes=1)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), recorded_at(datetime(2025, 2, 10)):  # noqa: DTZ001
        pass
