"""Tables and constraints; no rules."""

from drafting.models.attempt import Attempt
from drafting.models.audit import AuditEntry
from drafting.models.contribution import Contribution, Participation, Section
from drafting.models.export import Certificate, File, Job, Seal
from drafting.models.organisation import Membership, Organisation
from drafting.models.person import Invitation, PasswordReset, Person, SignIn
from drafting.models.update import Batch, Snapshot, Update
from drafting.models.version import Version, VersionSection

__all__ = [
    "Attempt", "AuditEntry", "Batch", "Certificate", "Contribution", "File", "Invitation", "Job", "Membership",
    "Organisation", "Participation", "PasswordReset", "Person", "Seal", "Section", "SignIn", "Snapshot",
    "Update", "Version", "VersionSection",
]
