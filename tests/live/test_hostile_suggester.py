"""A page that may only suggest and cheats, over a real socket: one test for each way.

Each is refused without effect on text, runs or suggestions, and logged; whoever is honest writes on undisturbed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from drafting.domain.changes import units
from drafting.domain.tracking import SectionState, seen_of
from drafting.extensions import db
from drafting.live import log
from drafting.services import suggestions
from tests.live.browser import Browser
from tests.live.conftest import Paper
from tests.server import Server, cookie_for
from tests.suggesting import insert, seen, send, state, strike, write

TEXT = "L’œuvre des salariés·es « compte » 👍."
CLIENT = "hostile-01"


@pytest.fixture
def scene(paper: Paper) -> Paper:
    """The lead's text, another federation's insertion and strike, and one's own; the lead deleted and decided too."""
    write(paper, TEXT)
    insert(paper, paper.author, "L’œuvre", " commune", "theirs")
    strike(paper, paper.author, "« compte »", "struck")
    insert(paper, paper.contributor, "salariés·es", " élu·es", "own")
    insert(paper, paper.contributor, "👍", " !", "closed")
    suggestions.decide(paper.lead, paper.section_key, "reject", ["closed"], seen(paper, "closed"))
    length = len(state(paper).text)
    send(paper, paper.lead, {"changes": [length - 1, [1]]})  # Row 7: the lead's own deletion, of the last ".".
    return paper


def place(state: SectionState, words: str) -> tuple[int, int]:
    start = state.text.index(units(words))
    return start, start + len(units(words))


def deleting(state: SectionState, words: str) -> list[Any]:
    start, end = place(state, words)
    return [part for part in (start, [end - start], len(state.text) - end) if part]


def typing(state: SectionState, text: str = "pirate ") -> list[Any]:
    return [[0, text], len(state.text)]


def keeping(state: SectionState) -> list[Any]:
    return [len(state.text)]


def updates(*made: dict[str, Any], base: int | None = None) -> dict[str, Any]:
    more = {} if base is None else {"base": base}
    return {"type": "updates", "client": CLIENT, "n": 1, "updates": list(made), **more}


def decision(command: str, **more: Any) -> dict[str, Any]:
    return {"type": "decide", "client": CLIENT, "n": 1, "decide": command, **more}


Cheat = Callable[[SectionState], dict[str, Any]]

CHEATS: dict[str, tuple[Cheat, str]] = {
    "deletes base text as a plain edit": (
        lambda s: updates({"changes": deleting(s, "salariés")}), "forbidden"),
    "deletes base text under a suggestion": (
        lambda s: updates({"changes": deleting(s, "salariés"), "suggestion": "own"}), "forbidden"),
    "deletes another's pending text as a plain edit": (
        lambda s: updates({"changes": deleting(s, " commune")}), "forbidden"),
    "deletes another's pending text under a suggestion": (
        lambda s: updates({"changes": deleting(s, " commune"), "suggestion": "own"}), "forbidden"),
    "replaces across its own and base text": (
        lambda s: updates({"changes": deleting(s, "es élu·es «"), "suggestion": "own"}), "forbidden"),
    "inserts without a suggestion": (lambda s: updates({"changes": typing(s)}), "forbidden"),
    "writes under another's suggestion": (
        lambda s: updates({"changes": typing(s), "suggestion": "theirs"}), "forbidden"),
    "strikes under another's suggestion": (
        lambda s: updates({"changes": keeping(s), "suggestion": "struck", "strike": [[0, 3]]}), "forbidden"),
    "strikes without a suggestion": (lambda s: updates({"changes": keeping(s), "strike": [[0, 3]]}), "forbidden"),
    "strikes beyond the text": (
        lambda s: updates({"changes": keeping(s), "suggestion": "own", "strike": [[0, len(s.text) + 1]]}), "malformed"),
    "strikes a range that ends before it begins": (
        lambda s: updates({"changes": keeping(s), "suggestion": "own", "strike": [[5, 3]]}), "malformed"),
    "strikes half of a character": (
        lambda s: updates({"changes": keeping(s), "suggestion": "own",
                           "strike": [[place(s, "👍")[0], place(s, "👍")[0] + 1]]}), "forbidden"),
    "lifts another's strike": (
        lambda s: updates({"changes": keeping(s), "suggestion": "own", "restore": [list(place(s, "« compte »"))]}),
        "forbidden"),
    "goes on with a suggestion that is decided": (
        lambda s: updates({"changes": typing(s), "suggestion": "closed"}), "forbidden"),
    "gives back what another deleted": (
        lambda s: updates({"changes": [len(s.text), [0, "."]], "of": 7, "suggestion": "own"}), "forbidden"),
    "gives back the text of a decision": (
        lambda s: updates({"changes": [len(s.text), [0, " !"]], "of": 6, "suggestion": "own"}), "forbidden"),
    "gives back what no row removed": (
        lambda s: updates({"changes": typing(s), "of": 2, "suggestion": "own"}), "forbidden"),
    "gives back a row that does not exist": (
        lambda s: updates({"changes": typing(s), "of": 99, "suggestion": "own"}), "forbidden"),
    "plays an old revision, when the text was empty": (
        lambda s: updates({"changes": [[0, "pirate"]]}, base=0), "forbidden"),
    "deletes base text at an old revision": (
        lambda s: updates({"changes": [[7], len(units(TEXT)) - 7], "suggestion": "own"}, base=1), "forbidden"),
    "comes from a revision that does not exist": (
        lambda s: updates({"changes": typing(s), "suggestion": "own"}, base=99), "malformed"),
    "sends a giant batch": (
        lambda s: updates(*[{"changes": keeping(s), "suggestion": "own", "strike": [[0, 1]]}] * 201), "too_large"),
    "sends endless ranges": (
        lambda s: updates({"changes": keeping(s), "suggestion": "own", "strike": [[0, 1]] * 1_001}), "malformed"),
    "hides one cheat behind honest updates": (
        lambda s: updates({"changes": typing(s, "é "), "suggestion": "own"},
                          {"changes": [[2 + 7], len(s.text) - 7], "suggestion": "own"}), "forbidden"),
    "names a suggestion with a script": (
        lambda s: updates({"changes": typing(s), "suggestion": "<script>alert(1)</script>"}), "malformed"),
    "names a suggestion with nothing": (lambda s: updates({"changes": typing(s), "suggestion": ""}), "malformed"),
    "names a suggestion with too much": (
        lambda s: updates({"changes": typing(s), "suggestion": "s" * 25}), "malformed"),
    "names a suggestion with a number": (lambda s: updates({"changes": typing(s), "suggestion": 7}), "malformed"),
    "claims to be somebody else": (
        lambda s: updates({"changes": typing(s), "author": 1, "organisation": 1}), "malformed"),
    "accepts its own": (lambda s: decision("accept", ids=["own"], seen=seen_of(s, ["own"])), "forbidden"),
    "accepts another's": (lambda s: decision("accept", ids=["theirs"], seen=seen_of(s, ["theirs"])), "forbidden"),
    "rejects another's": (lambda s: decision("reject", ids=["theirs"], seen=seen_of(s, ["theirs"])), "forbidden"),
    "withdraws another's": (lambda s: decision("withdraw", ids=["theirs"], seen=seen_of(s, ["theirs"])), "forbidden"),
    "withdraws another's together with its own": (
        lambda s: decision("withdraw", ids=["own", "theirs"], seen=seen_of(s, ["own", "theirs"])), "forbidden"),
    "undoes the lead's decision": (lambda s: decision("undo", of=6), "forbidden"),
    "decides on what does not exist": (lambda s: decision("withdraw", ids=["ghost"], seen={}), "forbidden"),
}  # fmt: skip


def browser(server: Server, paper: Paper, actor: Any) -> Browser:
    return Browser(server.socket_address, cookie_for(actor), server.address, paper.section_key).connect().wait_open()


def attempt(hostile: Browser, paper: Paper, frame: dict[str, Any], n: int) -> str:
    """Send a frame under its own number; return why it was refused, or "applied"."""
    head = state(paper).revision
    base = {"base": head} if frame["type"] == "updates" and "base" not in frame else {}
    hostile.send({**frame, **base, "section": paper.section_key, "n": n})
    hostile.wait(lambda: [one for one in hostile.of_type("refused") if one["refused"] == n] or hostile.goodbye
                 or state(paper).revision > head)
    refusals = [one for one in hostile.of_type("refused") if one["refused"] == n]
    return refusals[0]["why"] if refusals else hostile.goodbye or "applied"


def test_each_way_to_cheat_is_refused_without_effect_and_logged(server: Server, scene: Paper) -> None:
    honest, hostile = browser(server, scene, scene.lead), browser(server, scene, scene.contributor)

    for n, (name, (cheat, why)) in enumerate(CHEATS.items(), start=1):
        before, said = state(scene), len(server.log.read_text())

        assert attempt(hostile, scene, cheat(before), n) == why, name

        after = state(scene)
        assert (after.text, list(after.runs), after.suggestions, after.revision) == (
            before.text, list(before.runs), before.suggestions, before.revision), name
        told = server.log.read_text()[said:]
        assert f"person {scene.contributor.person_id}" in told, f"{name} is not logged"
        assert "pirate" not in told, "people's words are nobody's who reads the log"
    honest.type(" Fin, été 👍.")
    honest.wait_idle()

    assert (honest.goodbye, hostile.goodbye) == (None, None)
    hostile.wait(lambda: hostile.page.state.revision == state(scene).revision)
    assert hostile.page.state.text == state(scene).text == honest.page.text
    db.session.rollback()
    rows = log.rows_between(db.session(), scene.section_id, 7, state(scene).revision)
    assert [one.row.author for one in rows] == [scene.lead.person_id]


def test_what_it_may_do_it_still_may(server: Server, scene: Paper) -> None:
    hostile = browser(server, scene, scene.contributor)
    now = state(scene)

    allowed = [
        updates({"changes": typing(now, "é "), "suggestion": "new"}),
        updates({"changes": [len(now.text) + 2], "suggestion": "new", "strike": [[2, 5]]}),
        updates({"changes": [len(now.text) + 2], "suggestion": "new", "restore": [[2, 5]]}),
    ]

    assert [attempt(hostile, scene, frame, n) for n, frame in enumerate(allowed, start=1)] == ["applied"] * 3
    own = decision("withdraw", ids=["own"], seen=seen_of(state(scene), ["own"]))
    assert attempt(hostile, scene, own, 4) == "applied"


def test_a_frame_larger_than_any_honest_one_ends_only_its_own_socket(server: Server, scene: Paper) -> None:
    honest, hostile = browser(server, scene, scene.lead), browser(server, scene, scene.contributor)
    before = state(scene)

    frame = updates({"changes": typing(before, "œ" * 70_000), "suggestion": "own"})
    assert attempt(hostile, scene, frame, 1) == "malformed"

    honest.type(" encore")
    honest.wait_idle()
    assert state(scene).text == before.text + " encore"
    assert hostile.goodbye == "malformed"
    assert honest.goodbye is None
