"""The states of an amendment, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class AmendmentState(StrEnum):
    """What has become of an amendment, in the words of union procedure."""

    PROPOSED = "proposed"
    INTEGRATED = "integrated"
    PARTLY_INTEGRATED = "partly_integrated"
    REJECTED = "rejected"  # A reason is required.
    PUT_TO_DEBATE = "put_to_debate"
    WITHDRAWN = "withdrawn"  # By the organisation that proposed it.
    FELL = "fell"  # What it amends is gone.
    REMITTED = "remitted"  # Sent to a body that decides later.
