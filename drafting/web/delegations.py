"""Delegations: who may decide for the organisation, from when until when; give one, end one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from drafting.domain.actor import Actor
from drafting.domain.deadline import NoSuchDay, NoSuchTime, instant, zone_of
from drafting.domain.errors import InvalidInput, NotFound
from drafting.models import Delegation
from drafting.models.columns import now
from drafting.services import delegations
from drafting.services.time_words import day_words
from drafting.web.actor import require_actor, signed_in
from drafting.web.forms import Form

blueprint = Blueprint("delegations", __name__, url_prefix="/delegations")

ZONE = "Europe/Paris"


class DelegationForm(Form):
    """To whom, from when until when, for which contribution."""

    person = SelectField(_l("À qui"), [InputRequired(_l("Choisissez un membre de votre organisation."))],
                         validate_choice=False)
    starts_on = DateField(_l("Du"), [InputRequired(_l("Choisissez le premier jour."))])
    ends_on = DateField(_l("Au"), [InputRequired(_l("Choisissez le dernier jour."))],
                        description=_l("Ce jour compris."))
    contribution = SelectField(_l("Pour"), validate_choice=False)

    def offer(self, actor: Actor) -> None:
        """Offer the members of the organisation and its contributions."""
        self.person.choices = [
            SelectChoice("", _("Choisir…")),
            *(SelectChoice(one.key, one.name) for one in delegations.delegates_for(actor)),
        ]
        self.contribution.choices = [SelectChoice("", _("Toutes les contributions")), *(
            SelectChoice(one.key, one.title) for one in delegations.contributions_for(actor))]

    def span(self) -> tuple[datetime, datetime]:
        """Return the first and last instant, in Paris time. Raise InvalidInput for a day that is centuries away."""
        first, last = self.starts_on.data, self.ends_on.data
        try:
            starts_at = instant(first, time(0), ZONE)
            ends_at = instant(last + timedelta(days=1), time(0), ZONE)
        except (NoSuchDay, NoSuchTime, OverflowError) as far:
            message = _("Vérifiez l’année de cette date.")
            raise InvalidInput(message, {"ends_on": message}) from far
        return starts_at, ends_at


def last_day(delegation: Delegation) -> date:
    """Return the last day on which it holds: it ends with the midnight after."""
    return (delegation.ends_at - timedelta(microseconds=1)).astimezone(zone_of(ZONE)).date()


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def index() -> str | Response | tuple[str, int]:
    """Show the organisation's delegations; give one."""
    actor = require_actor()
    if actor.organisation_id is None:
        raise NotFound
    if request.method == "POST":
        delegations.require_secretary(actor)
    form = DelegationForm()
    form.offer(actor)
    if form.validate_on_submit():
        try:
            starts_at, ends_at = form.span()
            made = delegations.delegate(
                actor, form.person.data or "", starts_at=starts_at, ends_at=ends_at,
                contribution_key=form.contribution.data or "")
        except InvalidInput as refused:
            form.show(refused)
        else:
            flash(_("%(name)s peut décider pour %(acronym)s pendant cette période.", name=made.to_person.name,
                    acronym=actor.acronym), "good")
            return redirect(url_for("delegations.index"), 303)
    page = render_template(
        "delegations/index.html", form=form, delegations=delegations.delegations_of(actor.organisation_id), now=now(),
        may_delegate=delegations.may_delegate(actor), zone=zone_of(ZONE), day_words=day_words, last_day=last_day,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<key>/revoke")
@signed_in
def revoke(key: str) -> Response:
    """End a delegation at once."""
    delegations.revoke(require_actor(), key)
    flash(_("La délégation a pris fin. Ce qui a été décidé par elle reste."), "good")
    return redirect(url_for("delegations.index"), 303)
