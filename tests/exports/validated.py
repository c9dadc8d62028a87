"""Manuscripts that were validated and are to be signed, with as many signatories as a test wants."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from drafting.domain.ballot import Ballot, Rule, Stance, Terms, count
from exports.manuscript import Manuscript, Section
from exports.pdf import render
from exports.validation_record import TACIT, Diverging, Reserved, Signatory, Validated, ValidationRecord

TEXT = "L’œuvre des travailleurs·ses 🙂 est « commune » : elle compte.\n\nUn second alinéa, et *sa* demande."


def signatory(number: int, **values: object) -> Signatory:
    """Return the signatory of this number."""
    defaults: dict[str, object] = {
        "field": f"signature-{number}", "acronym": f"FÉD {number}",
        "organisation": f"Fédération exemple n° {number} de l’été", "name": f"Signataire {number}",
        "capacity": f"secrétaire générale de la fédération exemple n° {number}",
    }
    return Signatory(**{**defaults, **values})  # type: ignore[arg-type]


def record(**values: object) -> ValidationRecord:
    """Return how a round ended: two for it, one tacitly, one against."""
    zone = ZoneInfo("Europe/Brussels")
    counted = count(Terms(Rule.TWO_THIRDS, silence_agrees=True), [
        Ballot("FÉD 1", Stance.APPROVED), Ballot("FÉD 2", Stance.RESERVED), Ballot("FÉD 3", was_called=True),
        Ballot("FÉD 4", Stance.OPPOSED)])
    stances = (Stance.APPROVED.value, Stance.RESERVED.value, TACIT, Stance.OPPOSED.value)
    defaults: dict[str, object] = {
        "rule": "two_thirds", "quorum": "half", "by_mandates": False, "silence_agrees": True,
        "opened_at": datetime(2025, 1, 6, 9, 0, tzinfo=zone), "closed_at": datetime(2025, 1, 20, 18, 0, tzinfo=zone),
        "count": counted,
        "validated": tuple(
            Validated(f"FÉD {n}", f"Fédération exemple n° {n}", stance) for n, stance in enumerate(stances, 1)),
    }
    return ValidationRecord(**{**defaults, **values})  # type: ignore[arg-type]


def manuscript(signatories: int = 0, **values: object) -> Manuscript:
    """Return a short text with so many signatories."""
    made = Manuscript(
        title="L’œuvre commune", recipient="Sommet exemple", event="", language="fr", number=3, label="",
        digest="ab" * 32, frozen_at=datetime(2025, 1, 5, 9, 0, tzinfo=ZoneInfo("Europe/Brussels")),
        organisations=(), sections=(Section(1, "Constats", TEXT),), code="ABCD-EFGH", sealed_by="Confédération exemple",
        verify_url="https://contributions.example/verify/ABCDEFGH", canonical="{}",
        signatories=tuple(signatory(number) for number in range(1, signatories + 1)),
    )
    return replace(made, **values)  # type: ignore[arg-type]


RESERVATIONS = (
    Reserved("FÉD 2", "Fédération exemple n° 2", "Nous voulons [plus] d’*œuvres* :\nla convention 98 <b>.",
             "elle compte", 1, TEXT.index("elle"), TEXT.index("elle") + len("elle compte"), is_footnote=True),
    Reserved("FÉD 2", "Fédération exemple n° 2", "Sur l’ensemble, un délai.\n\nEt un second paragraphe."),
)
DISSENTS = (Diverging("FÉD 4", "Fédération exemple n° 4", "Nous disons autre chose · 🙂.", (("FÉD 5", "Cinq"),)),)


@cache
def printed(signatories: int) -> bytes:
    """Return the PDF of such a manuscript, with a record, reservations and dissents; made once."""
    return render(manuscript(signatories, validation=record(), reservations=RESERVATIONS, dissents=DISSENTS))
