"""Checks of the machine: the instance folder, its keys, SQLite, Pango, fonts."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask_babel import gettext as _

from drafting.config import Settings
from drafting.health.findings import Finding, fine, problem, warning

FREE_MIN_BYTES = 500 * 1024 * 1024
SECRET_BYTES_MIN = 32
FONTS = Path(__file__).parents[2] / "exports" / "fonts"
FAMILIES = ("ContributionSerif-", "ContributionSans-", "NotoSansSymbols2-", "NotoEmoji-")
# The WAL-reset corruption with several writing connections is gone from these on (notes/security.md).
SQLITE_SOUND = (3, 51, 3)
SQLITE_PATCHED = ((3, 50, 7), (3, 44, 6))


def instance(settings: Settings) -> Iterator[Finding]:
    """Look at the instance folder: there, ours alone, writable, with room."""
    folder = settings.instance
    if not folder.is_dir():
        yield problem(
            _("Le dossier de l’installation n’existe pas : %(path)s", path=folder),
            _("Créez-le ou corrigez DRAFTING_INSTANCE."),
        )
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"1")
    except OSError as error:
        yield problem(
            _("Le dossier de l’installation n’est pas accessible en écriture : %(error)s", error=error),
            _("Donnez-le au compte qui fait tourner l’application : chown -R COMPTE %(path)s", path=folder),
        )
        return
    free = shutil.disk_usage(folder).free
    if free < FREE_MIN_BYTES:
        yield warning(
            _("Il reste peu de place sur le disque : %(count)d Mo.", count=free // 1024**2),
            _("Libérez de la place avant que les écritures ne s’arrêtent."),
        )
    yield fine(_("Dossier de l’installation : %(path)s", path=folder))


def keys(settings: Settings) -> Iterator[Finding]:
    """Look at the keys: readable by us, by nobody else, and not empty."""
    folder = settings.instance / "keys"
    secret = folder / "secret"
    if not secret.is_file():
        yield problem(
            _("Le secret de l’installation manque : %(path)s", path=secret),
            _("Restaurez une sauvegarde, ou redémarrez l’application pour en créer un nouveau."),
        )
        return
    if len(secret.read_bytes()) < SECRET_BYTES_MIN:
        yield problem(
            _("Le secret de l’installation est vide ou tronqué : %(path)s", path=secret),
            _("Restaurez une sauvegarde, ou supprimez ce fichier et redémarrez l’application."),
        )
    open_to_others = [path for path in (folder, *sorted(folder.rglob("*"))) if _is_open(path)]
    for path in open_to_others:
        yield problem(
            _("D’autres comptes peuvent lire %(path)s", path=path),
            f"chmod {'700' if path.is_dir() else '600'} {path}",
        )
    if not open_to_others:
        yield fine(_("Clés lisibles par l’application seule"))


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.lstat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)) and not path.is_symlink()


def sqlite(settings: Settings) -> Iterator[Finding]:
    """Look at the SQLite that Python links, where it is used."""
    if not settings.database_url.startswith("sqlite"):
        return
    version = sqlite3.sqlite_version_info
    if is_sound(version):
        yield fine(_("SQLite %(version)s", version=sqlite3.sqlite_version))
        return
    yield warning(
        _(
            "SQLite %(version)s peut, très rarement, abîmer la base quand plusieurs connexions écrivent.",
            version=sqlite3.sqlite_version,
        ),
        _(
            "Gardez un seul processus (réglage par défaut) et des sauvegardes régulières, ou liez Python à "
            "SQLite 3.51.3 ou plus récent, ou passez à PostgreSQL."
        ),
    )


def is_sound(version: tuple[int, ...]) -> bool:
    """Tell whether a version of SQLite is free of the WAL-reset corruption.

    3.51.3 and later are; so are the branches in which it was repaired: 3.50.7 and later, 3.44.6 and later.
    """
    repaired = any(version[:2] == first[:2] and version >= first for first in SQLITE_PATCHED)
    return version >= SQLITE_SOUND or repaired


def pango(settings: Settings) -> Iterator[Finding]:
    """Look for what the PDF export needs of the system."""
    try:
        import weasyprint
    except (OSError, ImportError) as error:
        yield problem(
            _("L’export PDF ne peut pas démarrer : %(error)s", error=str(error).splitlines()[0]),
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        )
        return
    yield fine(_("Export PDF : WeasyPrint %(version)s", version=weasyprint.__version__))


def fonts(settings: Settings) -> Iterator[Finding]:
    """Open each of the fonts that the export embeds; the four families have to be there."""
    from fontTools.ttLib import TTFont, TTLibError

    remedy = _("Rétablissez le dossier exports/fonts de la version installée.")
    sound = set()
    for path in sorted(FONTS.glob("*.[ot]tf")):
        try:
            with TTFont(path) as font:
                font.getBestCmap()
                sound.add(path.name)
        except (TTLibError, OSError, KeyError, ValueError) as error:
            yield problem(_("Police illisible : %(path)s (%(error)s)", path=path, error=error), remedy)
    for family in FAMILIES:
        if not any(name.startswith(family) for name in sound):
            yield problem(_("Il manque la police %(name)s.", name=family), remedy)
    if sound:
        yield fine(_("%(count)d fichiers de polices", count=len(sound)))


def address(settings: Settings) -> Iterator[Finding]:
    """Look at the public address and the mail settings: both are easily forgotten."""
    if "://localhost" in settings.base_url or "://127." in settings.base_url:
        yield warning(
            _("Les liens des courriels et des PDF mènent à %(url)s", url=settings.base_url),
            _("Donnez l’adresse publique dans DRAFTING_BASE_URL dès que d’autres personnes s’en servent."),
        )
    elif not settings.is_https:
        yield warning(
            _("L’adresse publique n’est pas chiffrée : %(url)s", url=settings.base_url),
            _("Servez l’application en HTTPS et mettez-le dans DRAFTING_BASE_URL."),
        )
    if not settings.smtp_host:
        yield warning(
            _("Aucun serveur de courriel : les invitations sont montrées à l’écran seulement."),
            _("Réglez DRAFTING_SMTP_HOST pour les envoyer."),
        )


