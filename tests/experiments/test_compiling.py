"""Kernels are compiled by one process before workers start: copies of the package, whose caches begin empty."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOTS = ("mechanisms", "simulation", "plugins", "reports")
ROOT = Path(__file__).parents[2]
SAID = """
import sys
from lastresort.experiments.executors.compiling import compile_ahead
compile_ahead()
print("lastresort.simulation.run" in sys.modules)
"""


def test_a_cold_cache_is_filled_once(tmp_path: Path) -> None:
    """The second time nothing is played: the engine is not even loaded."""
    for root in ROOTS:
        shutil.copytree(ROOT / root / "lastresort", tmp_path / root / "lastresort", ignore=_caches)
    path = os.pathsep.join(str(tmp_path / root) for root in ROOTS)
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"} | {
        "PYTHONPATH": path
    }
    said = [
        subprocess.run([sys.executable, "-c", SAID], env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said == ["True\n", "False\n"]


def _caches(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__"]
