"""Pages of publication: what an embargo's form holds, and what is said of it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask

from drafting.domain.deadline import zone_of
from drafting.models.columns import now
from exports import files, publications
from exports.file_states import newest_state
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

    assert "Le document est publié." in publish(when="now")


@pytest.mark.parametrize("is_published", [False, True])
def test_an_hour_without_a_day_publishes_nothing(app: Flask, is_published: bool) -> None:
    table = sealed(1)
    until = now() + timedelta(days=3)
    if is_published:
        files.publish(table.there.coordinator, table.file.key, embargo_until=until)
    client = sign_in(app.test_client(), table.there.coordinator)

    answer = client.post(f"/files/{table.file.key}/publish", data={
        "csrf_token": csrf_token(client, "/profile"), "embargo_day": "", "embargo_time": "08:30"})

    assert answer.status_code == 422
    assert "Choisissez le jour où il devient public." in answer.text
    assert 'value="08:30"' in answer.text
    found = files.find_file(table.there.coordinator, table.file.key)
    assert (found.published_at is not None, found.embargo_until) == (is_published, until if is_published else None)


def test_what_a_stranger_reads_first_is_that_a_file_was_withdrawn(app: Flask) -> None:
    table = sealed(1)
    files.publish(table.there.coordinator, table.file.key)
    content = newest_state(table.file).read()
    stranger = app.test_client()

    def heading() -> str:
        sent = {"csrf_token": csrf_token(stranger, "/verify"), "file": (io.BytesIO(content), "reçu « œuvre ».pdf")}
        return stranger.post("/verify", data=sent).get_data(as_text=True).split("<h1>")[1].split("</h1>")[0]

    assert heading().startswith("C’est bien le fichier publié")
    publications.withdraw(table.there.coordinator, table.file.key, "Une erreur dans l’annexe · 🙂")
    assert heading() == "C’est un fichier publié, mais il a été retiré"
