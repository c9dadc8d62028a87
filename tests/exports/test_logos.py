"""Logos: PNG or JPEG only, re-encoded, always with words."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from flask import Flask
from PIL import Image, PngImagePlugin

from drafting.domain.errors import InvalidInput, NotFound
from exports import logos
from exports.logos import NotAPicture, normalise
from tests.exports import documents
from tests.exports.documents import Scene

ALT = "Logo de la Confédération « exemple » · é 🙂"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    output = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else (200, 0, 0, 90)).save(output, kind, **options)
    return output.getvalue()


def claimed(width: int, height: int) -> bytes:
    """A tiny PNG that claims to be of that size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_becomes_a_plain_png(kind: str) -> None:
    again = Image.open(io.BytesIO(normalise(picture(kind))))

    assert (again.format, again.mode, again.size) == ("PNG", "RGB", (60, 40))


def test_nothing_hidden_in_the_file_survives() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "caché")

    clean = normalise(picture(pnginfo=notes) + b"<script>")

    assert b"cach" not in clean
    assert b"script" not in clean


def test_transparency_is_kept_and_large_pictures_are_reduced() -> None:
    again = Image.open(io.BytesIO(normalise(picture(size=(3000, 1000), mode="RGBA"))))

    assert (again.mode, again.size) == ("RGBA", (1200, 400))


@pytest.mark.parametrize(
    "data",
    [b"", b"\xc3\xa9", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture("GIF"), picture("TIFF"), picture()[:40],
     claimed(60_000, 60_000)],
    ids=["empty", "text", "svg", "gif", "tiff", "cut", "bomb"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        normalise(data)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


def test_a_secretary_gives_changes_and_removes_the_logo(scene: Scene) -> None:
    key = scene.confederation.key

    logos.upload(scene.coordinator, key, image=picture(), description=f"  {ALT} ")
    assert logos.read(scene.coordinator, key).startswith(b"\x89PNG")
    assert scene.confederation.logo_description == ALT

    logos.upload(scene.coordinator, key, image=b"", description="Autre description · é")
    assert scene.confederation.logo_description == "Autre description · é"

    logos.remove(scene.coordinator, key)
    with pytest.raises(NotFound):
        logos.read(scene.coordinator, key)


@pytest.mark.parametrize(
    ("image", "description", "field"),
    [(picture(), "  ", "logo_description"), (picture(), "é" * 201, "logo_description"), (b"rien", ALT, "logo"),
     (b"", ALT, "logo"), (picture() + b"\0" * logos.MAX_BYTES, ALT, "logo")],
)
def test_bad_values_are_refused_beside_their_field(scene: Scene, image: bytes, description: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        logos.upload(scene.coordinator, scene.confederation.key, image=image, description=description)

    assert field in caught.value.fields
    assert scene.confederation.logo is None


def test_nobody_else_changes_a_logo(scene: Scene) -> None:
    for actor in (scene.author, scene.stranger):
        with pytest.raises(NotFound):
            logos.upload(actor, scene.confederation.key, image=picture(), description=ALT)
