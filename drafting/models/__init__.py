"""Tables and constraints; no rules."""

from drafting.models.amendment import Amendment, AmendmentStep, AmendmentSuggestion
from drafting.models.attempt import Attempt
from drafting.models.audit import AuditEntry
from drafting.models.comment import Comment, Mention, Thread
from drafting.models.contribution import Contribution, Participation, Section
from drafting.models.export import Certificate, File, Job, Seal
from drafting.models.notice import Notice
from drafting.models.organisation import Membership, Organisation
from drafting.models.person import Invitation, PasswordReset, Person, SignIn
from drafting.models.publication import Submission
from drafting.models.round import Call, CallMail, Delegation, Round
from drafting.models.second_factor import Authenticator, RecoveryCode
from drafting.models.signing import (
    FileRevision,
    PreparedSignature,
    Revocation,
    Signatory,
    Signing,
    SigningKey,
    Turn,
)
from drafting.models.update import Batch, Snapshot, Update
from drafting.models.validation import Cosignature, Dissent, Reservation, Validation
from drafting.models.version import Version, VersionSection
from drafting.models.visit import Visit

__all__ = [
    "Amendment", "AmendmentStep", "AmendmentSuggestion", "Attempt", "AuditEntry", "Authenticator", "Batch", "Call",
    "CallMail", "Certificate", "Comment", "Contribution", "Cosignature", "Delegation", "Dissent", "File",
    "FileRevision", "Invitation", "Job", "Membership", "Mention", "Notice", "Organisation", "Participation",
    "PasswordReset", "Person", "PreparedSignature", "RecoveryCode", "Reservation", "Revocation", "Round", "Seal",
    "Section", "SignIn", "Signatory", "Signing", "SigningKey", "Snapshot", "Submission", "Thread", "Turn", "Update",
    "Validation", "Version", "VersionSection", "Visit",
]
