"""What one run leaves behind: frozen tables that scores and reports read and nobody changes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import escape

from lastresort.mechanisms.contract import Payer
from lastresort.simulation.recording.frames import frame

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TABLES = ("accounts", "legs", "strategies", "books", "series", "pools", "events", "fills")
"""Tables of a record, by the names of its fields."""

PAID = tuple(f"{payer.name.lower()}_paid" for payer in Payer)
"""Columns of the books that say what each payer paid."""

POOLS = ("majors", "large", "small")
"""Names of the insurance pools of a venue: one per tier of markets."""

LAYERS = (*PAID, "haircut", "charged", "unpaid")
"""Columns of the books that make up the deficit."""

UNDEFINED = frozenset(
    {
        ("strategies", "first_shared"),
        ("strategies", "naked_from"),
        ("strategies", "rehedged_after"),
        ("events", "price"),
        ("fills", "unit_equity"),
        ("fills", "unit_maintenance"),
    }
)
"""Columns of tables in which NaN says that there is no such number."""


class RecordError(Exception):
    """A record holds NaN or infinity where a number belongs; the sentence names the table, the column and the row."""


@dataclass(frozen=True, eq=False)
class RunRecord:
    """One run of one policy on one scenario with one seed. Money in USD, times in seconds, shares as fractions.

    accounts    one row per venue account: `account`, `owner` (beneficial owner, may hold several accounts), `venue`,
                `market` (of an isolated account, "" on cross margin), `cohort`, `isolated`, `gross_start` (notional),
                `short_start` (the part of it that was short), `gross_largest` (the largest notional it held: on cross
                margin by the minute, isolated at the start and when it opened), `equity_start`, `equity_end`,
                `topped_up` (USD that its holder sent as margin), `direct_loss` (>= 0, imposed by the policy for others'
                losses: charges, and forced closes worse than the mark), `direct_benefit` (>= 0, forced closes better
                than the mark), `charged` (cash taken for others' losses: charges, default fund and what withdrawals
                were cut by, less IOUs repaid; signed), `closed` (notional force-closed for others' losses), `moved`
                (>= 0, what it paid or got before there was a loss, without signs), `liquidated` (notional seized from
                the account), `hole` (>= 0, what it owed and the engine had to bear), `defaulted` (left a hole behind,
                ended at or below zero equity, or owes more than its margin at the end)
    legs        one row per account on cross margin and market in which it had a position at the start or bore a direct
                loss or benefit: `account`, `market`, `gross_start` (notional), `direct_loss`, `direct_benefit` (both
                >= 0, as above). Withdrawal haircuts and repaid IOUs have no market and are in `accounts` alone
    strategies  one row per market-neutral strategy: `owner`, `cohort`, `gross_start`, `capital` (committed equity, spot
                included), `neutrality_start` (net delta over gross), `pnl` (over the whole window, all legs),
                `first_shared` (when a rule first closed or gave it a position for somebody else's loss, NaN if never);
                of the spells with net delta above 20 % of starting gross that began then or later, `naked_longest` (the
                longest, seconds; `naked_longest_05`, `_10`, `_30`, `_50` above 5, 10, 30, 50 %), `naked_at_end` (how
                long the last had been going on at the end, 0 if none was; `naked_at_end_05` and so on), `naked_from`
                (when the first was seen, NaN if never; the clock looks at most every five seconds), `rehedged_after`
                (seconds from there until net delta was seen at or below 20 % again, NaN if it never was above or stayed
                there), and `naked_time` (integral of net delta over gross from `first_shared` on, seconds); `orphaned`
                (a leg liquidated after `first_shared`), `ruined` (equity at or below zero in one of its accounts),
                `forced_share` (share of starting derivative legs force-closed for others' losses), `repaired` (notional
                traded to repair hedges after forced closes), `repair_cost` (its implementation shortfall at execution
                prices, fees aside, positive = cost: of basis desks' orphaned spot against the index when the short was
                closed, averaged over what is still for sale; of pairs' larger legs against the marks when the pair was
                first hurt). Arbitrageurs and makers repair hedges in their ordinary trading, so both are 0 for them
    books       one row per venue and market: `venue`, `market`, `tier`, `open_interest_start`, `open_interest_end`,
                `trough` (lowest price over start, minus 1), `exogenous_trough`, `liquidated_long`, `liquidated_short`,
                `deleveraged` (notional), `reduced` (notional of one side that was closed before a loss), `haircut` (net
                direct loss of accounts that closed or took positions over), `charged`, what each payer paid
                (`fund_paid`, `backstop_paid`, `vault_paid`, `capital_paid`, `default_fund_paid`), `unpaid` (loss nobody
                paid by the end: what engines still carry, and what accounts under water owe), `min_depth` (share of
                normal), `halted` (seconds)
    series      one row per minute: `time`; `price_<tier>` and `exogenous_<tier>` (1 at start, open-interest weighted
                over the tiers btc, eth, large, small); `depth_<tier>` (share of normal); `basis_<tier>` (mean distance
                of mids from the index, |mid / index - 1|, weighted alike) and `premium_<tier>` (signed: mean
                log(mid / index), weighted alike); and in USD `open_interest`,
                `liquidated_long`, `liquidated_short`, `deleveraged`, `charged` (all four cumulative), `fund` (balance),
                `backstop` (cumulative), `inventory` (held by liquidation engines); `gap_btc`, `gap_small` (largest
                price gap between venues, fraction); `quoting` (quoting weight that makers have left, mean over venues,
                1 at the start)
    pools       one row per minute and venue, USD at that time: `time`, `venue`, `fund_majors`, `fund_large`,
                `fund_small` (balances of the insurance pools), `capital` (the venue's own), `default_fund`, `treasury`,
                `claims` (what it owes on IOUs)
    events      one row per loss event: `time`, `venue`, `market`, `kind` (absorption, deleveraging, assignment,
                charge, halt, settlement, unpaid), `mechanism`, `contracts`, `dollars`, `price`, `payers` (accounts
                that bore it)
    fills       one row per account and change of position that it did not choose, took over from an engine, or opened
                during the run: `time`, `venue`, `market`, `account`, `owner`, `cause` (takeover, liquidation_order,
                deleveraging, assignment, forced_assignment, settlement, opening, or reopening: sold again after it was
                deleveraged), `stage` (mechanism that caused it, "" for none), `quantity` (signed change of the
                position, contracts), `price`, `mark` (that the policy went by), `mid` (of the venue's book) (USD per
                contract), `fee` (USD), `usual_mark` (the venue's mark before any rule replaced it), `unit_equity` and
                `unit_maintenance` (USD, of a takeover or liquidation order: equity of the margin unit just before, and
                the scenario's own maintenance margin, both at usual marks; else NaN). `mid_1m`, `mid_3m`, `mid_5m`,
                `mid_15m`, `mid_30m`: the venue's mid averaged over the next 1, 3, 5, 15 and 30 minutes of trading
                (halts do not count), for which the market trades on for half an hour after the scenario's end; where a
                window never fills, the average of what there was, and where the market never traded again, the index at
                the end of that half hour
    totals      scalars: `deficit` (USD lost by engines beyond margins: what all payers paid + haircut + charged +
                unpaid; the haircut, and with it the deficit, is negative where closes favoured those closed), and the
                sums it consists of; `fund_received`, `repaid` (IOUs), `withheld` (withdrawal haircuts),
                `premiums` (what the funds got from accounts without a loss); `stood_unpaid` (USD: the largest loss that
                stood unpaid for a quarter of an hour, of each venue, added up); `ticks`,
                `conservation_error` (largest relative error over all events), `cpu_seconds`
    """

    scenario: str
    policy: str
    seed: int
    accounts: "pd.DataFrame"
    legs: "pd.DataFrame"
    strategies: "pd.DataFrame"
    books: "pd.DataFrame"
    series: "pd.DataFrame"
    events: "pd.DataFrame"
    totals: dict[str, Any]
    pools: "pd.DataFrame" = field(default_factory=frame)
    fills: "pd.DataFrame" = field(default_factory=frame)

    def to_pandas(self) -> "dict[str, pd.DataFrame]":
        """A copy of every table, by name."""
        return {name: getattr(self, name).copy() for name in TABLES}

    def to_arrow(self) -> "dict[str, pa.Table]":
        """Every table as an Arrow table, by name."""
        import pyarrow as pa

        return {name: pa.Table.from_pandas(getattr(self, name), preserve_index=False) for name in TABLES}

    def _repr_html_(self) -> str:
        """Who paid, and how deep prices fell, for a notebook."""
        title = f"{self.policy} on {self.scenario}, seed {self.seed}"
        paid = {name: self.totals[name] for name in ("deficit", *LAYERS) if self.totals.get(name)}
        money = "".join(
            f"<tr><th>{escape(name.replace('_', ' '))}</th><td>${amount / 1e6:,.1f} M</td></tr>"
            for name, amount in paid.items()
        )
        interest = self.books["open_interest_start"]
        falls = (self.books["trough"] * interest).groupby(self.books["tier"]).sum() / interest.groupby(
            self.books["tier"]
        ).sum()
        prices = "".join(
            f"<tr><th>trough, {escape(str(tier))}</th><td>{fall:.1%}</td></tr>" for tier, fall in falls.items()
        )
        return f"<table><caption>{escape(title)}</caption><tbody>{money}{prices}</tbody></table>"


def finite(record: RunRecord) -> RunRecord:
    """The record as it is; raises RecordError where a number is none, but for NaN in the columns `UNDEFINED`."""
    for name in TABLES:
        for column, values in getattr(record, name).select_dtypes("floating").items():
            bad = np.isinf(values) if (name, column) in UNDEFINED else ~np.isfinite(values)
            if bad.any():
                row = int(np.argmax(bad))
                raise RecordError(
                    f"table '{name}', column '{column}', row {row} is {values.iloc[row]}: a finite number belongs there"
                )
    for key, value in record.totals.items():
        if not np.isfinite(value):
            raise RecordError(f"total '{key}' is {value}: a finite number belongs there")
    return record
