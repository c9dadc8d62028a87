"""The vendored browser packages are exactly what tools/vendor.mjs makes of package-lock.json."""

import gzip
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUNDLE_LIMIT_BYTES = 86 * 1024


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "tools/node.py", "node", "tools/vendor.mjs", str(tmp_path)], cwd=ROOT, check=True)

    built = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    static = ROOT / "static"
    assert {name.name for name in built if name.parts[0] == "vendor"} == {
        file.name for file in (static / "vendor").iterdir()
    }
    assert [name for name, content in built.items() if (static / name).read_bytes() != content] == []


def test_what_is_sent_of_a_bundle_is_the_bundle() -> None:
    bundles = sorted((ROOT / "static/vendor").glob("*.js"))
    sent = [path.with_name(path.name + ".gz").read_bytes() for path in bundles]

    assert len(bundles) > 2
    assert [gzip.decompress(each) for each in sent] == [path.read_bytes() for path in bundles]


def test_the_editor_bundle_is_small() -> None:
    assert (ROOT / "static/vendor/codemirror.js.gz").stat().st_size <= BUNDLE_LIMIT_BYTES


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text()

    assert '"resolved"' not in lock
