"""Forms of a contribution and its sections."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from drafting.domain.deadline import YEARS, NoSuchDay, NoSuchTime, NoSuchZone, instant, zone_of
from drafting.domain.permissions import ParticipationRole, Stage
from drafting.domain.version import OpenSuggestions
from drafting.models import Contribution
from drafting.services.contributions import Details
from drafting.web.forms import Form

ROLE_WORDS = {
    ParticipationRole.COORDINATOR: _l("Coordination"),
    ParticipationRole.AUTHOR: _l("Rédaction"),
    ParticipationRole.CONTRIBUTOR: _l("Propositions seulement"),
    ParticipationRole.OBSERVER: _l("Lecture seulement"),
}
STAGE_WORDS = {
    Stage.OPEN: _l("En rédaction"),
    Stage.UNDER_REVIEW: _l("En relecture"),
    Stage.AGREED: _l("Convenue"),
}


class DetailsForm(Form):
    """What a contribution says of itself."""

    title = StringField(
        _l("Titre"), [InputRequired(_l("Donnez un titre à la contribution.")), Length(max=200)],
        description=_l("Il figurera sur la couverture."),
    )
    recipient = StringField(
        _l("Destinataire"), [Length(max=200)],
        description=_l("À qui la contribution est remise : un sommet, un ministère, la Commission, l’OIT…"),
    )
    event = StringField(_l("Événement ou référence"), [Length(max=200)])
    language = RadioField(
        _l("Langue du texte"), choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")], default="fr")
    deadline_day = DateField(_l("Échéance : jour"), [Optional()])
    deadline_time = TimeField(_l("Échéance : heure"), [Optional()], description=_l("Sans heure : 23 h 59."))
    deadline_zone = StringField(
        _l("Fuseau horaire du destinataire"), default="Europe/Paris",
        description=_l("L’échéance compte à l’heure du destinataire, pas à la vôtre."),
    )
    text_limit = IntegerField(
        _l("Longueur maximale fixée par le destinataire"),
        [Optional(), NumberRange(min=1, max=10_000_000, message=_l("Un nombre positif, ou rien."))],
        description=_l("Laissez vide s’il n’y en a pas."),
    )
    limit_unit = SelectField(
        _l("Comptée en"), default="words",
        choices=[SelectChoice("words", _l("mots")), SelectChoice("characters", _l("caractères"))],
    )

    def validate_deadline_zone(self, zone: StringField) -> None:
        """Refuse an unknown time zone."""
        try:
            zone_of(zone.data or "")
        except NoSuchZone as unknown:
            raise ValidationError(_l("Choisissez un fuseau horaire dans la liste.")) from unknown

    def validate_deadline_day(self, day: DateField) -> None:
        """Refuse a year in which nobody hands in a paper."""
        if day.data and day.data.year not in YEARS:
            raise ValidationError(_l("Vérifiez l’année de cette date."))

    def validate_deadline_time(self, clock: TimeField) -> None:
        """Refuse a time that the recipient's clocks skip on that day."""
        try:
            self.deadline()
        except NoSuchTime as skipped:
            raise ValidationError(
                _l("Cette heure n’existe pas ce jour-là : on passe à l’heure d’été. Choisissez-en une autre.")
            ) from skipped
        except (NoSuchDay, NoSuchZone):
            return  # Said beside its own field.

    def deadline(self) -> datetime | None:
        """Return the deadline as an instant; without a time, the last minute of the day."""
        day = self.deadline_day.data
        if day is None:
            return None
        clock = self.deadline_time.data or datetime.strptime("23:59", "%H:%M").time()  # noqa: DTZ007
        return instant(day, clock, self.deadline_zone.data or "")

    def details(self) -> Details:
        """Return the values as the services take them."""
        return Details(
            title=self.title.data or "", recipient=self.recipient.data or "", event=self.event.data or "",
            language=self.language.data or "fr", deadline_at=self.deadline(),
            deadline_zone=self.deadline_zone.data or "Europe/Paris", text_limit=self.text_limit.data,
            limit_unit=self.limit_unit.data or "words",
        )

    def fill(self, contribution: Contribution) -> None:
        """Show the contribution's present values."""
        self.process(obj=contribution)
        if contribution.deadline_at:
            local = contribution.deadline_at.astimezone(zone_of(contribution.deadline_zone))
            self.deadline_day.data, self.deadline_time.data = local.date(), local.time()


class NewContributionForm(DetailsForm):
    """A new contribution, with the recipient's questions for a consultation."""

    questions = TextAreaField(
        _l("Questions du destinataire"), [Length(max=20_000)],
        description=_l("Une question par ligne : chacune devient une section à rédiger."),
    )


LIMIT_WORDS = {
    "words": _l("En mots, comme toute la contribution. Laissez vide s’il n’y en a pas."),
    "characters": _l("En caractères, espaces comprises, comme toute la contribution. Laissez vide s’il n’y en a pas."),
}


class SectionForm(Form):
    """A section's title, question and limit."""

    title = StringField(
        _l("Titre de la section"), [InputRequired(_l("Donnez un titre à la section.")), Length(max=200)]
    )
    question = TextAreaField(_l("Question du destinataire, ou consigne pour la rédaction"), [Length(max=4000)])
    text_limit = IntegerField(
        _l("Longueur maximale de la section"),
        [Optional(), NumberRange(min=1, max=10_000_000, message=_l("Un nombre positif, ou rien."))],
    )

    def count_in(self, unit: str) -> None:
        """Say in which unit the section's length is counted: the contribution's."""
        self.text_limit.description = LIMIT_WORDS[unit]


class VersionForm(Form):
    """The name of a version."""

    label = StringField(
        _l("Nom de la version"), [Length(max=100)],
        description=_l("Par exemple : projet soumis aux fédérations. Facultatif."),
    )
    note = TextAreaField(
        _l("Note"), [Length(max=4000)], description=_l("Ce qui a changé, ce qui est attendu. Facultatif.")
    )
    open_suggestions = RadioField(
        _l("Suggestions encore ouvertes"), default=OpenSuggestions.LEFT_OUT.value,
        choices=[
            SelectChoice(
                OpenSuggestions.LEFT_OUT.value,
                _l("Figer le texte sans elles. Elles restent ouvertes dans le texte en cours."),
            ),
            SelectChoice(OpenSuggestions.REFUSED.value, _l("Ne rien figer tant que toutes ne sont pas décidées.")),
        ],
    )


class EmptyForm(Form):
    """A button: nothing but its protection against forgery."""
