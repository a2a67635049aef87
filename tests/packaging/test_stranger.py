"""A stranger's first ten minutes: the wheel, a fresh environment, a folder of one's own, and what the program prints.

Commands are not chosen here: they are those that `lastresort new` prints, typed into a shell one after the other.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "plugins" / "examples"


@pytest.fixture(scope="module")
def environment(install: Callable[..., Path], distributions: Path) -> Path:
    """The `bin` folder of a fresh environment with the wheel installed."""
    return install(next(distributions.glob("*.whl")))


@pytest.fixture(scope="module")
def shell(environment: Path, run: Callable[..., str]) -> Callable[[Path, str], str]:
    """Type lines into a shell, up to the first that fails."""
    return lambda cwd, lines: run("bash", "-e", "-c", lines, cwd=cwd, found_in=environment)


def printed(told: str) -> str:
    """The lines to type that a program prints under "Next:"."""
    return "\n".join(line.strip() for line in told.split("Next:\n")[1].splitlines())


def test_a_scaffolded_package_goes_all_the_way(shell: Callable[[Path, str], str], tmp_path: Path) -> None:
    steps = printed(shell(tmp_path, "lastresort new package fair-share"))
    for step in ("pip install", "pytest", "list", "check", "explain", "compare", "report"):
        assert step in steps
    told = shell(tmp_path, steps)
    assert " passed" in told
    assert "fund+fair-share" in told
    package = tmp_path / "fair-share"
    assert "results/small-crash/report.html" in told.splitlines()
    assert "fund+fair-share" in (package / "results" / "small-crash" / "report.html").read_text(encoding="utf-8")
    assert "fund+fair-share" in (package / "results" / "small-crash" / "scores.csv").read_text(encoding="utf-8")
    found = json.loads(shell(tmp_path, "lastresort list mechanisms --json"))
    assert [row["origin"] for row in found if row["name"] == "fair-share"] == ["fair-share (fair-share)"]


def test_the_examples_install_pass_and_are_compared(shell: Callable[[Path, str], str], tmp_path: Path) -> None:
    folders = sorted(path.parent for path in EXAMPLES.glob("*/pyproject.toml"))
    assert len(folders) >= 3
    for folder in folders:
        shutil.copytree(folder, tmp_path / folder.name)
    names = [folder.name for folder in folders]
    shell(tmp_path, f"python -m pip install --no-deps {' '.join(f'./{name}' for name in names)}")
    assert " passed" in shell(tmp_path, f"python -m pytest {' '.join(f'{name}/tests' for name in names)}")
    mine = "fund+dutch-auction-adl,fund+protected-makers-adl,fund+queue-adl+volatility-breaker"
    told = shell(tmp_path, f"lastresort compare two-waves --policies fund+queue-adl,{mine} --seeds 1 --out out")
    assert all(policy in told for policy in mine.split(","))
    assert "time_halted" in (tmp_path / "out" / "scores.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "Trading halts" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
