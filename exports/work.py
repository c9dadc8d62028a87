"""What a job is to whoever does it: planned with the database, then made without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drafting.models import Job

Report = Callable[[str, int], None]
"""Says how far the work is: a step that `explanations.step` knows, and per cent done."""
Render = Callable[[Any, Report], bytes]
"""Lays out plain values (a Manuscript, an AmendmentTable...) and returns the PDF."""


@dataclass(frozen=True)
class Made:
    """What came of a job: the bytes of its file, or what an import found."""

    content: bytes = b""
    result: Any = None
    """Plain JSON, for a job that makes no file."""
    code: str | None = None
    sealed_by_id: int | None = None
    sealed_at: datetime | None = None
    demonstration: bool = False


Work = Callable[[Render, Report], Made]
"""Makes it, without the database, for as long as that takes. Raises CannotMake, worker.Failed, OSError."""
Plan = Callable[[Job], Work]
"""Reads all that the work needs, in a session that ends with it. May refuse with CannotMake."""


class CannotMake(Exception):
    """It cannot be made; `reason` is a word that `explanations.failure` puts in a sentence."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
