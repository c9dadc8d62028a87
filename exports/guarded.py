"""Reading strangers' files in the guarded worker: an answer always comes, and in bounded time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exports import inspection
from exports.inspection import Inspection


def inspect(pdf: bytes, *, trusted: Sequence[bytes], demonstration: Sequence[bytes], at: datetime) -> Inspection:
    return inspection.inspect(pdf, trusted=trusted, demonstration=demonstration, at=at)
