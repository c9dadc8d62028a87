"""Styles, fonts and browser modules: kept by browsers for good under a version, sent compressed.

The version is a digest of everything in static/, and part of the path, so that modules importing each
other by relative paths stay together and a page needs no request to learn that nothing changed. Any version
in a path answers with the present file: a page that was open during an update still finds what it asks for.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory, url_for

from drafting.web.modules import as_sent, needed

# Bundles of other people's packages: sent as they are.
VENDOR = "vendor/"
COMPRESSED = {".js", ".css", ".svg", ".json", ".map", ".txt", ".md"}
A_YEAR_S = 365 * 24 * 3600


def version_of(folder: Path) -> str:
    """Return a digest of all names and contents of a folder, 12 hexadecimal characters."""
    digest = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=512)
def compressed(path: Path, changed_ns: int, *, own: bool) -> bytes:
    """Return a file's bytes compressed, made once for each state of the file; an own module's as it is sent.

    Beside a bundle lies what tools/vendor.mjs made of it, which is shorter than what one has time for here.
    """
    ready = path.with_name(path.name + ".gz")
    if ready.exists():
        return ready.read_bytes()
    content = path.read_bytes()
    if own and path.suffix == ".js":
        content = as_sent(content.decode()).encode()
    return gzip.compress(content, compresslevel=9, mtime=0)


def init_app(app: Flask, folder: Path) -> None:
    """Serve the folder at /static, and lead `url_for('static', ...)` to the present version."""
    version = version_of(folder)

    def static(filename: str, version: str = "") -> Response:
        response = send_from_directory(folder, filename, max_age=A_YEAR_S if version else None)
        del response.headers["Content-Disposition"]
        if version:
            response.cache_control.immutable = True
            # Never asked whether it changed. With fifty modules a page, what a head does not say counts.
            for name in ("ETag", "Last-Modified", "Expires"):
                response.headers.pop(name, None)
        path = folder / filename
        if path.suffix in COMPRESSED:
            response.vary.add("Accept-Encoding")
            if response.status_code == 200 and "gzip" in request.accept_encodings and not request.range:
                response.close()  # The file itself is not sent.
                response.direct_passthrough = False
                response.set_data(compressed(path, path.stat().st_mtime_ns, own=not filename.startswith(VENDOR)))
                response.headers["Content-Encoding"] = "gzip"
                response.headers.pop("Accept-Ranges", None)
        return response

    @lru_cache
    def names_of(*entries: str) -> tuple[str, ...]:
        modules = list(dict.fromkeys(module for entry in entries for module in needed(folder / entry)))
        # The largest first: all others together take less time on their way.
        modules.sort(key=lambda module: -module.stat().st_size)
        return tuple(str(module.relative_to(folder.resolve())) for module in modules)

    def modules_of(*entries: str) -> list[str]:
        """Return the addresses of these modules and of all that they need before they run."""
        return [url_for("static", filename=name) for name in names_of(*entries)]

    app.jinja_env.globals["modules_of"] = modules_of
    app.add_url_rule("/static/v/<version>/<path:filename>", "static", static)
    app.add_url_rule("/static/<path:filename>", "static_unversioned", static)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", version)
