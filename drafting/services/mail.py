"""Send mail over SMTP, where the installation has a mail server."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app

from drafting.config import Settings

logger = logging.getLogger(__name__)

TIMEOUT_S = 15


@dataclass(frozen=True)
class Mail:
    """A mail in plain text."""

    to: str
    subject: str
    text: str


def is_configured() -> bool:
    """Tell whether this installation sends mail."""
    return bool(_settings().smtp_host)


def send(mail: Mail) -> bool:
    """Send a mail and tell whether the server took it; a failure is logged. Never inside a transaction."""
    settings = _settings()
    if not settings.smtp_host:
        return False
    try:
        message = message_of(mail, settings)
        with _connection(settings) as connection:
            connection.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError):
        logger.exception("A mail could not be sent.")
        return False
    return True


def message_of(mail: Mail, settings: Settings) -> EmailMessage:
    """Return the message; raise ValueError for a header that would hold a line break."""
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=urlsplit(settings.base_url).hostname or "localhost")
    message["Auto-Submitted"] = "auto-generated"  # Nobody's holiday answer comes back.
    message.set_content(mail.text)
    return message


def _connection(settings: Settings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if settings.smtp_security == "tls":
        connection = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S, context=context)
    else:
        connection = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S)
    try:
        if settings.smtp_security == "starttls":
            connection.starttls(context=context)
        if settings.smtp_user:
            connection.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        connection.close()
        raise
    return connection


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


_later = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")
_pending: set[Future[None]] = set()


def later(work: Callable[..., object], *values: Any) -> None:
    """Do this after the answer, in another thread: how long an answer takes must not tell what was found."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> None:
        with app.app_context():
            try:
                work(*values)
            except Exception:  # A process edge: nobody is left to be told.
                logger.exception("Work that was left for later failed.")

    future = _later.submit(run)
    _pending.add(future)
    future.add_done_callback(_pending.discard)


def wait_for_later(timeout_s: float = 30) -> None:
    """Wait until all that was left for later is done."""
    for future in list(_pending):
        future.result(timeout=timeout_s)
