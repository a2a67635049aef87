"""What hangs on the tick, on the number of accounts, and on orders that mean nothing: the tables of docs/model.md.

    python benchmarks/convergence.py [--scenario oct-2025] [--seeds 3] [--first-seed 1] [--jobs N]
                                     [--parts convergence orders] [--write]

Prints Markdown tables, or with `--write` puts them between the markers in docs/model.md as well. `convergence` runs
`fund+queue-adl` with other ticks and other numbers of accounts and measures each run as `lastresort validate` does;
`orders` is what `lastresort audit` says of `fund+queue-adl` and `fund+pro-rata-adl`, on four seeds or as many as given.
The same seeds give the same tables on any number of processes.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from lastresort.experiments import crash_timing, magnitudes
from lastresort.experiments.design import Design
from lastresort.experiments.executors import executor
from lastresort.experiments.runner import unstored_runs
from lastresort.experiments.store import RunStore
from lastresort.experiments.validation import POLICY
from lastresort.experiments.waterfalls import resolve
from lastresort.plugins.isolation.contained import contained
from lastresort.reports.writers.marked_page import fill
from lastresort.simulation import Scenario
from lastresort.simulation.recording.record import RunRecord

PAGE = Path(__file__).parents[1] / "docs" / "model.md"
PROGRAM = (sys.executable, "-c", "from lastresort.cli import main; main()")
ORDERED = "fund+queue-adl,fund+pro-rata-adl"
Changes = Mapping[str, Mapping[str, float]]

SETTINGS: Mapping[str, Changes] = {
    "default: 3 to 10 s in stress, 30 s in calm, 25,000 accounts": {},
    "half of it in stress": {"clock": {"stress_tick": 1.5, "restless_tick": 5.0, "move": 0.0025}},
    "1 s in stress": {"clock": {"stress_tick": 1.0, "restless_tick": 1.0}},
    "10 s in calm": {"clock": {"calm_tick": 10.0}},
    "6,000 accounts (other draws)": {"population": {"accounts": 6_000}},
    "100,000 accounts (other draws)": {"population": {"accounts": 100_000}},
}
"""What is changed of the scenario, by section; the first changes nothing."""


def deleveraged(record: RunRecord) -> float:
    """Notional closed for others' losses, in billions of USD."""
    return float(record.books["deleveraged"].sum()) / magnitudes.BILLION


def paid_by_funds(record: RunRecord) -> float:
    """What insurance funds paid, in millions of USD."""
    return float(record.books["fund_paid"].sum()) / 1e6


COLUMNS: Mapping[str, Callable[[RunRecord], float]] = {
    "BTC trough, %": magnitudes.btc_trough,
    "minutes to it": crash_timing.minutes_to_trough,
    "small-cap trough, %": magnitudes.small_caps_trough,
    "liquidated, $ B": magnitudes.liquidated,
    "long share, %": magnitudes.long_share,
    "ADL, $ B": deleveraged,
    "funds paid, $ M": paid_by_funds,
    "open-interest drop, $ B": magnitudes.open_interest_drop,
}


def changed(scenario: Scenario, changes: Changes) -> Scenario:
    """The scenario with some numbers of some of its sections replaced."""
    document = scenario.model_dump()
    return Scenario.model_validate(document | {section: document[section] | own for section, own in changes.items()})


def measured(setting: str, design: Design, store: RunStore) -> Iterator[dict[str, Any]]:
    """A row with every column of each run under a setting."""
    for (_, seed), key in design.keys().items():
        record = store.read(key)
        yield {"setting": setting, "seed": seed, **{name: measure(record) for name, measure in COLUMNS.items()}}


def largest_change(means: pd.Series, default: pd.Series) -> tuple[str, float]:
    """Column that moved most from the default, relative to what it is there, and by how much (fraction)."""
    moved = ((means - default) / default.where(default != 0)).abs().fillna(0.0)
    return str(moved.idxmax()), float(moved.max())


def convergence(asked: argparse.Namespace) -> Iterator[str]:
    """Means over the seeds under every setting, and what moves most against the default."""
    catalogue = contained()
    scenario, policies = catalogue.scenario(asked.scenario), (resolve(catalogue.policy(POLICY), catalogue),)
    numbers = tuple(range(asked.first_seed, asked.first_seed + asked.seeds))
    designs = {
        setting: Design(changed(scenario, changes), policies, numbers, catalogue)
        for setting, changes in SETTINGS.items()
    }
    with unstored_runs(designs.values(), executor(asked.jobs), lambda step: None) as store:
        runs = pd.DataFrame([row for setting, one in designs.items() for row in measured(setting, one, store)])
    seeds = f"seeds {asked.first_seed} to {asked.first_seed + asked.seeds - 1}"
    yield f"Means over {seeds} of `{asked.scenario}` under `{POLICY}`, everything else at its default:"
    yield ""
    yield from table(runs)


def table(runs: pd.DataFrame) -> Iterator[str]:
    """The lines of a Markdown table of runs, a row per setting, the first of which is the default."""
    means = runs.groupby("setting", sort=False)[list(COLUMNS)].mean()
    yield "| setting | " + " | ".join(COLUMNS) + " | moves most |"
    yield "|---" * (len(COLUMNS) + 2) + "|"
    default = means.iloc[0]
    for setting, row in means.iterrows():
        column, share = largest_change(row, default)
        moved = f"{column.split(',')[0]}, by {100 * share:.1f} %" if share > 0 else ""
        yield f"| {setting} | " + " | ".join(f"{value:.4g}" for value in row) + f" | {moved} |"


def orders(asked: argparse.Namespace) -> Iterator[str]:
    """What the audit of orders says."""
    seeds = max(asked.seeds, 4)
    command = ["audit", asked.scenario, "--policies", ORDERED, "--seeds", str(seeds)]
    done = subprocess.run(
        [*PROGRAM, *command, "--jobs", str(asked.jobs), "--json"], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode not in (0, 1):
        sys.exit(done.returncode)
    yield f"`lastresort {' '.join(command)}`, with the reference:"
    yield ""
    yield from audited(json.loads(done.stdout))


def audited(outcomes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of a Markdown table of what `lastresort audit --json` prints, and its sentences on what changed."""
    yield "| variation | same to the last bit | largest change of a headline score | conclusions |"
    yield "|---|---|---|---|"
    for one in outcomes:
        result = "unchanged" if one["passed"] else "CHANGED"
        same = f"{one['identical']} of {one['runs']} runs"
        yield f"| {one['variation']} | {same} | {one['headline']:.2g} | {result} |"
    told = [f"- {one['variation']}: {sentence}" for one in outcomes for sentence in one["changed"]]
    yield from ["", *told] if told else []


PARTS: Mapping[str, Callable[[argparse.Namespace], Iterator[str]]] = {"convergence": convergence, "orders": orders}


def main() -> None:
    """Make the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="oct-2025")
    for name, default in (("seeds", 3), ("first-seed", 1), ("jobs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    for part in asked.parts:
        lines = list(PARTS[part](asked))
        print("\n".join([f"\n## {part}\n", *lines]), flush=True)
        if asked.write:
            fill(PAGE, part, lines)


if __name__ == "__main__":
    main()
