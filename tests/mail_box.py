"""A real SMTP server that keeps what it receives, and an application that is set to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Protocol
from flask import Flask

from tests.server import free_port


class Box:
    """What the mail server received."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse = False
        self.port = 0

    async def handle_DATA(self, server: Protocol, session: Any, envelope: Any) -> str:
        """Keep a mail, or refuse it."""
        if self.refuse:
            return "554 No"
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        assert envelope.rcpt_tos == [parsed["To"]]
        self.mails.append(parsed)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """Return what one address received, in order."""
        return [one for one in self.mails if one["To"] == address]


@contextmanager
def listening() -> Iterator[Box]:
    """A mail server on a port of this machine."""
    box = Box()
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@contextmanager
def receiving(app: Flask) -> Iterator[Box]:
    """A mail server, which the application is set to."""
    with listening() as box:
        app.config["SETTINGS"] = replace(
            app.config["SETTINGS"], smtp_host="127.0.0.1", smtp_port=box.port,
            mail_from="contributions@exemple.example", base_url="https://contributions.example",
        )
        yield box


def text_of(message: EmailMessage) -> str:
    """Return what a mail says."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(message: EmailMessage) -> str:
    """Return the address in a mail."""
    return next(line for line in text_of(message).splitlines() if line.startswith("http"))
