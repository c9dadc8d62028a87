"""What must happen once happens once, whoever asks at the same moment: a hundred at a time, on both databases.

Everybody who comes too late is told so in words: nobody gets an error of the database.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import func, select

from drafting.domain.errors import DomainError
from drafting.domain.permissions import MembershipRole, ParticipationRole, Stage
from drafting.extensions import db, transaction
from drafting.models import (
    AuditEntry,
    Certificate,
    Contribution,
    Invitation,
    Membership,
    Organisation,
    Participation,
    PasswordReset,
    Person,
    Seal,
    Section,
    Version,
)
from drafting.models.columns import now
from drafting.services import (
    contributions,
    invitations,
    organisations,
    password_resets,
    people,
    sections,
    sign_ins,
    versions,
)
from drafting.services.audit import first_bad_entry
from drafting.services.sign_ins import digest_of
from exports import seals
from tests import factories
from tests.exports import documents
from tests.exports import seals as made
from tests.exports.documents import Scene
from tests.signing_in import token_for

DONE = "done"


def at_once(app: Flask, count: int, what: Callable[[int], Any]) -> Counter[str]:
    """Let so many people do this at the same moment; return how often it was done, and what the others were told."""
    outcomes: list[str] = []
    start = threading.Barrier(count)

    def one(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                what(number)
                outcomes.append(DONE)
            except DomainError as refused:
                outcomes.append(type(refused).__name__)
            except Exception as error:
                outcomes.append(f"a fault: {error!r}"[:300])
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert first_bad_entry() is None
    return Counter(outcomes)


def how_many(what: Any, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(what).where(*where)) or 0


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes long on purpose; here it would only take turns."""
    for module in (invitations, password_resets, people):
        monkeypatch.setattr(module, "hash_password", lambda password: f"hash of {len(password)}")


# --- Versions and seals (tests/services/test_exporting.py has jobs and publication) ---


def test_versions_frozen_at_once_have_one_number_each(app: Flask, scene: Scene) -> None:
    key = scene.contribution.key

    outcome = at_once(app, 30, lambda n: versions.freeze(scene.coordinator, key, label=f"version {n}"))

    assert outcome == {DONE: 30}
    numbers = db.session.scalars(select(Version.number).order_by(Version.number)).all()
    assert numbers == list(range(1, 31))


def test_freezing_while_sections_come_and_go(app: Flask, scene: Scene) -> None:
    key = scene.contribution.key
    spare, federation = factories.section(scene.contribution).key, scene.federation.key

    def one(n: int) -> None:
        [
            lambda: versions.freeze(scene.coordinator, key, label="é"),
            lambda: sections.add(scene.coordinator, key, f"Section {n}"),
            lambda: sections.retire(scene.coordinator, spare),
            lambda: sections.restore(scene.coordinator, spare),
            lambda: contributions.take_in(scene.coordinator, key, federation, ParticipationRole.CONTRIBUTOR),
        ][n % 5]()

    assert at_once(app, 40, one) == {DONE: 40}
    for version in db.session.scalars(select(Version)):
        assert versions.is_intact(version)


def test_seals_uploaded_at_once_leave_one_in_use(app: Flask, scene: Scene) -> None:
    data = made.make_credentials("Cachet d’exemple", end=now() + timedelta(days=9)).to_pkcs12(b"phrase")

    key = scene.confederation.key
    outcome = at_once(app, 12, lambda n: seals.upload(
        scene.coordinator, key, pkcs12=data, passphrase="phrase"))

    assert outcome == {DONE: 12}
    assert how_many(Seal, Seal.retired_at.is_(None)) == 1


def test_a_seal_is_retired_once(app: Flask, scene: Scene) -> None:
    data = made.make_credentials("Cachet d’exemple", end=now() + timedelta(days=9)).to_pkcs12(b"phrase")
    key = seals.upload(scene.coordinator, scene.confederation.key, pkcs12=data, passphrase="phrase").key

    outcome = at_once(app, 20, lambda n: seals.retire(scene.coordinator, key))

    assert outcome == {DONE: 1, "Conflict": 19}


def test_a_certificate_is_trusted_once(app: Flask, scene: Scene) -> None:
    pem = made.authority().certificate.public_bytes(Encoding.PEM)

    outcome = at_once(app, 30, lambda n: seals.trust(scene.administrator, pem))

    assert outcome == {DONE: 1, "Conflict": 29}
    assert how_many(Certificate) == 1


# --- People ---


def invitation_to(organisation: Organisation, email: str) -> str:
    """An open invitation; return the secret of its link."""
    inviter = factories.person()
    with transaction() as session:
        session.add(Invitation(
            token_hash=digest_of("ouverte"), email=email, organisation_id=organisation.id,
            role=MembershipRole.MEMBER, invited_by_id=inviter.id, expires_at=now() + timedelta(days=1),
        ))
    return "ouverte"


def test_a_hundred_accept_the_same_invitation_with_a_new_account(
    app: Flask, quick_passwords: None
) -> None:
    organisation = factories.organisation()
    token = invitation_to(organisation, "nouvelle@exemple.example")

    outcome = at_once(app, 100, lambda n: invitations.accept_as_new(
        token, name="Camille Œuvre", password="une phrase assez longue", language="fr"))

    assert outcome[DONE] == 1
    assert set(outcome) <= {DONE, "Conflict", "InvalidTransition"}
    assert how_many(Person, Person.email == "nouvelle@exemple.example") == 1
    assert how_many(Membership, Membership.organisation_id == organisation.id) == 1


def test_a_hundred_accept_the_same_invitation_with_their_account(app: Flask) -> None:
    organisation = factories.organisation()
    someone = factories.member(factories.organisation())
    token = invitation_to(organisation, someone.email)
    actors = [sign_ins.actor_of(token_for(someone)) for _ in range(100)]

    outcome = at_once(app, 100, lambda n: invitations.accept(actors[n], token))

    assert outcome == {DONE: 1, "InvalidTransition": 99}
    assert how_many(Membership, Membership.organisation_id == organisation.id) == 1


def test_two_invitations_for_one_address_accepted_at_once(app: Flask, quick_passwords: None) -> None:
    tokens = []
    for n in range(8):
        inviter = factories.person()
        organisation = factories.organisation()
        with transaction() as session:
            session.add(Invitation(
                token_hash=digest_of(f"ouverte{n}"), email="nouvelle@exemple.example", organisation_id=organisation.id,
                role=MembershipRole.MEMBER, invited_by_id=inviter.id, expires_at=now() + timedelta(days=1)))
        tokens.append(f"ouverte{n}")

    outcome = at_once(app, 8, lambda n: invitations.accept_as_new(
        tokens[n], name="Camille Œuvre", password="une phrase assez longue", language="fr"))

    assert outcome == {DONE: 1, "Conflict": 7}
    assert how_many(Invitation, Invitation.accepted_at.is_not(None)) == 1


def test_a_hundred_use_the_same_link_for_a_new_password(app: Flask, quick_passwords: None) -> None:
    someone = factories.person(password_hash="hash")
    with transaction() as session:
        session.add(PasswordReset(token_hash=digest_of("perdu"), person_id=someone.id,
                                  expires_at=now() + timedelta(hours=1)))

    outcome = at_once(app, 100, lambda n: password_resets.choose("perdu", f"une phrase assez longue {n}"))

    assert outcome == {DONE: 1, "NotFound": 99}
    assert how_many(AuditEntry, AuditEntry.action == "reset_password") == 1


def test_an_address_invited_by_many_has_one_invitation(app: Flask) -> None:
    organisation = factories.organisation()
    secretary = factories.member(organisation, MembershipRole.SECRETARY)

    key = organisation.key
    outcome = at_once(app, 30, lambda n: invitations.invite(
        secretary, key, email="nouvelle@exemple.example", role=MembershipRole.MEMBER))

    assert outcome == {DONE: 30}
    assert how_many(Invitation) == 1


def test_an_organisation_keeps_a_secretary_whoever_leaves(app: Flask) -> None:
    organisation = factories.organisation()
    actors = [factories.member(organisation, MembershipRole.SECRETARY) for _ in range(6)]
    keys = [db.session.get_one(Person, actor.person_id).key for actor in actors]

    key = organisation.key
    outcome = at_once(app, 12, lambda n: organisations.remove_member(actors[n % 6], key, keys[(n + 1) % 6])
                      if n % 2 else organisations.set_role(actors[n % 6], key, keys[n % 6], MembershipRole.MEMBER))

    assert set(outcome) <= {DONE, "Conflict", "NotFound", "Forbidden"}
    assert how_many(Membership, Membership.role == MembershipRole.SECRETARY) >= 1


def test_an_installation_keeps_an_administrator_whoever_leaves(app: Flask) -> None:
    actors = [factories.member(factories.organisation(), administrator=True) for _ in range(6)]
    keys = [db.session.get_one(Person, actor.person_id).key for actor in actors]

    outcome = at_once(app, 6, lambda n: people.disable(actors[n], keys[(n + 1) % 6]))

    assert set(outcome) <= {DONE, "Conflict", "NotFound"}
    assert how_many(Person, Person.administrator, Person.disabled_at.is_(None)) >= 1


def test_an_acronym_is_given_once(app: Flask) -> None:
    administrator = factories.member(factories.organisation(), administrator=True)
    details = organisations.Details(name="Fédération « neuve »", acronym="NEU", kind="federation", colour="teal")

    outcome = at_once(app, 30, lambda n: organisations.create(administrator, details))

    assert outcome == {DONE: 1, "InvalidInput": 29}


# --- Contributions ---


def test_contributions_of_one_title_have_names_of_their_own(app: Flask) -> None:
    actor = factories.member(factories.organisation())
    details = contributions.Details(
        title="L’œuvre commune", recipient="", event="", language="fr", deadline_at=None,
        deadline_zone="Europe/Paris", text_limit=None, limit_unit="words",
    )

    outcome = at_once(app, 30, lambda n: contributions.create(actor, details, kind="summit"))

    assert outcome == {DONE: 30}
    assert how_many(Contribution) == 30


def test_an_organisation_is_taken_in_once(app: Flask, scene: Scene) -> None:
    key, organisation = scene.contribution.key, factories.organisation()
    other, other_id = organisation.key, organisation.id

    outcome = at_once(app, 100, lambda n: contributions.take_in(
        scene.coordinator, key, other, ParticipationRole.AUTHOR))

    assert outcome == {DONE: 100}
    assert how_many(Participation, Participation.organisation_id == other_id) == 1


def test_a_contribution_keeps_a_coordinator_whoever_leaves(app: Flask) -> None:
    contribution = factories.contribution()
    bodies = [factories.organisation() for _ in range(6)]
    actors = [factories.member(body) for body in bodies]
    keys = [factories.participation(contribution, body, ParticipationRole.COORDINATOR).key for body in bodies]

    key, body_keys = contribution.key, [body.key for body in bodies]
    outcome = at_once(app, 12, lambda n: contributions.leave_out(actors[n % 6], key, keys[n % 6]) if n % 2 else
                      contributions.take_in(actors[n % 6], key, body_keys[n % 6], ParticipationRole.OBSERVER))

    assert set(outcome) <= {DONE, "Conflict", "NotFound", "Forbidden"}
    assert how_many(Participation, Participation.role == ParticipationRole.COORDINATOR) >= 1


def test_sections_added_and_moved_at_once_stay_in_one_order(app: Flask, scene: Scene) -> None:
    key = scene.contribution.key
    moved = [factories.section(scene.contribution).key for _ in range(5)]

    outcome = at_once(app, 40, lambda n: sections.move(scene.coordinator, moved[n % 5], -1 if n % 3 else 2) if n % 2
                      else sections.add(scene.coordinator, key, f"Section {n}"))

    assert outcome == {DONE: 40}
    positions = db.session.scalars(select(Section.position).order_by(Section.position)).all()
    assert len(set(positions)) == len(positions) == 26


def test_a_stage_is_changed_once_from_what_was_seen(app: Flask, scene: Scene) -> None:
    key = scene.contribution.sections[0].key

    outcome = at_once(app, 30, lambda n: sections.set_stage(
        scene.coordinator, key, Stage.UNDER_REVIEW, seen=Stage.OPEN))

    assert outcome == {DONE: 1, "Stale": 29}
