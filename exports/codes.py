"""The code printed on a sealed document's cover: short enough to type, too long to guess."""

from __future__ import annotations

from drafting.models.columns import KEY_ALPHABET, new_key

LENGTH = 16
GROUP = 4



def new_code() -> str:
    """A code that nobody can guess: 16 characters, 80 random bits."""
    return new_key()


def grouped(code: str) -> str:
    """The code as it is printed: in groups of four."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, with or without dashes, spaces and capitals; None when it cannot be one."""
    code = "".join(character for character in typed[:100].lower() if character.isalnum())
    if len(code) != LENGTH or any(character not in KEY_ALPHABET for character in code):
        return None
    return code
