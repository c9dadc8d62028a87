"""Organisations and their members."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput
from drafting.domain.palette import PALETTE
from drafting.domain.permissions import MembershipRole
from drafting.models import Organisation
from drafting.models.organisation import OrganisationKind
from drafting.services import invitations, mail, organisations
from drafting.services.people import require_administrator
from drafting.web.actor import require_actor, signed_in
from drafting.web.forms import Form

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")

KINDS = {
    OrganisationKind.CONFEDERATION.value: _l("Confédération"),
    OrganisationKind.FEDERATION.value: _l("Fédération"),
    OrganisationKind.DEPARTMENTAL_UNION.value: _l("Union départementale"),
}
ROLES = [
    SelectChoice(MembershipRole.MEMBER.value, _l("Membre : participe à l’écriture")),
    SelectChoice(
        MembershipRole.SECRETARY.value, _l("Secrétaire : engage l’organisation, invite et retire ses membres"),
    ),
]
COLOURS = {
    "crimson": _l("Cramoisi"), "orange": _l("Orange"), "ochre": _l("Ocre"), "olive": _l("Olive"),
    "green": _l("Vert"), "teal": _l("Sarcelle"), "cyan": _l("Cyan"), "blue": _l("Bleu"),
    "indigo": _l("Indigo"), "violet": _l("Violet"), "plum": _l("Prune"), "brown": _l("Brun"),
}


class OrganisationForm(Form):
    """What an organisation says of itself."""

    name = StringField(_l("Nom complet"), validators=[InputRequired(_l("Saisissez un nom."))])
    acronym = StringField(
        _l("Sigle"), description=_l("16 caractères au plus. Il accompagne partout ce que l’organisation écrit."),
        validators=[InputRequired(_l("Saisissez un sigle."))], render_kw={"autocapitalize": "characters"},
    )
    kind = RadioField(
        _l("Ce qu’elle est"), choices=[SelectChoice(*one) for one in KINDS.items()],
        validators=[InputRequired(_l("Choisissez ce que l’organisation est."))])
    colour = RadioField(
        _l("Couleur"), choices=[SelectChoice(name, COLOURS[name]) for name in PALETTE],
        validators=[InputRequired(_l("Choisissez une des couleurs proposées."))],
    )

    @property
    def details(self) -> organisations.Details:
        """The values as the service wants them."""
        return organisations.Details(
            name=self.name.data or "", acronym=self.acronym.data or "",
            kind=self.kind.data or "", colour=self.colour.data or "",
        )


class InvitationForm(Form):
    """Whom to invite, and as what."""

    email = EmailField(_l("Adresse électronique"), validators=[InputRequired(_l("Saisissez une adresse."))])
    role = RadioField(_l("Rôle"), choices=ROLES, default=MembershipRole.MEMBER.value)


def page(actor: Actor, organisation: Organisation, form: InvitationForm | None = None) -> str:
    """Return an organisation's page."""
    manages = organisations.may_manage(actor, organisation)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        kind=KINDS[organisation.kind.value],
        members=organisations.members(organisation),
        invitations=[
            (one, invitations.state(one), invitations.link_of(one)) for one in invitations.invitations_to(organisation)
        ] if manages else [],
        may_manage=manages,
        form=form or InvitationForm(formdata=None),
    )


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List the organisations, for administrators."""
    return render_template("organisations/index.html", rows=organisations.organisations(require_actor()))


@blueprint.get("/new")
@signed_in
def new() -> ResponseReturnValue:
    """Show the form for a new organisation."""
    require_administrator(require_actor())
    form = OrganisationForm(formdata=None, colour=PALETTE[0])
    return render_template("organisations/edit.html", form=form, organisation=None)


@blueprint.post("/new")
@signed_in
def create() -> ResponseReturnValue:
    """Create an organisation."""
    require_administrator(require_actor())
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            organisation = organisations.create(require_actor(), form.details)
        except InvalidInput as error:
            form.show(error)
        else:
            flash(_("L’organisation est créée. Invitez maintenant la personne qui en tiendra le secrétariat."), "good")
            return redirect(url_for("organisations.show", key=organisation.key), 303)
    return render_template("organisations/edit.html", form=form, organisation=None), 422


@blueprint.get("/<key>")
@signed_in
def show(key: str) -> ResponseReturnValue:
    """Show an organisation and its members."""
    actor = require_actor()
    return page(actor, organisations.find_organisation(actor, key))


@blueprint.get("/<key>/edit")
@signed_in
def edit(key: str) -> ResponseReturnValue:
    """Show the form that changes an organisation."""
    require_administrator(require_actor())
    organisation = organisations.find_organisation(require_actor(), key)
    form = OrganisationForm(formdata=None, obj=organisation)
    return render_template("organisations/edit.html", form=form, organisation=organisation)


@blueprint.post("/<key>/edit")
@signed_in
def describe(key: str) -> ResponseReturnValue:
    """Change an organisation."""
    require_administrator(require_actor())
    organisation = organisations.find_organisation(require_actor(), key)
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            organisations.describe(require_actor(), key, form.details)
        except InvalidInput as error:
            form.show(error)
        else:
            flash(_("C’est enregistré."), "good")
            return redirect(url_for("organisations.show", key=key), 303)
    return render_template("organisations/edit.html", form=form, organisation=organisation), 422


@blueprint.post("/<key>/members/<person_key>/role")
@signed_in
def set_role(key: str, person_key: str) -> ResponseReturnValue:
    """Make a member a secretary, or no longer."""
    try:
        role = MembershipRole(request.form.get("role", ""))
    except ValueError:
        abort(400)
    membership = organisations.set_role(require_actor(), key, person_key, role)
    if membership.role is MembershipRole.SECRETARY:
        flash(_("%(name)s est désormais secrétaire.", name=membership.person.name), "good")
    else:
        flash(_("%(name)s est désormais membre.", name=membership.person.name), "good")
    return redirect(url_for("organisations.show", key=key), 303)


@blueprint.post("/<key>/members/<person_key>/remove")
@signed_in
def remove_member(key: str, person_key: str) -> ResponseReturnValue:
    """Take a person out of the organisation."""
    person = organisations.remove_member(require_actor(), key, person_key)
    flash(_("%(name)s ne fait plus partie de l’organisation. Une invitation suffit à revenir.",
            name=person.name), "good")
    if person.id == require_actor().person_id and not require_actor().administrator:
        return redirect(url_for("home.show"), 303)  # This page is no longer theirs to see.
    return redirect(url_for("organisations.show", key=key), 303)


@blueprint.post("/<key>/invitations")
@signed_in
def invite(key: str) -> ResponseReturnValue:
    """Invite somebody."""
    actor = require_actor()
    organisation = organisations.find_organisation(actor, key, manage=True)
    form = InvitationForm()
    status = 422
    if form.validate_on_submit():
        try:
            invitation = invitations.invite(
                actor, key, email=form.email.data or "", role=MembershipRole(form.role.data))
        except InvalidInput as error:
            form.show(error)
        except Conflict as error:
            form.form_errors.append(str(error.message))
            status = 409
        else:
            tell_what_became_of_the_mail(invitation)
            return redirect(url_for("organisations.show", key=key, _anchor="invitations"), 303)
    return page(actor, organisation, form), status


def tell_what_became_of_the_mail(invitation: invitations.Invitation) -> None:
    """Mail the invitation where mail is sent, and say what to do with its link."""
    if invitations.send(invitation):
        flash(_("L’invitation est partie pour %(email)s. Son lien est aussi ci-dessous.",
                email=invitation.email), "good")
    elif mail.is_configured():
        flash(_("Le courrier n’a pas pu partir. Donnez vous-même à %(email)s le lien ci-dessous.",
                email=invitation.email), "warn")
    else:
        flash(_("L’invitation est prête. Donnez à %(email)s le lien ci-dessous.", email=invitation.email), "good")
