"""What a confined process can still do: tried in a child, since it binds for good."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from exports import confinement
from exports.confinement import Limits, confine


def in_a_child(action: Callable[[], object]) -> str:
    """Confine a child, do something there, and return `done` or the name of what it raised."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            confine(Limits(memory_bytes=300_000_000))
            action()
            os.write(writing, b"done")
        except BaseException as error:
            os.write(writing, type(error).__name__.encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        return answer.read()


def connect(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        pass


def test_files_outside_the_code_cannot_be_read(tmp_path: Path) -> None:
    secret = tmp_path / "clé.p12"
    secret.write_text("secret")

    assert in_a_child(secret.read_text) == "PermissionError"
    assert in_a_child(Path("/etc/passwd").read_text) == "PermissionError"


def test_nothing_can_be_written(tmp_path: Path) -> None:
    assert in_a_child(lambda: (tmp_path / "x").write_text("é")) == "PermissionError"


def test_code_and_fonts_can_be_read() -> None:
    font = Path(confinement.__file__).parent / "fonts" / "ContributionSerif-Regular.ttf"

    assert in_a_child(font.read_bytes) == "done"
    assert in_a_child(Path(os.__file__).read_bytes) == "done"
    assert sys.prefix in confinement.CODE


def test_the_network_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert in_a_child(lambda: connect(server.getsockname()[1])) in ("OSError", "ConnectionRefusedError")


@pytest.mark.parametrize("size", [400_000_000, 4_000_000_000])
def test_memory_ends_at_the_limit(size: int) -> None:
    assert in_a_child(lambda: bytearray(size)) == "MemoryError"
