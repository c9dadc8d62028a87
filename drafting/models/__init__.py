"""Tables and constraints; no rules."""

from drafting.models.amendment import Amendment, AmendmentStep, AmendmentSuggestion
from drafting.models.attempt import Attempt
from drafting.models.audit import AuditEntry
from drafting.models.comment import Comment, Mention, Thread
from drafting.models.contribution import Contribution, Participation, Section
from drafting.models.export import Certificate, File, Job, Seal
from drafting.models.organisation import Membership, Organisation
from drafting.models.person import Invitation, PasswordReset, Person, SignIn
from drafting.models.second_factor import Authenticator, RecoveryCode
from drafting.models.update import Batch, Snapshot, Update
from drafting.models.version import Version, VersionSection
from drafting.models.visit import Visit

__all__ = [
    "Amendment", "AmendmentStep", "AmendmentSuggestion", "Attempt", "AuditEntry", "Authenticator", "Batch",
    "Certificate", "Comment", "Contribution", "File", "Invitation", "Job", "Membership", "Mention", "Organisation",
    "Participation", "PasswordReset", "Person", "RecoveryCode", "Seal", "Section", "SignIn", "Snapshot", "Thread",
    "Update", "Version", "VersionSection", "Visit",
]
