"""Forms of rounds of validation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms import ValidationError as Refused
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from drafting.domain.ballot import Quorum, Rule, Terms
from drafting.domain.deadline import NoSuchDay, NoSuchTime, NoSuchZone, instant, zone_of
from drafting.domain.errors import InvalidInput
from drafting.domain.permissions import ParticipationRole
from drafting.domain.round import RollCall
from drafting.models import Contribution, Participation, Round
from drafting.services import rounds
from drafting.services.rounds import MANDATES_MAX, MESSAGE_MAX, Question
from drafting.web.forms import Form
from drafting.web.round_words import QUORUM_WORDS, ROLL_CALL_WORDS, RULE_WORDS


@dataclass
class AskedLine:
    """An organisation that the form offers to ask."""

    participation: Participation
    is_asked: bool
    mandates: str
    """As typed."""

    @property
    def weight(self) -> int:
        """The number that is typed, with or without spaces; below nought where it is none."""
        digits = "".join(self.mandates.split())
        return int(digits) if digits.isascii() and digits.isdigit() and int(digits) <= MANDATES_MAX else -1


class RoundForm(Form):
    """A question to the organisations."""

    closes_day = DateField(_l("Jour"), [InputRequired(_l("Choisissez le jour de l’échéance."))])
    closes_time = TimeField(_l("Heure"), [Optional()], default=time(18), description=_l("Sans heure : 23 h 59."))
    zone = StringField(_l("À l’heure de"), default="Europe/Paris",
                       description=_l("Le fuseau horaire du destinataire est proposé."))
    rule = RadioField(_l("Règle de décision"), default=Rule.CONSENSUS.value,
                      choices=[SelectChoice(rule.value, words) for rule, words in RULE_WORDS.items()])
    quorum = SelectField(
        _l("Quorum"), choices=[SelectChoice(one.value, words) for one, words in QUORUM_WORDS.items()],
        default=Quorum.NONE.value,
        description=_l("Compté comme les décisions, en organisations ou en mandats. L’accord tacite ne compte pas dans "
                       "le quorum."))
    by_mandates = BooleanField(_l("Compter en mandats, et non une voix par organisation"))
    silence_agrees = BooleanField(
        _l("Sans réponse à l’échéance, compter un accord tacite"),
        description=_l("Seulement pour les organisations à qui l’appel a bien été envoyé. Il est imprimé comme accord "
                       "tacite, jamais comme approbation, et ne vaut pas signature."))
    roll_call = SelectField(_l("Qui peut voir ce que chaque organisation a décidé"),
                            choices=[SelectChoice(one.value, words) for one, words in ROLL_CALL_WORDS.items()],
                            default=RollCall.ASKED.value)
    message = TextAreaField(_l("Message aux organisations"), [Length(max=MESSAGE_MAX)],
                            description=_l("Il est dans le courriel d’appel. Facultatif."))
    editorial_of = SelectField(_l("Depuis le tour précédent"), default="")
    editorial_note = TextAreaField(
        _l("Différences de forme, s’il n’y en a pas d’autres"), [Length(max=MESSAGE_MAX)],
        description=_l("Les organisations les lisent, avec les deux textes comparés."))

    def offer(self, contribution: Contribution, earlier: list[Round]) -> None:
        """Offer this contribution's organisations and earlier rounds; show usual values where nothing was sent."""
        self.editorial_of.choices = [
            SelectChoice("", _l("Le texte a changé : chaque organisation est consultée à nouveau")),
            *(SelectChoice(one.key, _l("Seule la forme a changé depuis le tour %(number)d (version %(version)d)",
                                       number=one.number, version=one.version.number)) for one in earlier),
        ]
        self.wrong: dict[str, object] = {}
        if request.method == "GET":
            self.zone.data = contribution.deadline_zone
        self.lines = [self._line(one, earlier) for one in contribution.participations]

    def look_at_lines(self) -> None:
        """Say what is wrong with the table as well, where something else is wrong already."""
        self.wrong = rounds.wrong_with([*self._mandates().values()], by_mandates=self.by_mandates.data)

    def show(self, error: InvalidInput) -> None:
        """Put a refusal beside what it names, those of the table of organisations too."""
        super().show(error)
        self.wrong = {name: error.fields[name] for name in ("asked", "mandates") if name in error.fields}

    def wrong_parts(self) -> list[tuple[str, str, object]]:
        """Return what is wrong with the table: the id of the part, its label and the message."""
        labels = {"asked": gettext("Organisations consultées"), "mandates": gettext("Mandats")}
        return [(name, labels[name], message) for name, message in self.wrong.items()]

    def _line(self, one: Participation, earlier: list[Round]) -> AskedLine:
        if request.method == "POST":
            return AskedLine(one, one.key in request.form.getlist("asked"),
                             request.form.get(f"mandates-{one.key}", "").strip()[:20])
        known = {call.organisation_id: call.mandates for call in earlier[0].calls} if earlier else {}
        usual = one.role in (ParticipationRole.AUTHOR, ParticipationRole.CONTRIBUTOR)
        return AskedLine(one, one.organisation_id in known if earlier else usual,
                         str(known.get(one.organisation_id, 1)))

    def validate_zone(self, zone: StringField) -> None:
        """Refuse an unknown time zone."""
        try:
            zone_of(zone.data or "")
        except NoSuchZone as unknown:
            raise Refused(_l("Choisissez un fuseau horaire dans la liste.")) from unknown

    def validate_closes_time(self, _clock: TimeField) -> None:
        """Refuse a time that clocks skip on that day."""
        try:
            self.closes_at()
        except NoSuchTime as skipped:
            raise Refused(
                _l("Cette heure n’existe pas ce jour-là : on passe à l’heure d’été. Choisissez-en une autre.")
            ) from skipped
        except (NoSuchDay, NoSuchZone):
            return

    def validate_closes_day(self, _day: DateField) -> None:
        """Refuse a year in which nobody votes."""
        try:
            self.closes_at()
        except NoSuchDay as far:
            raise Refused(_l("Vérifiez l’année de cette date.")) from far
        except (NoSuchTime, NoSuchZone):
            return

    def closes_at(self) -> datetime | None:
        """Return the deadline as an instant; without a time, the last minute of the day."""
        day = self.closes_day.data
        return instant(day, self.closes_time.data or time(23, 59), self.zone.data or "") if day else None

    def question(self) -> Question:
        """Return what is asked, once the form is valid."""
        closes_at = self.closes_at()
        assert closes_at is not None  # noqa: S101 - the day is required
        return Question(
            Terms(Rule(self.rule.data), Quorum(self.quorum.data), self.by_mandates.data, self.silence_agrees.data),
            closes_at, self.zone.data or "", self._mandates(), RollCall(self.roll_call.data),
            self.message.data or "", self.editorial_of.data or "", self.editorial_note.data or "",
        )

    def _mandates(self) -> dict[str, int]:
        """Return the mandates typed of those who are asked; what is no number is below nought, and refused as such."""
        return {line.participation.key: line.weight if self.by_mandates.data else 1
                for line in self.lines if line.is_asked}


class CancelForm(Form):
    """Why a round is taken back."""

    reason = TextAreaField(_l("Pourquoi"), [InputRequired(_l("Dites pourquoi : les organisations le lisent.")),
                                            Length(max=2000)])
