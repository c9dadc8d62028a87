"""Look whether the machine has what is needed, and install it with apt where we may.

    python tools/machine.py python pango browser pdfsig

Runs with any Python 3, before anything is installed. As root on Debian or Ubuntu it installs what is
missing and says so; NO_APT=1 prevents that. Otherwise it says exactly what to type, and fails.
"""

import ctypes.util
import os
import shutil
import subprocess
import sys

PACKAGES = {
    "python": ["python3-venv"],
    "pango": ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"],
    "browser": ["chromium-headless-shell", "libatomic1"],
    "pdfsig": ["poppler-utils"],
}
WHY = {
    "python": "Python 3.11 or newer with venv",
    "pango": "Pango, with which the PDF is laid out",
    "browser": "Chromium, in which the browser tests run, and libatomic, which its driver needs",
    "pdfsig": "pdfsig, an independent reader that checks our seals",
}
LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
# The first has no window to draw, which takes a third of the others' time. Ubuntu does not have it as a package.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def has(need):
    """Tell whether the machine has this."""
    if need == "python":
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            return False
        return True
    if need == "pango":
        return all(ctypes.util.find_library(name) for name in LIBRARIES)
    if need == "browser":
        browser = os.environ.get("CHROMIUM") or any(shutil.which(name) for name in BROWSERS)
        return bool(browser) and bool(ctypes.util.find_library("atomic"))
    return bool(shutil.which(need))


def apt_allowed():
    """Tell whether we may install system packages by ourselves."""
    return os.geteuid() == 0 and bool(shutil.which("apt-get")) and os.environ.get("NO_APT") != "1"


def install(packages):
    """Install system packages, those that there are, showing what apt says only if it fails."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    one_by_one = (["apt-get", "install", "-y", "--no-install-recommends", package] for package in packages)
    for line in (["apt-get", "update"], *one_by_one):
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)


def main(needs):
    """Make sure of each need; return the exit status."""
    if sys.version_info < (3, 11):
        print("Python 3.11 or newer is needed; this is %d.%d. Try: make PYTHON=python3.11 ..." % sys.version_info[:2])
        return 1
    missing = [need for need in needs if not has(need)]
    if not missing:
        return 0
    packages = [package for need in missing for package in PACKAGES[need]]
    if apt_allowed():
        print("Installing with apt (NO_APT=1 prevents it):", " ".join(packages), flush=True)
        install(packages)
        missing = [need for need in missing if not has(need)]
        if not missing:
            return 0
    print("Missing on this machine:", file=sys.stderr)
    for need in missing:
        print("  -", WHY[need], file=sys.stderr)
    print("Install it with:\n  sudo apt-get install", " ".join(packages), file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
