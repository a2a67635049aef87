"""Plugin files and policy files for the tests of the plugins room."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

PluginWriter = Callable[[str], Path]

IMPORTS = """
from pathlib import Path
from typing import Any
import numpy as np
import pluggy
from lastresort.mechanisms.contract import *
hookimpl = pluggy.HookimplMarker("lastresort")
"""


@pytest.fixture
def write_plugin(tmp_path: Path) -> PluginWriter:
    """Write a plugin file `rule.py` with the usual imports in its first seven lines."""

    def write(body: str) -> Path:
        path = tmp_path / "rule.py"
        path.write_text(IMPORTS + dedent(body), encoding="utf-8")
        return path

    return write


@pytest.fixture
def write_policy(tmp_path: Path) -> PluginWriter:
    """Write a policy file `policy.yaml`: the text after the title and summary."""

    def write(body: str) -> Path:
        path = tmp_path / "policy.yaml"
        path.write_text("name: mine\ntitle: Mine\nsummary: Mine.\n" + dedent(body), encoding="utf-8")
        return path

    return write
