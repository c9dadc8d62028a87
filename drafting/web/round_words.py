"""Words for rounds of validation: rules, quorums, who may see what, decisions and outcomes."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from drafting.domain.ballot import Count, Obstacle, Quorum, Rule, Stance
from drafting.domain.round import Outcome, RollCall
from drafting.models import Round
from drafting.web.deadlines import number

RULE_WORDS = {
    Rule.CONSENSUS: _l("Consensus"),
    Rule.SIMPLE_MAJORITY: _l("Majorité simple"),
    Rule.TWO_THIRDS: _l("Majorité des deux tiers"),
    Rule.REASONED_VETO: _l("Veto motivé"),
}
RULE_MEANINGS = {
    Rule.CONSENSUS: _l("Adopté si personne ne s’y oppose et si une organisation au moins l’approuve."),
    Rule.SIMPLE_MAJORITY: _l("Adopté s’il y a plus d’approbations que d’oppositions."),
    Rule.TWO_THIRDS: _l("Adopté si les approbations font deux tiers au moins des approbations et des oppositions."),
    Rule.REASONED_VETO: _l("Adopté à la majorité simple, sauf si une organisation s’y oppose en disant pourquoi."),
}
QUORUM_WORDS = {
    Quorum.NONE: _l("Aucun"),
    Quorum.HALF: _l("Plus de la moitié doit décider"),
    Quorum.TWO_THIRDS: _l("Deux tiers doivent décider"),
}
ROLL_CALL_WORDS = {
    RollCall.COORDINATION: _l("La coordination seulement"),
    RollCall.ASKED: _l("Les organisations consultées"),
    RollCall.PARTICIPANTS: _l("Toutes les organisations participantes"),
    RollCall.PUBLIC: _l("Tout le monde, une fois la contribution publiée"),
}
STANCE_WORDS = {
    Stance.APPROVED: _l("Approuvé"),
    Stance.RESERVED: _l("Approuvé avec réserve"),
    Stance.ABSTAINED: _l("Abstention"),
    Stance.OPPOSED: _l("Opposition"),
}
OUTCOME_WORDS = {
    Outcome.ADOPTED: _l("Adoptée"),
    Outcome.NOT_ADOPTED: _l("Pas adoptée"),
    Outcome.CANCELLED: _l("Validation annulée"),
}


def weight_words(asked: Round, weight: int) -> str:
    """Return « 12 organisations » or « 600 mandats »."""
    if asked.by_mandates:
        return ngettext("%(shown)s mandat", "%(shown)s mandats", weight, shown=number(weight))
    return ngettext("%(num)d organisation", "%(num)d organisations", weight)


def arithmetic(asked: Round, count: Count) -> list[str]:
    """Return the sentences by which anybody can compute the outcome again."""
    lines = [_("Consultées : %(weight)s. Ont décidé : %(decided)s.", weight=weight_words(asked, count.asked),
               decided=weight_words(asked, count.decided))]
    if asked.quorum is not Quorum.NONE:
        met = count.decided >= count.quorum
        lines.append(
            _("Quorum : il fallait que %(weight)s décident ; il est atteint.",
              weight=weight_words(asked, count.quorum)) if met else
            _("Quorum : il fallait que %(weight)s décident ; il n’est pas atteint.",
              weight=weight_words(asked, count.quorum)))
    parts = [_("%(num)s sans réserve", num=number(count.approved))]
    parts += [_("%(num)s avec réserve", num=number(count.reserved))] if count.reserved else []
    parts += [_("%(num)s par accord tacite", num=number(count.tacit))] if count.tacit else []
    lines.append(
        _("Pour : %(sum)s = %(total)s. Contre : %(opposed)s. Abstentions, qui ne comptent ni pour ni contre : "
          "%(abstained)s.", sum=" + ".join(parts), total=number(count.in_favour), opposed=number(count.opposed),
          abstained=number(count.abstained))
        if len(parts) > 1 else
        _("Pour : %(total)s. Contre : %(opposed)s. Abstentions, qui ne comptent ni pour ni contre : %(abstained)s.",
          total=number(count.in_favour), opposed=number(count.opposed), abstained=number(count.abstained)))
    lines.append({
        Rule.CONSENSUS: _("Consensus : il ne faut aucune opposition ; il y en a %(num)s.", num=number(count.opposed)),
        Rule.SIMPLE_MAJORITY: _("Majorité simple : il faut %(needed)s pour.", needed=number(count.needed)),
        Rule.TWO_THIRDS: _("Deux tiers : il faut %(needed)s pour.", needed=number(count.needed)),
        Rule.REASONED_VETO: _("Majorité simple sans veto motivé : il faut %(needed)s pour.",
                              needed=number(count.needed)),
    }[asked.rule])
    return lines


def obstacle_words(count: Count, *, names_them: bool) -> list[str]:
    """Return what stands against the text, in sentences; who is opposed, for those who see the roll call alone."""
    names = ", ".join(count.against)
    if not names_them:
        names = ngettext("%(num)d organisation", "%(num)d organisations", len(count.against))
    said = {
        Obstacle.NO_QUORUM: _("Trop peu d’organisations ont décidé : le quorum n’est pas atteint."),
        Obstacle.NOBODY_FOR: _("Aucune organisation ne l’a approuvé."),
        Obstacle.OPPOSITION: _("Le consensus manque. Opposition de : %(names)s.", names=names),
        Obstacle.VETO: _("Veto motivé. Opposition de : %(names)s.", names=names),
        Obstacle.TOO_FEW: _("La majorité n’est pas atteinte. Opposition de : %(names)s.", names=names),
    }
    return [said[one] for one in count.obstacles]
