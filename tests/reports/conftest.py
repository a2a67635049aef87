"""A made-up comparison with plausible numbers: seven policies on a few seeds, no simulator needed."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, sync_playwright
from tests.browser import MISSING, found

from lastresort.experiments import Results
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.score import Score
from lastresort.reports import ReportInput, report_input_of
from lastresort.reports.contents import report_of
from lastresort.reports.document import Block, Document, Fold, Section, Table, plain
from lastresort.reports.writers import to_html
from lastresort.scores import SCORES, Comparison
from lastresort.scores.scored import Scored, scored
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import News, Scenario

Floats = NDArray[np.float64]
LAUNCH = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")

OWNERS = 400
COHORTS = ("retail", "institutions", "shorts", "basis", "pairs", "arbitrage", "makers")
HEDGED = ("basis", "pairs", "arbitrage", "makers")
TIERS = ("btc", "eth", "large", "small")
FALL = {"btc": 0.07, "eth": 0.09, "large": 0.12, "small": 0.15}


@dataclass(frozen=True)
class Rule:
    """How a made-up policy behaves: who pays, how unequally, how many hedges break, how much deeper prices fall."""

    title: str
    steps: tuple[str, ...]
    role: str = "contender"
    haircut: float = 0.0
    charged: float = 0.0
    unequal: float = 0.0
    broken: float = 0.0
    deeper: float = 1.0
    unpaid: float = 0.0
    halted: float = 0.0


RULES: Mapping[str, Rule] = {
    "deep-pocket": Rule("Outside money pays (reference)", ("full-takeover", "deep-pocket"), "reference", deeper=1.25),
    "warehouse": Rule(
        "Outside money pays and holds (reference)", ("full-takeover", "warehouse"), "reference", deeper=0.3
    ),
    "fund+queue-adl": Rule("Fund, then queue ADL", ("insurance-fund", "queue-adl"), "contender", 0.7, 0, 3.0, 0.22),
    "fund+pro-rata-adl": Rule(
        "Fund, then pro-rata ADL", ("insurance-fund", "pro-rata-adl"), "contender", 0.72, 0, 0.6, 0.15, 0.95
    ),
    "fund+hedge-aware-adl": Rule(
        "Fund, then hedge-aware ADL", ("insurance-fund", "hedge-aware-adl"), "contender", 0.69, 0, 2.6, 0.04, 0.85
    ),
    "fund+socialized-loss": Rule(
        "Fund, then socialized loss", ("insurance-fund", "socialized-loss"), "contender", 0, 0.8, 0.3, 0.18, 1.25
    ),
    "fund+queue-adl+circuit-breaker": Rule(
        "Fund, queue ADL and circuit breaker", ("circuit-breaker", "queue-adl"), "contender", 0.6, 0, 3.0, 0.2, 0.7
    ),
}


@dataclass(frozen=True)
class MadeUpResults(Results):
    """Results whose records come from memory."""

    records: dict[tuple[str, int], RunRecord] = field(default_factory=dict)

    def record(self, policy: str, seed: int) -> RunRecord:
        """The record made up for this policy and seed."""
        return self.records[policy, seed]


def make_up(
    directory: Path,
    seeds: tuple[int, ...] = (1, 2, 3, 4),
    titles: Mapping[str, str] | None = None,
    rules: Mapping[str, Rule] = RULES,
) -> MadeUpResults:
    """A comparison of some rules in an empty folder; `titles` replaces titles of policies by name."""
    policies = tuple(_policy(name, rule, titles or {}) for name, rule in rules.items())
    return MadeUpResults(
        directory=directory,
        manifest=_manifest(policies, seeds),
        scenario=_scenario(),
        policies=policies,
        seeds=seeds,
        keys={(name, seed): f"{name} {seed}" for name in rules for seed in seeds},
        records={(name, seed): _record(name, rule, seed) for name, rule in rules.items() for seed in seeds},
    )


@dataclass(frozen=True)
class Report:
    """A report and what it was written from."""

    scored: Scored
    known: ReportInput
    document: Document

    @property
    def results(self) -> Results:
        """The made-up runs."""
        return self.scored.results

    @property
    def table(self) -> pd.DataFrame:
        """The score table."""
        return self.scored.measured.table

    @property
    def comparison(self) -> Comparison:
        """What the scores say."""
        return self.scored.comparison

    @cached_property
    def page(self) -> str:
        """The HTML."""
        return to_html(self.document)

    def section(self, name: str) -> Section:
        """A section by its anchor."""
        return next(section for section in self.document.sections if section.name == name)

    def blocks(self, name: str) -> list[Block]:
        """All blocks of a section, those that are folded away among them."""
        return list(unfolded(self.section(name).blocks))

    def find_table(self, name: str) -> Table:
        """A table by its anchor."""
        tables = (block for section in self.document.sections for block in unfolded(section.blocks))
        return next(block for block in tables if isinstance(block, Table) and block.name == name)

    def cells(self, name: str) -> dict[str, list[str]]:
        """Values of a table's rows, by policy or else by header."""
        rows = [row for _, members in self.find_table(name).groups for row in members]
        return {row.policy or plain(row.header): [cell.value for cell in row.cells] for row in rows}


def unfolded(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks and whatever is folded away among them."""
    for block in blocks:
        yield block
        if isinstance(block, Fold):
            yield from unfolded(block.blocks)


def write_up(results: Results, catalogue: Catalogue | None = None, brought: Sequence[tuple[str, Score]] = ()) -> Report:
    """Score, compare and report; `brought` are scores of plugins."""
    found = scored(results, [*(("built-in", score) for score in SCORES), *brought])
    known = report_input_of([found], catalogue)
    return Report(found, known, report_of(known, catalogue))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, Chrome or Edge, driven over its debugging protocol."""
    with sync_playwright() as playwright:
        path = found(os.environ["PATH"], Path(playwright.chromium.executable_path))
        if path is None:
            pytest.fail(MISSING)
        chromium = playwright.chromium.launch(executable_path=path, args=list(LAUNCH))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def write() -> Any:
    """Score, compare and report some runs: see `write_up`."""
    return write_up


@pytest.fixture(scope="session")
def make() -> Any:
    """Make up some runs: see `make_up`."""
    return make_up


@pytest.fixture(scope="session")
def rules() -> Mapping[str, Rule]:
    """The rules that are made up."""
    return RULES


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of seven policies on four seeds."""
    return write_up(make_up(tmp_path_factory.mktemp("report")))


@pytest.fixture(scope="session")
def single_seed_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of one seed, with a policy title that looks like markup."""
    titles = {"fund+pro-rata-adl": "<script>alert('R&D')</script>"}
    return write_up(make_up(tmp_path_factory.mktemp("single"), (7,), titles))


def _policy(name: str, rule: Rule, titles: Mapping[str, str]) -> Policy:
    steps = tuple(Step(use=step, parameters={"penalty": 0.01}) for step in rule.steps)
    return Policy.model_validate(
        {
            "name": name,
            "title": titles.get(name, rule.title),
            "summary": "Made up.",
            "role": rule.role,
            "waterfall": steps,
        }
    )


def _scenario() -> Scenario:
    news = (News(time=31800, size=-0.062, spread=900),)
    return Scenario(name="oct-2025", title="The crash of 10-11 October 2025", summary="A made-up crash.", news=news)


def _manifest(policies: tuple[Policy, ...], seeds: tuple[int, ...]) -> dict[str, Any]:
    used = sorted({step.use for policy in policies for step in policy.waterfall})
    return {
        "store": "store",
        "patience": 10.0,
        "created": "2025-11-03T12:00:00+00:00",
        "engine": "0.1.0",
        "python": "3.11.9",
        "libraries": {"numpy": "2.4.6", "simpy": "4.1.2"},
        "seeds": list(seeds),
        "mechanisms": {
            name: {"origin": "built-in", "sha256": "ab" * 32, "source": "BitMEX & others", "evidence": "paper"}
            for name in used
        },
        "plugin_files": [],
        "conservation_error": 3.1e-13,
        "scored": None,
        "files": {},
    }


MEMO = {
    **{"conservation_error": 3.1e-13, "cpu_seconds": 1.0, "ticks": 1},
    **{"withheld": 0.0, "premiums": 0.0, "repaid": 0.0, "stood_unpaid": 0.0},
}


def _record(name: str, rule: Rule, seed: int) -> RunRecord:
    crash = np.random.default_rng(seed).normal(1, 0.08)
    deficit = 3.0e9 * float(crash)
    paid = {
        "fund_paid": 0.0 if rule.role == "reference" else 0.25 * deficit,
        "backstop_paid": deficit if rule.role == "reference" else 0.0,
        "vault_paid": 0.0,
        "capital_paid": 0.0,
        "default_fund_paid": 0.0,
        "haircut": rule.haircut * deficit,
        "charged": rule.charged * deficit,
        "unpaid": rule.unpaid * deficit,
    }
    accounts = _accounts(rule, seed, paid["charged"])
    return RunRecord(
        scenario="oct-2025",
        policy=name,
        seed=seed,
        accounts=accounts,
        legs=pd.DataFrame(columns=["account", "market", "gross_start", "direct_loss", "direct_benefit"]),
        strategies=_strategies(rule, seed, accounts),
        books=_books(rule, crash, paid),
        series=_series(rule, crash, seed, paid),
        events=_events(),
        fills=_fills(rule, seed, accounts, paid["haircut"]),
        totals=paid | MEMO | {"deficit": sum(paid.values())},
    )


def _events() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "time": [1.0, 600.0],
            "venue": "first",
            "market": "btc",
            "kind": ["absorption", "deleveraging"],
            "mechanism": "insurance-fund",
            "contracts": 1.0,
            "dollars": 1.0,
            "price": 1.0,
            "payers": 1,
        }
    )


def _equity(seed: int) -> Floats:
    random = np.random.default_rng((seed, 1))
    return np.asarray(1e8 * (1 + random.pareto(0.9, OWNERS)).clip(0, 3e2), np.float64)


def _burdens(rule: Rule, seed: int, loss: float) -> Floats:
    """What each owner loses: a few much of what they have under an unequal rule."""
    random = np.random.default_rng((seed, 4))
    paying = random.uniform(size=OWNERS) < (0.25 if rule.unequal > 2 else 0.95)
    weight = _equity(seed) * np.exp(rule.unequal * random.normal(size=OWNERS)) * paying
    weight[_cohort() == "retail"] *= 0.1
    weight[np.isin(_cohort(), HEDGED)] *= 0.2
    return np.asarray(loss * weight / weight.sum(), np.float64)


def _cohort() -> NDArray[np.str_]:
    return np.resize(np.array(COHORTS), OWNERS)


def _accounts(rule: Rule, seed: int, charged: float) -> pd.DataFrame:
    equity = _equity(seed)
    return pd.DataFrame(
        {
            "account": np.arange(OWNERS),
            "owner": np.arange(OWNERS),
            "venue": "first",
            "market": np.resize(TIERS, OWNERS),
            "cohort": _cohort(),
            "isolated": True,
            "gross_start": 3 * equity,
            "short_start": 0.0,
            "gross_largest": 3 * equity,
            "equity_start": equity,
            "equity_end": equity,
            "topped_up": 0.0,
            "direct_loss": 0.0,
            "direct_benefit": 0.0,
            "charged": _burdens(rule, seed, charged),
            "closed": 0.0,
            "moved": 0.0,
            "liquidated": 0.0,
            "hole": 0.0,
            "defaulted": False,
        }
    )


def _fills(rule: Rule, seed: int, accounts: pd.DataFrame, haircut: float) -> pd.DataFrame:
    """One forced close per owner who lost by it: half of the loss at the mid, more of it over a quarter of an hour."""
    loss = _burdens(rule, seed, haircut)
    closed = accounts[loss > 0]
    fair = {"mid_1m": 0.8, "mid_3m": 0.95, "mid_5m": 1.0, "mid_15m": 1.2, "mid_30m": 1.3, "mid": 0.5}
    price = 1e9
    return pd.DataFrame(
        {
            "time": 32_000.0,
            "venue": "first",
            "market": closed["market"],
            "account": closed["account"],
            "owner": closed["owner"],
            "cause": "deleveraging",
            "stage": "queue-adl",
            "quantity": 1.0,
            "price": price,
            "mark": price,
            "usual_mark": price,
            "fee": 0.0,
            "unit_equity": np.nan,
            "unit_maintenance": np.nan,
            **{name: price - share * loss[loss > 0] for name, share in fair.items()},
        }
    )


def _strategies(rule: Rule, seed: int, accounts: pd.DataFrame) -> pd.DataFrame:
    hedged = accounts[accounts["cohort"].isin(HEDGED)]
    chance = np.random.default_rng((seed, 2)).uniform(size=len(hedged))
    broken, gross = chance < rule.broken, hedged["gross_start"].to_numpy()
    spells = {"": 900.0, "_05": 1800.0, "_10": 1200.0, "_30": 600.0, "_50": 0.0}
    return pd.DataFrame(
        {
            "owner": hedged["owner"].to_numpy(),
            "cohort": hedged["cohort"].to_numpy(),
            "gross_start": gross,
            "capital": gross / 3,
            "neutrality_start": 0.001,
            "pnl": np.where(chance < 0.6 * rule.broken, -0.02 * gross, 0.001 * gross),
            "first_shared": np.where(broken, 31_900.0, np.nan),
            **{f"naked_longest{level}": np.where(broken, seconds, 0.0) for level, seconds in spells.items()},
            **{f"naked_at_end{level}": np.zeros(len(hedged)) for level in spells},
            "naked_time": np.where(broken, 600.0, 0.0),
            "naked_from": np.where(broken, 32_000.0, np.nan),
            "rehedged_after": np.where(broken, 900.0, np.nan),
            "orphaned": chance < 0.2 * rule.broken,
            "ruined": chance < 0.05 * rule.broken,
            "forced_share": np.where(broken, 0.8, 0.02 * (rule.haircut > 0)),
            "repaired": np.where(broken, 0.4 * gross, 0.0),
            "repair_cost": np.where(broken, 0.004 * gross, 0.0),
        }
    )


def _books(rule: Rule, crash: float, paid: Mapping[str, float]) -> pd.DataFrame:
    exogenous = np.array([-FALL[tier] for tier in TIERS])
    share = np.array([0.37, 0.24, 0.22, 0.17])
    liquidated = 20e9 * crash * rule.deeper * share
    books = pd.DataFrame(
        {
            "venue": "first",
            "market": TIERS,
            "tier": TIERS,
            "open_interest_start": 235.9e9 * share,
            "open_interest_end": 168e9 * share,
            "trough": exogenous * (1 + 1.2 * rule.deeper * crash * np.array([0.6, 0.7, 1.2, 2.4])),
            "exogenous_trough": exogenous,
            "liquidated_long": 0.9 * liquidated,
            "liquidated_short": 0.1 * liquidated,
            "deleveraged": 6e9 * share * (rule.haircut > 0),
            "reduced": 0.0,
            "min_depth": 0.05,
            "halted": rule.halted,
        }
    )
    return books.assign(**{name: amount * share for name, amount in paid.items()})


def _series(rule: Rule, crash: float, seed: int, paid: Mapping[str, float]) -> pd.DataFrame:
    minute = np.arange(1441.0)
    noise = np.random.default_rng((seed, 3)).normal(0, 0.0006, (len(TIERS), len(minute))).cumsum(axis=1)
    hit = 1 / (1 + np.exp(-(minute - 545) / 6))
    wick = np.exp(-(((minute - 552) / 22) ** 2))
    columns: dict[str, Floats] = {"time": 60 * minute}
    for row, tier in enumerate(TIERS):
        exogenous = 1 - FALL[tier] * hit + noise[row]
        extra = 1.2 * rule.deeper * crash * (0.6, 0.7, 1.2, 2.4)[row] * FALL[tier]
        columns[f"exogenous_{tier}"] = exogenous
        columns[f"price_{tier}"] = exogenous - extra * (wick + 0.25 * hit * (1 - wick))
        columns[f"depth_{tier}"] = 1 - (0.9 + 0.02 * row) * wick - 0.3 * hit * (1 - wick)
        columns[f"basis_{tier}"] = 0.02 * wick
    columns |= {
        "open_interest": 235.9e9 - 68e9 * hit * crash,
        "liquidated_long": 18e9 * rule.deeper * crash * hit,
        "liquidated_short": 2e9 * rule.deeper * crash * hit,
        "deleveraged": 6e9 * hit * (rule.haircut > 0),
        "charged": paid["charged"] * hit,
        "fund": 2.7e9 - paid["fund_paid"] * hit,
        "backstop": paid["backstop_paid"] * hit,
        "inventory": 0.4e9 * wick,
        "gap_btc": 0.01 * wick,
        "gap_small": 0.08 * wick,
        "quoting": 1 - 0.3 * wick,
    }
    return pd.DataFrame(columns)
