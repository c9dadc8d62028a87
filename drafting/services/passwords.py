"""Hash and check passwords (argon2id), outside any transaction: it takes long on purpose."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from drafting.domain.errors import InvalidInput
from drafting.domain.passwords import LONGEST, SHORTEST, PasswordProblem, normalised, problem_with

_hasher = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
# Each hash takes 46 MiB: a crowd of attempts must not take all the memory.
_at_once = BoundedSemaphore(4)


def message_for(problem: PasswordProblem) -> str:
    """Return what to tell the person about their password."""
    return {
        PasswordProblem.TOO_SHORT: _(
            "Choisissez au moins %(count)s caractères. Une courte phrase convient très bien.", count=SHORTEST),
        PasswordProblem.TOO_LONG: _("Choisissez au plus %(count)s caractères.", count=LONGEST),
        PasswordProblem.IS_ADDRESS: _("Choisissez autre chose que votre adresse."),
    }[problem]


def check_new_password(password: str, email: str, field: str = "new_password") -> None:
    """Raise InvalidInput if this password is not acceptable."""
    problem = problem_with(password, email)
    if problem:
        raise InvalidInput(_("Corrigez les champs signalés."), {field: message_for(problem)})


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    with _at_once:
        return _hasher.hash(normalised(password))


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")


def is_right(password: str, stored: str | None) -> bool:
    """Tell whether the password is the stored one; takes as long when nothing is stored."""
    nobody = _nobody()  # Asked for in every case, so that the first one does not take longer.
    with _at_once:
        try:
            _hasher.verify(stored or nobody, normalised(password[: LONGEST * 2]))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether a stored hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)
