"""Limit how often something may be tried, by account and by network address."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, text

from drafting.domain.errors import TooMany
from drafting.extensions import db, transaction
from drafting.models import Attempt
from drafting.models.columns import now

QUARTER_HOUR = timedelta(minutes=15)
HOUR = timedelta(hours=1)
LONGEST_WINDOW = HOUR


@dataclass(frozen=True)
class Limit:
    """At most `count` attempts of a kind within `window`, counted for one subject."""

    kind: str
    subject: str
    count: int
    window: timedelta

    @property
    def digest(self) -> str:
        """What is stored instead of the subject."""
        return hashlib.sha256(f"{self.kind}:{self.subject}".encode()).hexdigest()


def network_of(address: str | None) -> str:
    """Return what one subscriber has of the network: the address, or the /64 in IPv6."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def count_attempt(*limits: Limit) -> None:
    """Write down an attempt under each limit, or raise TooMany if one of them is reached.

    Counting and writing are one transaction that attempts at the same moment wait for, so that a
    hundred at once cannot all pass.
    """
    moment = now()
    with transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("LOCK TABLE attempt IN SHARE ROW EXCLUSIVE MODE"))
        session.execute(delete(Attempt).where(Attempt.at < moment - LONGEST_WINDOW))
        for limit in limits:
            tried = session.scalar(
                select(func.count()).select_from(Attempt).where(
                    Attempt.subject == limit.digest, Attempt.at > moment - limit.window
                )
            )
            if tried >= limit.count:
                raise TooMany(_("Trop de tentatives en peu de temps. Attendez un quart d’heure, puis réessayez."))
        session.add_all(Attempt(subject=limit.digest, at=moment) for limit in limits)


def forget_attempts(*limits: Limit) -> None:
    """Forget what was counted under these limits, in the caller's transaction."""
    db.session.execute(delete(Attempt).where(Attempt.subject.in_([limit.digest for limit in limits])))
