"""The form by which two moments are chosen to be compared."""

from __future__ import annotations

from datetime import datetime

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from drafting.domain.errors import InvalidInput
from drafting.domain.point import NOW, VALIDATION, VISIT, MalformedPoint, Point, PointKind
from drafting.models import Contribution
from drafting.services.points import Offers
from drafting.services.time_words import time_words
from drafting.web.comparison_words import version_words
from drafting.web.forms import Form

AT_A_DATE = "date"


class ComparisonForm(Form):
    """From when to when, of which section, and how it is shown. It is sent by GET: its answer is an address."""

    class Meta:
        """A form that changes nothing needs no protection against forgery."""

        csrf = False

    from_ = SelectField(_l("Depuis"), name="from", validate_choice=False)
    from_day = DateField(_l("Depuis : jour"), [Optional()])
    from_time = TimeField(_l("Depuis : heure"), [Optional()])
    to = SelectField(_l("Jusqu’à"), validate_choice=False)
    to_day = DateField(_l("Jusqu’à : jour"), [Optional()])
    to_time = TimeField(_l("Jusqu’à : heure"), [Optional()])
    section = SelectField(_l("De quel texte"), validate_choice=False)
    side = RadioField(_l("Présentation"), default="", validate_choice=False)
    _zone = ""

    @classmethod
    def of(cls, contribution: Contribution, offers: Offers) -> ComparisonForm:
        """Return the form as the address fills it; without one, from the last visit or version to now."""
        form = cls(formdata=request.args) if is_asked() else cls(formdata=None)
        zone = contribution.deadline_zone
        moments = [(str(NOW), _("maintenant"))]
        if offers.visited_at:
            moments.append((str(VISIT), _("ma dernière visite (%(day)s)", day=time_words(offers.visited_at, zone))))
        if offers.validated:
            moments.append((str(VALIDATION), _("la dernière décision de mon organisation (version %(number)d)",
                                               number=offers.validated.number)))
        moments += [(str(Point.version(one.number)), version_words(one.number, one.label)) for one in offers.versions]
        moments += [(str(offers.beginning), _("le tout début")), (AT_A_DATE, _("une date :"))]
        form.to.choices = [SelectChoice(*one) for one in moments]
        form.from_.choices = form.to.choices[1:]
        form.section.choices = [SelectChoice("", _("toute la contribution")), *_sections(contribution)]
        form.side.choices = [SelectChoice("", _("Dans le texte")), SelectChoice("yes", _("Côte à côte"))]
        if not is_asked():
            form.from_.data, form.to.data = moments[1][0], str(NOW)
        form.side.data = form.side.data or ""
        form._zone = zone
        return form

    def asked(self) -> tuple[Point, Point]:
        """Return the two points that are asked for. Raise InvalidInput for what is none, naming its field."""
        a = self._point(self.from_, self.from_day, self.from_time)
        return a, self._point(self.to, self.to_day, self.to_time, default=str(NOW))

    def _point(self, choice: SelectField, day: DateField, clock: TimeField, default: str = "") -> Point:
        text = (choice.data or default).strip()
        if text == AT_A_DATE:
            return self._dated(choice, day, clock)
        try:
            point = Point.parse(text)
        except MalformedPoint as none:
            message = (
                _("« %(text)s » n’est pas un moment : choisissez-en un dans la liste.", text=text[:40]) if text
                else _("Choisissez un moment dans la liste."))
            raise InvalidInput(message, {choice.name: message}) from none
        self._show(point, choice, day, clock)
        return point

    def _dated(self, choice: SelectField, day: DateField, clock: TimeField) -> Point:
        """Return the point of the date that was typed."""
        for field in (day, clock):
            if field.errors:
                raise InvalidInput(field.errors[0], {field.name: field.errors[0]})
        if day.data is None:
            message = _("Donnez la date.")
            raise InvalidInput(message, {day.name: message})
        moment = datetime.combine(day.data, clock.data) if clock.data else day.data
        return Point(PointKind.DATE, moment=moment)

    def _show(self, point: Point, choice: SelectField, day: DateField, clock: TimeField) -> None:
        """Let the fields show a point of the address: a date in the fields of dates, others in the list."""
        moment = point.moment
        if moment is not None and not point.is_fixed:
            choice.data, day.data = AT_A_DATE, moment
            if isinstance(moment, datetime):
                day.data, clock.data = moment.date(), moment.time()
        elif str(point) not in {one.value for one in choice.choices}:
            choice.choices = [SelectChoice(str(point), self._named(point)), *choice.choices]

    def _named(self, point: Point) -> str:
        if point.kind is PointKind.REVISION:
            return _("la révision %(number)d", number=point.number or 0)
        if isinstance(point.moment, datetime):
            return _("l’état du %(day)s", day=time_words(point.moment, self._zone))
        return str(point)


def is_asked() -> bool:
    """Tell whether the address asks for two moments."""
    return "from" in request.args or "to" in request.args


def is_typed() -> bool:
    """Tell whether a date was chosen in the form: its address is then still to be written."""
    return AT_A_DATE in (request.args.get("from"), request.args.get("to"))


def _sections(contribution: Contribution) -> list[SelectChoice]:
    """Return the sections in use by number and title, then the retired ones."""
    used = [one for one in contribution.sections if one.retired_at is None]
    retired = [one for one in contribution.sections if one.retired_at is not None]
    return [SelectChoice(one.key, f"{number}. {one.title}") for number, one in enumerate(used, start=1)] + [
        SelectChoice(one.key, _("%(title)s (section retirée)", title=one.title)) for one in retired]
