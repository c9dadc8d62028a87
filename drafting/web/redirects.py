"""Where a form may send a person afterwards: inside this site only."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_path(target: str | None, default: str = "/") -> str:
    """Return the target if it is a path of this site, else the default.

    `//elsewhere`, `/\\elsewhere` and `/<tab>/elsewhere` are read by browsers as another site's address.
    """
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return default
    if not target.isprintable():
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else target
