"""A folder from a stranger is data: it is read, or refused in one sentence; nothing in it runs or leads elsewhere."""

import contextlib
import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.experiments.folders.cells import parts_of
from lastresort.experiments.folders.results import Results
from lastresort.experiments.folders.seals import LINE_END, digests, sealed
from lastresort.experiments.folders.status import failed_runs, standings
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.store import DamageWarning, RunStore, read_sealed
from lastresort.experiments.verification import draw
from lastresort.plugins.errors import InputError
from lastresort.scores import score_parts

STUDY = "name: theirs\nquestion: Who pays?\nscenarios: [small.yaml]\npolicies: [fund+queue-adl]\nseeds: 1\n"
MARKER = "executed.txt"


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory, run_short: Callable[[Path, str], Path]) -> Path:
    """The folder of a finished study of two runs, before anybody harms it."""
    return run_short(tmp_path_factory.mktemp("theirs"), STUDY)


@pytest.fixture
def out(theirs: Path, tmp_path: Path) -> Path:
    """A copy of it, beside something that is not to be touched."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("three years of work")
    return Path(shutil.copytree(theirs, tmp_path / "out"))


def comparison(out: Path) -> Path:
    """The folder of the only scenario."""
    return out / "scenarios" / "small"


def run_of(out: Path) -> Path:
    """The folder of a run."""
    key = next(cell.key for cell in parts_of(out)[0].cells if cell.policy != "deep-pocket")
    return RunStore(out / "store").folder(key)


def files_outside(out: Path) -> dict[Path, bytes]:
    """Everything beside the folder."""
    return {
        file: file.read_bytes()
        for file in out.parent.rglob("*")
        if file.is_file() and not file.is_relative_to(out) and file.name != "to.csv"
    }


def commands(out: Path) -> Iterator[list[str]]:
    """All commands that read a folder of results."""
    yield ["study", "status", str(out)]
    yield ["study", "gc", str(out), "--dry-run"]
    yield ["study", "export", str(out), "--to", str(out.parent / "to.csv")]
    yield ["report", str(comparison(out))]
    yield ["verify", str(out), "--jobs", "1", "--all"]


def outcomes(out: Path) -> dict[str, tuple[int, str]]:
    """Exit code and what is said by each command; fails where one ends otherwise, or does anything outside."""
    before, said = files_outside(out), {}
    for words in commands(out):
        done = CliRunner().invoke(app, words)
        assert done.exception is None or isinstance(done.exception, SystemExit), (words, done.exception)
        assert done.exit_code in (0, 1, 2), (words, done.output)
        assert done.exit_code != 2 or done.stderr.startswith("error: "), (words, done.output)
        said[words[-1] if words[0] == "report" else words[0] if words[0] == "verify" else words[1]] = (
            done.exit_code,
            done.output,
        )
    assert files_outside(out) == before
    return said


def codes(out: Path) -> list[int]:
    """Exit codes of all commands, in their order."""
    return [code for code, _ in outcomes(out).values()]


def edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a JSON file and seal it again: a seal tells damage, and a stranger can seal."""
    document = read_sealed(file)
    change(document)
    file.write_bytes(sealed(document))


def test_an_honest_folder_passes(out: Path) -> None:
    assert codes(out) == [0, 0, 0, 0, 0]


def test_code_in_a_folder_is_not_executed(out: Path) -> None:
    evil = f"from pathlib import Path\nPath({str(out.parent / 'mine' / MARKER)!r}).write_text('ha')\n"
    names = ["evil.py", "lastresort.py", "sitecustomize.py", "conftest.py", "scenarios/small/evil.py"]
    for name in names:
        (out / name).write_text(evil)
    pickled = b"cbuiltins\nexec\n(S'" + evil.replace("\n", ";").replace("'", '"').encode() + b"'\ntR."
    tables = {f"scenarios/small/{name}": pickled for name in ("scores.parquet", "scores.csv")}
    for name in ("scores.pkl", "store/scores.pkl", *tables):
        (out / name).write_bytes(pickled)

    def named(manifest: dict[str, Any]) -> None:
        manifest["plugin_files"] = [{"file": str(out / name), "sha256": "0" * 64} for name in names]
        manifest["plugins"] = [{"plugin": "evil", "distribution": "evil", "version": "1", "sha256": "0" * 64}]
        for rule in manifest["mechanisms"].values():
            rule["origin"] = str(out / "evil.py")
        manifest["files"] = {Path(name).name: digest for name, digest in digests(tables).items()}
        manifest["scored"] = {"platform": "", "versions": {}}

    edit(comparison(out) / "manifest.json", named)
    assert codes(out) == [0, 0, 0, 0, 0]
    assert not (out.parent / "mine" / MARKER).exists()


BOMBS = {
    "deep": "[" * 200_000,
    "deep objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "long number": '{"seeds": ' + "9" * 10_000 + "}",
    "infinite": '{"seeds": [1e999], "patience": 1e999, "plan": 1e999, "cpu_seconds": 1e999}',
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bombs_in_json(out: Path, bomb: str) -> None:
    run = run_of(out)
    for file, expected in (
        (run / "log.json", [1]),
        (run / "run.json", [2, 1]),
        (comparison(out) / "manifest.json", [2, 2]),
        (out / "study.json", [2, 2]),
    ):
        file.write_text(bomb)
        found = codes(out)
        assert found[-len(expected) :] == expected
    assert found[:3] == [2, 2, 2]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("../../mine")
OTHERS: list[Any] = [None, {}, "x", 10**400]
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))


def places(document: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where values are in a document; of a long list the first three."""
    items = document.items() if isinstance(document, dict) else enumerate(document[:3])
    for key, value in items:
        yield (*here, key)
        if isinstance(value, dict | list):
            yield from places(value, (*here, key))


def look(out: Path) -> None:
    """What the commands do with a folder, without what takes long: it is done, or refused."""
    for reading in (
        lambda: draw(parts_of(out), None, 1),
        lambda: score_parts(parts_of(out)),
        lambda: Results.open(comparison(out)),
        lambda: standings(StudyFolder(out)),
        lambda: failed_runs(StudyFolder(out)),
    ):
        with contextlib.suppress(InputError):
            reading()


@pytest.mark.parametrize("name", ["manifest.json", "study.json", "run.json", "log.json"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_wrong_types_everywhere(out: Path, name: str, data: st.DataObject) -> None:
    file = {"manifest.json": comparison(out), "study.json": out}.get(name, RunStore(out / "store").runs)
    (target,) = list(file.glob(name))[:1] or list(file.rglob(name))[:1]
    before = target.read_bytes()
    document = read_sealed(target)
    *way, last = data.draw(st.sampled_from(list(places(document))))
    inside = document
    for step in way:
        inside = inside[step]
    inside[last] = data.draw(VALUES)
    target.write_bytes(sealed(document))
    try:
        look(out)
    finally:
        target.write_bytes(before)
    assert (out.parent / "mine" / "thesis.txt").read_text() == "three years of work"


@pytest.mark.parametrize("name", ["run.json", "log.json"])
def test_every_value_of_a_run_may_be_of_another_kind(out: Path, name: str) -> None:
    target = next(RunStore(out / "store").runs.rglob(name))
    before = target.read_bytes()
    for *way, last in places(read_sealed(target)):
        for value in OTHERS:
            target.write_bytes(before)
            document = read_sealed(target)
            inside = document
            for step in way:
                inside = inside[step]
            inside[last] = value
            target.write_bytes(sealed(document))
            shutil.rmtree(out / "store" / "scores", ignore_errors=True)  # what was measured before would be believed
            with contextlib.suppress(InputError):
                score_parts(parts_of(out))


@pytest.mark.parametrize("name", ["../../mine", "/etc", "a/../../mine", "x" * 5_000, "<script>", "..", "nul\0"])
def test_names_that_lead_elsewhere(out: Path, name: str) -> None:
    edit(comparison(out) / "manifest.json", lambda manifest: manifest["scenario"].update(name=name))
    assert codes(out)[-2:] == [2, 2]
    edit(out / "study.json", lambda study: study["plan"]["scenarios"][0].update(name=name))
    assert codes(out)[:3] == [2, 2, 2]


def link(place: Path, target: Path) -> None:
    """Put a link where something was."""
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


LINKS = [
    *("study.json", ".study.json", "store", "scenarios", "scores.csv", "store/scores", "store/unfinished"),
    *("store/claims", "store/runs", "store/failures", "scenarios/small"),
    *(f"scenarios/small/{name}" for name in ("manifest.json", ".manifest.json", "scores.csv", "report.html")),
]


@pytest.mark.parametrize("place", LINKS)
def test_links_are_refused_and_nothing_is_written_through_them(out: Path, place: str) -> None:
    mine = out.parent / "mine"
    link(out / place, mine / "thesis.txt" if "." in Path(place).name else mine)
    assert 2 in codes(out)
    for words in (["study", "gc", str(out)], ["study", "resume", str(out), "--jobs", "1"]):
        assert CliRunner().invoke(app, words).exit_code != 0 or place.startswith("scenarios/small/")
    assert [file.name for file in mine.iterdir()] == ["thesis.txt"]
    assert (mine / "thesis.txt").read_text() == "three years of work"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("run.json", "link"), ("books.parquet", "link"), ("", "link"), ("run.json", "pipe"), ("books.parquet", "pipe")],
)
def test_a_run_that_is_elsewhere_is_no_run(out: Path, name: str, kind: str) -> None:
    place = run_of(out) / name
    moved = out.parent / "mine" / "moved"
    shutil.move(place, moved)
    if kind == "link":
        place.symlink_to(moved)
    else:
        os.mkfifo(place)
    assert codes(out)[-2:] == [2, 1]


def plant(out: Path, table: pa.Table, name: str = "books.parquet") -> None:
    """Put a table into a run, with the hash that fits."""
    parquet.write_table(table, run_of(out) / name)
    reseal(run_of(out), name)


def reseal(run: Path, name: str) -> None:
    """Write down the hash of a file as that of the run's table."""
    digest = hashlib.sha256((run / name).read_bytes()).hexdigest()
    edit(run / "run.json", lambda header: header["sha256"].update({name: digest}))


STRANGE = {
    "extension": pa.table({"venue": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16], pa.binary(16)))}),
    "binary": pa.table({"venue": pa.array([b"\x80\x04."])}),
    "nested": pa.table({"venue": [[1, 2]]}),
    "dates": pa.table({"venue": pa.array([0], pa.timestamp("ns"))}),
    "others": pa.table({"venue": ["alpha"], "unpaid": ["much"]}),
    "empty": pa.table({}),
}


@pytest.mark.parametrize("table", STRANGE.values(), ids=STRANGE)
def test_tables_of_another_form(out: Path, table: pa.Table) -> None:
    plant(out, table)
    assert codes(out)[2:] == [2, 2, 1]


def test_a_small_file_that_claims_many_rows(out: Path) -> None:
    chunk = pa.table({"venue": pa.array([False]).take(pa.array([0] * 1_000_000))})
    run = run_of(out)
    with parquet.ParquetWriter(run / "books.parquet", chunk.schema) as writer:
        for _ in range(101):
            writer.write_table(chunk)
    assert (run / "books.parquet").stat().st_size < 1_000_000
    reseal(run, "books.parquet")
    found = outcomes(out)
    assert found["verify"][0] == 1
    assert "claims 101,000,000 values" in found["verify"][1].replace("\n", "")


def test_values_that_no_run_has(out: Path) -> None:
    run = run_of(out)
    for name in ("accounts", "legs", "strategies", "books", "series", "events"):
        table = parquet.read_table(run / f"{name}.parquet").to_pandas()
        numbers = table.select_dtypes("float").columns
        table[numbers] = float("nan")
        plant(out, pa.Table.from_pandas(table, preserve_index=False), f"{name}.parquet")
    assert codes(out)[-1] == 1


JOURNALS = {
    "deep": '{"key":"a","x":' + "[" * 200_000 + "]" * 200_000 + "}\n",
    "texts": '{"key":"a","gini":"<b>"}\n',
    "other columns": '{"key":"a","policy":1.0}\n',
    "no key": '{"gini":1.0}\n',
    "key of another kind": '{"key":7,"gini":1.0}\n',
    "infinite": '{"key":"a","gini":1e999}\n',
    "many keys": '{"key":"a","key":"b","gini":1.0}\n',
}


@pytest.mark.parametrize("line", JOURNALS.values(), ids=JOURNALS)
def test_measurements_of_another_form(out: Path, line: str) -> None:
    score_parts(parts_of(out))
    (journal,) = (out / "store" / "scores").rglob("*.jsonl")
    body = line.removesuffix("}\n").encode()
    journal.write_bytes(body + LINE_END % zlib.crc32(body) + b"\n")
    expected: Any = pytest.warns(DamageWarning, match="holds no measurements")
    if "policy" in line:
        expected = pytest.raises(InputError, match="holds other measures")
    with expected:
        score_parts(parts_of(out))


def test_markup_in_words_is_shown_and_not_obeyed(out: Path) -> None:
    script = "<script>alert('x')</script>"

    def words(manifest: dict[str, Any]) -> None:
        for key in ("engine", "python", "platform", "created"):
            manifest[key] = script
        manifest["scenario"] |= {"title": script, "summary": script}
        manifest["plugin_files"] = [{"file": script, "sha256": "0" * 64}]
        manifest["libraries"] = {script: script}
        for policy in manifest["policies"]:
            policy |= {"title": script, "summary": script}
        for rule in manifest["mechanisms"].values():
            rule |= {"source": script, "evidence": script, "origin": script}

    edit(comparison(out) / "manifest.json", words)
    done = CliRunner().invoke(app, ["report", str(comparison(out))])
    assert done.exit_code == 0, done.output
    page = (comparison(out) / "report.html").read_text(encoding="utf-8")
    assert script not in page
    assert "&lt;script&gt;" in page
