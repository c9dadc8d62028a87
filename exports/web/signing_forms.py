"""Forms of signing: who signs, and the ways to sign."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, time

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FileField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from drafting.domain.deadline import NoSuchDay, NoSuchTime, instant, zone_of
from drafting.domain.errors import InvalidInput
from drafting.models import Organisation, Person, Signing, SigningKey, Version
from drafting.web.forms import Form
from exports.signings import SignatoryDraft, may_be_signatories, refusals_before, signatories_of

CODE = {"autocomplete": "one-time-code", "maxlength": 40, "class": "code-field", "inputmode": "numeric"}


@dataclass
class SignatoryLine:
    """A signatory as it stands in the form."""

    organisation: Organisation
    is_chosen: bool
    capacity: str
    name: str
    person: str
    members: list[Person]
    sections: list[str]
    rank: str = ""
    """Its place in the order, as it is typed."""
    refusal: str = ""
    """Why the organisation refused to sign the file before this one."""
    place: int = 0
    """From 1 among those chosen; what errors are counted by."""
    errors: dict[str, object] = field(default_factory=dict)

    @property
    def order(self) -> float:
        """By what it is sorted: its rank, or last where none is typed."""
        return int(self.rank) if re.fullmatch(r"[0-9]{1,3}", self.rank) else math.inf


class PlanForm(Form):
    """Who signs a version, in which order and until when."""

    in_order = BooleanField(_l("Dans l’ordre des rangs"), description=_l("Sinon, chacun signe quand il veut."))
    expires_on = DateField(_l("Signer au plus tard le"), [Optional()], description=_l("Facultatif. Ce jour compris."))
    lines: list[SignatoryLine]
    parts: list[tuple[str, str]]
    """Key of each section of the version, with its number and title."""

    def offer(self, version: Version, signing: Signing | None) -> None:
        """Offer the organisations that approved; show what is planned where nothing was sent."""
        planned = {one.organisation_id: one for one in signatories_of(signing)} if signing else {}
        refusals = refusals_before(signing) if signing else {}
        if request.method == "GET" and signing is not None:
            self.in_order.data = signing.in_order
            zone = zone_of(version.contribution.deadline_zone)
            self.expires_on.data = signing.expires_at.astimezone(zone).date() if signing.expires_at else None
        keys = {one.id: one.key for one in version.contribution.sections}
        self.parts = [(keys[one.section_id], f"{one.position}. {one.title}") for one in version.sections]
        self.lines = []
        for each in may_be_signatories(version):
            members = sorted((one.person for one in each.memberships if one.person.disabled_at is None),
                             key=lambda one: one.name)
            if request.method == "POST":
                self.lines.append(self._typed(each, members, refusals.get(each.id, "")))
                continue
            one = planned.get(each.id)
            self.lines.append(SignatoryLine(
                each, one is not None or signing is None, one.capacity if one else _("secrétaire général·e"),
                one.name if one else "", one.person.key if one and one.person else "", members,
                [keys[section] for section in (one.scope or []) if section in keys] if one else [],
                str(one.position) if one else "", refusals.get(each.id, "")))
        if request.method == "GET" and signing is not None:
            order = [one.organisation_id for one in signatories_of(signing)]
            self.lines.sort(key=lambda one: order.index(one.organisation.id) if one.is_chosen else len(order))

    def _typed(self, each: Organisation, members: list[Person], refusal: str) -> SignatoryLine:
        def typed(name: str) -> str:
            return request.form.get(f"{name}-{each.key}", "")

        return SignatoryLine(
            each, each.key in request.form.getlist("signs"), typed("capacity"), typed("name"), typed("person"), members,
            request.form.getlist(f"sections-{each.key}"), typed("rank"), refusal)

    def drafts(self) -> list[SignatoryDraft]:
        """Return the signatories chosen, by their ranks; those without one come last."""
        chosen = [one for one in self.lines if one.is_chosen]
        chosen.sort(key=lambda one: one.order)
        for place, one in enumerate(chosen, start=1):
            one.place = place
        return [SignatoryDraft(one.organisation.key, one.capacity, one.name, one.person, tuple(one.sections))
                for one in chosen]

    def show_errors(self, fields: dict[str, object]) -> None:
        """Put what is wrong with signatories beside them."""
        for name, message in fields.items():
            what, _dash, place = name.rpartition("-")
            for one in self.lines:
                if place.isdigit() and one.place == int(place):
                    one.errors[what] = message

    def expires_at(self, zone: str) -> datetime | None:
        """Return the last instant of the last day, in the recipient's zone. Raise InvalidInput."""
        if self.expires_on.data is None:
            return None
        try:
            return instant(self.expires_on.data, time(23, 59, 59), zone)
        except (NoSuchDay, NoSuchTime) as far:
            message = _("Vérifiez l’année de cette date.")
            raise InvalidInput(message, {"expires_on": message}) from far


class KeptKeyForm(Form):
    """Sign with a key kept here."""

    key = SelectField(_l("Clé de votre organisation"), validate_choice=False)
    passphrase = PasswordField(_l("Phrase de passe de la clé"), [InputRequired(_l("Saisissez la phrase de passe."))],
                               render_kw={"autocomplete": "off"})
    code = StringField(_l("Code à six chiffres"), [InputRequired(_l("Saisissez un code."))], render_kw=CODE,
                       id="kept-code")

    def offer(self, keys: list[SigningKey]) -> None:
        """Offer the organisation's keys."""
        self.key.choices = [SelectChoice(one.key, f"{one.subject} ({one.issuer})") for one in keys]


class BringBackForm(Form):
    """Bring back a file signed elsewhere."""

    file = FileField(_l("Fichier signé (PDF)"))
    code = StringField(_l("Code à six chiffres"), [InputRequired(_l("Saisissez un code."))], render_kw=CODE,
                       id="back-code")
    anyway = BooleanField(_l("Garder ce fichier quand même"))


class RefusalForm(Form):
    """Refuse to sign."""

    reason = TextAreaField(_l("Pourquoi"), [InputRequired(_l("Dites pourquoi.")), Length(max=2000)])
    code = StringField(_l("Code à six chiffres"), [InputRequired(_l("Saisissez un code."))], render_kw=CODE,
                       id="refusal-code")


class SupersedeForm(Form):
    """Why another file takes the place of this one."""

    reason = TextAreaField(_l("Pourquoi"), [InputRequired(_l("Dites pourquoi ce fichier est remplacé.")),
                                            Length(max=2000)])


class KeyForm(Form):
    """A key to be kept."""

    pkcs12 = FileField(_l("Fichier de la clé (.p12 ou .pfx)"))
    passphrase = PasswordField(
        _l("Phrase de passe du fichier"), [InputRequired(_l("Saisissez la phrase de passe."))],
        description=_l("Elle n’est gardée nulle part. Vous la saisirez à chaque signature : sans elle, personne ne "
                       "signe, pas même l’administration."), render_kw={"autocomplete": "off"})


class IssueForm(Form):
    """A certificate from the house authority."""

    name = StringField(_l("Nom de la personne"), [InputRequired(_l("Écrivez le nom.")), Length(max=64)])
    capacity = StringField(_l("En qualité de"), [InputRequired(_l("Écrivez la qualité.")), Length(max=64)])
    new_passphrase = PasswordField(
        _l("Phrase de passe, à choisir"), [InputRequired(_l("Choisissez une phrase de passe."))],
        description=_l("Douze caractères au moins. Elle n’est gardée nulle part : notez-la en lieu sûr."),
        render_kw={"autocomplete": "new-password"})
