"""Real browsers' conversations with a real server: gunicorn in a process of its own, WebSockets, both databases."""

from __future__ import annotations

import contextlib
import json
import socket
import time

import simple_websocket
from sqlalchemy import select

from drafting.domain.permissions import Stage
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.house import SOCKETS_A_PERSON
from drafting.models import Membership, Section, SignIn
from drafting.models.columns import now
from tests.live.browser import Browser, text_on
from tests.live.conftest import Paper
from tests.server import Server, cookie_for


def browser(server: Server, paper: Paper, actor, *sections: str) -> Browser:
    return Browser(server.socket_address, cookie_for(actor), server.address, *(sections or (paper.section_key,)))


def log_text(paper: Paper) -> str:
    db.session.rollback()
    return log.text_at(db.session(), paper.section_id)


def upgrade(server: Server, headers: dict[str, str]) -> str:
    """Ask for a WebSocket by hand and return the answer's head."""
    fixed = {
        "Host": f"127.0.0.1:{server.port}", "Upgrade": "websocket", "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    lines = ["GET /live HTTP/1.1", *(f"{name}: {value}" for name, value in (fixed | headers).items())]
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return sock.recv(4096).decode()


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
    assert log_text(paper) == "Été. « L’œuvre · 👍 »"
    rows = log.rows_between(db.session(), paper.section_id, 0, 2)
    assert [one.row.author for one in rows] == [paper.lead.person_id, paper.coordinator.person_id]
    assert [one.row.organisation for one in rows] == [paper.lead.organisation_id, paper.coordinator.organisation_id]
    # Names come with the first row of somebody whom the page does not know yet.
    assert str(paper.coordinator.person_id) in nadia.of_type("rows")[-1]["people"]


def test_a_lost_connection_loses_and_doubles_nothing(server, paper):
    nadia = browser(server, paper, paper.lead).connect().wait_open()
    luc = browser(server, paper, paper.coordinator).connect().wait_open()

    for n in range(8):
        nadia.type(f"é{n} ")
        nadia.drop()  # The acknowledgement is lost; the batch perhaps too.
        nadia.type(f"œ{n} ")  # Typed while cut off.
        luc.type(f"à{n} ", 0)
        nadia.connect().wait_open()
    nadia.wait_idle()
    luc.wait_idle()
    luc.wait(lambda: len(luc.page.text) == len(nadia.page.text))

    assert text_on([nadia, luc]) == {log_text(paper)}
    assert sorted(log_text(paper).split()) == sorted(f"{letter}{n}" for n in range(8) for letter in "éœà")


def test_presence_says_who_is_where_and_never_lies(server, paper):
    nadia = browser(server, paper, paper.lead).connect().wait_open()
    nadia.type("été 👍")
    luc = browser(server, paper, paper.observer).connect().wait_open()
    nadia.send({"type": "presence", "section": paper.section_key, "revision": 1, "anchor": 2, "head": 3})

    luc.wait(lambda: any(one["anchor"] == 2 for frame in luc.of_type("presence") for one in frame["here"]))
    place = next(one for frame in luc.of_type("presence") for one in frame["here"] if one["anchor"] == 2)
    assert place["person"] == paper.lead.person_id
    assert place["organisation"] == paper.lead.organisation_id
    assert place["session"] == nadia.of_type("hello")[0]["session"]
    nadia.wait(lambda: any(
        one["person"] == paper.observer.person_id for frame in nadia.of_type("presence") for one in frame["here"]
    ))  # fmt: skip
    luc.close()
    nadia.wait(lambda: any(luc.of_type("hello")[0]["session"] in one["left"] for one in nadia.of_type("presence")))


def test_a_browser_of_another_site_or_without_sign_in_gets_no_socket(server, paper):
    cookie = cookie_for(paper.lead)
    for headers, status in (
        ({"Cookie": cookie, "Origin": server.address}, 101),
        ({"Cookie": cookie, "Origin": f"http://localhost:{server.port}"}, 101),
        ({"Cookie": cookie, "Origin": "http://evil.example"}, 403),
        ({"Cookie": cookie, "Origin": f"http://127.0.0.1.evil.example:{server.port}"}, 403),
        ({"Cookie": cookie, "Origin": f"https://127.0.0.1:{server.port}"}, 403),
        ({"Cookie": cookie, "Origin": "null"}, 403),
        ({"Cookie": cookie}, 403),
        ({"Origin": server.address}, 401),
        ({"Cookie": "session=forged", "Origin": server.address}, 401),
    ):
        assert upgrade(server, headers).startswith(f"HTTP/1.1 {status} "), headers


def test_compression_is_never_agreed_on(server, paper):
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate"}
    answer = upgrade(server, {"Cookie": cookie_for(paper.lead), "Origin": server.address} | offer)

    assert answer.startswith("HTTP/1.1 101 ")
    assert "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer
    assert "extensions" not in answer.lower()


def hostile_frames(paper: Paper) -> list[str]:
    updates = {"type": "updates", "section": paper.section_key, "base": 1, "client": "hostile-1", "n": 1}
    good = {"changes": [6, [0, "!"]]}
    open_one = {"type": "open", "section": paper.section_key, "revision": None}
    return [
        "", "null", "{", "[" * 50_000, '{"type":"hello","protocol":1}', '{"type":"open"}', "é" * 30_000,
        json.dumps(open_one | {"section": "nnnnnnnnnnnnnnnn"}), json.dumps(open_one | {"revision": 10**9}),
        json.dumps(updates), json.dumps(updates | {"updates": []}), json.dumps(updates | {"updates": [good] * 201}),
        json.dumps(updates | {"updates": [good], "author": 1}),
        json.dumps(updates | {"updates": [good | {"author": paper.lead.person_id}]}),
        json.dumps(updates | {"updates": [good], "organisation": 1}),
        json.dumps(updates | {"updates": [good], "section": "nnnnnnnnnnnnnnnn"}),
        json.dumps(updates | {"updates": [good], "base": 99}),
        json.dumps(updates | {"updates": [{"changes": [99]}]}),
        json.dumps(updates | {"updates": [{"changes": [5, [0, "!"], 1]}]}),  # Cuts the emoji in two.
        json.dumps(updates | {"updates": [{"changes": [[6]], "suggestion": "s1"}]}),  # Deletes base text.
        json.dumps(updates | {"updates": [good]}),  # Well formed, but a contributor may not write.
        json.dumps(updates | {"updates": [good], "client": "honest-001"}),  # Somebody else's client.
        json.dumps({"type": "decide", "section": paper.section_key, "client": "hostile-1", "n": 5, "decide": "accept",
                    "ids": ["s1"], "seen": {"s1": "1.00000000"}}),
        json.dumps({"type": "presence", "section": paper.section_key, "revision": 1, "anchor": 1, "head": 1,
                    "person": 1}),
        json.dumps({"type": "flushed", "section": paper.section_key, "ask": "q7"}),
        json.dumps({"type": "ping"}) + " ",
    ]  # fmt: skip


def test_hostile_frames_change_nothing_and_disturb_nobody(server, paper):
    honest = browser(server, paper, paper.lead)
    honest.page.client = "honest-001"
    honest.connect().wait_open()
    honest.type("été 👍")
    honest.wait_idle()
    sockets = 0
    hostile = None

    for frame in hostile_frames(paper):
        if hostile is None or hostile.goodbye is not None:
            hostile = browser(server, paper, paper.contributor).connect().wait_open()
            sockets += 1
        try:
            hostile.send(frame)
        except simple_websocket.ConnectionClosed:  # The frame before ended the socket, after its answer.
            hostile = browser(server, paper, paper.contributor).connect().wait_open()
            sockets += 1
            hostile.send(frame)
        before = len(hostile.messages)
        with contextlib.suppress(simple_websocket.ConnectionClosed, OSError):  # The frame ended the socket.
            hostile.send({"type": "ping"})
        hostile.wait(lambda before=before, hostile=hostile: hostile.goodbye or len(hostile.messages) > before)
    honest.type(" fin")
    honest.wait_idle()

    assert log_text(paper) == "été 👍 fin"
    assert honest.goodbye is None
    assert sockets > 5
    assert paper.section_key not in {one.get("section") for one in hostile.messages if one["type"] == "applied"}


def test_too_much_and_too_fast_end_the_socket(server, paper):
    honest = browser(server, paper, paper.lead).connect().wait_open()
    flood = browser(server, paper, paper.contributor).connect().wait_open()
    large = browser(server, paper, paper.contributor).connect().wait_open()

    with contextlib.suppress(simple_websocket.ConnectionClosed, OSError):
        for _ in range(5_000):
            flood.send({"type": "ping"})
    large.send(json.dumps({"type": "ping", "x": "a" * 70_000}))

    flood.wait(lambda: flood.goodbye == "too_fast")
    large.wait(lambda: large.goodbye == "malformed")
    honest.type("œuvre")
    honest.wait_idle()
    assert log_text(paper) == "œuvre"


def test_the_oldest_of_too_many_sockets_of_one_person_gives_way(server, paper):
    browsers = [browser(server, paper, paper.lead).connect().wait_open() for _ in range(SOCKETS_A_PERSON + 1)]

    browsers[0].wait(lambda: browsers[0].goodbye == "replaced")
    browsers[-1].type("été")
    browsers[-1].wait_idle()
    assert [one.goodbye for one in browsers[1:]] == [None] * SOCKETS_A_PERSON


def test_an_open_page_loses_its_rights_within_five_seconds(server, paper):
    lead = browser(server, paper, paper.lead).connect().wait_open()
    member = browser(server, paper, paper.author).connect().wait_open()
    leaving = browser(server, paper, paper.coordinator).connect().wait_open()
    assert (lead.page.may, member.page.may) == ("write", "suggest")

    with transaction() as session:
        session.get(Section, paper.section_id).stage = Stage.AGREED
        session.delete(session.scalar(select(Membership).where(Membership.person_id == paper.author.person_id)))
        for sign_in in session.scalars(select(SignIn).where(SignIn.person_id == paper.coordinator.person_id)):
            sign_in.ended_at = now()
    begun = time.monotonic()

    lead.wait(lambda: lead.page.may == "read", timeout_s=5)
    member.wait(lambda: member.page.may == "none", timeout_s=5)
    leaving.wait(lambda: leaving.goodbye == "signed_out", timeout_s=5)
    assert time.monotonic() - begun < 5
    lead.type("trop tard")
    lead.wait(lambda: lead.page.refusals)
    assert lead.page.refusals[0]["why"] == "frozen"
    assert member.of_type("closed") == [{"type": "closed", "section": paper.section_key, "why": "not_found"}]
    assert log_text(paper) == ""


def test_what_one_may_not_see_answers_as_what_does_not_exist(server, paper):
    stranger = browser(server, paper, paper.stranger, paper.section_key, "nnnnnnnnnnnnnnnn").connect()

    stranger.wait(lambda: len(stranger.of_type("closed")) == 2)
    frames = [{**one, "section": ""} for one in stranger.of_type("closed")]
    assert frames[0] == frames[1]
    assert stranger.of_type("presence") == stranger.of_type("state") == []


def test_a_server_that_stops_says_goodbye_and_pages_go_on_with_the_next(server, paper):
    nadia = browser(server, paper, paper.lead).connect().wait_open()
    nadia.type("avant ")
    nadia.wait_idle()

    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 8
    nadia.wait(lambda: nadia.goodbye == "shutting_down")
    nadia.drop()
    nadia.type("entre ")
    server.start()
    nadia.connect().wait_open().wait_idle()
    nadia.type("après")
    nadia.wait_idle()

    assert log_text(paper) == "avant entre après"


def test_two_processes_hear_of_each_others_rows_and_people(settings, server, paper, database):
    # On PostgreSQL they are notified; on SQLite, where one process should serve, the slow look at the log finds them.
    with Server(settings) as second:
        here = browser(server, paper, paper.lead).connect().wait_open()
        there = browser(second, paper, paper.coordinator).connect().wait_open()
        there.type("là ")
        here.wait(lambda: here.page.state.revision == 1, timeout_s=5)
        for n in range(20):
            here.type(f"é{n} ")
            there.type(f"œ{n} ", 0)
        here.wait_idle()
        there.wait_idle()
        here.wait(lambda: here.page.state.revision == there.page.state.revision, timeout_s=5)
        if database == "postgresql":
            begun = time.monotonic()
            for n in range(5):
                there.type(f"ç{n} ")
                here.wait(lambda: here.page.state.revision == there.page.state.revision and there.page.is_idle)
            assert time.monotonic() - begun < 3, "notified, not found by a slow look every two seconds"
            here.wait(lambda: any(
                one["person"] == paper.coordinator.person_id for f in here.of_type("presence") for one in f["here"]
            ))  # fmt: skip

        assert text_on([here, there]) == {log_text(paper)}
        assert len(log_text(paper).split()) == (46 if database == "postgresql" else 41)
