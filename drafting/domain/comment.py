"""Comments: who a thread is for, and who is named in one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

TEXT_MAX = 5_000
QUOTATION_MAX = 300


class Visibility(StrEnum):
    """Who may read a thread."""

    EVERYBODY = "everybody"  # Who may read the section.
    ORGANISATION = "organisation"  # Whoever acts for the organisation that began it.
    AUTHOR = "author"  # Only who began it.


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a thread is for: what must be known of it to tell who may read it."""

    visibility: Visibility
    author: int
    """The person who began it."""
    organisation: int
    """The organisation that the person acted for."""

    def includes(self, person: int, organisation: int | None) -> bool:
        """Tell whether somebody who may read the contribution, acting for this organisation, may read the thread."""
        if self.visibility is Visibility.EVERYBODY:
            return True
        if self.visibility is Visibility.ORGANISATION:
            return organisation is not None and organisation == self.organisation
        return person == self.author


def named_in(text: str, names: Iterable[str]) -> set[str]:
    """Return which of the names stand behind an @ in the text; of two that begin alike, the longer one that fits.

    >>> sorted(named_in("@Nadia Ben Ali et @FEX, voyez.", ["Nadia Ben", "Nadia Ben Ali", "FEX", "FE"]))
    ['FEX', 'Nadia Ben Ali']
    """
    longest_first = sorted(filter(None, set(names)), key=len, reverse=True)
    if not longest_first:
        return set()
    known = {name.casefold(): name for name in longest_first}
    pattern = "|".join(map(re.escape, longest_first))
    found = re.finditer(rf"(?<!\w)@({pattern})(?!\w)", text, re.IGNORECASE)
    return {known[match[1].casefold()] for match in found if match[1].casefold() in known}
