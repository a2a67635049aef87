"""What is damaged in a folder is found by the next command that uses it, set aside, and made again as it was.

`DAMAGES` is the list: where, and what was done there. Nothing waits for ever: every test has a minute.
"""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lastresort import api
from lastresort.experiments.folders.results import Results
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.store import DamageWarning, Failures, RunStore, read_sealed
from lastresort.plugins.errors import InputError
from lastresort.scores import measured_profiles

STUDY = """\
name: theirs
scenarios: [small.yaml]
policies: [fund+queue-adl, fund+pro-rata-adl]
seeds: {seeds}
primary: [{{policy: fund+pro-rata-adl, against: fund+queue-adl, score: lc}}]
"""
SCENARIO = "scenarios/small"

PLACES: dict[str, Callable[[Path], Path]] = {
    "a table": lambda out: runs(out)[0] / "accounts.parquet",
    "run.json": lambda out: runs(out)[0] / "run.json",
    "log.json": lambda out: runs(out)[0] / "log.json",
    "a run": lambda out: runs(out)[0],
    "measurements": lambda out: next(out.glob("store/scores/*/*.jsonl")),
    "a profile": lambda out: min(out.glob("store/scores/*/profiles/*.npz")),
    "study.json": lambda out: out / "study.json",
    "primary.json": lambda out: out / "primary.json",
    "all scores.csv": lambda out: out / "scores.csv",
    "all scores.parquet": lambda out: out / "scores.parquet",
    "manifest.json": lambda out: out / SCENARIO / "manifest.json",
    "comparison.json": lambda out: out / SCENARIO / "comparison.json",
    "scores.csv": lambda out: out / SCENARIO / "scores.csv",
    "scores.parquet": lambda out: out / SCENARIO / "scores.parquet",
}
"""Where damage is done in the folder of a study."""


def edited(place: Path, other: Path) -> None:
    """As by hand: one digit is another."""
    content = place.read_bytes()
    digit = max(content.find(one, len(content) // 2) for one in (b"1", b"2", b"3", b"4"))
    assert digit > 0
    place.write_bytes(content[:digit] + b"7" + content[digit + 1 :])


def flipped(place: Path, other: Path) -> None:
    """As on an old disk: one bit is another."""
    content = bytearray(place.read_bytes())
    content[len(content) // 3] ^= 1
    place.write_bytes(content)


def truncated(place: Path, other: Path) -> None:
    """As after a full disk."""
    content = place.read_bytes()
    place.write_bytes(content[: len(content) // 2])


def emptied(place: Path, other: Path) -> None:
    """As after a power cut."""
    place.write_bytes(b"")


def swapped(place: Path, other: Path) -> None:
    """As by somebody who mixed two up: it is that of another run, of another measurement, or of another study."""
    aside = place.with_name("aside")
    place.rename(aside)
    other.rename(place)
    aside.rename(other)


def linked(place: Path, other: Path) -> None:
    """As by somebody who keeps it elsewhere."""
    elsewhere = other.parents[2] / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)


def piped(place: Path, other: Path) -> None:
    """Whoever reads it waits until somebody writes."""
    place.unlink()
    os.mkfifo(place)


def foldered(place: Path, other: Path) -> None:
    """A folder is where a file was."""
    place.unlink()
    place.mkdir()
    (place / "letter.txt").write_text("dear")


def filed(place: Path, other: Path) -> None:
    """A file is where a folder was."""
    shutil.rmtree(place)
    place.write_text("dear")


def unreadable(place: Path, other: Path) -> None:
    """As after a copy by another user."""
    place.chmod(0)


HARMS: dict[str, tuple[Callable[[Path, Path], None], ...]] = {
    "a table": (flipped, truncated, emptied, swapped, linked, piped, foldered),
    "run.json": (edited, flipped, truncated, emptied, swapped, linked, piped, foldered),
    "log.json": (edited, emptied, swapped, piped),
    "a run": (swapped, linked, filed),
    "measurements": (edited, flipped, truncated, emptied, piped, foldered),
    "a profile": (flipped, truncated, emptied, swapped, piped, foldered),
    "study.json": (edited, flipped, emptied, piped, foldered),
    "primary.json": (edited, truncated, swapped, piped, foldered),
    "all scores.csv": (edited, emptied, swapped, piped),
    "all scores.parquet": (flipped, swapped, foldered),
    "manifest.json": (edited, flipped, truncated, emptied, swapped, piped, foldered),
    "comparison.json": (edited, flipped, emptied, swapped, piped, foldered),
    "scores.csv": (edited, truncated, emptied, swapped, piped, foldered),
    "scores.parquet": (flipped, emptied, swapped, foldered),
}
NOBODY_ELSES = {"a table": (unreadable,), "measurements": (unreadable,), "manifest.json": (unreadable,)}
"""What root does not notice."""

DAMAGES = [
    pytest.param(place, harm, id=f"{place} {harm.__name__}")
    for harms in (HARMS, NOBODY_ELSES if os.geteuid() else {})
    for place, several in harms.items()
    for harm in several
]

Harm = Callable[[Path, Path], None]


@pytest.fixture(autouse=True)
def _a_minute() -> Iterator[None]:
    """End whatever waits for ever."""

    def ring(number: int, frame: object) -> None:
        raise TimeoutError("waited for a minute")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, small: str) -> Path:
    """A folder with two finished studies of one name, before anybody harms the first."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "small.yaml").write_text(small.replace("1200", "300").replace("2000", "400"), encoding="utf-8")
    for name, seeds in (("out", "[1, 2]"), ("other", "[3, 4]")):
        (folder / f"{name}.yaml").write_text(STUDY.format(seeds=seeds), encoding="utf-8")
        api.study(folder / f"{name}.yaml", folder / name, jobs=1)
    return folder


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    """A copy of the first study, beside its file and the second."""
    return Path(shutil.copytree(finished, tmp_path / "copy")) / "out"


def runs(out: Path) -> list[Path]:
    """The folders of the runs of a study, in the order of the policies."""
    keys = StudyFolder(out).declaration.keys("small")
    return [RunStore(out / "store").folder(key) for _, key in sorted(keys.items())]


def harmed(out: Path, where: str, harm: Harm) -> Path:
    """Do harm in a place, and return it."""
    place = PLACES[where](out)
    if place.is_relative_to(out / "store" / "runs"):
        other = runs(out)[1] / (place.name if where != "a run" else "")
    elif where == "a profile":
        other = max(place.parent.iterdir())
    else:
        other = out.parent / "other" / place.relative_to(out)
    harm(place, other)
    return place


def content(out: Path) -> dict[str, bytes]:
    """Everything that a study comes to, but for how long it took."""
    names = ("scores.csv", "scores.parquet", "primary.json", *(f"{SCENARIO}/{name}" for name in MADE))
    tables = [file for run in runs(out) for file in run.iterdir() if file.name != "log.json"]
    return {str(file.relative_to(out)): file.read_bytes() for file in (*(out / name for name in names), *tables)}


MADE = ("scores.csv", "scores.parquet", "comparison.json")


def is_found(out: Path) -> bool:
    """Whether `verify` says that a folder is not what it should be."""
    try:
        return not api.verify(out, 1, jobs=1).passed
    except InputError:
        return True


def again(out: Path, where: str) -> None:
    """What uses a file next, and does not need it to be sound."""
    if where == "a profile":
        measured_profiles(Results.open(out / SCENARIO))
    elif where in ("study.json", "primary.json", "a run", "scores.csv"):
        api.study(out.parent / "out.yaml", out, jobs=1)
    else:
        api.resume(out, jobs=1)


@pytest.mark.parametrize(("where", "harm"), DAMAGES)
def test_damage_is_found_and_mended(out: Path, where: str, harm: Harm) -> None:
    before = content(out)
    harmed(out, where, harm)
    assert is_found(out)
    with pytest.warns(DamageWarning, match="it was set aside as '.*' and is done again"):
        again(out, where)
    assert content(out) == before
    assert list((out / "store" / "set-aside").iterdir())


def test_a_folder_that_was_mended_is_as_good_as_new(out: Path) -> None:
    for where in ("a table", "measurements", "primary.json", "comparison.json"):
        harmed(out, where, flipped)
    with pytest.warns(DamageWarning):
        again(out, "a table")
    assert not is_found(out)
    assert api.collect_garbage(out).damaged == 4
    assert not list((out / "store" / "set-aside").iterdir())


STORED = ["a table", "run.json", "log.json", "a run"]


@pytest.mark.parametrize("where", STORED)
@pytest.mark.parametrize("command", ["export", "report", "open"])
def test_what_reads_runs_refuses_damaged_ones(out: Path, where: str, command: str) -> None:
    harmed(out, where, swapped)
    commands: dict[str, Callable[[], object]] = {
        "export": lambda: api.export(out, out.parent / "scores.csv"),
        "report": lambda: api.report(out / SCENARIO, formats=["md"]),
        "open": lambda: api.open_results(out),
    }
    with pytest.raises(InputError, match=r"missing or damaged.*'lastresort verify --repair' does"):
        commands[command]()


@pytest.mark.parametrize("where", ["primary.json", "all scores.csv", "manifest.json", "comparison.json", "scores.csv"])
def test_nothing_is_exported_beside_damaged_scores(out: Path, where: str) -> None:
    harmed(out, where, truncated)
    with pytest.raises(InputError, match=r"is not what was written|is damaged or of another version"):
        api.export(out, out.parent / "scores.csv")


@pytest.mark.parametrize("where", ["comparison.json", "scores.csv", "measurements"])
def test_a_report_makes_scores_again(out: Path, where: str) -> None:
    before = content(out)
    harmed(out, where, flipped)
    with pytest.warns(DamageWarning, match="set aside"):
        api.report(out / SCENARIO, formats=["md"])
    assert content(out) == before


@pytest.mark.parametrize("where", ["a run", "measurements", "primary.json", "manifest.json"])
def test_damage_is_mended_on_purpose(out: Path, where: str) -> None:
    before = content(out)
    harmed(out, where, swapped if where == "a run" else truncated)
    with pytest.warns(DamageWarning, match="set aside"):
        assert api.verify(out, 1, jobs=1, repair=True).passed
    assert content(out) == before


def test_answers_are_reckoned_again_and_mended_on_purpose(out: Path) -> None:
    """A seal tells no forgery: what is written is held against what the scores say."""
    before = content(out)
    told = read_sealed(out / "primary.json")
    told["comparisons"][0]["value"] *= 0.5
    write_json(out / "primary.json", told)
    assert api.verify(out, 1, jobs=1).problems == ("comparisons in primary.json are not what the scores say",)
    assert api.verify(out, 1, jobs=1, repair=True).passed
    assert content(out) == before


def test_nothing_is_touched_where_there_is_nothing_to_repair(out: Path) -> None:
    def states() -> dict[Path, int]:
        return {file: file.stat().st_mtime_ns for file in out.rglob("*") if file.is_file()}

    before = states()
    assert api.verify(out, 1, jobs=1, repair=True).passed
    assert states() == before


def test_an_unfinished_study_is_mended_and_not_finished(out: Path) -> None:
    (out / "primary.json").unlink()
    (out / SCENARIO / "manifest.json").unlink()
    missing, damaged = runs(out)[1:3]
    shutil.rmtree(missing)
    (damaged / "run.json").write_text("{}")
    with pytest.warns(DamageWarning, match="run.json is damaged: it has no seal"):
        assert api.verify(out, 1, jobs=1, repair=True).passed
    assert (damaged.is_dir(), missing.exists(), (out / "primary.json").exists()) == (True, False, False)


@pytest.mark.parametrize("harm", [edited, truncated, emptied, swapped, piped, foldered])
def test_a_damaged_record_of_a_failure(out: Path, harm: Harm) -> None:
    """It is told by `status`, found by `verify`, and goes when the run is tried again."""
    (out / "primary.json").unlink()
    failures, failed = Failures(out / "store"), runs(out)[:2]
    for run in failed:
        shutil.rmtree(run)
        failures.record(run.name, "fund+queue-adl", 1, f"raised ValueError 1234 in {run.name}")
    place, other = (out / "store" / "failures" / f"{run.name}.json" for run in failed)
    harm(place, other)
    told = [one.reason for one in api.status(out).failures]
    assert sum(reason.startswith("not known: its record is damaged") for reason in told) in (1, 2)
    assert is_found(out)
    with pytest.warns(DamageWarning, match="is damaged .* it was set aside"):
        api.resume(out, jobs=1)
    assert failures.keys() == set()


def test_a_comparison_is_mended_by_the_same_command_and_on_purpose(out: Path) -> None:
    def compare() -> None:
        api.compare(out.parent / "small.yaml", ["fund+queue-adl"], 2, out=folder, jobs=1)

    folder = out.parent / "comparison"
    compare()
    before = {name: (folder / name).read_bytes() for name in MADE}
    for mend in (compare, lambda: api.verify(folder, 1, jobs=1, repair=True)):
        flipped(next(folder.glob("store/runs/*/*/series.parquet")), folder)
        flipped(folder / "comparison.json", folder)
        assert is_found(folder)
        with pytest.warns(DamageWarning, match="set aside"):
            mend()
        assert {name: (folder / name).read_bytes() for name in MADE} == before
        assert not is_found(folder)


def test_status_says_that_it_has_not_looked_inside(out: Path) -> None:
    assert api.status(out).sentence.endswith("counted by name and not looked into, which 'lastresort verify' does")
