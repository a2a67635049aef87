"""Made-up inputs of all figures, for any number of policies."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lastresort.reports.plotting.bands import Band, Spread
from lastresort.reports.plotting.policy_looks import Key, keys
from lastresort.reports.topics import (
    absorption,
    amplification,
    forest,
    hedge_failure,
    lorenz,
    morris,
    sobol,
    tail,
    time_to_rehedge,
    timeline,
    trade_off,
    who_paid,
)
from lastresort.reports.topics.timeline import Timeline
from lastresort.scores import Difference, Estimate, Verdict
from lastresort.scores.statistics.pairing import Pairing

Floats = NDArray[np.float64]
Draw = Callable[[], Figure]

TITLES = (
    "Fund, then queue ADL",
    "Fund, then pro-rata ADL",
    "Fund, then hedge-aware ADL",
    "Fund, then socialized loss",
    "Fund, queue ADL and circuit breaker",
    "Fund, queue ADL and margins that rise with volatility",
    "Paper, mirror descent with incentive constraints",
    "Fund, queue ADL and a limit on liquidation flow",
    "Binance",
    "Hyperliquid",
    "CCP-style default waterfall",
    "Fund, then settlement at the price that pays",
)
TIERS = ("btc", "eth", "large", "small")
FACTORS = (
    "depth in the crash", "leverage of retail", "size of the fund", "share of makers", "speed of liquidation",
    "share of hedged users", "arbitrage capital", "maintenance margin", "fee of liquidation", "isolated margin",
    "weight of cross-venue flow", "chance (seed)",
)  # fmt: skip


class MadeUp:
    """Inputs for `count` policies over `seeds` seeds; a single seed has no intervals."""

    def __init__(self, count: int, seeds: int = 24, titles: tuple[str, ...] = TITLES) -> None:
        named = [
            titles[place % len(titles)] + (f" ({place})" if place >= len(titles) else "") for place in range(count)
        ]
        self.keys: list[Key] = keys((f"policy-{place}", title) for place, title in enumerate(named))
        self.random = np.random.default_rng(count)
        self.seeds = seeds

    def estimate(self, value: float, size: float) -> Estimate:
        """An estimate with an interval of this half-width, NaN for a single seed."""
        half = size if self.seeds > 1 else math.nan
        return Estimate(value, value - half, value + 1.2 * half, "BCa", "", half, 0.0)

    def band(self, at: Floats, middle: Floats, size: float) -> Band:
        """A band of this relative half-width, NaN for a single seed."""
        half = size * np.abs(middle) if self.seeds > 1 else np.full(len(at), np.nan)
        return Band(at, middle, middle - half, middle + half)

    def payments(self) -> list[Mapping[str, Spread]]:
        """Payments of each policy."""
        found: list[Mapping[str, Spread]] = []
        for place in range(len(self.keys)):
            parts = dict.fromkeys(absorption.PAYERS, 0.0) | {"fund_paid": 5e8, "unpaid": 3e7}
            parts[list(absorption.PAYERS)[1 + place % 6]] = 3e9 * float(self.random.uniform())
            parts["deficit"] = sum(parts.values())
            found.append({name: Spread(part, 0.8 * part, 1.3 * part) for name, part in parts.items()})
        return found

    def lorenz(self) -> Mapping[Key, Band | None]:
        """Lorenz curves; under the third policy no user lost anything."""
        at = np.linspace(0, 1, 101)
        return {
            key: None if place == 2 else self.band(at, at ** (1.5 + 3 * place % 11), 0.15)
            for place, key in enumerate(self.keys)
        }

    def differences(self) -> list[Difference]:
        """Differences from a baseline."""
        pairing = Pairing(0.5, 0.5, paired=True)
        verdicts = list(Verdict)
        return [
            Difference(
                policy=key.name,
                baseline="base",
                score="lc_star",
                estimate=self.estimate(float(self.random.normal(0, 0.1)), 0.03),
                p_value=0.01,
                p_adjusted=0.02,
                p_equivalent=0.5,
                p_equivalent_adjusted=0.9,
                verdict=verdicts[place % 4] if self.seeds > 1 else Verdict.INCONCLUSIVE,
                seeds_needed=100,
                pairing=pairing,
            )
            for place, key in enumerate(self.keys)
        ]

    def estimates(self) -> list[Estimate]:
        """An estimate per policy."""
        return [self.estimate(float(self.random.normal(0, 0.02)), 0.005) for _ in self.keys]

    def points(self) -> list[trade_off.Point]:
        """Both scores of each policy, with draws that are correlated."""
        found = []
        for place, key in enumerate(self.keys):
            x = 0.77 if place == 3 else float(self.random.uniform(0.01, 0.3))
            y = float(self.random.uniform(0.02, 0.1))
            spread = np.array([[1, 0.6], [0.6, 1]]) * np.outer([0.08 * x, 0.06 * y], [0.08 * x, 0.06 * y])
            draws = self.random.multivariate_normal([x, y], spread, 400 if self.seeds > 1 else 0)
            found.append(
                trade_off.Point(
                    key.title, self.estimate(x, 0.16 * x), self.estimate(y, 0.1 * y), 0.9 / (place + 1), draws, key
                )
            )
        return found

    def thresholds(self) -> list[hedge_failure.Threshold]:
        """Failure against the three thresholds."""
        made = []
        for title, axis, usual, written, at in (
            ("Net delta, \N{GREEK SMALL LETTER DELTA}", "Hedged: net delta at most (% of gross)", 2.0, "2 %",
             np.linspace(0.5, 20, 40)),
            ("Naked time, \N{GREEK SMALL LETTER TAU}", "Broken: naked for at least (s)", 60.0, "60 s",
             np.geomspace(5, 3600, 40)),
            ("Shortfall, \N{GREEK SMALL LETTER LAMDA}", "Broken: capital lost (%)", 2.0, "2 %",
             np.linspace(0.5, 10, 40)),
        ):  # fmt: skip
            curves = [
                hedge_failure.Curve(key, self.band(at, (0.02 + 0.01 * place) * (at / usual) ** -0.3, 0.1))
                for place, key in enumerate(self.keys)
            ]
            made.append(hedge_failure.Threshold(title, axis, usual, written, curves))
        return made

    def survivals(self) -> list[time_to_rehedge.Survival]:
        """Kaplan-Meier curves of forty strategies."""
        found = []
        for place, key in enumerate(self.keys):
            time = np.unique(np.round(self.random.lognormal(5 + 0.2 * place, 1.2, 40)))
            share = np.linspace(0.97, 0.1, len(time))
            half = 0.1 if self.seeds > 1 else np.nan
            mean = float(time.mean())
            found.append(
                time_to_rehedge.Survival(
                    key, time, share, np.clip(share - half, 0, 1), np.clip(share + half, 0, 1), time[::9] + 0.5, mean,
                    0.8 * mean if self.seeds > 1 else math.nan, 1.3 * mean if self.seeds > 1 else math.nan, 40,
                )
            )  # fmt: skip
        return found

    def course(self, place: int = 0) -> Timeline:
        """A day in steps of five minutes under one policy."""
        minute = np.arange(0.0, 1441.0, 5.0)
        hit = 1 / (1 + np.exp(-(minute - 545) / 6))
        wick = np.exp(-(((minute - 552) / (22 + 3 * place)) ** 2))
        series = {"open_interest": 2.4e11 - 7e10 * hit, "deleveraged": 6e9 * hit, "fund": 2.7e9 - 1e9 * hit}
        for row, tier in enumerate(TIERS):
            walk = self.random.normal(0, 0.001, len(minute)).cumsum()
            series[f"exogenous_{tier}"] = 1 - 0.1 * hit + walk
            series[f"price_{tier}"] = 1 - 0.1 * hit + walk - (0.1 + 0.05 * row) * wick
            series[f"depth_{tier}"] = (1 - 0.9 * wick) * self.random.normal(1, 0.01, len(minute))
            series[f"basis_{tier}"] = (0.0005 + 0.03 * wick) * self.random.lognormal(0, 0.3, len(minute))
        for row, tier in enumerate(("btc", "small")):
            series[f"gap_{tier}"] = (0.0005 + (0.01 + 0.03 * row) * wick) * self.random.lognormal(0, 0.3, len(minute))
        flow = 1.8e10 * np.exp(-(((minute - 546) / 6) ** 2))
        series |= {"liquidated_long": flow, "liquidated_short": 0.1 * flow}
        return Timeline({name: self.band(minute / 60, values, 0.03) for name, values in series.items()})

    def effects(self) -> list[morris.Effect]:
        """Elementary effects of all factors."""
        sizes = np.sort(self.random.exponential(0.02, len(FACTORS)))[::-1]
        half = 0.1 if self.seeds > 1 else math.nan
        return [
            morris.Effect(name, size, size * (1 - half), size * (1 + half), size * 0.8, name.startswith("chance"))
            for name, size in zip(FACTORS, map(float, sizes), strict=True)
        ]

    def indices(self) -> list[sobol.Index]:
        """Sobol indices of all factors."""
        total = self.random.dirichlet(np.full(len(FACTORS), 0.4))
        half = 0.03 if self.seeds > 1 else math.nan
        return [
            sobol.Index(name, 0.6 * t, 0.6 * t - half, 0.6 * t + half, t, t - half, t + half, name.startswith("chance"))
            for name, t in zip(FACTORS, map(float, total), strict=True)
        ]

    def tails(self) -> list[tail.Tail]:
        """Losses of each seed with a band of two standard errors."""
        found = []
        shares = np.arange(self.seeds, 0, -1) / self.seeds
        half = 2 * np.sqrt(shares * (1 - shares) / self.seeds) if self.seeds > 1 else np.full(1, np.nan)
        for place, key in enumerate(self.keys):
            losses = np.sort(self.random.lognormal(0.1 * place, 0.5, self.seeds))
            found.append(tail.Tail(key, Band(losses, shares, shares - half, np.minimum(shares + half, 1)), self.seeds))
        return found

    def divisions(self) -> list[who_paid.Division]:
        """Loss and endowment by cohort, size, venue and asset; no user loss under the third policy."""
        made = []
        for title, groups in (
            ("Cohort", ("retail", "institutions", "shorts", "basis", "pairs", "arbitrage", "makers")),
            ("Size of account", tuple(f"{10 * d}\N{EN DASH}{10 * d + 10} %" for d in range(10))),
            ("Venue", ("binance", "bybit", "hyperliquid", "okx")),
            ("Asset", ("BTC", "ETH", "large caps", "small caps")),
        ):
            loss = self.random.dirichlet(np.full(len(groups), 0.5), len(self.keys)).T
            if loss.shape[1] > 2:
                loss[:, 2] = np.nan
            endowment = np.tile(self.random.dirichlet(np.full(len(groups), 2.0))[:, None], (1, len(self.keys)))
            made.append(who_paid.Division(title, groups, loss, endowment))
        return made

    def all(self) -> dict[str, Draw]:
        """Every figure by its name, ready to draw."""
        estimates, differences = self.estimates(), self.differences()
        rivals = [timeline.Course(key, self.course(key.place)) for key in self.keys[1:]]
        both = {"Loss centralization": differences, "Market-neutral failure": differences[::-1]}
        names = {"Deep pocket (reference)": estimates, "Warehouse (reference)": estimates}
        payments, curves, points = self.payments(), self.lorenz(), self.points()
        thresholds, survivals, tails, divisions = self.thresholds(), self.survivals(), self.tails(), self.divisions()
        course = self.course()
        screened = {"LC*": self.effects(), "MNF": self.effects()}
        explained = {"LC*": self.indices(), "MNF": self.indices()}
        return {
            "waterfall": lambda: absorption.draw(self.keys, payments),
            "lorenz": lambda: lorenz.draw(curves),
            "forest": lambda: forest.draw(self.keys, both),
            "references": lambda: amplification.draw(self.keys, names),
            "pareto": lambda: trade_off.draw(points),
            "failure": lambda: hedge_failure.draw(thresholds),
            "rehedging": lambda: time_to_rehedge.draw(survivals),
            "timeline": lambda: timeline.draw(course, rivals, self.keys[0]),
            "morris": lambda: morris.draw(screened),
            "sobol": lambda: sobol.draw(explained),
            "tail": lambda: tail.draw(tails, "Loss of users ($ B)"),
            "who-pays": lambda: who_paid.draw(self.keys, divisions),
        }


@pytest.fixture(scope="session")
def made_up() -> type[MadeUp]:
    """The maker of inputs."""
    return MadeUp
