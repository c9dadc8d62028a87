"""The table of amendments as a file for spreadsheets.

UTF-8 with a byte order mark, semicolons and CRLF: what a French Excel opens rightly with a double click; LibreOffice
and others ask, or see it by themselves. No cell can become a formula: one that begins like a formula gets an
apostrophe in front, which spreadsheets take for "this is text". Numbers stand behind "n°", or Excel would make the
1st of February of 2-1-1.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from drafting.models import Contribution
from drafting.models.amendment import latest_at
from drafting.services.amendment_table import Line
from drafting.web.amendment_forms import AMENDMENT_STATE_WORDS

FORMULA = "=+-@＝＋－＠\t\r|%"
"""What makes a spreadsheet read a cell as a formula, or as a command of an old one."""


def to_csv(contribution: Contribution, lines: Iterable[Line]) -> bytes:
    """Return the file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([
        _("Numéro"), _("Sigle"), _("Organisation"), _("Section"), _("Paragraphe"), _("Supprimé"), _("Ajouté"),
        _("Texte d’origine"), _("Texte proposé"), _("Exposé des motifs"), _("Issue"), _("Motif"), _("Déposé le"),
        _("Déposé par"), _("Dernier changement"),
    ])
    zone = ZoneInfo(contribution.deadline_zone)
    for line in lines:
        one = line.amendment
        times = [at.astimezone(zone).strftime("%Y-%m-%d %H:%M") for at in (one.filed_at, latest_at(one))]
        cells = [
            f"n° {one.number}", one.organisation.acronym, one.organisation.name, one.section.title,
            str(one.paragraph), " … ".join(line.words.removed), " … ".join(line.words.added), one.original,
            one.proposed, one.justification, str(AMENDMENT_STATE_WORDS[one.state]), one.reason, times[0],
            one.filed_by.name, times[1],
        ]
        writer.writerow(map(harmless, cells))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" \u00a0\n")[:1] in tuple(FORMULA) else cell
