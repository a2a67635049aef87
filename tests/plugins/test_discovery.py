"""Installed plugins: chosen by name, listed without being imported, and left out alone when they are broken."""

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.plugins import loading
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginWarning
from lastresort.plugins.installed import VARIABLE, installed, taking_part

Install = Callable[..., None]

GOOD = """\
import pluggy
from lastresort.mechanisms.contract import Mechanism

class Rule(Mechanism):
    name = "{name}"
    def allocate(self, event):
        return None

@pluggy.HookimplMarker("lastresort")
def lastresort_mechanisms():
    return [Rule]
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put distributions of one module each on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)

    def write(name: str, body: str = GOOD) -> None:
        (tmp_path / f"{name}_rules.py").write_text(body.replace("{name}", name), encoding="utf-8")
        info = tmp_path / f"{name}-1.2.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\nSummary: Rules of {name}.\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[lastresort]\nrules-of-{name} = {name}_rules\n", encoding="utf-8")

    yield write
    for name in [name for name in sys.modules if name.endswith("_rules")]:
        del sys.modules[name]


BROKEN = {
    "it cannot be imported": (
        "import no_such_library",
        r"plugin zebra \(rules-of-zebra\), entry point 'zebra_rules', zebra_rules\.py, line 1: Mod",
    ),
    "it leaves the program": ("raise SystemExit(1)", r"plugin zebra \(rules-of-zebra\), .*SystemExit"),
    "it brings nothing": ("number = 1", r"plugin zebra \(rules-of-zebra\): implements no hook"),
    "it raises what is no Exception": ("raise GeneratorExit('out')", r"plugin zebra .*: GeneratorExit: out"),
    "its hook raises": (GOOD.replace("return [Rule]", "return 1 / 0"), r"plugin zebra .*ZeroDivisionError"),
    "its hook leaves the program": (
        GOOD.replace("return [Rule]", "raise SystemExit(3)"),
        r"plugin zebra .*hook 'lastresort_mechanisms', zebra_rules\.py, line 11: SystemExit: 3",
    ),
    "it is imported for ever": ("while True: pass", r"plugin zebra .*: OutOfTime: took more than 1 s"),
    "its hook takes for ever": (
        GOOD.replace("return [Rule]", "while True: pass"),
        r"plugin zebra .*hook 'lastresort_mechanisms', zebra_rules\.py, line 11: OutOfTime: took more than 1 s",
    ),
    "a method is misspelt": (GOOD.replace("allocate", "alocate"), r"plugin zebra .*did you mean 'allocate'"),
    "its name is taken": (GOOD.replace("{name}", "queue-adl"), r"plugin zebra .*the name is taken by plugin built-in"),
    "it needs another contract": (
        GOOD.replace("    def", "    api_version = 9\n    def"),
        r"plugin zebra .*needs version 9 of the contract",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_plugin_is_named_and_takes_nobody_down(
    install: Install, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    body, sentence = BROKEN[fault]
    if "for ever" in fault:
        Catalogue.load()  # what is built in has been imported then
        monkeypatch.setattr(loading, "PATIENCE", 1.0)
    for name in ("ant", "yak"):
        install(name)
    install("zebra", body)
    with pytest.warns(PluginWarning, match=f"^{sentence}.*; going on without it$"):
        catalogue = Catalogue.load()
    assert {"ant", "yak", "queue-adl"} <= set(catalogue.mechanisms)
    assert [plugin.distribution for plugin in catalogue.installed] == ["ant", "yak"]


def test_a_broken_file_is_still_refused_beside_installed_plugins(install: Install, tmp_path: Path) -> None:
    install("ant")
    file = tmp_path / "mine.py"
    file.write_text(GOOD.replace("{name}", "ant"), encoding="utf-8")
    warnings.simplefilter("error")
    with pytest.raises(InputError, match="mechanism 'ant': the name is taken by plugin ant"):
        Catalogue.load([file])


@pytest.mark.parametrize(
    ("variable", "left"),
    [
        (None, ["ant", "yak"]),
        ("", []),
        ("yak", ["yak"]),
        ("rules-of-yak, ant", ["ant", "yak"]),
        ("-ant", ["yak"]),
        ("-Rules_of.Ant,-yak", []),
        ("ant,yak,-yak", ["ant"]),
    ],
)
def test_the_variable_restricts_plugins(
    install: Install, monkeypatch: pytest.MonkeyPatch, variable: str | None, left: list[str]
) -> None:
    install("ant")
    install("yak")
    if variable is not None:
        monkeypatch.setenv(VARIABLE, variable)
    assert sorted(plugin.distribution for plugin in taking_part(installed())) == left


def test_a_name_that_is_not_installed_gets_a_suggestion(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("yak")
    monkeypatch.setenv(VARIABLE, "-yack")
    with pytest.raises(InputError, match=r"no plugin 'yack' is installed; .* did you mean 'yak'\?$"):
        taking_part(installed())


def test_list_plugins_imports_nothing(install: Install) -> None:
    install("ant", "raise SystemExit(3)")
    result = CliRunner().invoke(app, ["list", "plugins", "--without", "ant", "--json"])
    assert json.loads(result.stdout) == [
        {
            "name": "rules-of-ant",
            "distribution": "ant",
            "version": "1.2",
            "takes part": "no",
            "summary": "Rules of ant.",
        }
    ]
    assert "ant_rules" not in sys.modules


def test_without_blocks_a_plugin_for_one_command(install: Install) -> None:
    install("ant")
    names = [
        {row["name"] for row in json.loads(CliRunner().invoke(app, ["list", "mechanisms", "--json", *more]).stdout)}
        for more in (["--without", "rules-of-ant"], [])
    ]
    assert ["ant" in known for known in names] == [False, True]
    assert VARIABLE not in os.environ


def test_the_fingerprint_is_that_of_the_sources(install: Install, tmp_path: Path) -> None:
    install("ant")
    (plugin,) = installed()
    before = plugin.fingerprint()
    (tmp_path / "ant_rules.py").write_text("number = 2\n", encoding="utf-8")
    assert plugin.fingerprint() != before


def test_what_a_plugin_prints_does_not_get_into_the_document(install: Install) -> None:
    install("ant", f"print('garbage')\n{GOOD}")
    result = CliRunner().invoke(app, ["list", "mechanisms", "--json"])
    assert "ant" in {row["name"] for row in json.loads(result.stdout)}
    assert result.stderr == "garbage\n"


def test_manifest_and_report_say_which_plugins_took_part(
    install: Install, small_scenario: Path, tmp_path: Path
) -> None:
    install("ant")
    install("yak")
    file = tmp_path / "mine.py"
    file.write_text(GOOD.replace("{name}", "mine"), encoding="utf-8")
    arguments = ["--policies", "fund+queue-adl", "--seeds", "1", "--jobs", "1", "--out", str(tmp_path / "out")]
    more = ["--plugin", str(file), "--without", "yak", "--quiet"]
    result = CliRunner().invoke(app, ["compare", str(small_scenario), *arguments, *more])
    assert result.exit_code == 0, result.output
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    ant, mine = (sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("ant_rules.py", "mine.py"))
    brought = {"plugin": "rules-of-ant", "distribution": "ant", "version": "1.2", "sha256": ant}
    assert manifest["plugins"] == [brought]
    assert manifest["plugin_files"] == [{"file": str(file), "sha256": mine}]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"ant 1.2, SHA-256 {ant[:12]}; {file}, SHA-256 {mine[:12]}</td>" in page
