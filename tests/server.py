"""A real server of the application: gunicorn in a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from drafting.config import Settings
from drafting.domain.actor import Actor
from drafting.extensions import transaction
from drafting.models import Person
from drafting.services import sign_ins
from tests.nursery import Born, bear

ROOT = Path(__file__).parents[1]
START_TIMEOUT_S = 30


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """gunicorn serving one instance; may be killed and started again on the same port."""

    settings: Settings
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: Born | None = None

    @property
    def address(self) -> str:
        """Where browsers find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_address(self) -> str:
        """Where pages converse with it."""
        return f"ws://127.0.0.1:{self.port}/live"

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *problem: object) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.settings.instance / f"server-{self.port}.log"

    def start(self) -> Server:
        """Start serving and wait until a page answers."""
        environment = os.environ | {
            "DRAFTING_INSTANCE": str(self.settings.instance),
            "DRAFTING_DATABASE_URL": self.settings.database_url,
            "DRAFTING_BASE_URL": self.address,
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            **self.environment,
        }
        self.process = bear(environment, self.log)
        self._wait()
        return self

    def _wait(self) -> None:
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end:
            try:
                with urlopen(f"{self.address}/static/icons/favicon.svg", timeout=2):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
            assert self.process is not None
            if self.process.poll() is not None:
                break
        raise AssertionError(f"The server did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """Kill the server and its workers at once, as a power cut would."""
        if self.process is None:
            return
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        for pid in [self.process.pid, *map(int, children.stdout.split())]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """Stop serving in order."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None


def cookie_for(actor: Actor) -> str:
    """Sign the actor in and return the Cookie header of their browser."""
    with transaction() as session:
        person = session.get(Person, actor.person_id)
        assert person is not None
        token = sign_ins.start(person, organisation_id=actor.organisation_id)
    return f"session={token}"
