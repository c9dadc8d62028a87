"""Fixtures of the exports' tests."""

import pytest

from exports import demonstration


@pytest.fixture(autouse=True)
def quick_demonstration_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw shorter demonstration keys: the long ones of the product take half a second each."""
    monkeypatch.setattr(demonstration, "KEY_BITS", 2048)
