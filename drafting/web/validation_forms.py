"""The form by which an organisation decides."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from drafting.domain.ballot import Stance
from drafting.domain.validation import Decision, Printed, ReservationDraft
from drafting.models import Validation
from drafting.services.validations import RESERVATIONS_MAX
from drafting.web.forms import Form
from drafting.web.round_words import STANCE_WORDS

PRINTED_WORDS = {
    Printed.FOOTNOTE: _l("En note, au bas du passage"),
    Printed.ANNEX: _l("En annexe"),
    Printed.INTERNAL: _l("Nulle part : la coordination et les organisations consultées la lisent"),
}


@dataclass
class ReservationLine:
    """A reservation as it stands in the form."""

    place: str = ""
    text: str = ""
    printed: str = Printed.ANNEX.value
    errors: dict[str, object] = field(default_factory=dict)


class ValidationForm(Form):
    """What the organisation decides, and what goes with it."""

    stance = RadioField(_l("Décision"), [InputRequired(_l("Choisissez l’une des quatre réponses."))],
                        choices=[SelectChoice(one.value, words) for one, words in STANCE_WORDS.items()])
    reason = TextAreaField(_l("Motif"), description=_l("Lu par ceux qui voient les décisions de ce tour. Facultatif."))
    dissent = TextAreaField(
        _l("Avis divergent à annexer"),
        description=_l("Imprimé en annexe, au nom de votre organisation et de celles qui s’y joignent. Facultatif."))
    accepts_editorial = BooleanField(
        _l("Si une version suivante ne change que la forme, ne pas nous consulter à nouveau"),
        description=_l("La coordination devra montrer ces changements, et vous pourrez revenir sur votre décision."))
    code = StringField(
        _l("Code à six chiffres"), [InputRequired(_l("Saisissez le code que votre application affiche."))],
        description=_l("Celui que votre application affiche en ce moment, ou un code de secours."),
        render_kw={"autocomplete": "one-time-code", "maxlength": 40, "class": "code-field", "inputmode": "numeric"})
    digest = HiddenField()
    seen = HiddenField()
    lines: list[ReservationLine]

    def fill(self, held: Validation | None, digest: str) -> None:
        """Show what holds now, to be changed."""
        self.digest.data, self.seen.data = digest, str(held.number if held else 0)
        self.lines = [ReservationLine()]
        if held is None:
            return
        self.stance.data, self.reason.data = held.stance.value, held.reason
        self.accepts_editorial.data = held.accepts_editorial
        self.dissent.data = held.dissent.text if held.dissent else ""
        held_lines = [ReservationLine(one.quote, one.text, one.printed.value) for one in held.reservations]
        self.lines = held_lines or self.lines

    def read(self) -> None:
        """Read the reservations that were typed; one more empty one where it is asked for."""
        count = request.form.get("reservations", "1")
        number = min(int(count), RESERVATIONS_MAX) if count.isascii() and count.isdigit() and len(count) < 4 else 1
        self.lines = [self._line(at) for at in range(1, max(number, 1) + 1)]
        if "more" in request.form and len(self.lines) < RESERVATIONS_MAX:
            self.lines.append(ReservationLine())

    def _line(self, at: int) -> ReservationLine:
        printed = request.form.get(f"reservation-{at}-printed", "")
        return ReservationLine(
            request.form.get(f"reservation-{at}-place", ""), request.form.get(f"reservation-{at}-text", ""),
            printed if printed in list(Printed) else Printed.ANNEX.value)

    def decision(self) -> Decision:
        """Return what is decided, once the form is valid; reservations left empty are none."""
        written = [one for one in self.lines if one.text.strip() or one.place.strip()]
        return Decision(
            Stance(self.stance.data), self.reason.data or "",
            tuple(ReservationDraft(one.text, one.place, Printed(one.printed)) for one in written),
            self.dissent.data or "", self.accepts_editorial.data,
        )

    def wrong_lines(self) -> list[tuple[str, str, object]]:
        """Return what is wrong with reservations: the field's id, its label and the message."""
        return [(f"reservation-{at}-{part}", gettext("Réserve %(number)d", number=at), message)
                for at, line in enumerate(self.lines, 1) for part, message in line.errors.items()]

    def show_errors(self, fields: dict[str, object]) -> None:
        """Put what is wrong with reservations beside them: only those that hold something were counted."""
        written = [one for one in self.lines if one.text.strip() or one.place.strip()] or self.lines[:1]
        for name, message in fields.items():
            start, _dash, part = name.rpartition("-")
            if start.startswith("reservation-"):
                at = int(start.removeprefix("reservation-")) - 1
                if at < len(written):
                    written[at].errors[part] = message
