"""Second factors: switching on and off, signing in with a code, a lost telephone, many attempts at once."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput, NotFound, TooMany
from drafting.extensions import db
from drafting.models import Authenticator, Person, RecoveryCode
from drafting.models.columns import now
from drafting.services import people, second_factors, sign_ins
from drafting.services.confidential import Unreadable, decrypt, encrypt
from drafting.services.passwords import hash_password
from drafting.services.sign_ins import HalfSignedIn, actor_of
from tests import factories
from tests.signing_in import token_for

PASSWORD = "l’œuvre « commune » · 🙂"
HASHED = hash_password(PASSWORD)


class Telephone:
    """An authenticator application that was given a secret, and shows the code of that moment, or the one after."""

    def __init__(self, typed: str) -> None:
        totp = TOTP(base64.b32decode(typed.replace(" ", "")), 6, SHA1(), 30, enforce_key_length=False)
        self.first, self.next = (totp.generate(now().timestamp() + later).decode() for later in (0, 30))
        self.wrong = next(code for code in ("000000", "111111", "222222") if code not in (self.first, self.next))


@pytest.fixture
def actor(app: Flask) -> Actor:
    someone = factories.member(factories.organisation(), password_hash=HASHED, name="Rédaction « été »")
    found = actor_of(token_for(someone))
    db.session.rollback()
    assert found is not None
    return found


def switched_on(actor: Actor) -> tuple[Telephone, list[str]]:
    telephone = Telephone(second_factors.begin(actor, issuer="Exemple").secret)
    return telephone, second_factors.confirm(actor, telephone.first)


def half(actor: Actor) -> HalfSignedIn:
    found = sign_ins.sign_in(actor.email, PASSWORD)
    assert isinstance(found, HalfSignedIn)
    return found


def test_before_it_is_confirmed_nothing_is_asked_for(actor: Actor) -> None:
    begun = second_factors.begin(actor, issuer="Exemple")

    assert not second_factors.second_factor_of(actor).is_on
    assert isinstance(sign_ins.sign_in(actor.email, PASSWORD), str)
    assert second_factors.beginning(actor, issuer="Exemple") == begun
    with pytest.raises(InvalidInput):
        second_factors.confirm(actor, Telephone(begun.secret).wrong)
    assert not second_factors.second_factor_of(actor).is_on


def test_once_on_the_password_alone_signs_nobody_in(actor: Actor) -> None:
    elsewhere = token_for(actor)
    telephone, codes = switched_on(actor)

    waiting = half(actor)

    assert actor_of(elsewhere) is None
    assert second_factors.second_factor_of(actor).recovery_codes == len(codes) == 10
    with pytest.raises(InvalidInput):
        second_factors.sign_in(waiting.ticket, telephone.first)  # Used up by switching it on.
    found = actor_of(second_factors.sign_in(waiting.ticket, telephone.next))
    assert found is not None
    assert found.person_id == actor.person_id
    with pytest.raises(InvalidInput):
        second_factors.sign_in(half(actor).ticket, telephone.next)


def test_a_recovery_code_is_good_once(actor: Actor) -> None:
    _telephone, codes = switched_on(actor)

    assert second_factors.sign_in(half(actor).ticket, codes[0].upper())

    assert second_factors.second_factor_of(actor).recovery_codes == 9
    with pytest.raises(InvalidInput):
        second_factors.sign_in(half(actor).ticket, codes[0])


def test_new_recovery_codes_replace_the_old_ones(actor: Actor) -> None:
    telephone, codes = switched_on(actor)

    fresh = second_factors.renew_codes(actor, telephone.next)

    assert not set(fresh) & set(codes)
    with pytest.raises(InvalidInput):
        second_factors.turn_off(actor, codes[1])
    second_factors.turn_off(actor, fresh[1])
    assert isinstance(sign_ins.sign_in(actor.email, PASSWORD), str)
    assert db.session.query(RecoveryCode).count() == db.session.query(Authenticator).count() == 0


def test_a_ticket_is_worth_nothing_later_altered_or_after_another_password(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _telephone, codes = switched_on(actor)
    ticket = half(actor).ticket

    for wrong in ("", "rien", ticket[:-5] + ("B" if ticket[-5] == "A" else "A") + ticket[-4:]):
        with pytest.raises(NotFound):
            second_factors.sign_in(wrong, codes[0])
    with monkeypatch.context() as patch:
        patch.setattr(sign_ins, "CODE_WITHIN_S", -1)
        with pytest.raises(NotFound):
            second_factors.sign_in(ticket, codes[0])
    people.change_password(actor, PASSWORD, "une autre phrase d’été · 🙂")
    with pytest.raises(NotFound):
        second_factors.sign_in(ticket, codes[0])
    assert second_factors.second_factor_of(actor).recovery_codes == 10


def test_it_cannot_be_begun_anew_while_it_is_on(actor: Actor) -> None:
    switched_on(actor)

    with pytest.raises(Conflict):
        second_factors.begin(actor, issuer="Exemple")
    with pytest.raises(Conflict):
        second_factors.confirm(actor, "123456")


def test_codes_cannot_be_guessed_one_after_the_other(actor: Actor) -> None:
    telephone, _codes = switched_on(actor)
    waiting = half(actor)

    for _try in range(8):
        with pytest.raises(InvalidInput):
            second_factors.sign_in(waiting.ticket, telephone.wrong)

    with pytest.raises(TooMany):
        second_factors.sign_in(waiting.ticket, telephone.next)


def test_an_administrator_helps_who_lost_everything_and_nobody_else_can(actor: Actor) -> None:
    switched_on(actor)
    token = token_for(actor)
    key = db.session.get_one(Person, actor.person_id).key
    administrator = factories.member(factories.organisation(), administrator=True)

    with pytest.raises(NotFound):
        second_factors.turn_off_for(factories.member(factories.organisation()), key)
    second_factors.turn_off_for(administrator, key)

    assert actor_of(token) is None
    assert isinstance(sign_ins.sign_in(actor.email, PASSWORD), str)


def test_the_database_alone_does_not_tell_the_secret(actor: Actor) -> None:
    typed = second_factors.begin(actor, issuer="Exemple").secret
    kept = db.session.get_one(Authenticator, actor.person_id).secret

    assert base64.b32decode(typed.replace(" ", "")) not in kept
    with pytest.raises(Unreadable):
        decrypt(kept, of="authenticator:0")
    assert decrypt(encrypt("né".encode(), of="x"), of="x") == "né".encode()


def at_once(app: Flask, act: Callable[[int], object], count: int) -> Counter[str]:
    """Do this in eight threads that begin together; count what came of it."""
    gate = Barrier(8)

    def attempt(n: int) -> str:
        with app.app_context():
            try:
                if n < gate.parties:
                    gate.wait()
                act(n)
            except (Conflict, InvalidInput, TooMany) as refused:
                return type(refused).__name__
            return "done"

    db.session.rollback()
    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(attempt, range(count)))


@pytest.mark.parametrize("of", ["the telephone", "the codes put away"])
def test_of_a_hundred_who_use_one_code_at_once_one_signs_in(app: Flask, actor: Actor, of: str) -> None:
    telephone, codes = switched_on(actor)
    ticket, code = half(actor).ticket, telephone.next if of == "the telephone" else codes[3]

    outcomes = at_once(app, lambda _n: second_factors.sign_in(ticket, code), 100)

    assert outcomes["done"] == 1
    assert sum(outcomes.values()) == 100


def test_one_code_does_not_serve_two_purposes_at_once(app: Flask, actor: Actor) -> None:
    telephone, _codes = switched_on(actor)
    ticket, code = half(actor).ticket, telephone.next
    ways = (lambda: second_factors.sign_in(ticket, code), lambda: second_factors.renew_codes(actor, code))

    outcomes = at_once(app, lambda n: ways[n % 2](), 8)

    assert outcomes["done"] == 1


def test_begun_and_confirmed_by_two_presses_at_once_it_is_on_with_one_set_of_codes(app: Flask, actor: Actor) -> None:
    begun = at_once(app, lambda _n: second_factors.begin(actor, issuer="Exemple"), 8)
    given = second_factors.beginning(actor, issuer="Exemple")
    assert given is not None
    code = Telephone(given.secret).first

    confirmed = at_once(app, lambda _n: second_factors.confirm(actor, code), 8)

    assert (begun["done"], confirmed["done"]) == (8, 1)
    assert second_factors.second_factor_of(actor).recovery_codes == 10
