"""What each step of a file added: nothing but one signature in its field, or a timestamp over the whole."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel, SuspiciousModification
from pyhanko.sign.fields import MDPPerm

from exports.field_looks import looks, only_one_filled
from exports.file_description import said


@dataclass(frozen=True)
class State:
    """A file as it was after one signature."""

    pdf: bytes | memoryview
    """Its bytes; a view of the whole file's where there may be many states."""
    revision: int
    """The number of the last revision that the signature covers."""
    field: str
    """The field that it filled."""
    is_timestamp: bool = False
    """Whether it is a timestamp over the whole file, whose field may be new."""

    @property
    def looks(self) -> dict[str, str]:
        """What is seen and heard of each field."""
        return self._read[0]

    @property
    def said(self) -> dict[str, str]:
        """What the file says of itself."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[dict[str, str], dict[str, str]]:
        with pikepdf.open(io.BytesIO(self.pdf)) as opened:
            return looks(opened), said(opened)


def first_other_change(reader: PdfFileReader, states: Sequence[State]) -> int | None:
    """Return the place of the first state after which more was added than a signature, or None.

    pyHanko compares each revision with the first state, which is quicker than each with the one before; what it lets
    through is compared step by step: other fields' looks and the description.
    """
    number = _last_state_before_other_change(reader, states)
    for place, (before, after) in enumerate(pairwise(states[: None if number is None else number + 1])):
        if before.said != after.said or not only_one_filled(
            before.looks, after.looks, after.field, may_be_new=after.is_timestamp
        ):
            return place
    return number


def _last_state_before_other_change(reader: PdfFileReader, states: Sequence[State]) -> int | None:
    old = reader.get_historical_resolver(states[0].revision)
    for place, (before, after) in enumerate(pairwise(states)):
        for revision in range(before.revision + 1, after.revision + 1):
            new = reader.get_historical_resolver(revision)
            try:
                found = DEFAULT_DIFF_POLICY.apply(old, new, field_mdp_spec=None, doc_mdp=MDPPerm.FILL_FORMS)
            except SuspiciousModification:
                return place
            if found.modification_level > ModificationLevel.FORM_FILLING:
                return place
    return None
