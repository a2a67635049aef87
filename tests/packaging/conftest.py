"""The project as others get it: built once, installed into fresh environments.

The environments borrow the dependencies of the running one, through links, so that nothing is downloaded.
"""

import os
import site
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OFFLINE = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this one the other way round
    "PIP_NO_INDEX": "1",
    "PIP_QUIET": "1",
}

Run = Callable[..., str]


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a command in a clean environment and return its output; a failure shows everything the command said.

    Programs are looked for in the folder `found_in` first.
    """

    def run(*command: str | os.PathLike[str], cwd: Path, found_in: Path | None = None) -> str:
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "VIRTUAL_"))
        }
        if found_in:
            clean["PATH"] = f"{found_in}{os.pathsep}{clean['PATH']}"
        done = subprocess.run(command, cwd=cwd, env=clean | OFFLINE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of links to everything installed in the running environment, except the project itself."""
    folder = tmp_path_factory.mktemp("dependencies")
    for packages in map(Path, site.getsitepackages()):
        for entry in packages.iterdir() if packages.is_dir() else ():
            link = folder / entry.name
            if not entry.name.startswith(("lastresort", "_lastresort")) and not link.exists():
                link.symlink_to(entry)
    return folder


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A folder with the sdist, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="session")
def install(tmp_path_factory: pytest.TempPathFactory, dependencies: Path, run: Run) -> Callable[..., Path]:
    """Make a fresh environment, let pip install something into it, and return its `bin` folder."""

    def install(*what: str | Path) -> Path:
        home = tmp_path_factory.mktemp("environment")
        run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
        (packages,) = home.glob("lib/python*/site-packages")
        (packages / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
        run(home / "bin" / "python", "-m", "pip", "install", "--no-deps", *what, cwd=home)
        return home / "bin"

    return install
