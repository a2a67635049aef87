"""Which core policies change order with what nobody knows for sure: docs/sweep.md.

    python benchmarks/sweep.py [--scenario oct-2025] [--seeds 8] [--first-seed 21] [--jobs 2] [--out FOLDER] [--write]

Four things are varied: the **wait** between a takeover and the waterfall (0, 2, 5, 15 s); the **yardstick** that forced
closes are held against (the mark, the mid, and the mid averaged over the next 1, 3, 5, 15 and 30 minutes of trading);
the **cap** of the insurance fund, which is the share of its peak that a loss may take (on: as the policy says, 30 %;
off: all of it); and the **reference** that scores are measured against (`deep-pocket`, `warehouse`). All
combinations are run, and every pair of core policies is judged in each, by seeds, as `lastresort compare` judges.

Runs are kept in `--out`: started again after an interruption, the command goes on where it was. With `--write` the
tables go to docs/sweep.md, and the verdicts that flip to where the report's limits name them.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lastresort.experiments.design import Design
from lastresort.experiments.executors import executor
from lastresort.experiments.keys import engine_version
from lastresort.experiments.runner import Progress, run_designs
from lastresort.experiments.store import RunStore
from lastresort.experiments.waterfalls import resolve
from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.score import Score
from lastresort.reports.swept import Swept, write_swept
from lastresort.reports.writers.marked_page import fill
from lastresort.scores.measures.centralization import LC, lc_at, users_equity
from lastresort.scores.measures.look import Look
from lastresort.scores.measures.neutrality import MNF
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.scores.statistics.family import Pair, judge
from lastresort.scores.statistics.terms import terms
from lastresort.scores.statistics.verdicts import Difference, Verdict

PAGE = Path(__file__).parents[1] / "docs" / "sweep.md"
PART = "sweep"
FUND = "insurance-fund"
AXES: Mapping[str, Sequence[Any]] = {
    "wait": (0.0, 2.0, 5.0, 15.0),
    "yardstick": ("mark", "mid", "mid_1m", "mid_3m", "mid_5m", "mid_15m", "mid_30m"),
    "cap": ("on", "off"),
    "reference": ("deep-pocket", "warehouse"),
}

SCORES: Mapping[Score, Sequence[str]] = {
    LC: ("wait", "yardstick", "cap"),
    MNF: ("wait", "cap", "reference"),
}
"""What is judged, and what of the four it can depend on."""


@dataclass(frozen=True)
class Setting:
    """One combination of what is varied; as it stands, the one that the others are compared with."""

    wait: float = 0.0
    yardstick: str = "mid_5m"
    cap: str = "on"
    reference: str = "deep-pocket"

    def other(self, cause: str) -> list["Setting"]:
        """The settings that differ from this one in `cause` alone."""
        return [replace(self, **{cause: value}) for value in AXES[cause] if value != getattr(self, cause)]


BASE = Setting()


@dataclass(frozen=True)
class Change:
    """A pair of policies whose order on a score is another one if `cause` alone is changed to `value`."""

    score: Score
    cause: str
    value: Any
    before: Difference
    after: Difference

    @property
    def pair(self) -> tuple[str, str]:
        """The two policies."""
        return self.before.policy, self.before.baseline

    @property
    def flips(self) -> bool:
        """Whether a verdict turns into its opposite, and not only an estimate."""
        return {self.before.verdict, self.after.verdict} == {Verdict.BETTER, Verdict.WORSE}

    @property
    def sentence(self) -> str:
        """What changes, in words."""
        return (
            f"On {self.score.title}, {self.before.policy} is {self.before.verdict} than {self.before.baseline}, "
            f"but {self.after.verdict} with {self.cause} {_shown(self.value)} instead of "
            f"{_shown(getattr(BASE, self.cause))}."
        )


# -- the runs ---------------------------------------------------------------------------------------------------------


def with_cap(policy: Policy, cap: str) -> Policy:
    """The policy as it is or, with the cap off, with a fund that may be spent to the last dollar."""
    if cap == "on":
        return policy
    steps = [
        step.model_copy(update={"parameters": step.parameters | {"usable": 1.0}}) if step.use == FUND else step
        for step in policy.waterfall
    ]
    return policy.model_copy(update={"waterfall": tuple(steps)})


def with_wait(policy: Policy, wait: float) -> Policy:
    """The policy with another wait of its engine, seconds."""
    document = policy.model_dump(by_alias=True)
    return Policy.model_validate(document | {"engine": document.get("engine", {}) | {"wait": wait}})


def designs(scenario: str, seeds: range) -> dict[tuple[float, str], Design]:
    """What is run, by wait and cap: the core policies, both references among them."""
    catalogue = contained()
    core = [resolve(policy, catalogue) for policy in catalogue.choice("core")]
    world = catalogue.scenario(scenario)
    return {
        (wait, cap): Design(
            world, tuple(with_wait(with_cap(policy, cap), wait) for policy in core), tuple(seeds), catalogue
        )
        for wait, cap in product(AXES["wait"], AXES["cap"])
    }


# -- the numbers ------------------------------------------------------------------------------------------------------


def rows(design: Design, wait: float, cap: str, store: RunStore) -> Iterator[dict[str, Any]]:
    """A row per policy, seed, yardstick and reference: what `SCORES` are made of."""
    keys = design.keys()
    contenders = [policy.name for policy in design.policies if policy.role == "contender"]
    for seed in design.seeds:
        yardsticks = {name: Yardstick(store.read(keys[name, seed])) for name in AXES["reference"]}
        for policy in contenders:
            run = store.read(keys[policy, seed])
            looks = {name: Look(run, yardstick) for name, yardstick in yardsticks.items()}
            losses = {name: lc_at(looks["deep-pocket"], name) for name in AXES["yardstick"]}
            for reference, look in looks.items():
                place = {"wait": wait, "cap": cap, "reference": reference, "policy": policy, "seed": seed}
                kept = {"mnf": MNF.measure(run, yardsticks[reference].reference), "users_equity": users_equity(look)}
                yield from (place | kept | {"yardstick": name, "lc": lc} for name, lc in losses.items())


def judged(table: pd.DataFrame, score: Score, setting: Setting) -> tuple[Difference, ...]:
    """Every pair of policies on a score in one setting, the first less the second in alphabetical order."""
    own = {str(name): group.sort_values("seed") for name, group in _within(table, setting).groupby("policy")}
    couples = combinations(sorted(own), 2)
    return judge([Pair(score, first, second, own[first], own[second]) for first, second in couples])


def changes(table: pd.DataFrame) -> list[Change]:
    """Pairs whose order is another one where a single thing is changed from the base."""
    found = []
    for score, causes in SCORES.items():
        base = judged(table, score, BASE)
        for cause in causes:
            for setting in BASE.other(cause):
                couples = zip(base, judged(table, score, setting), strict=True)
                found += [
                    Change(score, cause, getattr(setting, cause), before, after)
                    for before, after in couples
                    if before.estimate.value * after.estimate.value < 0
                ]
    return found


def steadiness(table: pd.DataFrame, score: Score) -> tuple[list[int], int]:
    """In how many settings each pair is ordered as in the base, and how many there are that matter to the score."""
    axes = [AXES[cause] for cause in SCORES[score]]
    settings = [replace(BASE, **dict(zip(SCORES[score], values, strict=True))) for values in product(*axes)]
    base = _signs(judged(table, score, BASE))
    same = [_signs(judged(table, score, setting)) * base > 0 for setting in settings]
    return [int(count) for count in np.sum(same, axis=0)], len(settings)


def _within(table: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    return table[np.logical_and.reduce([table[axis] == getattr(setting, axis) for axis in AXES])]


def _signs(differences: Sequence[Difference]) -> Floats:
    return np.sign([one.estimate.value for one in differences])


# -- the page ---------------------------------------------------------------------------------------------------------


def page(table: pd.DataFrame, found: Sequence[Change]) -> Iterator[str]:
    """The lines of the tables: what changes order, every score in the base, how steady each order is, what flips."""
    yield from summary(found)
    for score in SCORES:
        mine = [one for one in found if one.score == score]
        yield from ["", f"### {score.title}", "", *levels(table, score), "", *pairs(table, score, mine)]
    flips = [f"- {one.sentence}" for one in found if one.flips]
    yield from ["", "### Verdicts that flip", "", *(flips or ["None."])]


def summary(found: Sequence[Change]) -> Iterator[str]:
    """How many pairs change order by each cause, score by score, and how many of them flip a verdict."""
    yield from _head("cause", [score.title for score in SCORES])
    for cause in AXES:
        cells = [_count(found, score, cause) if cause in causes else "-" for score, causes in SCORES.items()]
        yield f"| {cause} | " + " | ".join(cells) + " |"
    yield ""
    yield "Pairs that change order where the cause alone is changed, in brackets those whose verdict flips."


def _count(found: Sequence[Change], score: Score, cause: str) -> str:
    mine = [one for one in found if (one.score, one.cause) == (score, cause)]
    pairs, flipped = {one.pair for one in mine}, {one.pair for one in mine if one.flips}
    return f"{len(pairs)} ({len(flipped)})"


def levels(table: pd.DataFrame, score: Score) -> Iterator[str]:
    """The score of every policy in the base, and with one thing changed."""
    policies = sorted(table["policy"].unique())
    settings = {"base": BASE}
    for cause in SCORES[score]:
        settings |= {f"{cause} {_shown(getattr(other, cause))}": other for other in BASE.other(cause)}
    yield from _head("setting", [f"`{name}`" for name in policies])
    for title, setting in settings.items():
        here = _within(table, setting)
        values = [_value(here[here["policy"] == name], score) for name in policies]
        yield f"| {title} | " + " | ".join(_amount(value, score) for value in values) + " |"


def _value(own: pd.DataFrame, score: Score) -> float:
    """The score over the seeds: a ratio of sums."""
    above, below = terms(own, score)
    return float(above.sum() / below.sum())


def pairs(table: pd.DataFrame, score: Score, found: Sequence[Change]) -> Iterator[str]:
    """Every pair: its difference and verdict in the base, what reverses its order, in how many settings that holds."""
    same, settings = steadiness(table, score)
    yield from _head("pair", ["difference in the base", "verdict", "order reversed by", "same order in"])
    for difference, count in zip(judged(table, score, BASE), same, strict=True):
        pair = (difference.policy, difference.baseline)
        by = [f"{one.cause} {_shown(one.value)}{', verdict flips' * one.flips}" for one in found if one.pair == pair]
        value, low, high = (_amount(getattr(difference.estimate, name), score) for name in ("value", "low", "high"))
        shown = f"| `{pair[0]}` less `{pair[1]}` | {value} [{low}, {high}] | {difference.verdict} "
        yield f"{shown}| {'; '.join(by) or 'nothing'} | {count} of {settings} |"


def _head(first: str, others: Sequence[str]) -> Iterator[str]:
    yield " | ".join([f"| {first}", *others]) + " |"
    yield "|---" * (len(others) + 1) + "|"


def _amount(value: float, score: Score) -> str:
    return f"{value / 1e6:,.1f} M" if score.unit == "USD" else f"{value:.4f}"


def _shown(value: Any) -> str:
    """A value of an axis in words."""
    if isinstance(value, float):
        return f"{value:g} s"
    name, _, window = value.partition("_")
    return f"{name} over {window.removesuffix('m')} min" if window else str(value)


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(np.float64)


def _tell(step: Progress) -> None:
    print(f"{step.done}/{step.total}  {step.policy}, seed {step.seed}", file=sys.stderr, flush=True)


def sweep(asked: argparse.Namespace) -> pd.DataFrame:
    """Do every run that is not kept, and return the rows of all settings."""
    crossed = designs(asked.scenario, range(asked.first_seed, asked.first_seed + asked.seeds))
    store = RunStore(asked.out)
    failed = run_designs(crossed.values(), store, executor(asked.jobs), _tell)
    if failed:
        sys.exit("failed: " + "; ".join(sorted(set(failed.values()))))
    return pd.DataFrame([row for (wait, cap), one in crossed.items() for row in rows(one, wait, cap, store)])


def main() -> None:
    """Run and print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="oct-2025")
    parser.add_argument("--out", type=Path, default=Path("sweep-runs"))
    for name, default in (("seeds", 8), ("first-seed", 21), ("jobs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    table = sweep(asked)
    found = changes(table)
    seeds = f"--seeds {asked.seeds} --first-seed {asked.first_seed}"
    command, engine = f"python benchmarks/sweep.py --scenario {asked.scenario} {seeds}", engine_version()
    lines = [f"Written by `{command} --write` with lastresort {engine}.", "", *page(table, found)]
    print("\n".join(lines))
    if asked.write:
        fill(PAGE, PART, lines)
        flips = tuple(one.sentence for one in found if one.flips)
        write_swept(Swept(scenario=asked.scenario, command=command, engine=engine, flips=flips))


if __name__ == "__main__":
    main()
