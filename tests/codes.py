"""People whose second factor is on, and codes that are good once."""

from __future__ import annotations

from drafting.domain.actor import Actor
from drafting.domain.one_time_code import recovery_digest
from drafting.extensions import transaction
from drafting.models import Authenticator, RecoveryCode
from drafting.models.columns import now
from drafting.services.confidential import encrypt

SECRET = b"0123456789abcdefghij"


def switch_on(actor: Actor, count: int = 10) -> list[str]:
    """Switch the actor's second factor on and return so many codes, each good once."""
    codes = [f"{number:012d}".translate(str.maketrans("0123456789", "abcdefghjk")) for number in range(count)]
    with transaction() as session:
        session.add(Authenticator(
            person_id=actor.person_id, secret=encrypt(SECRET, of=f"authenticator:{actor.person_id}"),
            confirmed_at=now(), last_step=0))
        session.add_all(RecoveryCode(person_id=actor.person_id, digest=recovery_digest(code)) for code in codes)
    return codes
