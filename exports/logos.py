"""Services: an organisation's logo, re-encoded by us, with the words that stand for it."""

from __future__ import annotations

import io
import warnings

from flask_babel import gettext as _
from PIL import Image

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, NotFound
from drafting.extensions import transaction
from drafting.services.audit import record
from exports.seals import find_organisation

MAX_BYTES = 2_000_000
MAX_SIDE = 1200
MAX_PIXELS = 20_000_000  # A picture of a few kilobytes may claim to be gigabytes large.
MAX_DESCRIPTION = 200


class NotAPicture(ValueError):
    """The bytes are not a PNG or JPEG picture of a bearable size."""


def normalise(image: bytes) -> bytes:
    """Give the picture as a plain PNG of at most 1200 pixels a side: nothing else of the file survives."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(image), formats=("PNG", "JPEG"))
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPicture("too many pixels")
            picture.load()
    except NotAPicture:
        raise
    except Exception as error:  # Pillow raises many kinds on broken pictures, SyntaxError among them.
        raise NotAPicture(str(error)) from error
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    plain = picture.convert("RGBA" if has_alpha else "RGB")
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    output = io.BytesIO()
    fresh.save(output, "PNG", optimize=True)
    return output.getvalue()


def upload(actor: Actor, organisation_key: str, *, image: bytes, description: str) -> None:
    """Give an organisation its logo, or change its description only; raises NotFound, InvalidInput."""
    description = " ".join(description.split())
    wrong: dict[str, object] = {}
    if not description:
        wrong["logo_description"] = _("Décrivez le logo en quelques mots : ils seront lus à qui ne voit pas l’image.")
    elif len(description) > MAX_DESCRIPTION:
        wrong["logo_description"] = _("Décrivez le logo en %(max)d caractères au plus.", max=MAX_DESCRIPTION)
    picture = None
    if image:
        try:
            if len(image) > MAX_BYTES:
                raise NotAPicture("too large")
            picture = normalise(image)
        except NotAPicture:
            wrong["logo"] = _("Choisissez une image PNG ou JPEG de 2 Mo au plus.")
    with transaction():
        organisation = find_organisation(actor, organisation_key)
        if not image and organisation.logo is None:
            wrong["logo"] = _("Choisissez une image PNG ou JPEG de 2 Mo au plus.")
        if wrong:
            raise InvalidInput(_("Corrigez les champs signalés."), wrong)
        if picture is not None:
            organisation.logo = picture
        organisation.logo_description = description
        record(actor, "logo.upload", f"organisation:{organisation.key}", description=description)


def remove(actor: Actor, organisation_key: str) -> None:
    """Take the logo away; raises NotFound."""
    with transaction():
        organisation = find_organisation(actor, organisation_key)
        organisation.logo, organisation.logo_description = None, ""
        record(actor, "logo.remove", f"organisation:{organisation.key}")


def read(actor: Actor, organisation_key: str) -> bytes:
    """The logo's bytes, for those who may change it; raises NotFound."""
    logo = find_organisation(actor, organisation_key).logo
    if not logo:
        raise NotFound()
    return logo
