"""What is slow to load is loaded by what needs it: not with the package, a list of names, or the refusal of a file."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "distributed",
    "hypothesis",
    "jinja2",
    "lastresort.simulation.run",
    "matplotlib",
    "numba",
    "pandas",
    "pyarrow",
    "SALib",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.special",
    "scipy.stats",
)
"""Libraries that take longer to load than a command may take, and the engine, which brings its compiled parts along."""

COMMAND = "sys.argv[1:] = {words!r}\nfrom lastresort.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass"


def loaded(code: str) -> tuple[set[str], str]:
    """Modules of a fresh interpreter after some code, and what it said on stderr."""
    shown = f"import sys\n{code}\nprint('MODULES', *sys.modules)"
    ended = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    return set(ended.stdout.rpartition("MODULES")[2].split()), ended.stderr


def test_no_package_loads_them() -> None:
    found, _ = loaded(
        "import lastresort.simulation, lastresort.experiments, lastresort.scores, lastresort.api, lastresort.cli"
    )
    assert found & set(HEAVY) == set()


def test_a_list_of_everything_needs_none_of_them() -> None:
    found, said = loaded(COMMAND.format(words=["list"]))
    assert (said, "lastresort.cli.tables" in found) == ("", True)
    assert found & set(HEAVY) == set()


@pytest.mark.parametrize("command", ["compare", "run"])
def test_neither_does_the_refusal_of_a_scenario(command: str, tmp_path: Path) -> None:
    path = tmp_path / "mistaken.yaml"
    path.write_text("name: mistaken\ntitle: Mistaken\nsummary: A misspelt key.\nvolatilty: 0.03\n", encoding="utf-8")
    words = {"compare": ["compare", str(path)], "run": ["run", str(path), "fund+queue-adl"]}[command]
    found, said = loaded(COMMAND.format(words=words))
    assert "unknown key 'volatilty'" in said
    assert found & set(HEAVY) == set()
