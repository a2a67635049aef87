"""A rule that breaks the contract late in a run ends this run, with a named error, and no other."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lastresort.experiments import Failure, Progress, Results, RunError, Study, run_study
from lastresort.mechanisms.contract import Waterfall
from lastresort.simulation import ConservationError, RecordError, Scenario, simulate
from lastresort.simulation.waterfall.taken_answers import ALLOWED

RULE = """
import itertools, os, sys
import numpy as np
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism

class Failing(Mechanism):
    "Behave while the rehearsal looks, which shows no more than thirteen accounts."
    name = "failing"

    def allocate(self, event: LossEvent) -> Allocation | None:
        held = event.candidates.quantity
        if len(held) <= 13:
            return None
        {deed}
"""
RAISES = "raise ZeroDivisionError('no [such] <b>thing</b>\\n\\x1b[2J')"

DEEDS = [
    (RAISES, r"raised ZeroDivisionError: no \[such\] <b>thing</b> \\x1b\[2J"),
    ("sys.exit()", "raised SystemExit"),
    ("raise GeneratorExit('out')", "raised GeneratorExit: out"),
    ("raise KeyboardInterrupt('mine')", "raised KeyboardInterrupt: mine"),
    ("raise type('E', (BaseException,), {'__str__': lambda self: sys.exit()})", "raised E, whose text cannot be read"),
    ("os.kill(os.getpid(), 9)", r"raised RefusedDeedError: it sends a signal \(os\.kill\), which a rule may not"),
    ("os.system('true')", r"raised RefusedDeedError: it starts a process \(os\.system\), which a rule may not"),
    ("return Allocation(held.astype(object), 0 * held, 1.0, 1.0)", f"'close' holds objects; {ALLOWED}"),
    ("raise ValueError('\\u202e')", r"raised ValueError: \\u202e"),
    ("while True: pass", r"took more than 0\.3 s"),
    (
        "for tries in itertools.count():\n"
        "            try:\n"
        "                while True: pass\n"
        "            except Exception: pass",
        r"took more than 0\.3 s",
    ),
    ("return Allocation(0 * held, held * np.nan, 1.0, 1.0)", "'charge' holds NaN or infinity"),
    ("held[:] = 0.0", "raised ValueError: assignment destination is read-only; what a rule is shown is read-only: .*"),
    (
        "held.flags.writeable = True",
        "raised ValueError: cannot set WRITEABLE flag to True of this array; what a rule is shown .*",
    ),
    ("np.ones(10**10)", "ran out of memory: 4 GiB are allowed"),
]


@pytest.fixture
def failing(small_scenario: Path, tmp_path: Path) -> Study:
    """A comparison of two seeds of which one policy uses the rule `failing`."""
    write(tmp_path, RAISES)
    return Study(
        str(small_scenario),
        (1, 2),
        tmp_path / "out",
        ("fund+failing",),
        (tmp_path / "failing.py",),
        patience=0.3,
    )


def write(folder: Path, deed: str) -> None:
    """Make the rule do something else."""
    (folder / "failing.py").write_text(RULE.format(deed=deed))


def only_failure(results: Results, *others: str) -> Failure:
    """The failure of `fund+failing`, where every run of the reference and of the others is there."""
    assert [policy.name for policy in results.policies] == ["deep-pocket", *others]
    for policy in results.policies:
        assert [results.record(policy.name, seed).seed for seed in results.seeds] == list(results.seeds)
    (failure,) = results.failed
    assert failure.policy.name == "fund+failing"
    return failure


@pytest.mark.parametrize(("deed", "rule"), DEEDS)
def test_a_bad_deed_ends_its_own_run_and_is_named(failing: Study, tmp_path: Path, deed: str, rule: str) -> None:
    write(tmp_path, deed)
    failure = only_failure(run_study(replace(failing, seeds=(1,))))
    assert list(failure.reasons) == [1]
    assert re.fullmatch(
        rf"mechanism 'failing', question 'allocate', at [\d,]+ s: (failing\.py, line \d+, )?{rule}", failure.reasons[1]
    )
    assert failure.reasons[1].isprintable()
    assert str(failure).startswith(
        "policy 'fund+failing' failed on 1 of 1 seed and is out of the ranking; seed 1: mech"
    )


def test_one_job_and_two_tell_the_same(failing: Study, tmp_path: Path) -> None:
    policies = ("fund+failing", "fund+queue-adl")
    one, two = (run_study(replace(failing, policies=policies, out=tmp_path / f"{jobs}", jobs=jobs)) for jobs in (1, 2))
    assert only_failure(one, "fund+queue-adl") == only_failure(two, "fund+queue-adl")
    assert one.manifest["failures"] == two.manifest["failures"]
    assert [(run["policy"], run["seed"]) for run in one.manifest["failures"]] == [
        ("fund+failing", 1),
        ("fund+failing", 2),
    ]
    assert [run["key"] for run in one.manifest["runs"]] == [run["key"] for run in two.manifest["runs"]]


def test_a_rule_that_ends_its_process_ends_its_own_run(failing: Study, tmp_path: Path) -> None:
    write(tmp_path, "os._exit(3)")
    failure = only_failure(run_study(replace(failing, seeds=(1,), jobs=2)))
    assert failure.reasons == {1: "its process ended unexpectedly (exit code 3)"}


def test_failed_runs_are_tried_again_and_others_are_not(failing: Study, tmp_path: Path) -> None:
    seen: list[Progress] = []
    run_study(failing, seen.append)
    assert [step.done for step in seen] == [0, 1, 2, 3, 4]
    assert [(step.policy, step.seed) for step in seen if step.failed] == [("fund+failing", 1), ("fund+failing", 2)]
    assert Results.open(failing.out).failed == run_study(failing, seen.append).failed
    assert [step.reused for step in seen[5:]] == [True, True, False, False]

    write(tmp_path, "return None")
    assert run_study(failing).failed == ()
    assert [policy.name for policy in Results.open(failing.out).policies] == ["deep-pocket", "fund+failing"]


def test_a_policy_with_one_failed_seed_is_out(failing: Study, tmp_path: Path) -> None:
    write(tmp_path, "raise ValueError(event.mark)")
    told = only_failure(run_study(failing)).reasons[2]
    write(tmp_path, f"if event.mark == {told.partition('ValueError: ')[2]}: raise ValueError('unlucky')")
    failure = only_failure(run_study(failing))
    assert list(failure.reasons) == [2]
    assert failure.extent == "failed on 1 of 2 seeds"
    assert ("fund+failing", 1) in Results.open(failing.out).keys


@pytest.mark.parametrize("jobs", [1, 2])
def test_without_the_reference_there_is_nothing_to_compare(failing: Study, tmp_path: Path, jobs: int) -> None:
    reference = tmp_path / "reference.yaml"
    reference.write_text(
        "{name: deep-pocket, title: Deep, summary: Deep., role: reference, "
        "waterfall: [{use: full-takeover}, {use: failing}, {use: deep-pocket}]}"
    )
    study = replace(failing, seeds=(1,), policies=(str(reference),), jobs=jobs)
    with pytest.raises(RunError) as stopped:
        run_study(study)
    sentence = str(stopped.value)
    assert sentence.startswith(
        "every policy is compared with the reference, and that failed: policy 'deep-pocket', seed 1"
    )
    assert "no [such]" in sentence
    assert not (study.out / "manifest.json").exists()


ENGINE = [
    (ConservationError("trade at venue 0 does not balance"), "trade at venue 0 does not balance"),
    (RecordError("table 'books', column 'trough', row 3 is nan"), "table 'books', column 'trough', row 3 is nan"),
    (TypeError("no\nlines"), r"TypeError: no \(.*test_failing_rules.py, line \d+\)"),
]


@pytest.mark.parametrize(("error", "sentence"), ENGINE, ids=["books", "record", "anything"])
def test_a_run_that_the_engine_ends_stops_nothing_else(
    failing: Study, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    """It is told as the engine's failure; the policy is out, and the others are compared."""

    def sometimes(
        scenario: Scenario, waterfalls: Mapping[str, Waterfall], seed: int, policy: str, *more: Any, **named: Any
    ) -> Any:
        if (policy, seed) == ("warehouse", 1):
            raise error
        return simulate(scenario, waterfalls, seed, policy, *more, **named)

    monkeypatch.setattr("lastresort.experiments.run.simulate", sometimes)
    results = run_study(replace(failing, policies=("warehouse", "fund+queue-adl")))
    assert [policy.name for policy in results.policies] == ["deep-pocket", "fund+queue-adl"]
    (failure,) = results.failed
    assert list(failure.reasons) == [1]
    assert re.fullmatch(f"the engine failed, not the policy: {sentence}", failure.reasons[1])


def test_an_endless_chain_of_causes_ends(failing: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        error, other = TypeError("one"), TypeError("other")
        error.__cause__, other.__cause__ = other, error
        raise error

    monkeypatch.setattr("lastresort.experiments.run.simulate", fail)
    with pytest.raises(RunError, match=r"TypeError: one \(.*test_failing_rules.py, line \d+\)"):
        run_study(replace(failing, seeds=(1,), policies=("warehouse",)))


def test_a_failed_reference_stops_nothing_either_but_then_nothing_is_compared(
    failing: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def sometimes(
        scenario: Scenario, waterfalls: Mapping[str, Waterfall], seed: int, policy: str, *more: Any, **named: Any
    ) -> Any:
        if (policy, seed) == ("deep-pocket", 1):
            raise ConservationError("trade at venue 0 does not balance")
        done.append((policy, seed))
        return simulate(scenario, waterfalls, seed, policy, *more, **named)

    monkeypatch.setattr("lastresort.experiments.run.simulate", sometimes)
    with pytest.raises(
        RunError, match=r"compared with the reference, and that failed: policy 'deep-pocket', seed 1: th"
    ):
        run_study(replace(failing, policies=("warehouse",)))
    assert done == [("warehouse", 1), ("deep-pocket", 2), ("warehouse", 2)]
    assert not (failing.out / "manifest.json").exists()


def test_it_stops_no_other_process_either(failing: Study, tmp_path: Path) -> None:
    file = tmp_path / "failing.py"
    file.write_text(
        RULE.format(deed="return None")
        + """
from lastresort.simulation import ConservationError, RunRecord
from lastresort.simulation.run import Run

record = Run.record

def damaged(run, policy):
    if policy == "fund+failing":
        raise ConservationError("audit at venue 0 does not balance")
    return record(run, policy)

Run.record = damaged
"""
    )
    failure = only_failure(run_study(replace(failing, seeds=(1,), jobs=2)))
    assert failure.reasons == {1: "it changed lastresort.simulation.run.Run.record, which is not its own"}
