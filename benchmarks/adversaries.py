"""What policies score that were built to win without doing users any good: docs/adversaries.md.

    python benchmarks/adversaries.py [--scenario oct-2025] [--seeds 8] [--first-seed 1] [--jobs 2] [--out FOLDER]
                                     [--policies NAME ...] [--write]

Eleven adversaries attack the scores at one point each, by the rules of `benchmarks/adversarial_rules.py`; beside them
run the core policies, the clearing houses and ten venues. A second table says over which **window** the fair price of a
forced close should be averaged: benefits must be small against losses, numbers steady over seeds, the order of policies
one order in all seeds and near that of other windows, and closing at a price known beforehand must not pay.

Runs are kept in `--out`: started again after an interruption, the command goes on where it was. `--policies` leaves
out all others but the references and the queue. With `--write` the tables go to docs/adversaries.md.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import kendalltau, rankdata

from lastresort.experiments.design import REFERENCE, Design
from lastresort.experiments.executors import executor
from lastresort.experiments.keys import engine_version
from lastresort.experiments.runner import Progress, run_designs
from lastresort.experiments.store import RunStore
from lastresort.experiments.waterfalls import resolve
from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.rehearsal import rehearse
from lastresort.reports.writers.marked_page import fill
from lastresort.scores.measures.centralization import MATERIAL, lc_at
from lastresort.scores.measures.look import Look
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.scores.ranked_policies import Ranking, rank
from lastresort.scores.registry import SCORES
from lastresort.scores.statistics.score_estimates import estimate_scores

RULES = Path(__file__).parent / "adversarial_rules.py"
PAGE = Path(__file__).parents[1] / "docs" / "adversaries.md"
PART, CHOICE = "adversaries", "windows"
QUEUE = "fund+queue-adl"

VENUES = ("binance", "bybit", "okx", "hyperliquid", "bitmex", "deribit", "kraken", "dydx-v4", "gmx", "paradex")

FIRST = (Step(use="order-first"), Step(use="full-takeover"))
WHOLE_FUND = Step(use="insurance-fund", parameters={"usable": 1.0})
LAST = (Step(use="insurance-fund"), Step(use="queue-adl"))
FOR_GOOD = Step(use="circuit-breaker", parameters={"limit": 0.05, "halt": 1e6})
KEEPS_EQUITY = Step(use="full-takeover", parameters={"penalty": 1.0})

ADVERSARIES: Mapping[str, tuple[str, tuple[Step, ...]]] = {
    "nobody-pays": ("Nobody pays", FIRST),
    "closes-at-mark": ("Closes at the mark before the fund", (*FIRST, Step(use="closes-at-mark"), WHOLE_FUND)),
    "closes-at-mid": ("Closes at the mid before the fund", (*FIRST, Step(use="closes-at-mid"), WHOLE_FUND)),
    "closes-inside-halts": (
        "Closes at the price of a halt",
        (*FIRST, Step(use="closes-inside-halts"), WHOLE_FUND, Step(use="queue-adl")),
    ),
    "closes-at-the-end": (
        "Closes at the very end of the run",
        (*FIRST, Step(use="closes-at-the-end"), Step(use="insurance-fund")),
    ),
    "halts-for-good": ("Halts a market for good once it moves", (FOR_GOOD, *FIRST, *LAST)),
    "outside-money": ("Pays itself from outside", (*FIRST, Step(use="outside-money"))),
    "own-mark": ("Closes at a mark of its own", (*FIRST, Step(use="own-mark"), *LAST)),
    "raises-margins": ("Raises margins and keeps the equity", (Step(use="raises-margins"), KEEPS_EQUITY, *LAST)),
    "seizes-early": (
        "Takes over at 97 % of the usual mark",
        (Step(use="triggers-early"), Step(use="full-takeover"), *LAST),
    ),
    "orders-early": ("Sends to the book at 97 % of the usual mark", (Step(use="triggers-early"), *FIRST, *LAST)),
}
"""Title and waterfall of each adversary, by the name of its policy."""

WINDOWS: Mapping[str, str] = {
    "mark": "mark",
    "mid": "mid",
    "mid_1m": "1 min",
    "mid_3m": "3 min",
    "mid_5m": "5 min",
    "mid_15m": "15 min",
    "mid_30m": "30 min",
}
"""What a forced close may be held against, a column of the fills each, and what it is called."""

ASKED = ("benefits / losses", "variation over seeds", "pairs of one sign in all seeds", "mean Kendall tau")
BETTER_HIGH = (False, False, True, True)
"""Criteria by which a window is chosen, and whether more of each is better."""


@dataclass(frozen=True)
class Contest:
    """A scenario crossed with policies and seeds, and why the engine refuses some of the policies, by name."""

    design: Design
    refused: Mapping[str, str]

    @property
    def contenders(self) -> list[str]:
        """Policies that ran and are no references."""
        return [policy.name for policy in self.design.policies if policy.role == "contender"]


# -- the runs ---------------------------------------------------------------------------------------------------------


def adversary(name: str) -> Policy:
    """The policy of an adversary."""
    title, waterfall = ADVERSARIES[name]
    return Policy(name=name, title=title, summary=f"{title}.", waterfall=waterfall)


def contest(scenario: str, seeds: Sequence[int], wanted: Sequence[str] = ()) -> Contest:
    """What is run: core policies, clearing houses, ten venues and adversaries, or of these only `wanted`."""
    catalogue = contained([RULES])
    known = [*catalogue.choice("core"), *catalogue.choice("clearing"), *map(catalogue.policy, VENUES)]
    kept = {*wanted, QUEUE}
    policies = [one for one in known if not wanted or one.name in kept or one.role == "reference"]
    refused = {}
    for policy in (adversary(name) for name in ADVERSARIES if not wanted or name in kept):
        reason = refusal(policy, catalogue)
        if reason:
            refused[policy.name] = reason
        else:
            policies.append(policy)
    resolved = tuple(resolve(policy, catalogue) for policy in policies)
    return Contest(Design(catalogue.scenario(scenario), resolved, tuple(seeds), catalogue, (RULES,)), refused)


def refusal(policy: Policy, catalogue: Catalogue) -> str:
    """Why a policy does not get through the rehearsal, "" where it does."""
    try:
        rehearse([policy], catalogue, [RULES])
    except InputError as error:
        return str(error).split(", ", 1)[1]
    return ""


# -- the numbers ------------------------------------------------------------------------------------------------------


def rows(design: Design, store: RunStore) -> Iterator[dict[str, Any]]:
    """A row per policy and seed: every score, and `lc:` and `benefit:` and `loss:` for each window."""
    keys = design.keys()
    for seed in design.seeds:
        yardstick = Yardstick(store.read(keys[REFERENCE, seed]))
        for policy in design.policies:
            run = store.read(keys[policy.name, seed])
            place = {"policy": policy.name, "seed": seed}
            yield place | Measurement(run, yardstick).numbers | by_window(Look(run, yardstick))


def by_window(look: Look) -> dict[str, float]:
    """Loss centralization, losses and benefits of one run at each window, USD."""
    found = {}
    for window in WINDOWS:
        cost = look.costs.by_owner(window)
        found[f"lc:{window}"] = lc_at(look, window)
        found[f"loss:{window}"] = float(np.maximum(cost, 0.0).sum())
        found[f"benefit:{window}"] = float(np.maximum(-cost, 0.0).sum())
    return found


def by_policy(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows of each policy, seeds ascending."""
    return {str(name): own.sort_values("seed") for name, own in table.groupby("policy", sort=False)}


def ranking(table: pd.DataFrame, contenders: Sequence[str]) -> Ranking:
    """The contenders as `lastresort compare` ranks them."""
    own = by_policy(table)
    return rank(own, contenders, estimate_scores(own, SCORES), next(iter(contenders), None))


def criteria(table: pd.DataFrame, contenders: Sequence[str]) -> pd.DataFrame:
    """What speaks for each window, `[windows, criteria]`, judged on loss centralization of some policies."""
    own = by_policy(table)
    crossed = {window: np.array([own[name][f"lc:{window}"] for name in contenders]) for window in WINDOWS}
    found = {window: _of_window(own, contenders, window, crossed) for window in WINDOWS}
    return pd.DataFrame.from_dict(found, orient="index", columns=list(ASKED))


def _of_window(
    own: Mapping[str, pd.DataFrame], contenders: Sequence[str], window: str, crossed: Mapping[str, Floats]
) -> list[float]:
    benefit, loss = (sum(own[name][f"{kind}:{window}"].sum() for name in contenders) for kind in ("benefit", "loss"))
    here = crossed[window]
    mean = here.mean(axis=1)
    varied = here.std(axis=1, ddof=1)[mean > 0] / mean[mean > 0] if here.shape[1] > 1 else np.array([np.nan])
    signs = [np.sign(first - second) for first, second in combinations(here, 2)]
    others = [kendalltau(mean, other.mean(axis=1)).statistic for name, other in crossed.items() if name != window]
    one_sign = [bool((sign == sign[0]).all() and sign[0] != 0) for sign in signs]
    return [benefit / loss, float(varied.mean()), float(np.mean(one_sign)), float(np.mean(others))]


def winner(table: pd.DataFrame) -> str:
    """The window of averages with the smallest sum of ranks over the criteria; prices known beforehand cannot win."""
    later = table.loc[[window for window in table.index if window not in ("mark", "mid")]]
    signed = later.to_numpy() * np.where(BETTER_HIGH, -1.0, 1.0)
    return str(later.index[int(np.argmin(rankdata(signed, axis=0).sum(axis=1)))])


# -- the page ---------------------------------------------------------------------------------------------------------


def page(table: pd.DataFrame, held: Contest) -> Iterator[str]:
    """The table of policies, ranked ones first, and what the engine refuses."""
    order = ranking(table, held.contenders)
    own = by_policy(table)
    shown = [*order.ranked, *order.apart, *order.undefined]
    shown += [policy.name for policy in held.design.policies if policy.role == "reference"]
    head = ("policy", *("L", "β", "LC", "LC at mid", "LC, 15 min", "U", "stood"), *("MNF", "B", "P"), "halted", "rank")
    yield from _head(head)
    for name in shown:
        yield _line(own[name], name, _standing(name, order))
    for name in held.refused:
        yield f"| **`{name}`** " + "| - " * (len(head) - 2) + "| refused |"
    yield ""
    yield "Means over the seeds; dollars in $ M, halts in minutes per market by open interest; adversaries are in bold."
    for name, reason in held.refused.items():
        yield ""
        yield f"`{name}` is refused: {reason}."


def _standing(name: str, order: Ranking) -> str:
    if name in order.ranked:
        return str(order.ranked.index(name) + 1)
    if name in order.uncovered:
        return "does not cover"
    if name in order.shut:
        return "keeps markets shut"
    return "no hedged book" if name in order.undefined else "reference"


def _line(own: pd.DataFrame, name: str, standing: str) -> str:
    mean = own.mean(numeric_only=True)
    loss = mean["loss"]
    beta = f"{np.nansum(own['loss'] * own['beta']) / own['loss'].sum():.0%}" if loss >= MATERIAL else "-"
    money = [_amount(mean[column]) for column in ("lc", "lc_mid", "lc_15m", "unpaid", "stood_unpaid")]
    shares = [f"{mean[column]:.3f}" for column in ("mnf", "mnf_break", "mnf_cost")]
    halted = f"{mean['halted_time'] / 60:.0f}"
    title = f"**`{name}`**" if name in ADVERSARIES else f"`{name}`"
    return f"| {title} | " + " | ".join([_amount(loss), beta, *money, *shares, halted, standing]) + " |"


def choice(table: pd.DataFrame, contenders: Sequence[str]) -> Iterator[str]:
    """The table of windows, and which of them wins."""
    ordinary = [name for name in contenders if name not in ADVERSARIES]
    if len(ordinary) < 2:
        yield "One policy alone says nothing about windows."
        return
    found = criteria(table, ordinary)
    mean = table.groupby("policy").mean(numeric_only=True)
    yield from _head(("window", *ASKED, "closing at the mid costs, over the queue"))
    for window, title in WINDOWS.items():
        numbers = [f"{value:.2f}" for value in found.loc[window]]
        column = mean[f"lc:{window}"]
        known = f"{column['closes-at-mid'] / column[QUEUE]:.2f}" if "closes-at-mid" in column else "-"
        yield f"| {title} | " + " | ".join([*numbers, known]) + " |"
    yield ""
    yield f"By the sum of ranks over the first four columns, of the averages {WINDOWS[winner(found)]} wins."


def _head(titles: Sequence[str]) -> Iterator[str]:
    yield "| " + " | ".join(titles) + " |"
    yield "|---" * len(titles) + "|"


def _amount(value: float) -> str:
    return f"{value / 1e6:,.1f}" if abs(value) < 10e6 else f"{value / 1e6:,.0f}"


def _tell(step: Progress) -> None:
    print(f"{step.done}/{step.total}  {step.policy}, seed {step.seed}", file=sys.stderr, flush=True)


def play(held: Contest, store: RunStore, jobs: int) -> pd.DataFrame:
    """Do every run that is not kept, and return a row for each."""
    failed = run_designs([held.design], store, executor(jobs), _tell)
    if failed:
        sys.exit("failed: " + "; ".join(sorted(set(failed.values()))))
    return pd.DataFrame(rows(held.design, store))


def main() -> None:
    """Run and print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="oct-2025")
    parser.add_argument("--out", type=Path, default=Path("adversary-runs"))
    for name, default in (("seeds", 8), ("first-seed", 1), ("jobs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--policies", nargs="*", default=())
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    held = contest(asked.scenario, range(asked.first_seed, asked.first_seed + asked.seeds), asked.policies)
    table = play(held, RunStore(asked.out), asked.jobs)
    seeds = f"--seeds {asked.seeds} --first-seed {asked.first_seed}"
    command = f"python benchmarks/adversaries.py --scenario {asked.scenario} {seeds}"
    told = [f"Written by `{command} --write` with lastresort {engine_version()}.", ""]
    parts = {PART: [*told, *page(table, held)], CHOICE: list(choice(table, held.contenders))}
    for part, lines in parts.items():
        print("\n".join(lines), end="\n\n")
        if asked.write:
            fill(PAGE, part, lines)


if __name__ == "__main__":
    main()
