"""What browsers send: no larger than its page needs, and text without characters that nobody types.

A null character in a field or an address would be an error of the database (PostgreSQL keeps none), other control
characters could neither be shown nor stand in a PDF.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Request, current_app
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.routing import UnicodeConverter

# Control characters but tab and line ends, halves of surrogate pairs, and the two that are no characters.
UNTYPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

MAX_FORM_BYTES = 500_000  # The longest form, a consultation's questions, has 180 KB at worst.
MAX_UPLOAD_BYTES = 4 * 1024 * 1024  # Logos, seals and certificates; the routes in LARGE_UPLOADS take more.


class PlainFields(ImmutableMultiDict[str, Any]):
    """The fields of a form or a query, without characters that nobody types."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__([(_plain(name), _plain(value)) for name, value in iter_multi_items(mapping or ())])


class PlainRequest(Request):
    """A request of bounded size whose fields are plain text."""

    parameter_storage_class = PlainFields

    @property
    def max_content_length(self) -> int | None:
        """The largest body that is read at all: a form without files is read whole, in memory, and cut into fields."""
        if self.mimetype == "application/x-www-form-urlencoded":
            return MAX_FORM_BYTES
        if self.endpoint in current_app.config["LARGE_UPLOADS"]:
            return super().max_content_length
        return MAX_UPLOAD_BYTES

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value


class PlainPart(UnicodeConverter):
    """A part of an address: one with control characters leads nowhere."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")


def _plain(value: Any) -> Any:
    return UNTYPED.sub("", value) if isinstance(value, str) else value


def init_app(app: Flask) -> None:
    """Before any route is registered."""
    app.request_class = PlainRequest
    app.url_map.converters["default"] = app.url_map.converters["string"] = PlainPart
