"""Pages of publication: what an embargo's form holds, and what is said of it."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from drafting.domain.deadline import zone_of
from drafting.models.columns import now
from tests.signing import sealed
from tests.signing_in import csrf_token, sign_in


def test_an_embargo_stays_as_it_is_unless_it_is_changed(app: Flask) -> None:
    table = sealed(1)
    client = sign_in(app.test_client(), table.there.coordinator)
    address = f"/files/{table.file.key}/publication"
    day = (now() + timedelta(days=3)).astimezone(zone_of(table.there.contribution.deadline_zone)).date().isoformat()

    def publish(**typed: str) -> str:
        sent = client.post(f"/files/{table.file.key}/publish",
                           data={"csrf_token": csrf_token(client, address), **typed}, follow_redirects=True)
        assert sent.status_code == 200
        return sent.get_data(as_text=True)

    page = publish(embargo_day=day, embargo_time="08:30")
    assert "Le document deviendra public le" in page
    assert f'value="{day}"' in page
    assert 'value="08:30"' in page

    assert "Le document est publié." in publish(embargo_day="", embargo_time="")
