"""Names, addresses, passwords, invitations: what is acceptable and what has become of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from drafting.domain import names, passwords
from drafting.domain.addresses import normalised_address
from drafting.domain.invitation import InvitationState, state_of
from drafting.domain.names import NameProblem
from drafting.domain.passwords import PasswordProblem
from drafting.domain.sign_in import ABSOLUTE, IDLE, is_live

NOON = datetime(2025, 2, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Camille Œuvre-d’Été", None),
        ("مريم", None),
        ("李娜", None),
        ("Zoë 🙂", None),
        ("", NameProblem.EMPTY),
        ("   ", NameProblem.EMPTY),
        ("\u0301", NameProblem.EMPTY),
        ("« · »", NameProblem.EMPTY),
        ("a" * 101, NameProblem.TOO_LONG),
        ("Camille\u202eelpmexE", NameProblem.INVISIBLE),
        ("Camille\u2066", NameProblem.INVISIBLE),
        ("Cam\u200bille", NameProblem.INVISIBLE),
        ("Camille\r\nBcc: tous@exemple.example", NameProblem.INVISIBLE),
        ("Camille\x00", NameProblem.INVISIBLE),
        ("Camille\u2028", NameProblem.INVISIBLE),
        ("\ue000", NameProblem.INVISIBLE),
    ],
)
def test_names_are_one_line_without_anything_invisible(name: str, problem: NameProblem | None) -> None:
    assert names.problem_with(names.tidy(name), longest=100) == problem


def test_a_name_is_tidied() -> None:
    assert names.tidy("  Camille \u00a0 E\u0301te\u0301 ") == "Camille Été"


def test_a_name_is_found_without_its_accents() -> None:
    assert names.searchable("Été à l’Œuvre 🙂") == names.searchable("ETE A L'OEUVRE 🙂")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Camille@Exemple.EXAMPLE ", "camille@exemple.example"),
        ("camille@fédération.example", "camille@xn--fdration-b1ab.example"),
        ("camille", None),
        ("camille@", None),
        ("camille@exemple.example\nBcc: tous@exemple.example", None),
        ("camille@exemple.example, tous@exemple.example", None),
        ("Camille <camille@exemple.example>", None),
        ("cœur@exemple.example", None),
        ("a" * 250 + "@exemple.example", None),
        ("", None),
    ],
)
def test_addresses_are_kept_in_one_form(typed: str, kept: str | None) -> None:
    assert normalised_address(typed) == kept


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("onze lettre", PasswordProblem.TOO_SHORT),
        ("douze lettre", None),
        ("œœœœœœœœœœœœ", None),
        ("🙂" * 12, None),
        ("x" * 200, None),
        ("x" * 201, PasswordProblem.TOO_LONG),
        ("Camille@exemple.example", PasswordProblem.IS_ADDRESS),
    ],
)
def test_a_password_is_long_and_nothing_else_is_asked_of_it(password: str, problem: PasswordProblem | None) -> None:
    assert passwords.problem_with(password, "camille@exemple.example") == problem


@pytest.mark.parametrize(
    ("accepted", "revoked", "expires", "state"),
    [
        (None, None, NOON + timedelta(seconds=1), InvitationState.OPEN),
        (None, None, NOON, InvitationState.EXPIRED),
        (None, NOON, NOON + timedelta(days=1), InvitationState.REVOKED),
        (None, NOON, NOON - timedelta(days=1), InvitationState.REVOKED),
        (NOON, None, NOON - timedelta(days=1), InvitationState.ACCEPTED),
    ],
)
def test_what_has_become_of_an_invitation(
    accepted: datetime | None, revoked: datetime | None, expires: datetime, state: InvitationState
) -> None:
    assert state_of(accepted_at=accepted, revoked_at=revoked, expires_at=expires, now=NOON) is state


@pytest.mark.parametrize(
    ("age", "unused", "ended", "live"),
    [
        (timedelta(0), timedelta(0), False, True),
        (ABSOLUTE, IDLE, False, True),
        (ABSOLUTE + timedelta(seconds=1), timedelta(0), False, False),
        (IDLE + timedelta(seconds=1), IDLE + timedelta(seconds=1), False, False),
        (timedelta(0), timedelta(0), True, False),
    ],
)
def test_how_long_a_sign_in_lasts(age: timedelta, unused: timedelta, ended: bool, live: bool) -> None:
    ended_at = NOON if ended else None

    assert is_live(created_at=NOON - age, seen_at=NOON - unused, ended_at=ended_at, now=NOON) is live
