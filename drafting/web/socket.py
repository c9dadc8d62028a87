"""The WebSocket at /live: who may open one, and the conversation on it (drafting/live/protocol.py)."""

from __future__ import annotations

import contextlib
import logging
import socket
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from drafting.extensions import db
from drafting.live.conversation import Conversation
from drafting.live.frames import Frame
from drafting.live.house import House, house_of
from drafting.live.protocol import MAX_FRAME_BYTES
from drafting.web.actor import current_actor
from drafting.web.channel import Channel, text_frame
from drafting.web.errors import answer
from drafting.web.reader import reader

logger = logging.getLogger(__name__)

blueprint = Blueprint("socket", __name__)

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


@blueprint.get("/live", websocket=True)
def live() -> ResponseReturnValue:
    """Converse with an open page until one of the two ends it. Only gunicorn gives us the connection itself."""
    if not is_own_origin(request.headers.get("Origin"), current_app.config["SETTINGS"].origin):
        abort(403)
    actor = current_actor()
    if actor is None:
        abort(401)
    house = house_of(db.engine)
    connection = request.environ.get("gunicorn.socket")
    if connection is None:
        logger.error("Nobody can write live: this server gives no connection to converse on. Use gunicorn (make run).")
        return answer(503, _("L’écriture en direct n’est pas disponible"), _(
            "Ce serveur ne sait que montrer des pages. Démarrez l’application avec « make run » ou gunicorn."))
    if house.is_full:
        abort(503)
    db.session.remove()  # No session lives as long as a socket.
    # Taken from gunicorn, which would close it with the end of this request.
    channel = Channel(socket.socket(fileno=connection.detach()), _handshake(), max_bytes=MAX_FRAME_BYTES)
    conversation = house.welcome(actor, lambda frame: channel.send(wire_of(frame)), channel.end)
    reader.add(channel, PageEars(house, conversation))
    return Done()


class PageEars:
    """What an open page says goes to its conversation (`channel.Ears`)."""

    def __init__(self, house: House, conversation: Conversation) -> None:
        self._house = house
        self._conversation = conversation
        self.receive_now = conversation.receive_now
        self.receive = conversation.receive

    def too_fast(self) -> None:
        """Say why, and end."""
        self._conversation.goodbye("too_fast")

    def too_large(self) -> None:
        """Say why, and end."""
        self._conversation.goodbye("malformed")

    def gone(self) -> None:
        """Give up all seats."""
        self._house.part(self._conversation)


def wire_of(frame: Frame) -> bytes:
    """Return the frame's bytes, made once for all who receive it."""
    if frame.wire is None:
        frame.wire = text_frame(frame.text.encode())
    return frame.wire


def is_own_origin(origin: str | None, own: str) -> bool:
    """Tell whether a browser's Origin is the application's own; localhost is called by several names."""
    if origin == own:
        return True
    if origin is None:
        return False
    with contextlib.suppress(ValueError):
        theirs, ours = urlsplit(origin), urlsplit(own)
        return (
            origin == f"{theirs.scheme}://{theirs.netloc}"
            and theirs.scheme == ours.scheme
            and theirs.port == ours.port
            and _host(theirs.netloc) in LOOPBACK
            and _host(ours.netloc) in LOOPBACK
        )
    return False


def _host(netloc: str) -> str:
    host, colon, port = netloc.rpartition(":")
    return host if colon and port.isdecimal() else netloc


def _handshake() -> bytes:
    """Return the request as wsproto wants it, without what asks for extensions."""
    lines = [f"GET {request.path} HTTP/1.1"]
    for name in ("Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"):
        lines.append(f"{name}: {request.headers.get(name, '')}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


class Done(Response):
    """The connection was answered on already and is not gunicorn's any more."""

    def __call__(self, *args: Any, **values: Any) -> Any:
        """End the request without another word."""
        raise StopIteration
