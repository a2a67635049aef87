"""What one run leaves behind: frozen tables that scores and reports read and nobody changes."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from lastresort.mechanisms.contract import Payer

PAID = tuple(f"{payer.name.lower()}_paid" for payer in Payer)
"""Columns of the books that say what each payer paid."""

LAYERS = (*PAID, "haircut", "charged", "unpaid")
"""Columns of the books that make up the deficit."""


@dataclass(frozen=True)
class RunRecord:
    """One run of one policy on one scenario with one seed. Money in USD, times in seconds, shares as fractions.

    accounts    one row per venue account: `account`, `owner` (beneficial owner, may hold several accounts), `venue`,
                `cohort`, `isolated`, `gross_start` (notional), `equity_start`, `equity_end`, `direct_loss` (>= 0,
                imposed by the policy for others' losses: charges, and forced closes worse than the mark),
                `direct_benefit` (>= 0, forced closes better than the mark), `closed` (notional force-closed for
                others' losses), `liquidated` (notional seized from the account), `defaulted` (left a loss behind, or
                ended at or below zero equity)
    strategies  one row per market-neutral strategy: `owner`, `cohort`, `gross_start`, `capital` (committed equity,
                spot included), `neutrality_start` (net delta over gross), `pnl` (over the whole window, all legs),
                `naked_longest` (longest spell in seconds with net delta above 20 % of starting gross after a forced
                action), `naked_time` (integral of net delta over gross, seconds), `orphaned` (another leg liquidated
                after a forced action), `ruined` (equity at or below zero in one of its accounts), `forced_share` (share
                of starting derivative legs force-closed for others' losses)
    books       one row per venue and market: `venue`, `market`, `tier`, `open_interest_start`, `open_interest_end`,
                `trough` (lowest price over start, minus 1), `exogenous_trough`, `liquidated_long`, `liquidated_short`,
                `deleveraged` (notional), `haircut` (net direct loss of accounts that closed or took positions over),
                `charged`, what each payer paid (`fund_paid`, `backstop_paid`, `vault_paid`, `capital_paid`,
                `default_fund_paid`), `unpaid` (loss nobody paid by the end), `min_depth` (share of normal),
                `halted` (seconds)
    series      one row per minute: `time`; `price_<tier>` and `exogenous_<tier>` (1 at start, open-interest weighted
                over the tiers btc, eth, large, small); `depth_<tier>` (share of normal); and in USD `open_interest`,
                `liquidated_long`, `liquidated_short`, `deleveraged`, `charged` (all three cumulative), `fund`
                (balance), `backstop` (cumulative), `inventory` (held by liquidation engines); `gap_btc`, `gap_small`
                (largest price gap between venues, fraction)
    events      one row per loss event: `time`, `venue`, `market`, `kind` (absorption, deleveraging, assignment,
                charge, halt, settlement, unpaid), `mechanism`, `contracts`, `dollars`, `price`, `payers` (accounts
                that bore it)
    totals      scalars: `deficit` (USD lost by engines beyond margins: what all payers paid + haircut + charged +
                unpaid; the haircut, and with it the deficit, is negative where closes favoured those closed), and the
                sums it consists of; `fund_received`, `repaid` (IOUs), `withheld` (withdrawal haircuts); `ticks`,
                `conservation_error` (largest relative error over all events), `cpu_seconds`
    """

    scenario: str
    policy: str
    seed: int
    accounts: pd.DataFrame
    strategies: pd.DataFrame
    books: pd.DataFrame
    series: pd.DataFrame
    events: pd.DataFrame
    totals: dict[str, Any]
