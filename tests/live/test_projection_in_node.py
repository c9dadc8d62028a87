"""What is struck breaks nothing around it: the editor's tree, kept edit by edit, is that of the text without it."""

import os
import subprocess
from pathlib import Path

from tools import node

ROOT = Path(__file__).parents[2]
COUNT = int(os.environ.get("HISTORIES", "10000")) if os.environ.get("FUZZ") == "long" else 400
SEED = os.environ.get("SEED", "20250311")


def test_the_tree_kept_edit_by_edit_is_that_of_the_text_without_what_is_struck() -> None:
    line = [*node.command("node"), str(ROOT / "tests/live/node/projection.mjs"), SEED, str(COUNT)]

    done = subprocess.run(line, capture_output=True, env=node.environment(), encoding="utf-8", cwd=ROOT, check=False)

    assert done.stdout == "done\n", (done.stdout[:2_000], done.stderr[:2_000])
