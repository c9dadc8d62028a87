"""The time-stamping authority that this installation asks, if one is set (RFC 3161 over HTTP)."""

from __future__ import annotations

from flask import current_app
from pyhanko.sign.timestamps import TimeStamper

from exports.timestamp_client import AuthorityAway, HttpTimeStamper

__all__ = ["AuthorityAway", "HttpTimeStamper", "timestamper"]


def timestamper() -> TimeStamper | None:
    """Return what confirms when something was signed; None where no authority is set."""
    url = current_app.config["SETTINGS"].timestamp_url
    return HttpTimeStamper(url) if url else None
