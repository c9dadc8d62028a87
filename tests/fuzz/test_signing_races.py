"""Signing and all that may happen in the same moment, many times over on both databases: nothing lost, nothing half.

A hundred times each in the long run, a few times in the short one. Every attempt has a small sealed file of its own.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from sqlalchemy import func, select, update

from drafting.domain.actor import Actor
from drafting.domain.one_time_code import recovery_digest
from drafting.domain.signing import SignatoryState
from drafting.extensions import db, transaction
from drafting.models import (
    AuditEntry,
    File,
    FileRevision,
    Job,
    PreparedSignature,
    RecoveryCode,
    Signatory,
    Signing,
    Turn,
)
from drafting.models.columns import now, recorded_at
from drafting.models.export import FileKind, JobState
from drafting.services import versions
from drafting.services.access import find_version
from exports import browser_signatures, files, jobs, outside_signatures, publications, signatures, signings
from exports.codes import new_code
from exports.credentials import Credentials, der
from exports.file_states import Overtaken, newest_state, states_of, steps_of
from exports.inspection import inspect
from exports.instance import file_store
from exports.printed_records import printed_signatories
from exports.signing import seal, sign
from exports.signings import SignatoryDraft
from tests.codes import switch_on
from tests.exports import seals as made
from tests.exports.seals import plain_pdf
from tests.rounds import Assembly
from tests.services.test_races import DONE, at_once
from tests.signing import adopted

ATTEMPTS = 100 if os.environ.get("FUZZ") == "long" else 3
PLACES = 2


def empty_fields() -> bytes:
    """A small file with a field for each signatory."""
    writer = IncrementalPdfFileWriter(io.BytesIO(plain_pdf()))
    for number in range(1, PLACES + 1):
        box = (50, 50 * number, 250, 50 * number + 40)
        append_signature_field(writer, SigFieldSpec(f"signature-{number}", box=box))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def credentials(number: int) -> Credentials:
    """What the signatory of this number signs with, 0 the confederation: on a curve, so that it is quick."""
    return made.make_credentials(
        f"Signataire {number}", key=made.ec_key(f"races {number}"), begin=now() - made.YEAR, end=now() + made.YEAR)


@dataclass
class Ground:
    """An adopted version and its signatories; each attempt has a new file, which supersedes the one before."""

    there: Assembly
    round_id: int
    blank: bytes
    own: list[Credentials]
    codes: dict[int | None, list[str]] = field(default_factory=dict)
    attempts: int = 0

    def new_file(self) -> Attempt:
        """Seal a file of its own, whose signatories are expected."""
        self.attempts += 1
        content = seal(self.blank, self.own[0], at=now().replace(microsecond=0), reason=f"Essai {self.attempts} · é")
        there, version_id = self.there, self.there.version.id
        with transaction() as session:
            session.execute(update(Signing).where(Signing.superseded_at.is_(None)).values(superseded_at=now()))
            session.execute(update(File).where(File.superseded_at.is_(None)).values(superseded_at=now()))
            file = File(
                contribution_id=there.contribution.id, version_id=version_id, kind=FileKind.SEALED,
                sha256=file_store().put(content), size=len(content), code=new_code(), sealed_at=now(),
                sealed_by_id=there.coordinator.organisation_id, created_by_id=there.coordinator.person_id)
            signing = Signing(version_id=version_id, round_id=self.round_id, created_by_id=there.coordinator.person_id)
            session.add_all([file, signing])
            session.flush()
            places = [
                Signatory(signing_id=signing.id, organisation_id=one.id, position=number,
                          capacity=f"secrétaire {number}", changed_by_id=there.coordinator.person_id)
                for number, one in enumerate(there.federations, start=1)]
            session.add_all(places)
            session.flush()
            found = Attempt(self, signing.key, signing.id, file.key, file.id, [one.key for one in places])
        self._more_codes()
        return found

    def many_times(self, act: Callable[[Attempt], None]) -> None:
        """Do this so many times, each with a file of its own."""
        for _attempt in range(ATTEMPTS):
            act(self.new_file())

    def _more_codes(self) -> None:
        """Give every signatory codes that are good once."""
        with transaction() as session:
            for actor in self.there.secretaries:
                codes = [f"{self.attempts:06d}{number:06d}".translate(str.maketrans("0123456789", "abcdefghjk"))
                         for number in range(4)]
                session.add_all(RecoveryCode(person_id=actor.person_id, digest=recovery_digest(one)) for one in codes)
                self.codes[actor.person_id] = codes


@dataclass
class Attempt:
    """A sealed file, and what may be done with it."""

    ground: Ground
    signing_key: str
    signing_id: int
    file_key: str
    file_id: int
    places: list[str]

    @property
    def file(self) -> File:
        """Return the sealed file, as the database has it now."""
        return db.session.get_one(File, self.file_id, populate_existing=True)

    def actor(self, number: int) -> Actor:
        """Return who signs in this place, from 1."""
        return self.ground.there.secretaries[number - 1]

    def code(self, number: int) -> str:
        """Return a code of theirs."""
        return self.ground.codes[self.actor(number).person_id].pop()

    def prepare(self, number: int, *, code: str = "", ticket: str = "") -> tuple[str, bytes]:
        """Begin to sign as a browser does; return the ticket and the browser's signature."""
        own = self.ground.own[number]
        ticket, attributes = browser_signatures.prepare(
            self.actor(number), self.places[number - 1], certificate=der(own.certificate), chain=[], code=code,
            ticket=ticket)
        assert isinstance(own.private_key, ec.EllipticCurvePrivateKey)
        return ticket, own.private_key.sign(attributes, ec.ECDSA(SHA256()))

    def sign(self, number: int, code: str) -> FileRevision:
        """Sign as a browser does, anew where somebody else was faster."""
        ticket, signature = self.prepare(number, code=code)
        while True:
            try:
                return browser_signatures.finish(
                    self.actor(number), self.places[number - 1], ticket=ticket, signature=signature)
            except Overtaken:
                db.session.rollback()
                ticket, signature = self.prepare(number, ticket=ticket)

    def states(self) -> list[SignatoryState]:
        """Return how far each place is."""
        rows = select(Signatory.state).where(Signatory.signing_id == self.signing_id).order_by(Signatory.position)
        return list(db.session.scalars(rows))

    def check(self, *fields: int) -> None:
        """Hold that the file is sound, that these have signed, in any order, and each state goes on from the last."""
        db.session.expire_all()
        known = [one.read() for one in states_of(self.file)]
        assert all(b.startswith(a) and len(b) > len(a) for a, b in pairwise(known))
        assert [one.number for one in steps_of(self.file)] == list(range(1, len(fields) + 1))
        found = inspect(known[-1], trusted=[], demonstration=[], at=now())
        assert (found.refusal, found.intact, found.valid) == (None, True, True)
        assert sorted(one.field for one in found.signatures) == sorted(f"signature-{number}" for number in fields)
        signed = [number for number, state in enumerate(self.states(), start=1) if state is SignatoryState.SIGNED]
        assert signed == sorted(fields)


@pytest.fixture
def ground(app: Flask) -> Ground:
    there, asked = adopted(PLACES)
    for actor in there.secretaries:
        switch_on(actor, 0)
    return Ground(there, asked.id, empty_fields(), [credentials(number) for number in range(PLACES + 1)])


def race(app: Flask, *acts: Callable[[], object]) -> tuple[str, ...]:
    """Do these at the same moment; return what came of each, in their order."""
    outcomes = ["?"] * len(acts)

    def act(number: int) -> None:
        try:
            acts[number]()
        except Exception as refused:
            outcomes[number] = type(refused).__name__
            raise
        outcomes[number] = DONE

    at_once(app, len(acts), act)
    return tuple(outcomes)


def acts_on(attempt: Attempt) -> list[str]:
    """Return what the audit log says was done to the file, in the order in which it was committed."""
    rows = select(AuditEntry.action).where(AuditEntry.subject == f"file:{attempt.file_key}").order_by(AuditEntry.id)
    return list(db.session.scalars(rows))


def test_two_sign_at_once(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        first, second = one.code(1), one.code(2)

        assert race(app, lambda: one.sign(1, first), lambda: one.sign(2, second)) == (DONE, DONE)

        one.check(1, 2)
        assert db.session.get_one(Signing, one.signing_id).completed_at is not None
        assert db.session.scalar(select(func.count()).select_from(PreparedSignature)) == 0

    ground.many_times(attempt)


def test_one_signs_while_the_other_refuses(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        first, second = one.code(1), one.code(2)
        ticket, signature = one.prepare(1, code=first)

        outcome = race(
            app, lambda: browser_signatures.finish(one.actor(1), one.places[0], ticket=ticket, signature=signature),
            lambda: signatures.refuse(one.actor(2), one.places[1], reason="Sans le § 2 · 🙂", code=second))

        assert outcome == (DONE, DONE)
        one.check(1)
        assert one.states() == [SignatoryState.SIGNED, SignatoryState.REFUSED]
        assert db.session.get_one(Signing, one.signing_id).completed_at is not None

    ground.many_times(attempt)


def test_all_refuse_at_once(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        codes = [one.code(1), one.code(2)]

        outcome = race(app, *(
            lambda n=n: signatures.refuse(one.actor(n), one.places[n - 1], reason="Non · é", code=codes[n - 1])
            for n in (1, 2)))

        assert outcome == (DONE, DONE)
        assert db.session.get_one(Signing, one.signing_id).completed_at is not None

    ground.many_times(attempt)


def test_one_signs_and_refuses_in_the_same_place(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        ticket, signature = one.prepare(1, code=one.code(1))
        code = one.code(1)

        outcome = race(
            app, lambda: browser_signatures.finish(one.actor(1), one.places[0], ticket=ticket, signature=signature),
            lambda: signatures.refuse(one.actor(1), one.places[0], reason="Non · é", code=code))

        assert sorted(outcome) in (["Conflict", DONE], ["InvalidTransition", DONE])
        one.check(*([1] if outcome[0] == DONE else []))

    ground.many_times(attempt)


def test_a_ticket_is_used_by_two_presses_at_once(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        ticket, signature = one.prepare(1, code=one.code(1))

        outcome = race(app, *[
            lambda: browser_signatures.finish(one.actor(1), one.places[0], ticket=ticket, signature=signature)] * 3)

        told = Counter(outcome)
        assert told.pop(DONE) == 1
        assert set(told) <= {"Conflict", "Overtaken", "NotFound"}
        one.check(1)

    ground.many_times(attempt)


def test_an_attempt_before_confirms_one_attempt_more(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        ticket, _signature = one.prepare(1, code=one.code(1))

        outcome = race(app, *[lambda: one.prepare(1, ticket=ticket)] * 3)

        assert Counter(outcome) == {DONE: 1, "InvalidInput": 2}

    ground.many_times(attempt)


def test_one_signs_while_the_other_takes_the_file_away(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        ticket, signature = one.prepare(1, code=one.code(1))

        outcome = race(
            app, lambda: browser_signatures.finish(one.actor(1), one.places[0], ticket=ticket, signature=signature),
            lambda: outside_signatures.take_away(one.actor(2), one.places[1]))

        # Whoever was second: it was signed first, and that state was taken away; or it was away, and is not signed.
        assert outcome in ((DONE, DONE), ("Conflict", DONE))
        one.check(*([1] if outcome[0] == DONE else []))
        assert db.session.get_one(Turn, one.file_id).number == newest_state(one.file).number

    ground.many_times(attempt)


def test_what_was_signed_elsewhere_comes_back_while_another_signs(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        with recorded_at(now() - timedelta(hours=1)):  # Its turn is long over.
            _file, state = outside_signatures.take_away(one.actor(2), one.places[1])
        content = sign(state.read(), ground.own[2], field="signature-2", at=now(), reason="", shown=("Ailleurs",))
        codes = [one.code(1), one.code(2)]

        outcome = race(
            app, lambda: one.sign(1, codes[0]),
            lambda: outside_signatures.bring_back(one.actor(2), one.places[1], content, code=codes[1]))

        # Brought back too late it is refused, and nothing of it is kept: it goes on from an earlier state.
        assert outcome[0] == DONE
        assert outcome[1] in (DONE, "Overtaken", "InvalidInput")
        one.check(*([1, 2] if outcome[1] == DONE else [1]))

    ground.many_times(attempt)


def test_one_signs_while_the_file_is_superseded(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        ticket, signature = one.prepare(1, code=one.code(1))
        coordinator = ground.there.coordinator

        outcome = race(
            app, lambda: browser_signatures.finish(one.actor(1), one.places[0], ticket=ticket, signature=signature),
            lambda: signings.supersede(coordinator, one.signing_key, "Une signataire de plus · é"))

        assert outcome in ((DONE, DONE), ("InvalidTransition", DONE))
        done = [act for act in acts_on(one) if act != "signature.take_away"]
        assert done == [*(["signature.made"] if outcome[0] == DONE else []), "signing.supersede"]
        one.check(*([1] if outcome[0] == DONE else []))

    ground.many_times(attempt)


def test_signatories_are_planned_anew_while_the_file_is_sealed(app: Flask, ground: Ground) -> None:
    there = ground.there
    version_key, printed = there.version.key, []

    def seal_it() -> None:
        job = jobs.order_seal(there.coordinator, version_key)
        signing = signings.signing_of(find_version(there.coordinator, version_key))
        assert signing is not None
        printed.append([one.name for one in printed_signatories(signing)])  # As the worker does next.
        with transaction():
            db.session.execute(update(Job).where(Job.id == job.id).values(beat_at=now()))

    def attempt(number: int) -> None:
        with transaction() as session:
            session.execute(update(Job).values(state=JobState.FAILED))
        drafts = [SignatoryDraft(one.key, "secrétaire", f"Essai {number} · {one.acronym}") for one in there.federations]
        signings.plan(there.coordinator, version_key, drafts)

        outcome = race(app, seal_it, lambda: signings.plan(there.coordinator, version_key, drafts[::-1]))

        assert outcome in ((DONE, DONE), (DONE, "InvalidTransition"))
        signing = signings.signing_of(there.version)
        assert signing is not None
        assert printed[-1] == [one.name for one in signings.signatories_of(signing)]
        assert (printed[-1] == [one.name for one in drafts]) == (outcome[1] != DONE)

    for number in range(ATTEMPTS):
        attempt(number)


def test_a_file_is_superseded_once(app: Flask, ground: Ground) -> None:
    def attempt(one: Attempt) -> None:
        coordinator = ground.there.coordinator

        outcome = race(app, *[lambda: signings.supersede(coordinator, one.signing_key, "Une autre · é")] * 3)

        assert Counter(outcome) == {DONE: 1, "InvalidTransition": 2}
        after = select(func.count()).select_from(Signing).where(Signing.superseded_at.is_(None))
        assert db.session.scalar(after) == 1

    ground.many_times(attempt)


def test_the_text_is_frozen_while_two_sign(app: Flask, ground: Ground) -> None:
    there = ground.there
    def attempt(one: Attempt) -> None:
        first, second = one.code(1), one.code(2)

        outcome = race(
            app, lambda: one.sign(1, first), lambda: one.sign(2, second),
            lambda: versions.freeze(there.coordinator, there.contribution.key, label="pendant · é"))

        assert outcome == (DONE, DONE, DONE)
        one.check(1, 2)
        assert len(versions.versions_of(there.contribution)) == ground.attempts + 1

    ground.many_times(attempt)


def test_a_file_is_published_withdrawn_and_put_under_embargo_at_once(app: Flask, ground: Ground) -> None:
    until = now() + timedelta(days=2)
    def attempt(one: Attempt) -> None:
        actor = ground.there.coordinator

        outcome = race(
            app, lambda: files.publish(actor, one.file_key, embargo_until=until),
            lambda: files.publish(actor, one.file_key, embargo_until=until),
            lambda: publications.set_embargo(actor, one.file_key, None),
            lambda: publications.withdraw(actor, one.file_key, "Une erreur · é"),
            lambda: publications.withdraw(actor, one.file_key, "Une autre · é"))

        assert sorted(outcome[:2]) == ["Conflict", DONE]
        assert set(outcome[2:]) <= {DONE, "InvalidTransition"}
        assert outcome[3:] != (DONE, DONE)
        acts = acts_on(one)
        order = [act for act in ("file.publish", "file.embargo", "file.withdraw") if act in acts]
        assert acts[0] == "file.publish"
        assert sorted(acts) == sorted(order), "each at most once"
        file = one.file
        assert (file.withdrawn_at is not None) == ("file.withdraw" in acts)
        assert (file.embargo_until == until) == ("file.embargo" not in acts)

    ground.many_times(attempt)
