"""The proof of a file's earlier states: only the steps since are looked at, and it says nothing of other bytes."""

from __future__ import annotations

import json

import pytest

from exports import guarded, steps
from exports.credentials import der
from exports.findings import Inspection, Refusal, Signed
from exports.inspection import inspect
from exports.proof import Proof
from exports.verification import verify
from tests.exports.seals import NOW, Shelf, published_file
from tests.exports.signed import root, states
from tests.exports.test_next_revision import new_text, signed, updated


def check(pdf: bytes, **options: object) -> Inspection:
    return inspect(pdf, **{"trusted": [der(root().certificate)], "demonstration": [], "at": NOW, **options})  # type: ignore[arg-type]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each inspection looked at."""
    counted: list[int] = []
    compare = steps.DEFAULT_DIFF_POLICY.__class__.apply
    monkeypatch.setattr(
        steps.DEFAULT_DIFF_POLICY.__class__, "apply", lambda *a, **k: counted.append(1) or compare(*a, **k))
    return counted


def test_only_the_newest_step_is_looked_at(looked_at: list[int]) -> None:
    proof = check(states(6)[5]).proof
    kept = Proof.from_json(json.loads(json.dumps(proof.to_json())))
    looked_at.clear()

    found = check(states(6)[6], proof=kept)

    assert len(looked_at) == 1
    assert found == check(states(6)[6])
    assert found.proof.states.items() > proof.states.items()
    assert sorted(found.proof.states.values()) == [len(one) for one in states(6)]


def test_a_step_that_is_proven_is_not_looked_at_again_however_old_the_state(looked_at: list[int]) -> None:
    proof = check(states(6)[6]).proof
    looked_at.clear()

    for pdf in states(6):
        assert check(pdf, proof=proof).refusal is None

    assert looked_at == []


def test_a_proof_does_not_hide_a_change_since() -> None:
    proof = check(states(6)[2]).proof

    found = check(signed(updated(states(6)[2], new_text), 3), proof=proof)

    assert found.refusal is Refusal.CHANGED_AFTER_SEALING
    assert found.proof == Proof()
    assert [one.changes_allowed for one in found.signatures] == [False, False, True]
    assert all(one.intact and one.valid for one in found.signatures)


def test_a_proof_of_other_bytes_proves_nothing() -> None:
    changed = signed(updated(states(6)[2], new_text), 3)
    whole = check(states(6)[6]).proof
    lie = Proof({digest: len(changed) for digest in whole.states})

    for proof in (whole, lie):
        assert check(changed, proof=proof).refusal is Refusal.CHANGED_AFTER_SEALING
        assert len(proof.only_of(changed).states) == (3 if proof is whole else 0)


def test_of_a_published_file_what_was_accepted_here_is_not_looked_at_again(looked_at: list[int]) -> None:
    shelf = Shelf(published_file(states(6)[5]))

    known = verify(states(6)[5], published=shelf, trusted=[der(root().certificate)], at=NOW)
    steps_of_known = len(looked_at)
    longer = verify(states(6)[6], published=shelf, trusted=[der(root().certificate)], at=NOW)

    assert known.is_authentic
    assert (steps_of_known, len(looked_at)) == (0, 1)
    assert not longer.is_authentic
    assert longer.begins_as == shelf.by_digest(known.sha256)
    assert (longer.intact, longer.valid, longer.trusted, len(longer.signatures)) == (True, True, True, 6)


def test_what_was_added_to_a_published_file_is_found_whatever_was_accepted_before() -> None:
    pdf = signed(updated(states(6)[2], new_text), 3)

    verdict = verify(pdf, published=Shelf(published_file(states(6)[2])), trusted=[der(root().certificate)], at=NOW)

    assert (verdict.refusal, verdict.is_authentic) == (Refusal.CHANGED_AFTER_SEALING, False)


def test_the_guarded_process_gives_a_proof_of_its_own_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    true, other = check(states(6)[1]), check(states(1)[1])
    lie = Inspection(proof=Proof({**true.proof.states, **other.proof.states}))
    monkeypatch.setattr(guarded.worker, "run", lambda *a, **k: guarded.to_json(lie))

    assert guarded.inspect(states(6)[1]).proof == true.proof


@pytest.mark.parametrize("values", [None, [], {"a": 1}, {"a" * 64: "1"}, {"a" * 64: True}, {1: 1}])
def test_what_is_not_a_proof_is_not_read_as_one(values: object) -> None:
    with pytest.raises(ValueError, match="proof"):
        Proof.from_json(values)


def test_each_signature_is_told_by_itself_where_the_file_is_refused() -> None:
    pdf = states(6)[3]
    begin = pdf.rindex(b"/Contents <")
    flipped = pdf.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    one = check(pdf[:begin] + pdf[begin:].replace(b"/Reason", b"/Raison", 1))

    assert [found.intact for found in check(flipped).signatures] == [False, False, False]
    assert (one.refusal, one.intact, one.valid) == (Refusal.ALTERED, False, False)
    assert [(found.intact, found.trusted) for found in one.signatures] == [(True, True), (True, True), (False, False)]
    assert [found.covers for found in one.signatures] == [len(state) for state in states(6)[1:4]]


def test_every_field_of_a_signature_is_explained() -> None:
    import inspect as python
    from dataclasses import fields

    lines = python.getsource(Signed).splitlines()
    for field in fields(Signed):
        place = next(i for i, line in enumerate(lines) if line.strip().startswith(f"{field.name}:"))
        assert lines[place + 1].strip().startswith('"""'), field.name
