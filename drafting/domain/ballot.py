"""Rounds of validation: how many agree, by which rule, and whether that is enough. Worked out, never only answered.

Rules are those of union procedure. Abstentions are counted and shown, and weigh on neither side. Where the round is
held under the silence procedure, an organisation that was demonstrably called and said nothing agrees tacitly: it
counts for the text, is never said to have approved it, and makes no quorum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Stance(StrEnum):
    """What an organisation decided on a version."""

    APPROVED = "approved"
    RESERVED = "approved_with_reservation"
    ABSTAINED = "abstained"
    OPPOSED = "opposed"


class Rule(StrEnum):
    """When a text is adopted."""

    CONSENSUS = "consensus"
    """Nobody is against it, and somebody is for it."""
    SIMPLE_MAJORITY = "simple_majority"
    """More are for it than against it."""
    TWO_THIRDS = "two_thirds"
    """Two thirds or more of those for or against it are for it."""
    REASONED_VETO = "reasoned_veto"
    """Nobody is against it with a reason, and more are for it than against it."""


class Quorum(StrEnum):
    """How much of those asked must have decided, in organisations or in mandates as the round counts."""

    NONE = "none"
    HALF = "half"
    """More than half: 43 federations => 22."""
    TWO_THIRDS = "two_thirds"
    """Two thirds or more: 43 federations => 29."""


class Obstacle(StrEnum):
    """What stands against a text."""

    NO_QUORUM = "no_quorum"
    NOBODY_FOR = "nobody_for"
    OPPOSITION = "opposition"
    VETO = "veto"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Terms:
    """What a round says from the start; it never changes while it is open."""

    rule: Rule
    quorum: Quorum = Quorum.NONE
    by_mandates: bool = False
    """Organisations weigh as much as their mandates, not one each."""
    silence_agrees: bool = False
    """The silence procedure."""


@dataclass(frozen=True)
class Ballot:
    """One organisation that is asked, with what it decided, if it did."""

    organisation: str
    stance: Stance | None = None
    mandates: int = 1
    has_reason: bool = False
    """Of an opposition: whether it says why."""
    was_called: bool = False
    """The call was demonstrably sent to it."""


@dataclass(frozen=True)
class Count:
    """The arithmetic of a round, in what it counts (organisations or mandates), and the outcome."""

    asked: int
    approved: int
    """Without a reservation."""
    reserved: int
    tacit: int
    abstained: int
    opposed: int
    silent: int
    """Undecided, and not tacitly for it."""
    quorum: int
    """How much must have decided."""
    needed: int
    """How much for the text the rule asks for, given what is for and against."""
    obstacles: tuple[Obstacle, ...]
    tacitly: tuple[str, ...]
    """The organisations whose silence agrees."""
    against: tuple[str, ...]
    """The organisations that are opposed, those that veto first."""

    @property
    def in_favour(self) -> int:
        """What is for the text."""
        return self.approved + self.reserved + self.tacit

    @property
    def decided(self) -> int:
        """What has decided something; silence has not."""
        return self.approved + self.reserved + self.abstained + self.opposed

    @property
    def is_adopted(self) -> bool:
        """Nothing stands against the text."""
        return not self.obstacles

    def to_json(self) -> dict[str, Any]:
        """Return it as it is recorded when the round closes."""
        return asdict(self)

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> Count:
        """Return what `to_json` gave. Raise TypeError, ValueError for anything else."""
        obstacles = tuple(Obstacle(one) for one in recorded["obstacles"])
        lists = {name: tuple(recorded[name]) for name in ("tacitly", "against")}
        return cls(**{**recorded, **lists, "obstacles": obstacles})


def count(terms: Terms, ballots: Iterable[Ballot]) -> Count:
    """Count a round as it stands, whether it is closed or not. Raise ValueError for a weight below nought."""
    ballots = list(ballots)
    if any(one.mandates < 0 for one in ballots):
        raise ValueError("an organisation has no mandates or some, never less")

    def weight(chosen: Iterable[Ballot]) -> int:
        return sum(one.mandates if terms.by_mandates else 1 for one in chosen)

    of = {stance: [one for one in ballots if one.stance is stance] for stance in (*Stance, None)}
    tacit = [one for one in of[None] if terms.silence_agrees and one.was_called]
    in_favour = weight([*of[Stance.APPROVED], *of[Stance.RESERVED], *tacit])
    opposed = weight(of[Stance.OPPOSED])
    decided = weight(one for one in ballots if one.stance is not None)
    quorum = _quorum(terms.quorum, weight(ballots))
    vetoes = [one for one in of[Stance.OPPOSED] if one.has_reason and terms.rule is Rule.REASONED_VETO]
    needed = _needed(terms.rule, in_favour + opposed)
    obstacles = [Obstacle.NO_QUORUM] * (decided < quorum) + _against(terms.rule, in_favour, opposed, needed, vetoes)
    return Count(
        asked=weight(ballots), approved=weight(of[Stance.APPROVED]), reserved=weight(of[Stance.RESERVED]),
        tacit=weight(tacit), abstained=weight(of[Stance.ABSTAINED]), opposed=opposed,
        silent=weight(of[None]) - weight(tacit), quorum=quorum, needed=needed, obstacles=tuple(obstacles),
        tacitly=tuple(one.organisation for one in tacit),
        against=tuple(one.organisation for one in sorted(of[Stance.OPPOSED], key=lambda one: one not in vetoes)),
    )


def _quorum(quorum: Quorum, asked: int) -> int:
    """Return how much must have decided: 43 => 22 (half), 29 (two thirds); 42 => 22, 28."""
    return {Quorum.NONE: 0, Quorum.HALF: asked // 2 + 1, Quorum.TWO_THIRDS: -(-2 * asked // 3)}[quorum]


def _needed(rule: Rule, expressed: int) -> int:
    """Return how much must be for the text, of what is for or against it: of 10, 10, 6 or 7."""
    if rule is Rule.CONSENSUS:
        return max(1, expressed)
    return max(1, -(-2 * expressed // 3) if rule is Rule.TWO_THIRDS else expressed // 2 + 1)


def _against(rule: Rule, in_favour: int, opposed: int, needed: int, vetoes: list[Ballot]) -> list[Obstacle]:
    if vetoes:
        return [Obstacle.VETO]
    if not in_favour:
        return [Obstacle.NOBODY_FOR]
    if in_favour >= needed and not (rule is Rule.CONSENSUS and opposed):
        return []
    return [Obstacle.OPPOSITION if rule is Rule.CONSENSUS else Obstacle.TOO_FEW]
