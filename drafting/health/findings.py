"""What a check finds, and how checks are run: one that fails is itself a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _


class Level(StrEnum):
    """How serious a finding is."""

    FINE = "fine"
    WARNING = "warning"
    """Works, but should be looked at; does not change the exit status."""
    PROBLEM = "problem"
    """Something is broken or will break."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    message: str
    remedy: str = ""


Check = Callable[[], Iterable[Finding]]


def fine(message: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(Level.FINE, message)


def warning(message: str, remedy: str) -> Finding:
    """Return what should be looked at, and what to do."""
    return Finding(Level.WARNING, message, remedy)


def problem(message: str, remedy: str) -> Finding:
    """Return what is broken, and what to do."""
    return Finding(Level.PROBLEM, message, remedy)


def run(checks: Iterable[tuple[str, Check]]) -> Iterator[Finding]:
    """Run the named checks one by one; a broken instance must not stop the ones that follow."""
    for name, check in checks:
        try:
            yield from check()
        except Exception as error:
            message = _("%(name)s : impossible à vérifier (%(error)s).", name=name, error=_short(error))
            yield problem(message, _("Corrigez d’abord les autres points, puis relancez la commande."))


def _short(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
