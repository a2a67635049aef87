"""Which browser the tests of the report drive, and what is installed where there is none; all of them made up."""

import os
from pathlib import Path

import pytest
from tests import browser
from tests.browser import MISSING, NAMES, OWN, found, installations

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


def test_debian_installs_its_package_and_ubuntu_no_snap() -> None:
    apt_get = ("sudo", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet")
    update, install, own = installations(apt=True, ubuntu=False, root=("sudo",))
    assert update == (*apt_get, "update")
    assert (install[:5], install[-1], own) == (apt_get, "chromium", OWN)
    assert installations(apt=True, ubuntu=True, root=("sudo",)) == [OWN]


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


def test_nothing_is_installed_beside_a_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "google-chrome")
    log = tmp_path / "log"
    put(tmp_path / "apt-get", f'echo "$@" >> {log}')
    assert run(tmp_path, monkeypatch) == ""
    assert not log.exists()


def test_a_system_without_apt_get_is_told_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(tmp_path, monkeypatch) == MISSING
    assert all(name in MISSING for name in NAMES)


def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the script ends with, on a PATH of this folder alone and without a browser of Playwright's."""
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(folder / "nothing"))
    try:
        browser.main()
    except SystemExit as end:
        return str(end)
    return ""
