"""Profiles of runs: kept beside the journal, measured again where they lack, and what they say of all seeds."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lastresort.experiments.store import Profiles
from lastresort.plugins.errors import InputError
from lastresort.scores import (
    Profile,
    ex_ante_gini,
    ex_ante_interval,
    group_labels,
    measured_profiles,
    profile_run,
    relative_gini,
)
from lastresort.scores.profiles.form import is_whole
from lastresort.scores.table import journal_of, measurements, score_cells
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Compare = Callable[[Sequence[RunRecord]], Any]

QUEUE = (30.0, 0.0)
SHARED = (15.0, 15.0)


@pytest.fixture
def results(a_run: Run, a_comparison: Compare, tmp_path: Path) -> Any:
    """Two policies and the reference on two seeds, in a folder of their own."""
    runs = [a_run([{}, {}], seed=seed, deficit=40.0) for seed in (1, 2)]
    for policy, losses in (("queue", QUEUE), ("shared", SHARED)):
        accounts = [{"charged": loss} for loss in losses]
        runs += [a_run(accounts, policy=policy, seed=seed, deficit=40.0) for seed in (1, 2)]
    found = a_comparison(runs)
    object.__setattr__(found, "directory", tmp_path)
    object.__setattr__(found, "manifest", {"store": "store"})
    return found


def same(first: Profile, second: Profile) -> bool:
    return first.keys() == second.keys() and all(
        np.array_equal(first[name], second[name], equal_nan=first[name].dtype.kind == "f") for name in first
    )


def test_profiles_are_measured_once_and_then_read(results: Any) -> None:
    first = measured_profiles(results)
    assert first.keys() == results.runs.keys()
    assert len(results.reads) == 6
    assert same(first["queue", 2], profile_run(results.runs["queue", 2], results.runs["deep-pocket", 2]))
    second = measured_profiles(results)
    assert len(results.reads) == 6
    assert all(same(first[cell], second[cell]) for cell in first)


def test_the_score_table_leaves_profiles_behind(results: Any) -> None:
    cells = results.cells()
    score_cells(cells, lambda cell: results.record(cell.policy, cell.seed), journal=journal_of(results.store))
    assert len(results.reads) == 6
    measured_profiles(results)
    assert len(results.reads) == 6


@pytest.mark.parametrize("damage", ["torn", "gone", "empty", "poorer"])
def test_a_damaged_profile_is_measured_again(results: Any, damage: str) -> None:
    first = measured_profiles(results)
    kept = Profiles(journal_of(results.store).folder)
    name = measurements(results.cells())[0]
    file = kept.folder / f"{name}.npz"
    if damage == "gone":
        file.unlink()
    elif damage == "poorer":
        kept.write(name, {"mnf_by_tau": np.zeros(3)})
    else:
        file.write_bytes(file.read_bytes()[: 100 if damage == "torn" else 0])
    results.reads.clear()
    again = measured_profiles(results)
    assert len(results.reads) == 1  # a run of the reference policy is its own reference
    assert all(same(first[cell], again[cell]) for cell in first)
    assert kept.read(name) is not None


def test_a_folder_that_cannot_be_written_to_is_no_obstacle(results: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(Profiles, "write", refuse)
    assert len(measured_profiles(results)) == 6


def test_without_the_reference_there_are_no_profiles(a_run: Run, a_comparison: Compare) -> None:
    with pytest.raises(InputError, match="'deep-pocket', and there is none"):
        measured_profiles(a_comparison([a_run(policy="queue")]))


def test_labels_and_form(a_run: Run) -> None:
    profile = profile_run(a_run([{"cohort": "shorts"}, {}]), a_run([{"cohort": "shorts"}, {}]))
    assert group_labels(profile, "cohort") == ("retail", "shorts")
    assert group_labels(profile, "venue") == ("alpha",)
    assert group_labels(profile, "decile")[::9] == ("1", "10")
    assert group_labels(profile, "type")[9:11] == ("retail 10", "shorts 1")
    assert is_whole(profile)
    for name in ("mnf_by_delta", "loss_by_type", "cohorts", "rehedge_observed", "series_fund", "mnf_by_tau"):
        assert not is_whole({other: column for other, column in profile.items() if other != name} | _cut(profile, name))
    with pytest.raises(KeyError):
        group_labels(profile, "colour")


def _cut(profile: Profile, name: str) -> dict[str, Any]:
    return (
        {name: np.concatenate([profile[name], profile[name][:1], profile[name][:1]])[1:]} if len(profile[name]) else {}
    )


def profiles(a_run: Run, seeds: Sequence[Sequence[float]], equity: Sequence[float] = ()) -> list[Profile]:
    """Profiles of runs in which owners bear these losses; they are alike unless `equity` says otherwise."""
    found: list[Profile] = []
    for losses in seeds:
        accounts = [{"equity_start": size} for size in equity or [10.0] * len(losses)]
        losing = [row | {"charged": loss} for row, loss in zip(accounts, losses, strict=True)]
        found.append(profile_run(a_run(losing), a_run(accounts)))
    return found


def test_a_lottery_is_unequal_after_and_equal_before(a_run: Run) -> None:
    """Ten owners of ten sizes; each seed another one bears as much of its equity, so over all seeds it is pro rata."""
    sizes = [float(10 * place) for place in range(1, 11)]
    seeds = [[size * (place == hit) for place, size in enumerate(sizes)] for hit in range(10)]
    found = profiles(a_run, seeds, sizes)
    assert ex_ante_gini(found) == pytest.approx(0.0, abs=1e-12)
    low, high = ex_ante_interval(found)
    assert 0 < low < high < 1


def test_a_queue_that_always_hits_the_same_type_is_unequal_before_too(a_run: Run) -> None:
    sizes = [float(10 * place) for place in range(1, 11)]
    seeds = [[size * (place == 0) for place, size in enumerate(sizes)]] * 3
    expected = relative_gini(np.array(seeds[0]), np.array(sizes))
    assert ex_ante_gini(profiles(a_run, seeds, sizes)) == pytest.approx(expected)
    assert ex_ante_interval(profiles(a_run, seeds, sizes)) == pytest.approx((expected, expected))


def test_without_user_loss_and_with_one_seed_there_is_less_to_say(a_run: Run) -> None:
    assert math.isnan(ex_ante_gini(profiles(a_run, [[0.0, 0.0]])))
    assert np.isnan(ex_ante_interval(profiles(a_run, [[1.0, 0.0]]))).all()


def test_profiles_know_nothing_of_json(results: Any) -> None:
    """What is kept are columns; a report makes of them what it needs."""
    with pytest.raises(TypeError):
        json.dumps(dict(measured_profiles(results)["queue", 1]))
