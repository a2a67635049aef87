"""Plugins that do nothing wrong are let do it: libraries read what is theirs while they are imported."""

import importlib.util
from pathlib import Path

import pytest

from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.isolation.rooms import ROOMS

RULE = """
{imports}
from lastresort.mechanisms.contract import LossEvent, Mechanism

class Honest(Mechanism):
    "Nothing wrong."
    name = "honest"
    def allocate(self, event: LossEvent) -> None:
        return None
"""
IMPORTS = {
    "pandas": "import pandas\nDAY = pandas.Timestamp('2025-10-10', tz='Europe/Berlin')",
    "zoneinfo": "from zoneinfo import ZoneInfo\nHERE = ZoneInfo('Etc/UTC')",
    "matplotlib": "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot",
    "scipy": "import scipy.stats, scipy.optimize",
    "numba": "from numba import njit\n@njit\ndef twice(x):\n    return 2 * x\ntwice(1.0)",
    "logging": "import logging\nlogging.getLogger(__name__).warning('here')",
    "tempfile": "import tempfile\nwith tempfile.TemporaryDirectory() as folder: open(folder + '/a', 'w').close()",
    "locks": "import functools, threading\nLOCK = threading.Lock()\n@functools.cache\ndef one(): return 1\none()",
    "chance": "import random, numpy\nRNG = numpy.random.default_rng(1); random.random(); numpy.random.rand()",
}


@pytest.mark.parametrize("name", IMPORTS)
def test_it_is_imported(tmp_path: Path, name: str) -> None:
    file = tmp_path / "honest.py"
    file.write_text(RULE.format(imports=IMPORTS[name]), encoding="utf-8")
    assert "honest" in contained([file]).mechanisms
    ROOMS.end()


def test_there_are_zones_to_read() -> None:
    assert importlib.util.find_spec("tzdata") or Path("/usr/share/zoneinfo").is_dir()
