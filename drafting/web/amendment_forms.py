"""Forms of amendments, and the words for their states."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField, TextAreaField, widgets

from drafting.domain.amendment import AmendmentState
from drafting.services.amendments import JUSTIFICATION_MAX, REASON_MAX
from drafting.web.forms import Form

AMENDMENT_STATE_WORDS = {
    AmendmentState.PROPOSED: _l("Proposé"),
    AmendmentState.INTEGRATED: _l("Intégré"),
    AmendmentState.PARTLY_INTEGRATED: _l("Intégré en partie"),
    AmendmentState.REJECTED: _l("Refusé"),
    AmendmentState.PUT_TO_DEBATE: _l("Mis en débat"),
    AmendmentState.WITHDRAWN: _l("Retiré"),
    AmendmentState.FELL: _l("Tombé"),
    AmendmentState.REMITTED: _l("Renvoyé"),
}
CHOICE_WORDS = {
    AmendmentState.PROPOSED: _l("Remettre à l’examen"),
    AmendmentState.INTEGRATED: _l("Intégrer : le texte de la section change"),
    AmendmentState.PARTLY_INTEGRATED: _l("Intégrer en partie : les suggestions restent à décider une à une"),
    AmendmentState.REJECTED: _l("Refuser : les suggestions sont refusées dans le texte"),
    AmendmentState.PUT_TO_DEBATE: _l("Mettre en débat"),
    AmendmentState.FELL: _l("Constater qu’il est tombé : ce qu’il amende n’existe plus"),
    AmendmentState.REMITTED: _l("Renvoyer à une instance qui décidera plus tard"),
}


class FilingForm(Form):
    """Which suggestions to file together, and why."""

    suggestions = SelectMultipleField(
        _l("Suggestions à déposer ensemble"), validate_choice=False,
        option_widget=widgets.CheckboxInput(), widget=widgets.ListWidget(prefix_label=False),
    )
    justification = TextAreaField(
        _l("Exposé des motifs"), render_kw={"maxlength": JUSTIFICATION_MAX, "rows": 6},
        description=_l("Pourquoi votre organisation propose ce changement. Lu par toutes les organisations."),
    )


class OutcomeForm(Form):
    """What becomes of an amendment, and why."""

    state = RadioField(_l("Issue"), validate_choice=False)
    reason = TextAreaField(
        _l("Motif"), render_kw={"maxlength": REASON_MAX, "rows": 4},
        description=_l("Nécessaire pour refuser ou pour intégrer en partie. L’organisation qui propose le lira."),
    )


class WithdrawalForm(Form):
    """Why an amendment is withdrawn, if its organisation wants to say."""

    reason = TextAreaField(_l("Motif (facultatif)"), render_kw={"maxlength": REASON_MAX, "rows": 3})
