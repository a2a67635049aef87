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
    morris,
    sobol,
    tail,
    timeline,
    trade_off,
    who_paid,
)
from lastresort.reports.topics.timeline import Timeline
from lastresort.scores import Difference, Estimate, Verdict
from lastresort.scores.profiles.time_unhedged import Rehedging
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
            parts |= {"loss": parts["accounts"], "borne": 0.0}
            parts["borne"] = sum(parts[name] for name in absorption.PAYERS)
            found.append({name: Spread(part, 0.8 * part, 1.3 * part) for name, part in parts.items()})
        return found

    def differences(self) -> list[Difference]:
        """Differences from a baseline."""
        pairing = Pairing(0.5, 0.5, paired=True)
        verdicts = list(Verdict)
        return [
            Difference(
                policy=key.name,
                baseline="base",
                score="lc",
                estimate=self.estimate(float(self.random.normal(0, 0.1)), 0.03),
                p_value=0.01,
                p_adjusted=0.02,
                p_equivalent=0.5,
                p_equivalent_adjusted=0.9,
                verdict=verdicts[place % 4] if self.seeds > 1 else Verdict.INCONCLUSIVE,
                seeds_needed=100,
                pairing=pairing,
                margin=0.01,
            )
            for place, key in enumerate(self.keys)
        ]

    def estimates(self) -> list[Estimate]:
        """An estimate per policy."""
        return [self.estimate(float(self.random.normal(0, 0.02)), 0.005) for _ in self.keys]

    def points(self) -> list[trade_off.Point]:
        """Both scores of each policy; the fourth loses far more than the others."""
        found = []
        for place, key in enumerate(self.keys):
            x = 3360.0 if place == 3 else float(self.random.uniform(100, 700))
            y = float(self.random.uniform(2, 10))
            half = 0.1 if self.seeds > 1 else math.nan
            both = [(value, value * (1 - half), value * (1 + half)) for value in (x, y)]
            found.append(trade_off.Point(key, both[0], both[1], 0.9 / (place + 1)))
        return found

    def survivals(self) -> list[hedge_failure.Curve]:
        """Kaplan-Meier curves of forty strategies."""
        found = []
        for place, key in enumerate(self.keys):
            time = np.unique(np.round(self.random.lognormal(5 + 0.2 * place, 1.2, 40)))
            share, half = np.linspace(0.97, 0.1, len(time)), 0.1 if self.seeds > 1 else np.nan
            mean = float(time.mean())
            ends = (0.8 * mean, 1.3 * mean) if self.seeds > 1 else (math.nan, math.nan)
            band = np.clip(share - half, 0, 1), np.clip(share + half, 0, 1)
            found.append((key, Rehedging(time, share, *band, time[::9] + 0.5, mean, *ends, 40)))
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
        """Loss and burden by cohort and size; the last group held nothing under the third policy."""
        made = []
        for title, groups in (
            ("Cohort", ("retail", "institutions", "shorts", "basis", "pairs", "arbitrage", "makers")),
            ("Size of account", tuple(str(tenth) for tenth in range(1, 11))),
        ):
            burdens = []
            for place in range(len(self.keys)):
                ratios = self.random.lognormal(0, 1, len(groups))
                ratios[-1] = math.nan if place == 2 else ratios[-1]
                burdens.append([who_paid.Burden(self.estimate(ratio, 0.1), 1e7 * ratio) for ratio in ratios.tolist()])
            made.append(who_paid.Division(title, groups, burdens))
        return made

    def all(self) -> dict[str, Draw]:
        """Every figure by its name, ready to draw."""
        estimates, differences = self.estimates(), self.differences()
        rivals = [(key, self.course(key.place)) for key in self.keys[1:]]
        both = {"Loss centralization": differences, "Market-neutral failure": differences[::-1]}
        names = {"Deep pocket (reference)": estimates, "Warehouse (reference)": estimates}
        payments, points = self.payments(), self.points()
        survivals, tails, divisions = self.survivals(), self.tails(), self.divisions()
        course = self.course()
        screened = {"LC": self.effects(), "MNF": self.effects()}
        explained = {"LC": self.indices(), "MNF": self.indices()}
        return {
            "waterfall": lambda: absorption.draw(self.keys, payments),
            "forest": lambda: forest.draw(self.keys, both),
            "references": lambda: amplification.draw(self.keys, names),
            "pareto": lambda: trade_off.draw(points),
            "rehedging": lambda: hedge_failure.draw(survivals),
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
