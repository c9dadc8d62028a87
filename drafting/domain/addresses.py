"""Mail addresses, in the one form in which they are kept and compared."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


def normalised_address(text: str) -> str | None:
    """Return the address in lower case, its domain in ASCII, or None if it is not one."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    try:
        valid = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return (valid.ascii_email or "").lower() or None
