"""Whether verification will be able to judge a file: asked before a step is kept, as nothing is ever taken back.

A signature brings a certificate and others above it, a file signed elsewhere whatever its program put into it. What
nobody can read, or only with more work than a stranger's file may ask for, would spoil the file for all who signed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from drafting.extensions import db
from exports import guarded
from exports.confinement import Limits
from exports.proof import Proof
from exports.seals import relied_on

LIMITS = Limits(memory_bytes=800_000_000, cpu_s=5, wall_s=30)
"""A third of the computing that verification gives: more signatures follow, and machines differ."""


def is_verifiable(content: bytes, *, at: datetime) -> bool:
    """Tell whether the public's verification finds nothing wrong in this file, whoever is trusted by then.

    Holds no connection meanwhile. What was added is not compared again: the caller has made it, or has accepted it
    as one signature more.
    """
    options = relied_on()
    db.session.rollback()
    own = Proof({hashlib.sha256(content).hexdigest(): len(content)})
    found = guarded.inspect(content, at=at, proof=own, foresees_trust=True, limits=LIMITS, **options)
    return found.refusal is None
