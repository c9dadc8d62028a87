"""Who may do what: the one table. Everything that asks for a right asks here.

A person acts for one organisation at a time. Their *standing* towards a contribution is what that
organisation's participation gives it, plus what the person is (secretary, administrator).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MembershipRole(StrEnum):
    """What a person is in an organisation."""

    MEMBER = "member"
    SECRETARY = "secretary"  # May bind the organisation: validate, sign, manage its people and seal.


class ParticipationRole(StrEnum):
    """What an organisation is in a contribution."""

    COORDINATOR = "coordinator"
    AUTHOR = "author"
    CONTRIBUTOR = "contributor"  # May only suggest.
    OBSERVER = "observer"  # May only read.


class Stage(StrEnum):
    """How far a section is."""

    OPEN = "open"
    UNDER_REVIEW = "under_review"
    AGREED = "agreed"


class TextRight(StrEnum):
    """What one may do to a section's text; each includes the ones before it."""

    NONE = "none"
    READ = "read"
    SUGGEST = "suggest"
    WRITE = "write"


class Action(StrEnum):
    """What a person may want to do to a contribution or to the installation."""

    READ = "read"
    MANAGE = "manage"  # Title, recipient, deadline, sections, participations, stages.
    FREEZE = "freeze"
    EXPORT = "export"  # Seal a version.
    PRINT = "print"  # Working copy, unsealed.
    PUBLISH = "publish"
    ASK = "ask"  # Open and close a round of validation.
    PLAN_SIGNING = "plan_signing"  # Who signs a version, in which order; a new file in the place of a sealed one.
    COMMENT = "comment"  # See also `may_comment`: the coordination may close the comments.
    ADMINISTER = "administer"  # Organisations, people, trusted certificates.
    CREATE = "create"  # A contribution, in one's organisation's name.
    MANAGE_ORGANISATION = "manage_organisation"  # Members, invitations, logo, seal of one's own organisation.


@dataclass(frozen=True)
class Standing:
    """What a person is, seen from one contribution (and one section, when `leads` matters)."""

    signed_in: bool = False
    administrator: bool = False
    membership: MembershipRole | None = None
    participation: ParticipationRole | None = None
    leads: bool = False
    """Whether the organisation that the person acts for leads the section in question."""


_COORDINATOR = ParticipationRole.COORDINATOR
_AUTHOR = ParticipationRole.AUTHOR
_CONTRIBUTOR = ParticipationRole.CONTRIBUTOR
_OBSERVER = ParticipationRole.OBSERVER

# DESIGN section 2, as (participation, leads) -> right in each stage.
_TEXT: dict[tuple[ParticipationRole, bool], tuple[TextRight, TextRight, TextRight]] = {
    #                        open             under review       agreed
    (_COORDINATOR, False): (TextRight.WRITE, TextRight.WRITE, TextRight.READ),
    (_COORDINATOR, True): (TextRight.WRITE, TextRight.WRITE, TextRight.READ),
    (_AUTHOR, True): (TextRight.WRITE, TextRight.SUGGEST, TextRight.READ),
    (_AUTHOR, False): (TextRight.SUGGEST, TextRight.SUGGEST, TextRight.READ),
    (_CONTRIBUTOR, True): (TextRight.SUGGEST, TextRight.SUGGEST, TextRight.READ),
    (_CONTRIBUTOR, False): (TextRight.SUGGEST, TextRight.SUGGEST, TextRight.READ),
    (_OBSERVER, True): (TextRight.READ, TextRight.READ, TextRight.READ),
    (_OBSERVER, False): (TextRight.READ, TextRight.READ, TextRight.READ),
}
_STAGES = (Stage.OPEN, Stage.UNDER_REVIEW, Stage.AGREED)

_IN_CONTRIBUTION: dict[Action, frozenset[ParticipationRole]] = {
    Action.READ: frozenset(ParticipationRole),
    Action.PRINT: frozenset(ParticipationRole),
    Action.COMMENT: frozenset({_COORDINATOR, _AUTHOR, _CONTRIBUTOR}),
    Action.MANAGE: frozenset({_COORDINATOR}),
    Action.FREEZE: frozenset({_COORDINATOR}),
    Action.EXPORT: frozenset({_COORDINATOR}),
    Action.PUBLISH: frozenset({_COORDINATOR}),
    Action.ASK: frozenset({_COORDINATOR}),
    Action.PLAN_SIGNING: frozenset({_COORDINATOR}),
}


def may(action: Action, standing: Standing) -> bool:
    """Tell whether someone of this standing may do this."""
    if not standing.signed_in:
        return False
    if action is Action.ADMINISTER:
        return standing.administrator
    if action is Action.CREATE:
        return standing.membership is not None
    if action is Action.MANAGE_ORGANISATION:
        return standing.administrator or standing.membership is MembershipRole.SECRETARY
    return standing.membership is not None and standing.participation in _IN_CONTRIBUTION[action]


def text_right(standing: Standing, stage: Stage) -> TextRight:
    """Return what someone of this standing may do to a section's text at this stage."""
    if not standing.signed_in or standing.membership is None or standing.participation is None:
        return TextRight.NONE
    return _TEXT[standing.participation, standing.leads][_STAGES.index(stage)]


def may_decide(standing: Standing, stage: Stage) -> bool:
    """Tell whether someone may accept or reject suggestions (DESIGN section 2)."""
    if not standing.signed_in or standing.membership is None or stage is Stage.AGREED:
        return False
    return standing.participation is _COORDINATOR or (standing.participation is _AUTHOR and standing.leads)


def may_comment(standing: Standing, *, are_closed: bool) -> bool:
    """Tell whether someone may comment: whoever reads, but for observers; where it is closed, coordinators only."""
    return may(Action.COMMENT, standing) and (not are_closed or standing.participation is _COORDINATOR)


def may_resolve(standing: Standing, *, are_closed: bool, began: bool) -> bool:
    """Tell whether someone may call a thread settled: who began it, the section's lead and the coordination.

    Not everybody who may comment: a federation's objection is not another's to close. Anybody who may comment may
    reopen a thread. `began` says whether the person, or the organisation acted for, began it.
    """
    if not may_comment(standing, are_closed=are_closed):
        return False
    leads = standing.leads and standing.participation is _AUTHOR
    return began or leads or standing.participation is _COORDINATOR


def may_file(standing: Standing, stage: Stage) -> bool:
    """Tell whether someone may file suggestions of their organisation in a section as an amendment."""
    return standing.membership is MembershipRole.SECRETARY and text_right(standing, stage) in (
        TextRight.SUGGEST, TextRight.WRITE)


def may_withdraw(standing: Standing, *, is_own: bool) -> bool:
    """Tell whether someone may withdraw an amendment; `is_own` says whether it is of the organisation acted for."""
    return (
        standing.signed_in and is_own and standing.participation is not None
        and standing.membership is MembershipRole.SECRETARY
    )


def may_validate(standing: Standing, *, is_asked: bool, is_delegate: bool) -> bool:
    """Tell whether someone may decide for the organisation acted for in a round of validation.

    `is_asked` says whether the round asks it; `is_delegate` whether one of its secretaries has let this member decide.
    """
    if not standing.signed_in or standing.participation is None or not is_asked:
        return False
    return standing.membership is MembershipRole.SECRETARY or (standing.membership is not None and is_delegate)


def may_sign(standing: Standing, *, is_of_organisation: bool, is_named: bool, names_somebody: bool) -> bool:
    """Tell whether someone may sign in a signatory's place, or refuse to.

    `is_of_organisation` says whether they act for the signatory's organisation, `is_named` whether they are the person
    named there, `names_somebody` whether anybody is: otherwise the organisation's secretaries sign.
    """
    if not standing.signed_in or standing.participation is None or not is_of_organisation:
        return False
    if names_somebody:
        return is_named and standing.membership is not None
    return standing.membership is MembershipRole.SECRETARY
