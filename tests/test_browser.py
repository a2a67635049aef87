"""Which browser the tests of the report drive, and what is installed where there is none; all of them made up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests import browser
from tests.browser import MISSING, NAMES, NO_DRIVER, OWN, found, installations

STARTS = "echo 'Chromium 140.0.7339.80'"
SNAP = "echo 'Chromium 140.0.7339.80 snap'"
WITHOUT_SNAP = "echo 'requires the chromium snap to be installed' >&2; exit 1"
NOWHERE = Path("/nonexistent/chrome")


def put(browser: Path, script: str = STARTS) -> Path:
    """Write an executable that runs a line of shell."""
    browser.parent.mkdir(exist_ok=True)
    browser.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    browser.chmod(0o755)
    return browser


@pytest.mark.parametrize("name", NAMES)
def test_any_of_the_names_will_do(name: str, tmp_path: Path) -> None:
    browser = put(tmp_path / name)
    assert found(str(tmp_path), NOWHERE) == browser


def test_the_order_is_that_of_the_path(tmp_path: Path) -> None:
    first, second = put(tmp_path / "first" / "microsoft-edge"), put(tmp_path / "second" / "chromium")
    assert found(f"{first.parent}{os.pathsep}{second.parent}", NOWHERE) == first
    assert found(f"{second.parent}{os.pathsep}{first.parent}", NOWHERE) == second


@pytest.mark.parametrize("script", [SNAP, WITHOUT_SNAP])
def test_a_snap_is_passed_over_for_the_next_browser(script: str, tmp_path: Path) -> None:
    put(tmp_path / "chromium-browser", script)
    assert found(str(tmp_path), NOWHERE) is None
    chrome = put(tmp_path / "google-chrome")
    assert found(str(tmp_path), NOWHERE) == chrome


def test_what_cannot_be_run_is_no_browser(tmp_path: Path) -> None:
    put(tmp_path / "chromium").chmod(0o644)
    (tmp_path / "google-chrome").mkdir()
    put(tmp_path / "firefox")
    assert found(str(tmp_path), NOWHERE) is None


def test_playwrights_own_comes_last(tmp_path: Path) -> None:
    own = put(tmp_path / "cache" / "chrome")
    assert found(str(tmp_path), own) == own
    edge = put(tmp_path / "microsoft-edge-stable")
    assert found(str(tmp_path), own) == edge


@pytest.mark.parametrize(("ubuntu", "packages"), [(False, {"libatomic1", "chromium"}), (True, {"libatomic1"})])
def test_debian_installs_its_package_and_ubuntu_no_snap(ubuntu: bool, packages: set[str]) -> None:
    apt_get = ("sudo", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet")
    update, install, own = installations(apt=True, ubuntu=ubuntu, root=("sudo",))
    assert (update, own) == ((*apt_get, "update"), OWN)
    assert install[:6] == (*apt_get, "install")
    assert {word for word in install[6:] if not word.startswith("-")} == packages


def test_nothing_is_tried_without_apt_get_or_root() -> None:
    assert installations(apt=False, ubuntu=False, root=()) == []
    assert installations(apt=True, ubuntu=False, root=None) == []


@pytest.mark.parametrize(("user", "sudo", "prefix"), [(0, True, ()), (1000, True, ("sudo",)), (1000, False, None)])
def test_sudo_is_for_those_who_are_not_root(
    user: int, sudo: bool, prefix: tuple[str, ...] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sudo:
        put(tmp_path / "sudo")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert browser.as_root() == prefix


def test_nothing_is_installed_beside_a_browser(tmp_path: Path) -> None:
    put(tmp_path / "google-chrome")
    put(tmp_path / "apt-get", "exit 1")
    assert run(tmp_path) == (0, "", "")


def test_a_system_without_apt_get_is_told_what_is_missing(tmp_path: Path) -> None:
    assert run(tmp_path) == (1, "", f"{MISSING}\n")
    assert all(name in MISSING for name in NAMES)


def test_a_driver_that_does_not_start_is_no_missing_browser(tmp_path: Path) -> None:
    put(tmp_path / "chromium")
    node = put(tmp_path / "node", "exit 127")
    assert run(tmp_path, PLAYWRIGHT_NODEJS_PATH=str(node)) == (1, "", f"{NO_DRIVER}\n")


def run(folder: Path, **environment: str) -> tuple[int, str, str]:
    """Exit code and output of the script on a PATH of this folder alone, without a browser of Playwright's."""
    environment |= {"PATH": str(folder), "PLAYWRIGHT_BROWSERS_PATH": str(folder / "nothing")}
    script = [sys.executable, browser.__file__]
    done = subprocess.run(script, env=os.environ | environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr
