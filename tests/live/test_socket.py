from __future__ import annotations

from drafting.extensions import db
from drafting.live import log
from tests.live.browser import Browser, text_on
from tests.live.conftest import Paper
from tests.server import Server, cookie_for


def browser(server: Server, paper: Paper, actor) -> Browser:
    return Browser(server.socket_address, cookie_for(actor), server.address, paper.section_key)


def test_what_one_types_the_other_reads_and_the_log_keeps(server, paper):
    nadia = browser(server, paper, paper.lead).connect().wait_open()
    luc = browser(server, paper, paper.coordinator).connect().wait_open()

    nadia.type("« L’œuvre · 👍 »")
    luc.wait(lambda: luc.page.state.revision == 1)
    luc.type("Été. ", 0)
    nadia.wait(lambda: nadia.page.state.revision == 2)
    nadia.wait_idle()
    luc.wait_idle()

    assert text_on([nadia, luc]) == {"Été. « L’œuvre · 👍 »"}
    db.session.rollback()
    assert log.text_at(db.session(), paper.section_id) == "Été. « L’œuvre · 👍 »"
    rows = log.rows_between(db.session(), paper.section_id, 0, 2)
    assert [one.row.author for one in rows] == [paper.lead.person_id, paper.coordinator.person_id]
    assert [one.row.organisation for one in rows] == [paper.lead.organisation_id, paper.coordinator.organisation_id]
