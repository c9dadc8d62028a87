"""Pandoc as a program: it works on bytes in a guarded process, and can reach nothing else from there."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path

import pytest

from exports import pandoc, worker
from exports.confinement import Limits
from tests.exports.docx import words

RUN = "exports.pandoc:convert"
TEXT = "L’œuvre « commune » · 🙂"


def convert(content: bytes, *options: str, limits: Limits | None = None) -> bytes:
    return worker.run(RUN, content, *options, limits=limits or pandoc.limits())


def still_running() -> list[str]:
    """The processes of pandoc that still read Markdown."""
    asked = ["pgrep", "-f", f"{pandoc.program()} .*--from=markdown_strict"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    return found.stdout.split()


SLOW = b"[" * 30_000
"""Markdown on which pandoc spends hours."""


def test_a_document_is_read_from_bytes_in_the_guarded_process() -> None:
    tree = json.loads(convert(words.docx(words.p(TEXT)), "--from=docx", "--to=json"))

    assert [block["t"] for block in tree["blocks"]] == ["Para"]
    assert "œuvre" in json.dumps(tree, ensure_ascii=False)


def test_pandoc_cannot_read_a_file_of_ours_even_where_it_is_told_to(tmp_path: Path) -> None:
    secret = tmp_path / "clé.txt"
    secret.write_text("secret")

    for file in (str(secret), "/etc/passwd"):
        with pytest.raises(worker.Crashed, match=r"(?i)permission denied|does not exist"):
            convert(b"", "--from=markdown", "--to=html", file)
        with pytest.raises(worker.Crashed, match=r"(?i)permission denied|does not exist"):
            convert(TEXT.encode(), "--from=markdown", "--to=html", "--standalone", f"--include-in-header={file}")


def test_pandoc_reads_no_file_that_a_document_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mot-de-passe")

    made = convert(f".. include:: {secret}\n\nsuite".encode(), "--from=rst", "--to=html")

    assert b"mot-de-passe" not in made


def test_pandoc_cannot_reach_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        with pytest.raises(worker.Crashed):
            convert(b"", "--from=markdown", "--to=html", f"http://127.0.0.1:{server.getsockname()[1]}/x.md")
        with pytest.raises(TimeoutError):
            server.accept()


def test_pandoc_cannot_write_a_file(tmp_path: Path) -> None:
    target = tmp_path / "sortie.html"

    with pytest.raises(worker.Crashed, match=r"(?i)permission denied"):
        convert(TEXT.encode(), "--from=markdown", "--to=html", f"--output={target}")

    assert not target.exists()


def test_no_other_program_runs_in_the_guarded_process() -> None:
    only_true = Limits(memory_bytes=1_500_000_000, cpu_s=5, wall_s=20, programs=("/bin/true",))

    with pytest.raises(worker.Crashed, match="PermissionError"):
        convert(TEXT.encode(), "--from=markdown", "--to=html", limits=only_true)
    with pytest.raises(worker.Crashed, match="PermissionError"):
        convert(TEXT.encode(), "--from=markdown", "--to=html", limits=Limits())


@pytest.mark.parametrize("limits", [{"cpu_s": 1}, {"wall_s": 2}], ids=["computing", "the clock on the wall"])
def test_time_ends_pandoc_too(limits: dict[str, int]) -> None:
    started = time.monotonic()

    with pytest.raises(worker.TooMuch):
        convert(SLOW, "--from=markdown_strict", "--to=json", limits=pandoc.limits(**limits))

    assert time.monotonic() - started < 30
    time.sleep(0.3)
    assert still_running() == []


def test_memory_ends_pandoc_too() -> None:
    with pytest.raises(worker.TooMuch):
        convert(("*é* " * 3_000_000).encode(), "--from=markdown", "--to=json", limits=pandoc.limits(cpu_s=60))


def test_what_pandoc_does_not_understand_is_said() -> None:
    with pytest.raises(worker.Crashed, match="Unreadable"):
        convert(b"ni ZIP ni rien", "--from=docx", "--to=json")
