"""kill -9 of the server while people type: what was acknowledged is in the log, and everybody goes on.

5 rounds; 200 with FUZZ=long.
"""

from __future__ import annotations

import os
import random
import threading
import time

import pytest

from drafting.domain.permissions import ParticipationRole
from drafting.extensions import db
from drafting.live import log
from tests import factories
from tests.live.browser import Browser, text_on
from tests.server import Server, cookie_for

ROUNDS = 200 if os.environ.get("FUZZ") == "long" else 5
WRITERS = 4


@pytest.fixture
def browsers(app, settings):
    """A server, and browsers of several people in one section of it."""
    contribution = factories.contribution()
    section = factories.section(contribution)
    made = []
    server = Server(settings)
    for _ in range(WRITERS):
        organisation = factories.organisation()
        factories.participation(contribution, organisation, ParticipationRole.COORDINATOR)
        cookie = cookie_for(factories.member(organisation))
        made.append(Browser(server.socket_address, cookie, server.address, section.key))
    with server:
        yield server, section.id, made
    for browser in made:
        browser.drop()


def type_until(stop: threading.Event, browser: Browser, words: list[str]) -> None:
    """Type a word every few milliseconds, connected or not."""
    count = 0
    while not stop.is_set():
        word = f"é{len(words)}_{browser.page.client[:6]} "
        words.append(word.strip())
        browser.type(word, 0 if count % 2 else None)
        count += 1
        time.sleep(0.01)


def test_no_acknowledged_update_is_lost_when_the_server_is_killed(browsers):
    server, section_id, everybody = browsers
    chance = random.Random(20250210)
    words: list[list[str]] = [[] for _ in everybody]

    for _ in range(ROUNDS):
        for browser in everybody:
            browser.connect().wait_open()
        stop = threading.Event()
        threads = [
            threading.Thread(target=type_until, args=(stop, one, mine))
            for one, mine in zip(everybody, words, strict=True)
        ]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.2, 0.8))
        server.kill()
        for browser in everybody:
            browser.drop()
        acknowledged = {(one.page.client, n) for one in everybody for n in one.page.acknowledged}
        db.session.rollback()
        head = log.head_of(db.session(), section_id)
        logged = {(one.client, one.n) for one in log.rows_between(db.session(), section_id, 0, head)}
        assert acknowledged
        assert acknowledged <= logged
        stop.set()
        for thread in threads:
            thread.join()
        server.start()
    for browser in everybody:
        browser.connect().wait_open()
    for browser in everybody:
        browser.wait_idle()
    db.session.rollback()
    text = log.text_at(db.session(), section_id)
    for browser in everybody:
        browser.wait(lambda browser=browser: len(browser.page.text) == len(text))

    assert text_on(everybody) == {text}
    # Nothing typed is lost, and nothing is there twice.
    assert sorted(text.split()) == sorted(word for mine in words for word in mine)
