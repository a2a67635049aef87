"""Bad input: exit code 2, one line on stderr, and nothing written."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app

POLICY = "name: mine\ntitle: Mine\nsummary: Mine.\nwaterfall:\n  - use: full-takeover\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a few bad files in the folder above it."""
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "malformed.yaml").write_text("name: [unclosed\n")
    (tmp_path / "key.yaml").write_text(POLICY + "    wiht: {}\n")
    (tmp_path / "scenario.yaml").write_text("name: a\ntitle: A\nsummary: A.\nvolatilty: 0.03\n")
    (tmp_path / "broken.py").write_text("def f(:\n")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("compare oct-2052", "did you mean 'oct-2025'?"),
        ("compare calm-day --seeds -3", "the number of seeds must be at least 1"),
        ("compare calm-day --first-seed -3", "seeds must be positive, found -3"),
        ("compare calm-day --patience 0", "patience must be a number of seconds above 0, found 0"),
        ("run calm-day warehouse --patience nan", "patience must be a number of seconds above 0, found nan"),
        ("compare calm-day --jobs 0", "the number of jobs must be at least 1, found 0"),
        ("compare calm-day --policies fund+queue-adl,warehose", "did you mean 'warehouse'?"),
        ("compare ../malformed.yaml", "../malformed.yaml, line 2"),
        ("compare ../scenario.yaml", "unknown key 'volatilty'"),
        ("compare ../scenario.yaml", "did you mean 'volatility'?"),
        ("compare calm-day --policies ../key.yaml", "did you mean 'with'?"),
        ("compare calm-day --plugin ../broken.py", "../broken.py, line 1"),
        ("compare calm-day --plugin ../nowhere.py", "there is no such file"),
        ("compare calm-day --out ../file", "'../file' is a file"),
        ("compare calm-day --out ../file/below", "cannot write to output folder '../file/below'"),
        ("compare calm-day --out ..", "holds something else"),
        ("run calm-day fund+queue", "did you mean 'fund+queue-adl'?"),
        ("run calm-day warehouse --seed -1", "seeds must be positive, found -1"),
        ("run calm-day warehouse --out ..", "folder '..' is not empty"),
        ("report nowhere", "there is no folder 'nowhere'"),
        ("report .", "holds no comparison"),
        ("validate oct-2052", "has no acceptance table"),
        ("validate --seeds 0", "the number of seeds must be at least 1"),
        ("explain queue-ad", "did you mean 'queue-adl'?"),
        ("explain fund+queue-adl", "unknown mechanism 'fund+queue-adl'"),
        ("explain queue-adl --plugin ../nowhere.py", "there is no such file"),
        ("list mechanisms --plugin ../nowhere.py", "there is no such file"),
    ],
)
def test_one_line_and_nothing_written(here: Path, command: str, sentence: str) -> None:
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("command", ["frobnicate", "compare", "compare calm-day --seeds many", "list colours"])
def test_usage_errors_have_the_same_exit_code(here: Path, command: str) -> None:
    result = CliRunner().invoke(app, command.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert list(here.iterdir()) == []
