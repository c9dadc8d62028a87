"""Outlines: the sections with which a new contribution starts, by kind of paper and language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from drafting.domain.outline_texts import TEXTS

Language = Literal["fr", "en"]

# A consultation with more questions than this is pasted text, not a list of questions.
QUESTIONS_MAX = 100
TITLE_MAX = 200


class OutlineKind(StrEnum):
    """What kind of paper is being written."""

    SUMMIT = "summit"
    """A contribution handed in to a summit or a conference."""
    CONSULTATION = "consultation"
    """An answer to a public consultation: the recipient's questions become the sections."""
    MEMORANDUM = "memorandum"
    """A memorandum that sets out facts and law for a body such as the ILO."""
    CONGRESS = "congress"
    """A text on which a congress will debate and vote."""


@dataclass(frozen=True)
class SectionOutline:
    """One section to write."""

    title: str
    guide: str
    """One or two sentences that tell the writers what belongs here. Never part of the text."""


@dataclass(frozen=True)
class Outline:
    """A kind of paper in one language."""

    kind: OutlineKind
    language: Language
    name: str
    summary: str
    opening: tuple[SectionOutline, ...]
    closing: tuple[SectionOutline, ...]
    """For a consultation the recipient's questions come between opening and closing."""
    question_guide: str

    @property
    def takes_questions(self) -> bool:
        """Say whether the recipient's questions are asked for when a contribution is created."""
        return self.kind is OutlineKind.CONSULTATION

    def sections(self, questions: Iterable[str] = ()) -> tuple[SectionOutline, ...]:
        """Return the sections in order, each question of the recipient as a section of its own.

        A kind that takes no questions ignores them.
        """
        asked = tuple(questions) if self.takes_questions else ()
        return (
            *self.opening,
            *(SectionOutline(question, self.question_guide) for question in asked),
            *self.closing,
        )


def outline(kind: OutlineKind | str, language: str) -> Outline:
    """Return the outline of a kind of paper; a language without outlines of its own gets the French ones.

    Raises ValueError for an unknown kind.
    """
    chosen: Language = "en" if language == "en" else "fr"
    kind = OutlineKind(kind)
    name, summary, question_guide, opening, closing = TEXTS[chosen][kind.value]
    return Outline(
        kind=kind,
        language=chosen,
        name=name,
        summary=summary,
        opening=tuple(SectionOutline(*pair) for pair in opening),
        closing=tuple(SectionOutline(*pair) for pair in closing),
        question_guide=question_guide,
    )


def outlines(language: str) -> tuple[Outline, ...]:
    """Return every outline in a language, in the order in which they are offered."""
    return tuple(outline(kind, language) for kind in OutlineKind)


def questions_from(text: str) -> tuple[str, ...]:
    """Read pasted questions: one a line, empty lines and repeats left out, long ones cut at a word.

    Marks and numbers at the start stay, since an answer must use the recipient's own numbering:
    "Q1. Quels effets ?" is a title as it stands.
    """
    questions: dict[str, None] = {}
    for line in text.splitlines():
        question = " ".join(line.split())
        if len(question) > TITLE_MAX:
            question = question[: TITLE_MAX - 1].rsplit(" ", 1)[0] + "…"
        if question:
            questions[question] = None
    return tuple(questions)[:QUESTIONS_MAX]
