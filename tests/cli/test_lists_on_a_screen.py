"""Lists of mechanisms: by family, venue and words, a line for each, and whole in the document."""

import json

import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app


def listed(*words: str) -> list[str]:
    """Names of the mechanisms that the command lists."""
    result = CliRunner().invoke(app, ["list", "mechanisms", *words, "--json"])
    assert result.exit_code == 0
    return [row["name"] for row in json.loads(result.stdout)]


def test_families_venues_and_words_choose() -> None:
    assert {"queue-adl", "okx-adl"} <= set(listed("--family", "allocation"))
    assert "insurance-fund" not in listed("--family", "allocation")
    assert listed("--venue", "okx", "--family", "allocation") == ["okx-adl"]
    assert "okx-adl" in listed("OKX", "profitable")
    assert listed("okx", "no such words") == []
    assert set(listed("--venue", "bitmex")) > set(listed("--venue", "bitmex-march-2020", "--family", "allocation"))


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_a_table_has_a_line_for_each_and_fits(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lastresort.cli.tables.PLAIN_WIDTH", columns)
    lines = CliRunner().invoke(app, ["list", "mechanisms", "--family", "backstops"]).stdout.splitlines()
    rows = [line for line in lines if line.startswith("│")]
    assert len(rows) == len(listed("--family", "backstops"))
    assert max(map(len, lines)) <= columns
    assert lines[0].strip() == f"{len(rows)} mechanisms"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["mechanisms", "--family", "alocation"], "unknown family 'alocation'; allowed: allocation, backstops, brakes"),
        (["mechanisms", "--venue", "okk"], "unknown venue 'okk'; allowed: the name of a policy, or its beginning; did"),
        (["policies", "--venue", "okx"], "--family and --venue are for mechanisms"),
    ],
)
def test_what_is_not_there_is_refused(words: list[str], told: str) -> None:
    result = CliRunner().invoke(app, ["list", *words])
    assert result.exit_code == 2
    assert told in result.stderr
