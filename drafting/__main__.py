"""`python -m drafting`: the doctor, for an installation whose application does not start any more."""

from __future__ import annotations

import sys

from flask_babel import force_locale

from drafting.doctor import examine, line_of, terminal_language
from drafting.health.findings import Level


def main() -> int:
    """Start the application as far as it goes and examine it; return the exit status."""
    try:
        from drafting.app import create_app

        app = create_app()
    except Exception as error:  # The edge of the process: saying why it does not start is the point.
        sys.stdout.write(f"✗ L’application ne démarre pas\u00a0: {error}\n")
        sys.stdout.write("  → Corrigez ce point, puis relancez\u00a0: python -m drafting\n")
        return 1
    is_sound = True
    with app.app_context(), force_locale(terminal_language()):
        for finding in examine(app.config["SETTINGS"]):
            sys.stdout.write(line_of(finding) + "\n")
            is_sound = is_sound and finding.level is not Level.PROBLEM
    return 0 if is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
