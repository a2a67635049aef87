"""The browser that tests of the report drive; `python tests/browser.py` installs Chromium where there is none."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
OWN = (sys.executable, "-m", "playwright", "install", "--with-deps", "chromium")
MISSING = (
    f"tests of the report need a browser, and none of {', '.join(NAMES)} is on the PATH and starts outside a snap: "
    f"install Chromium (Debian: 'apt-get install chromium'), Chrome or Edge, "
    f"or run '{sys.executable} -m playwright install chromium'"
)
NO_DRIVER = (
    "tests of the report need Playwright, whose driver does not start here, for the reason above; "
    "on Debian and Ubuntu 'apt-get install libatomic1' brings all it needs"
)


def found(path: str, own: Path) -> Path | None:
    """The first usable browser on a PATH, by folder and then as in `NAMES`; else `own`, Playwright's, if usable."""
    return next(filter(is_usable, [*on_path(path), own]), None)


def on_path(path: str) -> Iterator[Path]:
    """Executables on a PATH that bear the name of a browser, usable or not."""
    for folder in path.split(os.pathsep):
        for name in NAMES:
            if executable := shutil.which(name, path=folder):
                yield Path(executable)


def is_usable(browser: Path) -> bool:
    """Whether a browser starts and may read a report in the folder for temporary files, which a snap may not.

    Ubuntu's `chromium-browser` is a script that calls the snap, or fails where there is none; a snap says in its
    version that it is one.
    """
    try:
        said = subprocess.run([browser, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and "snap" not in said.stdout.split()


def installations(apt: bool, ubuntu: bool, root: Sequence[str] | None) -> list[tuple[str, ...]]:
    """Commands to try one after the other until a browser is found.

    `apt` says whether there is apt-get, `ubuntu` whether its Chromium is a snap; `root` is what makes a command run as
    root, None if nothing does. Without apt-get or root there is nothing to try.
    """
    if not apt or root is None:
        return []
    apt_get = (*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet")
    packages = ("libatomic1",) if ubuntu else ("libatomic1", "chromium")  # the former for Playwright's driver
    return [(*apt_get, "update"), (*apt_get, "install", "--yes", "--no-install-recommends", *packages), OWN]


def as_root() -> tuple[str, ...] | None:
    """What goes before a command that needs root: nothing for root, else sudo; None without sudo."""
    if os.geteuid() == 0:
        return ()
    return ("sudo",) if shutil.which("sudo") else None


def own_browser() -> Path | None:
    """Where Playwright keeps its own Chromium, downloaded or not; None if Playwright's driver does not start."""
    try:
        with sync_playwright() as playwright:
            return Path(playwright.chromium.executable_path)
    except Exception:  # Playwright raises no narrower one
        return None


def missing() -> str:
    """What this machine lacks to open a report in a browser, in a sentence; empty if nothing."""
    own = own_browser()
    if own is None:
        return NO_DRIVER
    return "" if found(os.environ["PATH"], own) else MISSING


def main() -> None:
    """Install what is missing, by one command after the other; exit with what is still missing after the last."""
    apt = shutil.which("apt-get") is not None
    ubuntu = apt and platform.freedesktop_os_release()["ID"] == "ubuntu"
    commands = iter(installations(apt, ubuntu, as_root()))
    while lack := missing():
        if (command := next(commands, None)) is None:
            sys.exit(lack)
        print("+", *command, flush=True)
        subprocess.run(command)


if __name__ == "__main__":
    main()
