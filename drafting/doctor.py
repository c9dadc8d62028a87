"""The doctor: every check in order, and the ones that other parts of the product add.

`flask --app wsgi doctor` is the usual way. Where the application itself does not start any more,
`python -m drafting` still says why.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from flask import Flask, current_app
from flask_babel import gettext as _

from drafting.config import Settings
from drafting.extensions import db
from drafting.health import data, machine
from drafting.health.findings import Finding, Level, run

Added = Callable[[], Iterable[Finding]]

_SIGNS = {Level.FINE: "✓", Level.WARNING: "!", Level.PROBLEM: "✗"}


def add_check(app: Flask, name: str, check: Added) -> None:
    """Let another part of the product add a check, with a French name for the case that it cannot run."""
    app.extensions.setdefault("doctor", []).append((name, check))


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything; needs an application context, but no working database."""
    ours = [
        (_("Dossier"), machine.instance), (_("Clés"), machine.keys), ("SQLite", machine.sqlite),
        ("Pango", machine.pango), (_("Polices"), machine.fonts), (_("Adresse"), machine.address),
        (_("Migrations"), data.migrations), (_("Journaux"), data.logs), (_("Versions"), data.versions),
        (_("Journal des actes"), data.audit_chain), (_("Exports"), data.files),
    ]  # fmt: skip
    checks = [(name, partial(_afresh, partial(check, settings))) for name, check in ours]
    yield from run([*checks, *current_app.extensions.get("doctor", [])])


def _afresh(check: Added) -> Iterable[Finding]:
    """Run a check outside the transaction in which another one may have failed."""
    db.session.rollback()
    return check()


def line_of(finding: Finding) -> str:
    """Return a finding as it is printed."""
    line = f"{_SIGNS[finding.level]} {finding.message}"
    return f"{line}\n  → {finding.remedy}" if finding.remedy else line


def terminal_language(environ: dict[str, str] | None = None) -> str:
    """Return the language in which the command line speaks: English where the locale says so, else French."""
    env = os.environ if environ is None else environ
    locale = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return "en" if locale.lower().startswith("en") else "fr"
