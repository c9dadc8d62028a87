"""Run the benchmarks: `python -m tests.bench [name ...] [--trace FILE]`. A goal that is missed is said so."""

from __future__ import annotations

import argparse
import importlib

# live: typing to the other screen. keys: key to screen in the browser. size: JavaScript before the first key.
# export: computing time of the PDF. review: deciding on a thousand suggestions.
# comparison: how real revisions read when compared, and how quickly.
# history: any past revision of a long log, and the pages that show its past.
# redline: 100 KB compared as read.
# signing: computing time and bytes of a signature, and of verifying 41.
NAMES = ("trace", "live", "keys", "size", "export", "review", "changes", "history", "comparison", "redline",
         "signing")


def main() -> None:
    """Run those that are asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which to run (all by default)")
    parser.add_argument("--trace", default="", help="a recording to replay, e.g. automerge-paper.json.gz")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each load of `live` lasts")
    arguments = parser.parse_args()
    for name in arguments.names or NAMES:
        module = importlib.import_module(f"tests.bench.{name}")
        print(f"{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.run(arguments)


main()
