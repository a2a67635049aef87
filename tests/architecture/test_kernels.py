"""Kernels are short, say what they compute, keep IEEE arithmetic, and are compiled once for all processes."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "simulation" / "lastresort" / "simulation" / "kernels"
LONGEST = 60

LOADING = """
import numpy as np
from lastresort.simulation.kernels.recovery import quoted
quoted(np.zeros((2, 3)), np.zeros(3))
print(*(sum(getattr(quoted.stats, name).values()) for name in ("cache_hits", "cache_misses")))
"""


def kernels() -> list[tuple[str, ast.FunctionDef]]:
    files = sorted(FOLDER.glob("*.py"))
    return [
        (f.name, node) for f in files for node in ast.parse(f.read_text()).body if isinstance(node, ast.FunctionDef)
    ]


@pytest.mark.parametrize(("file", "kernel"), kernels(), ids=lambda value: getattr(value, "name", value))
def test_a_kernel_is_short_and_says_what_it_computes(file: str, kernel: ast.FunctionDef) -> None:
    assert kernel.end_lineno is not None
    assert kernel.end_lineno - kernel.lineno < LONGEST
    assert ast.get_docstring(kernel)
    names = {node.id for node in ast.walk(kernel) if isinstance(node, ast.Name)}
    assert not names & {"prange", "fastmath"}


def test_compiling_changes_no_arithmetic_and_starts_no_threads() -> None:
    (call,) = (
        node
        for node in ast.walk(ast.parse((FOLDER / "compiled.py").read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "njit"
    )
    assert {keyword.arg for keyword in call.keywords} == {"cache", "error_model"}


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    said = [
        subprocess.run([sys.executable, "-c", LOADING], env=environment, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert [process.stdout.split() for process in said] == [["0", "1"], ["1", "0"]]
