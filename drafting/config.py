"""Settings: everything an installation may choose, read from the environment once."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What an installation has chosen. README, "Settings", says the same in a table (a test compares)."""

    instance: Path
    """DRAFTING_INSTANCE: folder of the database, keys and exports."""
    database_url: str
    """DRAFTING_DATABASE_URL: SQLAlchemy address of the database; SQLite in the instance folder by default."""
    base_url: str
    """DRAFTING_BASE_URL: public address, without a slash at its end; links in mails and in PDFs start with it."""
    proxy_hops: int
    """DRAFTING_PROXY_HOPS: how many proxies of ours stand before the application (their headers are believed)."""
    smtp_host: str
    """DRAFTING_SMTP_HOST: mail server; empty means that no mail is sent and links are shown on screen only."""
    smtp_port: int
    """DRAFTING_SMTP_PORT."""
    smtp_user: str
    """DRAFTING_SMTP_USER: empty for no authentication."""
    smtp_password: str
    """DRAFTING_SMTP_PASSWORD."""
    smtp_security: str
    """DRAFTING_SMTP_SECURITY: none, starttls or tls."""
    mail_from: str
    """DRAFTING_MAIL_FROM: sender of the mails."""
    timestamp_url: str
    """DRAFTING_TIMESTAMP_URL: time-stamping authority (RFC 3161) that confirms when files are sealed and signed; empty
    for none."""

    @property
    def is_https(self) -> bool:
        """Whether the public address is served over TLS."""
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Scheme, host and port of the public address, as a browser writes them in Origin."""
        scheme, _, rest = self.base_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"

    @classmethod
    def from_environment(cls, environ: dict[str, str] | None = None) -> Settings:
        """Read the settings; raise ValueError with what to correct."""
        env = dict(os.environ if environ is None else environ)
        instance = Path(env.get("DRAFTING_INSTANCE", "instance")).absolute()
        base_url = env.get("DRAFTING_BASE_URL", f"http://localhost:{env.get('PORT', '8000')}").rstrip("/")
        if not base_url.startswith(("http://", "https://")):
            raise ValueError(f"DRAFTING_BASE_URL must start with http:// or https://, not {base_url!r}.")
        security = env.get("DRAFTING_SMTP_SECURITY", "none")
        if security not in {"none", "starttls", "tls"}:
            raise ValueError(f"DRAFTING_SMTP_SECURITY must be none, starttls or tls, not {security!r}.")
        return cls(
            instance=instance,
            database_url=env.get("DRAFTING_DATABASE_URL") or f"sqlite:///{instance / 'drafting.sqlite3'}",
            base_url=base_url,
            proxy_hops=_whole(env, "DRAFTING_PROXY_HOPS", 0),
            smtp_host=env.get("DRAFTING_SMTP_HOST", ""),
            smtp_port=_whole(env, "DRAFTING_SMTP_PORT", 25),
            smtp_user=env.get("DRAFTING_SMTP_USER", ""),
            smtp_password=env.get("DRAFTING_SMTP_PASSWORD", ""),
            smtp_security=security,
            mail_from=env.get("DRAFTING_MAIL_FROM", "ne-pas-repondre@localhost"),
            timestamp_url=_address(env, "DRAFTING_TIMESTAMP_URL"),
        )


def _address(env: dict[str, str], name: str) -> str:
    url = env.get(name, "")
    if url and not url.startswith(("http://", "https://")):
        raise ValueError(f"{name} must start with http:// or https://, not {url!r}.")
    return url


def _whole(env: dict[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal():
        raise ValueError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def secret_key(instance: Path) -> bytes:
    """Return the instance's secret, made at the first start and readable by its owner alone."""
    path = instance / "keys" / "secret"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        secret = secrets.token_bytes(32)
        file.write(secret)
    return secret
