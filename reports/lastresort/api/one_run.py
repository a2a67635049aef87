"""One policy with one seed: how the crash went, and who paid."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastresort.api.given_rules import Given, policies_of, with_rules
from lastresort.experiments.single import simulate_once
from lastresort.simulation.recording.record import LAYERS, RunRecord
from lastresort.simulation.stage_clock import StageTime
from lastresort.simulation.waterfall.time_limit import PATIENCE

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Run:
    """The record of a run, and where its CPU time went if that was asked for."""

    record: RunRecord
    times: tuple[StageTime, ...] = ()

    @property
    def name(self) -> str:
        """Scenario, policy and seed."""
        return f"{self.record.scenario}, {self.record.policy}, seed {self.record.seed}"

    @property
    def cpu_seconds(self) -> float:
        """Seconds of one core that it took."""
        return float(self.record.totals["cpu_seconds"])

    @property
    def paid(self) -> dict[str, float]:
        """What was lost, and what each layer paid of it, in USD; and what funds got before, where they got anything."""
        paid = {name: float(self.record.totals[name]) for name in ("deficit", *LAYERS)}
        before = float(self.record.totals["premiums"])
        return paid | ({"premiums": before} if before else {})

    @property
    def crash(self) -> list[dict[str, str]]:
        """A row per tier: how deep the price fell, how deep without trading, how thin the books became."""
        books = self.record.books
        weighted = books.assign(
            fall=books["trough"] * books["open_interest_start"],
            news=books["exogenous_trough"] * books["open_interest_start"],
            liquidated=books["liquidated_long"] + books["liquidated_short"],
        )
        sums = dict.fromkeys(("open_interest_start", "fall", "news", "liquidated", "deleveraged"), "sum")
        found = weighted.groupby("tier", sort=False).agg({**sums, "min_depth": "min"})
        return [_tier(str(tier), row) for tier, row in found.iterrows()]

    def to_pandas(self) -> "dict[str, pd.DataFrame]":
        """Return the tables of the record by name."""
        return self.record.to_pandas()

    def document(self) -> dict[str, Any]:
        """What there is to say, as JSON has it."""
        told = {
            "scenario": self.record.scenario,
            "policy": self.record.policy,
            "seed": self.record.seed,
            "totals": self.record.totals,
            "crash": self.crash,
        }
        return told | ({"profile": [asdict(one) for one in self.times]} if self.times else {})

    def __repr__(self) -> str:
        paid = ", ".join(f"{name} {value:,.0f}" for name, value in self.paid.items() if value)
        return f"Run of {self.name}\n  USD: {paid or 'nothing was lost'}"

    def _repr_html_(self) -> str:
        return self.record._repr_html_()


def run(
    scenario: str | Path,
    policy: Given,
    seed: int = 1,
    plugins: Sequence[str | Path] = (),
    out: str | Path | None = None,
    *,
    patience: float = PATIENCE,
    profile: bool = False,
) -> Run:
    """Simulate one policy with one seed; scenario, policy and `plugins` are given as for `compare`.

    The record is also written to the folder `out`, if given, which must be new. An answer may take `patience` seconds.
    With `profile` the run also says where its CPU time went. Raises InputError before anything runs, and RunError where
    the run fails.
    """
    with with_rules([policy], plugins) as files:
        (meant,) = policies_of([policy])
        done = simulate_once(str(scenario), meant, seed, files, Path(out) if out else None, patience, profile)
    return Run(done.record, done.times)


def _tier(tier: str, row: "pd.Series") -> dict[str, str]:
    return {
        "tier": tier,
        "trough, %": f"{100 * row['fall'] / row['open_interest_start']:.1f}",
        "without trading, %": f"{100 * row['news'] / row['open_interest_start']:.1f}",
        "thinnest book, %": f"{100 * row['min_depth']:.1f}",
        "liquidated, B USD": f"{row['liquidated'] / 1e9:.2f}",
        "deleveraged, B USD": f"{row['deleveraged'] / 1e9:.2f}",
    }
