"""Which bytes of a file a signature covers, to the byte: pyHanko compares lengths only."""

from __future__ import annotations

import binascii

from pyhanko.sign.validation import EmbeddedPdfSignature


def covers_every_byte(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the signature covers all of the file but itself, and its own place holds nothing else."""
    return covered_to(pdf, signature) == len(pdf)


def covered_to(pdf: bytes, signature: EmbeddedPdfSignature) -> int | None:
    """Return where what a signature covers ends, or None where it leaves out more than itself.

    The gap must be exactly where the signature is, must be its hexadecimal digits and nothing else, and what is left
    of the gap must be zeros.
    """
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) != 4:
        return None
    start, gap, after, rest = numbers
    if start != 0 or not 0 < gap < after or rest < 0 or after + rest > len(pdf):
        return None
    content = signature.pkcs7_content
    digits = binascii.hexlify(content)
    if pdf[gap:after] not in (b"<" + digits + b">", b"<" + digits.upper() + b">"):
        return None
    return after + rest if not content[len(_der_element(content)) :].strip(b"\0") else None


def _der_element(data: bytes) -> bytes:
    """Return the first DER element of these bytes: the signature without the zeros that fill its place."""
    first = data[1]
    if first < 0x80:
        return data[: 2 + first]
    width = first & 0x7F
    return data[: 2 + width + int.from_bytes(data[2 : 2 + width], "big")]
