"""The colours that organisations may have: by name, AA on white paper and on dark paper (static/css/app.css)."""

from __future__ import annotations

# Names only: the values are the custom properties --org-<name> of static/css/app.css.
PALETTE = (
    "crimson", "orange", "ochre", "olive", "green", "teal",
    "cyan", "blue", "indigo", "violet", "plum", "brown",
)
