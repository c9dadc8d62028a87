from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from drafting.domain.changes import text_of
from drafting.domain.permissions import Stage
from drafting.domain.tracking import seen_of
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.authority import Authority
from drafting.live.commands import Applied, Batch, Closed, Decision, Failed, Refusal
from drafting.models import Batch as BatchRecord
from drafting.models import Membership, Participation, Section, Snapshot, Update


@pytest.fixture
def make_authority(app):
    """Make authorities as if each were another process's."""
    made = []

    def make(**options):
        made.append(Authority(db.engine, **options))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def authority(make_authority):
    return make_authority()


def batch(actor, paper, base, *changes, n=1, client="klient-01", **more):
    updates = tuple(one if isinstance(one, dict) else {"changes": one, **more} for one in changes)
    return Batch(actor, paper.section_id, client, n, base, updates)


def text(paper):
    db.session.rollback()
    return log.text_at(db.session(), paper.section_id)


def head(paper):
    db.session.rollback()
    return log.head_of(db.session(), paper.section_id)


def set_stage(paper, stage):
    with transaction() as session:
        session.get(Section, paper.section_id).stage = stage


def test_a_batch_becomes_rows_one_for_each_update(authority, paper):
    outcome = authority.run([batch(paper.lead, paper, 0, [[0, "L’été · 👍"]], [10, [0, "", "« Œuvre »"]])])

    assert outcome == [Applied(2)]
    assert text(paper) == "L’été · 👍\n« Œuvre »"
    row = log.rows_between(db.session(), paper.section_id, 0, 2)[1]
    assert (row.client, row.n, row.i, row.row.author) == ("klient-01", 1, 1, paper.lead.person_id)
    assert row.row.organisation == paper.lead.organisation_id


def test_a_batch_made_before_later_rows_is_mapped_over_each_of_them(authority, paper):
    authority.run([batch(paper.lead, paper, 0, [[0, "été"]])])
    authority.run([batch(paper.lead, paper, 1, [[0, "un "], 3], n=2)])

    outcome = authority.run([batch(paper.coordinator, paper, 1, [3, [0, " indien"]], client="klient-02")])

    assert outcome == [Applied(3)]
    assert text(paper) == "un été indien"


def test_a_copy_gets_the_answer_of_the_first_and_changes_nothing(authority, paper):
    first = batch(paper.lead, paper, 0, [[0, "œuvre"]])
    authority.run([first])
    authority.run([batch(paper.lead, paper, 1, [5, [0, "!"]], n=2)])

    copies = authority.run([first, first])

    assert copies == [Applied(2, is_copy=True), Applied(2, is_copy=True)]
    assert text(paper) == "œuvre!"


def test_two_copies_that_wait_together_are_applied_once(authority, paper):
    one = batch(paper.lead, paper, 0, [[0, "œuvre"]])

    assert authority.run([one, one]) == [Applied(1), Applied(1, is_copy=True)]
    assert text(paper) == "œuvre"


def test_a_refusal_is_remembered_even_when_the_right_comes_later(authority, paper):
    set_stage(paper, Stage.AGREED)
    one = batch(paper.lead, paper, 0, [[0, "œuvre"]])
    assert authority.run([one])[0].why == "frozen"

    set_stage(paper, Stage.OPEN)

    assert authority.run([one])[0].why == "frozen"
    assert text(paper) == ""


def test_each_batch_of_a_group_is_decided_on_top_of_the_one_before(authority, paper):
    outcomes = authority.run([
        batch(paper.lead, paper, 0, [[0, "a"]]),
        batch(paper.lead, paper, 0, [5], client="klient-02"),
        batch(paper.coordinator, paper, 0, [[0, "b"]], client="klient-03"),
        batch(paper.coordinator, paper, 1, [1, [0, "c"]], client="klient-03", n=2),
    ])  # fmt: skip

    assert [type(one) for one in outcomes] == [Applied, Refusal, Applied, Applied]
    assert head(paper) == 3
    assert text(paper) == "abc" or text(paper) == "acb"


def test_a_client_belongs_to_the_person_who_first_used_it(authority, paper):
    authority.run([batch(paper.lead, paper, 0, [[0, "œuvre"]])])

    forged = authority.run([
        batch(paper.coordinator, paper, 1, [[5]], n=2),
        batch(paper.coordinator, paper, 1, [[5]], n=1),
    ])  # fmt: skip
    honest = authority.run([batch(paper.lead, paper, 1, [5, [0, "!"]], n=2)])

    assert [one.why for one in forged] == ["forbidden", "forbidden"]
    assert honest == [Applied(2)]
    assert text(paper) == "œuvre!"


def test_who_may_not_write_changes_nothing(authority, paper):
    authority.run([batch(paper.lead, paper, 0, [[0, "œuvre"]])])

    outcomes = authority.run([
        batch(who, paper, 1, [[5]], client=f"klient-x{n}")
        for n, who in enumerate([paper.author, paper.contributor, paper.observer])
    ])  # fmt: skip

    assert [one.why for one in outcomes] == ["forbidden"] * 3
    assert text(paper) == "œuvre"


def test_strangers_learn_nothing_and_leave_no_trace(authority, paper):
    authority.run([batch(paper.lead, paper, 0, [[0, "œuvre"]])])

    outcome = authority.run([batch(paper.stranger, paper, 1, [[5]], client="klient-02")])

    assert outcome == [Closed(is_signed_in=True)]
    db.session.rollback()
    assert db.session.scalars(select(BatchRecord.client)).all() == ["klient-01"]


def test_rights_withdrawn_count_from_the_next_batch_on(authority, paper):
    authority.run([batch(paper.lead, paper, 0, [[0, "œuvre"]])])
    with transaction() as session:
        session.delete(session.scalar(select(Membership).where(Membership.person_id == paper.lead.person_id)))

    assert authority.run([batch(paper.lead, paper, 1, [[5]], n=2)]) == [Closed(is_signed_in=True)]


def test_an_observer_now_may_not_write_what_an_author_began(authority, paper):
    with transaction() as session:
        session.scalar(
            select(Participation).where(Participation.organisation_id == paper.lead.organisation_id)
        ).role = "observer"

    assert authority.run([batch(paper.lead, paper, 0, [[0, "œuvre"]])])[0].why == "forbidden"


@pytest.mark.parametrize("archived", ["retired", "archived"])
def test_a_retired_section_or_an_archived_contribution_is_frozen(authority, paper, archived):
    with transaction() as session:
        section = session.get(Section, paper.section_id)
        if archived == "retired":
            section.retired_at = datetime.now(UTC)
        else:
            section.contribution.archived_at = datetime.now(UTC)

    assert authority.run([batch(paper.coordinator, paper, 0, [[0, "œuvre"]])])[0].why == "frozen"


BAD = [
    {"changes": [1]}, {"changes": [-1, [0, "a"]]}, {"changes": "abc"}, {"changes": [[0, "\ud83d"]]},
    {"changes": [[0, "a\x00"]]}, {"changes": [[0, "a\r\nb"]]}, {"changes": [5, 2]}, {"changes": [[5, "a"], 3]},
    {"changes": None}, {}, [], 7, None, {"changes": [7], "author": 1}, {"changes": [7], "organisation": 1},
    {"changes": [7], "strike": [[0, 99]]}, {"changes": [7], "suggestion": "x" * 25}, {"changes": [7], "given": []},
    {"changes": [7], "of": -1}, {"changes": [10**9]}, {"changes": [2, [1, "x"], 4], "removed": ["a", []]},
]  # fmt: skip
FORBIDDEN = [
    {"changes": [6, [0, "x"], 1]},  # Between the halves of the emoji.
    {"changes": [7], "strike": [[0, 2]]},  # A strike without a suggestion.
    {"changes": [7, [0, "été"]], "of": 99},  # Gives back a row that does not exist.
    {"changes": [7, [0, "été"]], "of": 1},  # Gives back what was never removed.
]


def test_a_bad_update_refuses_its_whole_batch_and_harms_nobody(authority, paper):
    authority.run([batch(paper.lead, paper, 0, [[0, "œuvre👍"]])])

    for n, update in enumerate([*BAD, *FORBIDDEN], start=2):
        outcomes = authority.run([
            batch(paper.lead, paper, 1, update, n=n),
            batch(paper.lead, paper, 1, [7], update, n=n + 1000),
            batch(paper.coordinator, paper, 1, [7, [0, "!"]], client="klient-02", n=n),
        ])  # fmt: skip

        whys = {getattr(one, "why", "applied") for one in outcomes[:2]}
        assert whys == {"malformed" if update in BAD else "forbidden"}, update
        assert isinstance(outcomes[2], Applied)
    assert text(paper) == "œuvre👍" + "!" * len([*BAD, *FORBIDDEN])


def test_a_revision_of_the_future_is_refused(authority, paper):
    assert authority.run([batch(paper.lead, paper, 7, [[0, "é"]])])[0].why == "malformed"


def test_what_would_take_the_server_too_long_is_stale(authority, paper, monkeypatch):
    monkeypatch.setattr("drafting.live.judge.MAX_WORK", 10)
    for n in range(1, 8):
        authority.run([batch(paper.lead, paper, n - 1, [[0, "é"], *([n - 1] if n > 1 else [])], n=n)])

    assert authority.run([batch(paper.coordinator, paper, 0, [[0, "a"]], [1, [0, "b"]], client="klient-02")])[
        0
    ] == Refusal("stale", 7, "too far behind")


def test_a_section_does_not_grow_without_limit(authority, paper, monkeypatch):
    monkeypatch.setattr("drafting.live.judge.MAX_LENGTH", 10)

    assert authority.run([batch(paper.lead, paper, 0, [[0, "trop de texte"]])])[0].why == "too_large"


def test_suggestions_and_decisions_are_rows_of_the_same_log(authority, paper):
    authority.run([batch(paper.lead, paper, 0, [[0, "un été"]])])
    authority.run([
        batch(paper.contributor, paper, 1, {"changes": [6, [0, " indien"]], "suggestion": "s1", "strike": [[0, 3]]},
              client="klient-02")
    ])
    seen = seen_of(authority.current(paper.section_id), ["s1"])

    outcomes = authority.run([
        Decision(paper.contributor, paper.section_id, "klient-02", 2, "accept", ("s1",), seen),
        Decision(paper.lead, paper.section_id, "klient-01", 2, "accept", ("s1",), {"s1": "1.00000000"}),
        Decision(paper.lead, paper.section_id, "klient-01", 3, "accept", ("s1",), seen, reason="« d’accord »"),
        Decision(paper.lead, paper.section_id, "klient-01", 4, "undo", of=3),
    ])  # fmt: skip

    assert [getattr(one, "why", "applied") for one in outcomes] == ["forbidden", "changed", "applied", "applied"]
    db.session.rollback()
    rows = log.rows_between(db.session(), paper.section_id, 0, 4)
    assert [one.row.decide for one in rows] == [None, None, "accept", "undo"]
    assert rows[2].reason == "« d’accord »"
    assert text_of(log.state_at(db.session(), paper.section_id, 3).text) == "été indien"
    assert log.state_at(db.session(), paper.section_id, 4).runs == log.state_at(
        db.session(), paper.section_id, 2
    ).runs
    assert authority.current(paper.section_id) == log.state_at(db.session(), paper.section_id)


def test_after_a_failed_commit_the_live_state_is_read_from_the_log_again(make_authority, paper):
    fail = []

    def before_commit(connection, heads):
        if fail:
            raise OSError("the disk is full")

    published = []
    authority = make_authority(
        publish=lambda section_id, rows, state: published.append(state.revision), before_commit=before_commit
    )
    authority.run([batch(paper.lead, paper, 0, [[0, "œuvre"]])])
    fail.append(True)
    one = batch(paper.lead, paper, 1, [5, [0, "!"]], n=2)

    assert authority.run([one]) == [Failed()]
    assert published == [1]
    assert head(paper) == 1
    fail.clear()
    assert authority.run([one]) == [Applied(2)]
    assert text(paper) == "œuvre!"
    assert authority.current(paper.section_id).revision == 2


def test_a_command_that_breaks_the_server_harms_no_other(authority, paper, monkeypatch):
    import drafting.live.judge as judge

    real = judge.map_updates

    def breaks(updates, tail):
        if any("poison" in (part or "") for update in updates for _, part in update.changes.parts):
            raise ZeroDivisionError
        return real(updates, tail)

    monkeypatch.setattr(judge, "map_updates", breaks)

    outcomes = authority.run([
        batch(paper.lead, paper, 0, [[0, "été"]]),
        batch(paper.lead, paper, 0, [[0, "poison"]], client="klient-02"),
        batch(paper.coordinator, paper, 0, [[0, "œ"]], client="klient-03"),
    ])  # fmt: skip

    assert outcomes == [Applied(1), Failed(), Applied(2)]
    assert text(paper) in ("étéœ", "œété")


def test_another_process_may_write_in_between(make_authority, paper):
    here, there = make_authority(), make_authority()
    here.run([batch(paper.lead, paper, 0, [[0, "été"]])])
    there.run([batch(paper.coordinator, paper, 1, [3, [0, " indien"]], client="klient-02")])
    published = []
    here._publish = lambda section_id, rows, state: published.append([one.row.revision for one in rows])

    outcome = here.run([batch(paper.lead, paper, 1, [[0, "un "], 3], n=2)])

    assert outcome == [Applied(3)]
    assert published == [[2, 3]]
    assert text(paper) == "un été indien"


def test_losing_the_race_for_a_revision_repeats_the_batch_as_it_was_sent(make_authority, paper):
    here, there = make_authority(), make_authority()
    here.run([batch(paper.lead, paper, 0, [[0, "été"]])])
    attempts = []
    first = batch(paper.coordinator, paper, 1, [3, [0, " indien"]], client="klient-02")
    # SQLite has one writer at a time: nobody can come in between, so there is no race to lose.
    is_race = db.engine.dialect.name == "postgresql"

    @event.listens_for(db.engine, "before_cursor_execute")
    def first_insert(connection, cursor, statement, *rest):
        if is_race and statement.replace('"', "").startswith("INSERT INTO update") and not attempts:
            attempts.append("race")
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(there.run, [first]).result(10) == [Applied(2)]

    outcome = here.run([batch(paper.lead, paper, 1, [[0, "un "], 3], n=2)])
    event.remove(db.engine, "before_cursor_execute", first_insert)

    assert outcome == [Applied(3 if is_race else 2)]
    assert len(attempts) == is_race
    assert text(paper) == ("un été indien" if is_race else "un été")


def test_a_hundred_batches_at_once_are_all_applied_once(authority, paper):
    done, outcomes = threading.Event(), []

    def answer(outcome):
        outcomes.append(outcome)
        if len(outcomes) == 100:
            done.set()

    def send(number):
        authority.submit(batch(paper.coordinator, paper, 0, [[0, f"é{number} "]], client=f"klient-{number:03}"), answer)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(send, range(100)))

    assert done.wait(30)
    assert all(isinstance(one, Applied) for one in outcomes)
    assert head(paper) == 100
    assert sorted(text(paper).split()) == sorted(f"é{number}" for number in range(100))


def test_of_a_hundred_decisions_at_once_one_is_taken(make_authority, paper):
    houses = [make_authority(), make_authority()]
    houses[0].run([batch(paper.lead, paper, 0, [[0, "un été"]])])
    houses[0].run([
        batch(paper.contributor, paper, 1, {"changes": [6, [0, "!"]], "suggestion": "s1"}, client="klient-02")
    ])
    seen = seen_of(houses[0].current(paper.section_id), ["s1"])

    def decide(number):
        verb, client = ("accept", "reject")[number % 2], f"klient-{number:03}"
        decision = Decision(paper.coordinator, paper.section_id, client, 1, verb, ("s1",), seen)
        return houses[number % 2].run([decision])[0]

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(decide, range(100)))

    db.session.rollback()
    assert sum(isinstance(one, Applied) for one in outcomes) == 1
    assert {one.why for one in outcomes if isinstance(one, Refusal)} == {"changed"}
    assert db.session.scalars(select(Update.revision).where(Update.decide.is_not(None))).all() == [3]


def test_any_past_state_is_read_from_a_snapshot_and_the_rows_after_it(authority, paper, monkeypatch):
    monkeypatch.setattr(log, "SNAPSHOT_EVERY", 10)
    texts = [""]
    for n in range(1, 36):
        length = len(texts[-1])
        authority.run([batch(paper.lead, paper, n - 1, [[0, "é"], *([length] if length else [])], n=n)])
        texts.append("é" + texts[-1])

    db.session.rollback()
    saved = db.session.scalars(select(Snapshot.revision).order_by(Snapshot.revision)).all()
    assert saved == [10, 20, 30]
    assert [log.text_at(db.session(), paper.section_id, revision) for revision in range(36)] == texts
    db.session.execute(Snapshot.__table__.delete())
    assert [log.text_at(db.session(), paper.section_id, revision) for revision in range(36)] == texts
    db.session.rollback()


def test_all_heads_of_a_contribution_are_read_in_one_statement(authority, paper):
    from tests import factories

    other = factories.section(paper.contribution)
    contribution_id, other_id = paper.contribution.id, other.id
    authority.run([batch(paper.coordinator, paper, 0, [[0, "é"]], [1, [0, "è"]])])
    statements = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def count(connection, cursor, statement, *rest):
        statements.append(statement)

    with db.engine.connect() as connection:
        vector = log.vector(connection, contribution_id)
    event.remove(db.engine, "before_cursor_execute", count)

    assert vector == {paper.section_id: 2, other_id: 0}
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


def test_a_writer_within_another_transaction_commits_with_it(authority, paper):
    lost, kept = (batch(paper.lead, paper, 0, [[0, word]]) for word in ("perdu", "gardé"))

    def fail():
        with transaction() as session:
            assert authority.run_within(session.connection(), [lost]) == [Applied(1)]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction() as session:
        authority.run_within(session.connection(), [kept])

    assert text(paper) == "gardé"
