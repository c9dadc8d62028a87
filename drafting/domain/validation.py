"""Validations: what an organisation may attach to its decision, and when a decision holds on for another version."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drafting.domain.ballot import Stance


class Printed(StrEnum):
    """Where a reservation is printed; the organisation chooses."""

    FOOTNOTE = "footnote"
    ANNEX = "annex"
    INTERNAL = "internal"
    """Nowhere: the coordination and the organisations that the round asks read it."""


def takes_reservations(stance: Stance) -> bool:
    """Tell whether this decision comes with reservations: only an approval that has some."""
    return stance is Stance.RESERVED


def takes_dissent(stance: Stance) -> bool:
    """Tell whether a diverging opinion may be annexed to this decision: who approves does not diverge."""
    return stance in (Stance.ABSTAINED, Stance.OPPOSED)


def holds_on(stance: Stance, *, accepts_editorial: bool) -> bool:
    """Tell whether a decision holds on for a version that differs from its own in form alone.

    Only an approval, and only of an organisation that agreed to this in advance.
    """
    return accepts_editorial and stance in (Stance.APPROVED, Stance.RESERVED)


@dataclass(frozen=True)
class ReservationDraft:
    """A reservation as somebody writes it."""

    text: str
    place: str = ""
    """What it is about: words of the text, or a paragraph's number (§ 2.3); empty for the whole."""
    printed: Printed = Printed.ANNEX


@dataclass(frozen=True)
class Decision:
    """What somebody decides for their organisation, with what goes with it."""

    stance: Stance
    reason: str = ""
    reservations: tuple[ReservationDraft, ...] = ()
    dissent: str = ""
    accepts_editorial: bool = False
