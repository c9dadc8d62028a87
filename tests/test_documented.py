"""Every setting and every command of the command line is named in the README."""

import re
from pathlib import Path

from drafting.config import Settings
from wsgi import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Commands that Flask and its extensions bring: their own manuals describe them.
OTHERS_COMMANDS = {"run", "routes", "shell", "babel"}


def _settings_read_anywhere():
    """Names of the environment variables that the code reads, wherever it reads them."""
    code = [*ROOT.glob("*.py"), *ROOT.glob("drafting/**/*.py"), *ROOT.glob("exports/**/*.py")]
    return {name for path in code for name in re.findall(r"\bDRAFTING_[A-Z_]+[A-Z]", path.read_text("utf-8"))}


def test_every_setting_is_in_the_readme():
    names = _settings_read_anywhere() | {"PORT"}

    assert {"DRAFTING_INSTANCE", "DRAFTING_DATABASE_URL", "DRAFTING_BASE_URL", "DRAFTING_SMTP_HOST"} <= names
    missing = {name for name in names if not re.search(rf"`{name}`", README)}
    assert not missing


def test_the_readme_names_no_setting_that_does_not_exist():
    assert set(re.findall(r"\bDRAFTING_[A-Z_]+[A-Z]", README)) <= _settings_read_anywhere()


def test_every_setting_of_the_configuration_has_its_environment_variable():
    documented = (ROOT / "drafting" / "config.py").read_text(encoding="utf-8")

    for field in Settings.__dataclass_fields__:
        assert f"DRAFTING_{field.upper()}" in documented


def test_every_command_is_in_the_readme():
    commands = {name for name, one in app.cli.commands.items() if not one.hidden} - OTHERS_COMMANDS

    assert {"demo", "create-admin", "doctor", "backup", "restore"} <= commands
    assert {"export", "publish", "verify"} <= commands
    missing = {name for name in commands if not re.search(rf"`[^`]*\b{re.escape(name)}\b[^`]*`", README)}
    assert not missing


def test_every_make_target_that_is_offered_is_in_the_readme():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*?## ", makefile, flags=re.M))

    assert targets
    missing = {target for target in targets if not re.search(rf"\bmake {target}\b", README)}
    assert not missing
