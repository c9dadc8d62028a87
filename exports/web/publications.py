"""Publishing: with or without an embargo, the receipt, a withdrawal; and the public page of what is published."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from drafting.domain.actor import Actor
from drafting.domain.ballot import Stance
from drafting.domain.deadline import NoSuchDay, NoSuchTime, instant
from drafting.domain.errors import InvalidInput, NotFound
from drafting.domain.permissions import Action
from drafting.domain.signing import SignatoryState
from drafting.models import File
from drafting.models.columns import now
from drafting.services import ballots, version_texts
from drafting.services.rounds import is_rejected
from drafting.services.time_words import deadline_words
from drafting.web.actor import require_actor, signed_in
from drafting.web.contributions import frame
from drafting.web.forms import Form
from drafting.web.round_words import STANCE_WORDS, arithmetic
from exports import files, publications, signings
from exports.codes import grouped
from exports.file_states import newest_state
from exports.instance import FileMissing
from exports.validation_record import SILENT, TACIT
from exports.web.documents import file_name

blueprint = Blueprint("publications", __name__)

DECISION_WORDS = {
    **{stance.value: words for stance, words in STANCE_WORDS.items()},
    TACIT: _l("Accord tacite (sans réponse)"), SILENT: _l("Sans réponse"),
}
assert set(DECISION_WORDS) == {*(one.value for one in Stance), TACIT, SILENT}  # noqa: S101 - each has its words


class PublishForm(Form):
    """From when on the public may know of it."""

    embargo_day = DateField(
        _l("Sous embargo jusqu’au"), [InputRequired(_l("Choisissez le jour où il devient public."))],
        description=_l("Avant, personne d’autre ne sait que ce fichier existe."))
    embargo_time = TimeField(_l("Heure"), [Optional()], description=_l("Sans heure : minuit, au début du jour."))

    def until(self, zone: str) -> datetime | None:
        """Return the end of the embargo, in the recipient's zone. Raise InvalidInput."""
        return _instant(self.embargo_day.data, self.embargo_time.data or time(0), zone, "embargo_day")


class ReceiptForm(Form):
    """What was handed in."""

    recipient = StringField(_l("Remis à"), [InputRequired(_l("Dites à qui.")), Length(max=200)])
    channel = StringField(
        _l("Par quelle voie"), [InputRequired(_l("Dites comment.")), Length(max=200)],
        description=_l("Le site de la consultation, un courriel, en mains propres… La page publique le dit."))
    day = DateField(_l("Jour"), [InputRequired(_l("Choisissez le jour."))])
    clock = TimeField(_l("Heure"), [InputRequired(_l("Donnez l’heure."))],
                      description=_l("À l’heure du destinataire."))
    receipt = StringField(_l("Numéro de l’accusé de réception"), [Length(max=200)],
                          description=_l("Facultatif. La page publique le montre."))
    note = TextAreaField(
        _l("Note"), [Length(max=4000)], description=_l("Pour les organisations participantes seulement."))


class WithdrawalForm(Form):
    """Why it does not stand any more."""

    reason = TextAreaField(_l("Pourquoi"), [InputRequired(_l("Dites pourquoi.")), Length(max=2000)])


def _instant(day: object, clock: time, zone: str, field: str) -> datetime | None:
    if day is None:
        return None
    try:
        return instant(day, clock, zone)  # type: ignore[arg-type]
    except NoSuchDay as far:
        message = _("Vérifiez l’année de cette date.")
        raise InvalidInput(message, {field: message}) from far
    except NoSuchTime as skipped:
        message = _("Cette heure n’existe pas ce jour-là : on passe à l’heure d’été. Choisissez-en une autre.")
        raise InvalidInput(message, {field: message}) from skipped


@blueprint.get("/files/<key>/publication")
@signed_in
def show(key: str) -> ResponseReturnValue:
    """Show what is public of a sealed file, and what can be done."""
    actor = require_actor()
    return _page(actor, files.find_file(actor, key))


def _page(actor: Actor, file: File, **forms: Form) -> str:
    if file.version is None or file.sealed_at is None:
        raise NotFound
    shown: dict[str, Form] = {
        "publish_form": PublishForm(formdata=None), "receipt_form": ReceiptForm(formdata=None),
        "withdrawal_form": WithdrawalForm(formdata=None), **forms}
    if "receipt_form" not in forms:
        local = now().astimezone(ZoneInfo(file.contribution.deadline_zone))
        receipt = shown["receipt_form"]
        receipt["recipient"].data, receipt["day"].data = file.version.recipient, local.date()
        receipt["clock"].data = local.time().replace(second=0, microsecond=0)
    under_embargo = file.embargo_until is not None and file.embargo_until > now()
    if file.embargo_until is not None and "publish_form" not in forms:  # Kept as it is, unless it is changed.
        ends = file.embargo_until.astimezone(ZoneInfo(file.contribution.deadline_zone))
        shown["publish_form"]["embargo_day"].data, shown["publish_form"]["embargo_time"].data = ends.date(), ends.time()
    return render_template(
        "publications/show.html", file=file, version=file.version, submissions=publications.submissions_of(file),
        under_embargo=under_embargo, is_public=file.published_at is not None and not under_embargo,
        may_publish=files.may(actor, file.contribution_id, Action.PUBLISH), code=grouped(file.code or ""),
        missing=_missing_signatures(file), is_rejected=is_rejected(file.version),
        address=f"{current_app.config['SETTINGS'].base_url}"
                f"{url_for('publications.read', slug=file.contribution.slug, number=file.version.number)}",
        **shown, **frame(actor, file.contribution),
    )


def _missing_signatures(file: File) -> int:
    """Return how many of its signatories have neither signed nor refused."""
    signing = signings.signing_of(file.version) if file.version else None
    if signing is None or signings.file_of(signing) is not file:
        return 0
    return sum(one.state is SignatoryState.EXPECTED for one in signings.signatories_of(signing))


def _did(key: str, said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for("publications.show", key=key), 303)


def _published_words(file: File, zone: str) -> str:
    if file.embargo_until is not None and file.embargo_until > now():
        return str(_("Le document deviendra public le %(until)s.", until=deadline_words(file.embargo_until, zone)))
    return str(_("Le document est publié."))


@blueprint.post("/files/<key>/publish")
@signed_in
def publish(key: str) -> ResponseReturnValue:
    """Make a sealed file known to the public, now or when an embargo ends; or move that embargo."""
    actor, form = require_actor(), PublishForm()
    file = files.find_file(actor, key, Action.PUBLISH)
    zone = file.contribution.deadline_zone
    is_now = request.form.get("when") == "now"
    try:
        if not (is_now or form.validate()):
            return _page(actor, file, publish_form=form), 422
        until = None if is_now else form.until(zone)
        if file.published_at is None:
            files.publish(actor, key, embargo_until=until)
        else:
            publications.set_embargo(actor, key, until)
        return _did(key, _published_words(file, zone))
    except InvalidInput as refused:
        form.show(refused)
        return _page(actor, files.find_file(actor, key), publish_form=form), 422


@blueprint.post("/files/<key>/withdraw")
@signed_in
def withdraw(key: str) -> ResponseReturnValue:
    """Say publicly that a file does not stand any more."""
    actor, form = require_actor(), WithdrawalForm()
    file = files.find_file(actor, key, Action.PUBLISH)
    if not form.validate():
        return _page(actor, file, withdrawal_form=form), 422
    publications.withdraw(actor, key, form.reason.data or "")
    return _did(key, _("Le document est retiré ; sa page le dit."))


@blueprint.post("/files/<key>/submissions")
@signed_in
def submit(key: str) -> ResponseReturnValue:
    """Note that it was handed in."""
    actor, form = require_actor(), ReceiptForm()
    file = files.find_file(actor, key, Action.PUBLISH)
    if form.validate():
        try:
            at = _instant(form.day.data, form.clock.data, file.contribution.deadline_zone, "day")
            publications.submit(actor, key, publications.Receipt(
                form.recipient.data or "", form.channel.data or "", at or now(), form.receipt.data or "",
                form.note.data or ""))
        except InvalidInput as refused:
            form.show(refused)
        else:
            return _did(key, _("La remise est notée."))
    return _page(actor, files.find_file(actor, key), receipt_form=form), 422


# --- For everybody ---


@blueprint.get("/published/<slug>")
@blueprint.get("/published/<slug>/<int:number>")
def read(slug: str, number: int | None = None) -> ResponseReturnValue:
    """Read a published contribution."""
    found = publications.publication(slug, number if number is None or number < 2**31 else 0)
    adopted = found.adopted
    return render_template(
        "publications/read.html", publication=found, text=version_texts.text_of(found.version),
        code=grouped(found.file.code or ""), decisions=DECISION_WORDS, signed_parts=files.signed_parts,
        arithmetic=arithmetic(adopted, ballots.count_of(adopted)) if adopted else [],
        pdf=url_for("publications.pdf", slug=slug, number=found.version.number),
    )


@blueprint.get("/published/<slug>/<int:number>/document.pdf")
def pdf(slug: str, number: int) -> ResponseReturnValue:
    """Give the published file, with all its signatures, to be saved."""
    found = publications.publication(slug, number if number < 2**31 else 0)
    try:
        content = newest_state(found.file).read()
    except FileMissing as error:
        current_app.logger.error("A published file is missing or changed: %s", error)
        raise NotFound(_("Ce fichier n’est plus là. Prévenez l’administration du site.")) from error
    response = current_app.response_class(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=file_name(found.file))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
