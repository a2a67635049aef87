"""With --json standard output is one document, whatever a plugin prints, and by whatever way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOUD = """
import os, sys
print("loud: imported")
from lastresort.mechanisms.contract import Mechanism

class Mine(Mechanism):
    "Say nothing, loudly."
    name = "mine"

    def model_post_init(self, context):
        print("loud: made")

    def allocate(self, event):
        print("loud: asked")
        sys.__stdout__.write("loud: written\\n")
        os.write(1, b"loud: by descriptor\\n")
"""


@pytest.mark.parametrize("debug", [[], ["--debug"]], ids=["elsewhere", "here"])
def test_a_loud_plugin_is_heard_on_stderr(tmp_path: Path, debug: list[str]) -> None:
    (tmp_path / "loud.py").write_text(LOUD)
    program = "from lastresort.cli.application import main; main()"
    words = ["explain", "mine", "--plugin", "loud.py", "--json", *debug]
    done = subprocess.run([sys.executable, "-c", program, *words], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0
    assert json.loads(done.stdout)["name"] == "mine"
    for way in ("imported", "made", "asked", "written", "by descriptor"):
        assert f"loud: {way}" in done.stderr
