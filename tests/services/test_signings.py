"""Signing: who may be planned, whose turn it is, three ways to sign, refusing, superseding, and many at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from drafting.domain.actor import Actor
from drafting.domain.ballot import Stance
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, NotFound, TooMany
from drafting.domain.permissions import MembershipRole
from drafting.domain.signing import FileStep, Means, SignatoryState
from drafting.extensions import db, transaction
from drafting.models import AuditEntry, FileRevision, Signatory, SigningKey, Turn
from drafting.models.columns import now, recorded_at
from drafting.services import clock, versions
from drafting.services.audit import first_bad_entry
from exports import archives, browser_signatures, outside_signatures, signatures, signing_keys, signings, turns
from exports.credentials import Credentials, der
from exports.file_states import Overtaken, newest_state, states_of, steps_of
from exports.inspection import inspect
from exports.next_revision import NotTheNext, Unfit
from exports.signing import sign
from exports.signings import SignatoryDraft
from exports.turns import Hold
from tests import factories
from tests.exports.time_authority import root_of_time, serving, stamps
from tests.services.test_races import DONE, at_once
from tests.signing import PASSPHRASE, Table, adopted, codes_of, current, drafts, seal_now, sealed
from tests.signing_in import sign_in


@pytest.fixture
def table(app: Flask) -> Table:
    return sealed()


def kept(actor: Actor, number: int = 1) -> SigningKey:
    """Keep a key for the actor's organisation."""
    pkcs12 = current(f"Signataire {number}", number).to_pkcs12(PASSPHRASE.encode())
    return signing_keys.upload(actor, pkcs12=pkcs12, passphrase=PASSPHRASE)


def sign_here(table: Table, number: int, *, code: str = "") -> FileRevision:
    """Sign in a federation's place with a key kept here."""
    actor = table.there.secretaries[number - 1]
    key = kept(actor, number).key
    return signatures.sign_with_kept_key(
        actor, table.signatory(number).key, key=key, passphrase=PASSPHRASE, code=code or codes_of(actor)[0])


def found_in(table: Table) -> list[tuple[str, str]]:
    found = inspect(newest_state(table.file).read(), trusted=[], demonstration=[], at=now())
    assert (found.refusal, found.intact, found.valid) == (None, True, True)
    return [(one.field, one.by.name) for one in found.signatures]


# --- Planning ---


def test_only_those_who_approved_may_be_signatories(app: Flask) -> None:
    there, _asked = adopted(3, (Stance.APPROVED, Stance.RESERVED, Stance.ABSTAINED))

    assert signings.may_be_signatories(there.version) == there.federations[:2]
    with pytest.raises(InvalidInput) as refused:
        signings.plan(there.coordinator, there.version.key, drafts(there))
    assert list(refused.value.fields) == ["organisation-3"]
    planned = signings.plan(there.coordinator, there.version.key, drafts(there)[:2])
    assert [one.field for one in signings.signatories_of(planned)] == ["signature-1", "signature-2"]


def test_a_version_that_was_not_adopted_is_not_signed(app: Flask) -> None:
    there, _asked = adopted(2, (Stance.APPROVED, Stance.OPPOSED))

    with pytest.raises(InvalidTransition, match="adoptée"):
        signings.plan(there.coordinator, there.version.key, drafts(there))


def test_signatories_are_replaced_before_the_seal_and_not_after(app: Flask) -> None:
    there, _asked = adopted(2)
    first = signings.plan(there.coordinator, there.version.key, drafts(there))
    again = signings.plan(there.coordinator, there.version.key, drafts(there)[::-1], in_order=True)

    assert again.id == first.id
    assert [one.organisation for one in signings.signatories_of(again)] == there.federations[::-1]
    assert [one.state for one in db.session.scalars(select(Signatory).order_by(Signatory.id))] == [
        SignatoryState.REPLACED, SignatoryState.REPLACED, SignatoryState.EXPECTED, SignatoryState.EXPECTED]
    seal_now(there)
    with pytest.raises(InvalidTransition, match="nouveau fichier"):
        signings.plan(there.coordinator, there.version.key, drafts(there))


def test_only_the_coordination_plans(app: Flask) -> None:
    there, _asked = adopted(1)

    with pytest.raises(Forbidden):
        signings.plan(there.secretaries[0], there.version.key, drafts(there))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"capacity": " "}, "capacity-1"), ({"capacity": "é" * 201}, "capacity-1"), ({"person": "inconnu"}, "person-1"),
     ({"organisation": "inconnue"}, "organisation-1")],
)
def test_a_signatory_that_cannot_be_says_what_is_wrong(app: Flask, change: dict[str, str], field: str) -> None:
    there, _asked = adopted(1)
    values = {"organisation": there.federations[0].key, "capacity": "secrétaire", **change}

    with pytest.raises(InvalidInput) as refused:
        signings.plan(there.coordinator, there.version.key, [SignatoryDraft(**values)])

    assert field in refused.value.fields


# --- With a key kept here ---


def test_a_federation_signs_with_its_key_and_its_passphrase(table: Table) -> None:
    made = sign_here(table, 1)

    assert (made.number, made.means) == (1, Means.KEPT_KEY)
    assert found_in(table) == [("signature-1", "Signataire 1")]
    assert newest_state(table.file).read().startswith(states_of(table.file)[0].read())
    assert table.signatory(1).state is SignatoryState.SIGNED
    assert first_bad_entry() is None


def test_a_wrong_passphrase_uses_no_code_and_signs_nothing(table: Table) -> None:
    actor = table.there.secretaries[0]
    key, code = kept(actor).key, codes_of(actor)[0]

    with pytest.raises(InvalidInput) as refused:
        signatures.sign_with_kept_key(actor, table.signatory(1).key, key=key, passphrase="non", code=code)
    assert list(refused.value.fields) == ["passphrase"]
    assert steps_of(table.file) == []
    signatures.sign_with_kept_key(actor, table.signatory(1).key, key=key, passphrase=PASSPHRASE, code=code)


def test_a_wrong_code_signs_nothing(table: Table) -> None:
    actor = table.there.secretaries[0]
    codes_of(actor)

    with pytest.raises(InvalidInput):
        signatures.sign_with_kept_key(
            actor, table.signatory(1).key, key=kept(actor).key, passphrase=PASSPHRASE, code="123456")
    assert steps_of(table.file) == []


@pytest.mark.parametrize("who", ["another federation", "a member", "the coordination", "a stranger"])
def test_nobody_signs_in_anothers_place(table: Table, who: str) -> None:
    there = table.there
    actor = {
        "another federation": there.secretaries[1], "a member": factories.member(there.federations[0]),
        "the coordination": there.coordinator,
        "a stranger": factories.member(factories.organisation(), MembershipRole.SECRETARY),
    }[who]

    with pytest.raises(NotFound if who == "a stranger" else Forbidden):
        signatures.sign_with_kept_key(actor, table.signatory(1).key, key="k", passphrase=PASSPHRASE, code="c")


def test_where_a_person_is_named_only_they_sign(app: Flask) -> None:
    there, _asked = adopted(1)
    named = factories.member(there.federations[0])
    key = db.session.get_one(factories.Person, named.person_id).key
    signings.plan(there.coordinator, there.version.key,
                  [SignatoryDraft(there.federations[0].key, "trésorière", person=key)])
    signatory = signings.signatories_of(signings.signing_of(there.version))[0]  # type: ignore[arg-type]

    assert signings.may_sign_as(named, signatory)
    assert not signings.may_sign_as(there.secretaries[0], signatory)


def test_the_same_place_is_signed_once(table: Table) -> None:
    sign_here(table, 1)
    actor = table.there.secretaries[0]

    with pytest.raises(Conflict):
        signatures.sign_with_kept_key(actor, table.signatory(1).key, key="k", passphrase=PASSPHRASE, code="c")


def test_a_fixed_order_is_kept_and_who_refuses_holds_up_nobody(app: Flask) -> None:
    table = sealed(3, in_order=True)

    with pytest.raises(InvalidTransition, match="dans l’ordre"):
        sign_here(table, 2, code="x")
    actor = table.there.secretaries[0]
    signatures.refuse(actor, table.signatory(1).key, reason="Le § 2 ne nous convient pas.", code=codes_of(actor)[0])
    sign_here(table, 2, code=codes_of(table.there.secretaries[1])[0])
    assert found_in(table) == [("signature-2", "Signataire 2")]


def test_after_the_term_nobody_signs(app: Flask) -> None:
    table = sealed(1, expires_at=now() + timedelta(days=1))

    with recorded_at(now() + timedelta(days=2)), pytest.raises(InvalidTransition, match="délai"):
        outside_signatures.take_away(table.there.secretaries[0], table.signatory(1).key)


def test_the_passphrase_and_the_key_are_nowhere_in_clear(app: Flask, table: Table) -> None:
    sign_here(table, 1)
    folder = app.config["SETTINGS"].instance
    secret = current("Signataire 1", 1).private_key.private_numbers().d.to_bytes(256, "big")  # type: ignore[union-attr]

    for path in (one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes()
        assert PASSPHRASE.encode() not in content, path
        assert secret not in content, path
    for entry in db.session.scalars(select(AuditEntry)):
        assert PASSPHRASE not in str(entry.detail)


# --- With a key that stays in a browser ---


def answer(credentials: Credentials, attributes: bytes) -> bytes:
    key = credentials.private_key
    assert isinstance(key, rsa.RSAPrivateKey)
    return key.sign(attributes, padding.PKCS1v15(), SHA256())


def test_a_browser_signs_what_it_is_sent(table: Table) -> None:
    actor, own = table.there.secretaries[0], current("Signataire 1")
    ticket, attributes = browser_signatures.prepare(
        actor, table.signatory(1).key, certificate=der(own.certificate), chain=[], code=codes_of(actor)[0])

    made = browser_signatures.finish(actor, table.signatory(1).key, ticket=ticket, signature=answer(own, attributes))

    assert made.means is Means.BROWSER
    assert found_in(table) == [("signature-1", "Signataire 1")]
    with pytest.raises((NotFound, Conflict)):
        browser_signatures.finish(actor, table.signatory(1).key, ticket=ticket, signature=b"")


def test_a_browser_that_was_overtaken_prepares_again_without_another_code(table: Table) -> None:
    actor, own = table.there.secretaries[0], current("Signataire 1")
    place = table.signatory(1).key
    ticket, attributes = browser_signatures.prepare(
        actor, place, certificate=der(own.certificate), chain=[], code=codes_of(actor)[0])
    sign_here(table, 2)

    with pytest.raises(Overtaken):
        browser_signatures.finish(actor, place, ticket=ticket, signature=answer(own, attributes))
    ticket, attributes = browser_signatures.prepare(
        actor, place, certificate=der(own.certificate), chain=[], code="", ticket=ticket)
    browser_signatures.finish(actor, place, ticket=ticket, signature=answer(own, attributes))

    assert found_in(table) == [("signature-2", "Signataire 2"), ("signature-1", "Signataire 1")]


def test_a_ticket_is_its_owners_and_of_its_time(table: Table) -> None:
    actor, own = table.there.secretaries[0], current("Signataire 1")
    place = table.signatory(1).key
    ticket, attributes = browser_signatures.prepare(
        actor, place, certificate=der(own.certificate), chain=[], code=codes_of(actor)[0])
    colleague = factories.member(table.there.federations[0], MembershipRole.SECRETARY)

    with pytest.raises(NotFound):
        browser_signatures.finish(colleague, place, ticket=ticket, signature=answer(own, attributes))
    with recorded_at(now() + timedelta(minutes=11)), pytest.raises(NotFound):
        browser_signatures.finish(actor, place, ticket=ticket, signature=answer(own, attributes))
    with pytest.raises(InvalidInput):
        browser_signatures.finish(actor, place, ticket=ticket, signature=answer(current("Autre", 5), attributes))


# --- Elsewhere ---


def signed_elsewhere(table: Table, number: int, content: bytes) -> bytes:
    return sign(content, current(f"Signataire {number}", number), field=f"signature-{number}", at=now(), reason="",
                shown=("Signé ailleurs",))


def test_a_file_signed_elsewhere_is_brought_back(table: Table) -> None:
    actor = table.there.secretaries[0]
    _file, state = outside_signatures.take_away(actor, table.signatory(1).key)

    made = outside_signatures.bring_back(
        actor, table.signatory(1).key, signed_elsewhere(table, 1, state.read()), code=codes_of(actor)[0])

    assert made.means is Means.UPLOAD
    assert found_in(table) == [("signature-1", "Signataire 1")]


def test_who_takes_the_file_away_has_it_to_themselves_for_a_while(table: Table) -> None:
    actor = table.there.secretaries[0]
    _file, state = outside_signatures.take_away(actor, table.signatory(1).key)

    with pytest.raises(Conflict, match="ailleurs"):
        sign_here(table, 2, code="x")
    with recorded_at(now() + timedelta(minutes=46)):
        outside_signatures.take_away(table.there.secretaries[1], table.signatory(2).key)
    with recorded_at(now() + timedelta(minutes=46)):
        sign_here(table, 2)

    with pytest.raises(InvalidInput) as refused:
        outside_signatures.bring_back(actor, table.signatory(1).key, signed_elsewhere(table, 1, state.read()), code="c")
    assert "depuis votre téléchargement" in str(refused.value.fields["file"])


def test_nobody_keeps_the_file_by_taking_it_again_and_again(table: Table) -> None:
    actor, place = table.there.secretaries[0], table.signatory(1).key
    began = now()
    outside_signatures.take_away(actor, place)

    with recorded_at(began + timedelta(minutes=44)):
        outside_signatures.take_away(actor, place)
    with recorded_at(began + timedelta(minutes=46)):
        outside_signatures.take_away(actor, place)  # To have the file again: the others need not wait.
        sign_here(table, 2)

    assert found_in(table) == [("signature-2", "Signataire 2")]


def test_the_coordination_need_not_wait_for_who_took_the_file(app: Flask, table: Table) -> None:
    first, second = table.there.secretaries[:2]
    _file, state = outside_signatures.take_away(first, table.signatory(1).key)
    waiting = sign_in(app.test_client(), table.there.coordinator).get(f"/versions/{table.there.version.key}/signing")
    other = sign_in(app.test_client(), second).get(f"/signatories/{table.signatory(2).key}")
    with pytest.raises(Forbidden):
        turns.release(second, table.signing.key)

    turns.release(table.there.coordinator, table.signing.key)

    assert "Signataire 1 · œuvre a pris le fichier pour le signer ailleurs" in waiting.get_data(as_text=True)
    assert "Ne plus attendre" in waiting.get_data(as_text=True)
    assert "a pris le fichier pour le signer ailleurs" in other.get_data(as_text=True)
    outside_signatures.take_away(first, table.signatory(1).key)  # Nobody waits anew.
    brought = sign(state.read(), current("Signataire 1"), field="signature-1", at=now(), reason="", shown=("Une",))
    outside_signatures.bring_back(first, table.signatory(1).key, brought, code=codes_of(first)[0])
    sign_here(table, 2)
    assert [name for name, _who in found_in(table)] == ["signature-1", "signature-2"]


def test_who_took_the_file_may_give_it_back_unsigned(table: Table) -> None:
    actor = table.there.secretaries[0]
    outside_signatures.take_away(actor, table.signatory(1).key)

    turns.release(actor, table.signing.key)

    sign_here(table, 2)
    assert found_in(table) == [("signature-2", "Signataire 2")]


def test_two_who_agree_do_not_keep_the_file_from_the_others(table: Table) -> None:
    first, second, third = table.there.secretaries
    places = [(first, table.signatory(1).key), (second, table.signatory(2).key)]
    began, waited = now(), 0

    for minute in range(0, 12 * 60, 5):
        taker = places[minute // 5 % 2]
        with recorded_at(began + timedelta(minutes=minute)):
            if minute % 40 == 0 and turns.turn_of(table.file) is not None:
                turns.release(table.there.coordinator, table.signing.key)
            if turns.turn_of(table.file) is None:
                outside_signatures.take_away(*taker)
            waited += 5 if turns.turn_of(table.file) is not None else 0

    assert 0 < waited <= 4 * 45
    with recorded_at(began + timedelta(hours=13)):
        assert turns.outlook(table.signatory(3), table.file, number=0).hold is Hold.USED_UP
        outside_signatures.take_away(third, table.signatory(3).key)
        sign_here(table, 1)  # Until somebody signs: that is another state.
        assert turns.outlook(table.signatory(3), table.file, number=1).hold is Hold.FREE


def test_after_a_turn_there_is_a_rest_in_which_nobody_waits(table: Table) -> None:
    first, second = table.there.secretaries[:2]
    began = now()
    outside_signatures.take_away(first, table.signatory(1).key)
    turns.release(first, table.signing.key)

    outside_signatures.take_away(second, table.signatory(2).key)

    assert turns.turn_of(table.file) is None
    with recorded_at(began + timedelta(minutes=16)):
        outside_signatures.take_away(second, table.signatory(2).key)
        assert turns.turn_of(table.file) is not None


def test_who_refuses_gives_nobody_another_turn_at_once(table: Table) -> None:
    first, second = table.there.secretaries[:2]
    outside_signatures.take_away(first, table.signatory(1).key)
    signatures.refuse(first, table.signatory(1).key, reason="Non.", code=codes_of(first)[0])

    outside_signatures.take_away(second, table.signatory(2).key)

    assert turns.turn_of(table.file) is None


def test_the_page_says_truly_whether_the_others_wait(app: Flask, table: Table) -> None:
    zone = ZoneInfo(table.there.contribution.deadline_zone)
    first, second = table.there.secretaries[:2]
    address, client = f"/signatories/{table.signatory(1).key}", sign_in(app.test_client(), first)
    other = sign_in(app.test_client(), second)

    def said(client: FlaskClient = client, address: str = address) -> str:
        return client.get(address).text.replace("\u00a0", " ")

    assert "Pendant trois quarts d’heure, il est à vous : les autres attendent." in said()
    outside_signatures.take_away(first, table.signatory(1).key)
    until = turns.turn_of(table.file).until.astimezone(zone)
    assert f"Il est à vous jusqu’à {until:%H:%M} : les autres attendent." in said()
    page = said(client=other, address=f"/signatories/{table.signatory(2).key}")
    assert "Téléchargez le fichier, une fois que plus personne d’autre ne l’a pris." in page
    turns.release(first, table.signing.key)
    rested = (db.session.get_one(Turn, table.file.id).until + turns.REST).astimezone(zone)
    assert f"Avant {rested:%H:%M} il n’est réservé à personne" in said()
    with transaction() as session:
        session.execute(update(Turn).values(times=turns.TIMES_MAX))
    assert "Il n’est plus réservé à personne" in said()


def test_to_refuse_nobody_waits_for_who_took_the_file(table: Table) -> None:
    first, second = table.there.secretaries[:2]
    outside_signatures.take_away(first, table.signatory(1).key)

    signatures.refuse(second, table.signatory(2).key, reason="Non.", code=codes_of(second)[0])

    assert table.signatory(2).state is SignatoryState.REFUSED
    with pytest.raises(Conflict):
        sign_here(table, 3)


def test_who_refuses_keeps_the_file_from_nobody(table: Table) -> None:
    actor, place = table.there.secretaries[0], table.signatory(1).key
    outside_signatures.take_away(actor, place)

    signatures.refuse(actor, place, reason="Non.", code=codes_of(actor)[0])

    sign_here(table, 2)
    assert found_in(table) == [("signature-2", "Signataire 2")]


def test_whoever_brings_files_back_by_the_dozen_is_stopped_before_they_are_read(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, place, read = table.there.secretaries[0], table.signatory(1).key, []

    def reading(*_: object, **__: object) -> NoReturn:
        read.append(1)
        raise NotTheNext(Unfit.OTHER_FILE)

    monkeypatch.setattr(outside_signatures.guarded, "accept_next", reading)
    for _time in range(40):
        with pytest.raises((InvalidInput, TooMany)):
            outside_signatures.bring_back(actor, place, b"%PDF-", code="")

    assert 0 < len(read) < 40


def test_what_is_brought_back_altered_is_refused_and_uses_no_code(table: Table) -> None:
    actor = table.there.secretaries[0]
    _file, state = outside_signatures.take_away(actor, table.signatory(1).key)
    code = codes_of(actor)[0]

    for content in (state.read(), b"%PDF-1.7\n", signed_elsewhere(table, 2, state.read())):
        with pytest.raises(InvalidInput):
            outside_signatures.bring_back(actor, table.signatory(1).key, content, code=code)
    outside_signatures.bring_back(actor, table.signatory(1).key, signed_elsewhere(table, 1, state.read()), code=code)


# --- Refusing, superseding ---


def test_a_refusal_says_why_and_completes_the_signing(app: Flask) -> None:
    table = sealed(1)
    actor = table.there.secretaries[0]
    code = codes_of(actor)[0]

    with pytest.raises(InvalidInput):
        signatures.refuse(actor, table.signatory(1).key, reason=" ", code=code)
    refused = signatures.refuse(actor, table.signatory(1).key, reason="Sans le § 2 · 🙂", code=code)

    assert (refused.state, refused.reason) == (SignatoryState.REFUSED, "Sans le § 2 · 🙂")
    assert refused.signing.completed_at is not None


def test_another_file_takes_the_place_of_a_sealed_one_and_the_old_one_stays(table: Table) -> None:
    sign_here(table, 1)
    with pytest.raises(InvalidInput):
        signings.supersede(table.there.coordinator, table.signing.key, " ")

    signings.supersede(table.there.coordinator, table.signing.key, "Une signataire a changé.")

    after = signings.signing_of(table.there.version)
    assert after is not None
    assert after.id != table.signing.id
    assert [one.state for one in signings.signatories_of(after)] == [SignatoryState.EXPECTED] * 3
    with pytest.raises(InvalidTransition, match="remplacé"):
        outside_signatures.take_away(table.there.secretaries[1], table.signatory(2).key)
    signings.plan(table.there.coordinator, table.there.version.key, drafts(table.there)[:1])
    assert seal_now(table.there).id != table.file.id
    assert len(states_of(table.file)) == 2


# --- Many at once ---


def test_two_and_more_who_sign_at_once_all_succeed_one_after_the_other(app: Flask) -> None:
    table = sealed(8)
    actors = table.there.secretaries
    codes = [codes_of(one)[0] for one in actors]
    keys = [kept(one, number).key for number, one in enumerate(actors, start=1)]
    places = [table.signatory(number).key for number in range(1, 9)]

    outcome = at_once(app, 8, lambda n: signatures.sign_with_kept_key(
        actors[n], places[n], key=keys[n], passphrase=PASSPHRASE, code=codes[n]))

    assert outcome == {DONE: 8}
    db.session.expire_all()
    assert sorted(found_in(table)) == [(f"signature-{n}", f"Signataire {n}") for n in range(1, 9)]
    assert [one.number for one in steps_of(table.file)] == list(range(1, 9))


def test_freezing_while_others_sign_disturbs_neither(app: Flask) -> None:
    table = sealed(4)
    actors, contribution = table.there.secretaries, table.there.contribution.key
    codes = [codes_of(one)[0] for one in actors]
    keys = [kept(one, number).key for number, one in enumerate(actors, start=1)]
    places = [table.signatory(number).key for number in range(1, 5)]

    def act(n: int) -> object:
        if n >= 4:
            return versions.freeze(table.there.coordinator, contribution, label=f"pendant · {n}")
        return signatures.sign_with_kept_key(actors[n], places[n], key=keys[n], passphrase=PASSPHRASE, code=codes[n])

    assert at_once(app, 12, act) == {DONE: 12}
    db.session.expire_all()
    assert len(found_in(table)) == 4
    assert len(versions.versions_of(table.there.contribution)) == 9


def test_of_many_who_take_the_file_away_at_once_one_has_it(app: Flask) -> None:
    table = sealed(8)
    places = [table.signatory(number).key for number in range(1, 9)]
    actors = table.there.secretaries

    outcome = at_once(app, 8, lambda n: outside_signatures.take_away(actors[n], places[n]))

    assert outcome == {DONE: 1, "Conflict": 7}


# --- Keys ---


@pytest.mark.parametrize(("typed", "said"), [("été·2026", "trop courte"), ("été·2025", "n’ouvre pas|pas la bonne")])
def test_a_short_passphrase_is_called_wrong_where_it_is_wrong_and_short_where_it_opens(
    app: Flask, typed: str, said: str
) -> None:
    actor = factories.member(factories.organisation(), MembershipRole.SECRETARY)

    with pytest.raises(InvalidInput, match=said) as refused:
        signing_keys.upload(actor, pkcs12=current("Signataire").to_pkcs12("été·2026".encode()), passphrase=typed)

    assert list(refused.value.fields) == ["passphrase"]


# --- With a time-stamping authority ---


def test_an_authority_confirms_each_signature_and_the_last_one_is_archived(app: Flask) -> None:
    table = sealed(2)
    with serving(stamps(at=now())) as address:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], timestamp_url=address)
        sign_here(table, 1)
        assert [one.step for one in steps_of(table.file)] == [FileStep.SIGNATURE]
        sign_here(table, 2)

    assert [one.step for one in steps_of(table.file)] == [FileStep.SIGNATURE, FileStep.SIGNATURE, FileStep.ARCHIVE]
    found = inspect(newest_state(table.file).read(), trusted=[], demonstration=[], at=now(),
                    timestamp_authorities=[der(root_of_time().certificate)])
    assert (found.refusal, found.archived_at is not None) == (None, True)
    assert all(one.timestamped_at is not None for one in found.signatures)


def test_an_authority_that_is_away_signs_nothing_and_says_so(app: Flask, table: Table) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], timestamp_url="http://127.0.0.1:1/")

    with pytest.raises(Conflict, match="ne répond pas"):
        sign_here(table, 1)
    assert steps_of(table.file) == []


def test_a_file_complete_without_its_archive_timestamp_gets_it_by_itself_and_once(app: Flask) -> None:
    table = sealed(2)
    sign_here(table, 1)
    actor = table.there.secretaries[1]
    signatures.refuse(actor, table.signatory(2).key, reason="Sans le § 2 · é", code=codes_of(actor)[0])
    clock.tick()
    assert [one.step for one in steps_of(table.file)] == [FileStep.SIGNATURE]

    with serving(stamps(at=now())) as address:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], timestamp_url=address)
        with recorded_at(now() + timedelta(days=8)):
            assert archives.archive_due() == 0
        outcome = at_once(app, 4, lambda _n: clock.tick())
        clock.tick()

    assert outcome == {DONE: 4}
    assert [one.step for one in steps_of(table.file)] == [FileStep.SIGNATURE, FileStep.ARCHIVE]


def test_a_file_that_still_waits_for_a_signature_gets_no_archive_timestamp(app: Flask) -> None:
    table = sealed(2)
    sign_here(table, 1)

    with serving(stamps(at=now())) as address:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], timestamp_url=address)
        clock.tick()

    assert [one.step for one in steps_of(table.file)] == [FileStep.SIGNATURE]
