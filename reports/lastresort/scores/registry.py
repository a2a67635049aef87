"""The scores: what each means, how it is computed from the score table, and which way is better."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Score:
    """One score of a policy: over the seeds, the sum of `weight` x `column` divided by the sum of `per`.

    `column`, `weight` and `per` name columns of the score table; an empty `weight` counts 1 per run, an empty `per` the
    number of runs. `smallest_difference` (in `unit`) is the smallest difference of interest of a primary score, and
    None for the others, which are exploratory.
    """

    name: str
    title: str
    meaning: str
    formula: str
    unit: Literal["fraction", "USD", "seconds", "accounts"]
    direction: Literal["lower is better", "higher is better", "descriptive"]
    column: str
    weight: str = ""
    per: str = ""
    smallest_difference: float | None = None


PRIMARY = (
    Score(
        name="lc_star",
        title="Loss centralization LC*",
        meaning="How much of the deficit reached users, times how unequally they bore it for their size.",
        formula="sum(L G) / sum(D_ref)",
        unit="fraction",
        direction="lower is better",
        column="gini",
        weight="loss",
        per="reference_deficit",
        smallest_difference=0.02,
    ),
    Score(
        name="mnf",
        title="Market-neutral failure MNF",
        meaning="Share of hedged strategies, by gross notional, that failed here and not in the reference run.",
        formula="mean(sum(omega 1{F and not F_ref}))",
        unit="fraction",
        direction="lower is better",
        column="mnf",
        smallest_difference=0.02,
    ),
)
"""The two headline scores, on which policies are compared."""

SCORES = (
    *PRIMARY,
    Score(
        name="lc",
        title="Loss centralization, shape LC",
        meaning="How unequally users bore the loss that reached them, for their size; not defined without user loss.",
        formula="sum(L G) / sum(L)",
        unit="fraction",
        direction="lower is better",
        column="gini",
        weight="loss",
        per="loss",
    ),
    Score(
        name="pass_through",
        title="Pass-through",
        meaning="Share of the reference run's deficit that reached users; above 1, rules took more than was missing.",
        formula="lambda = sum(L) / sum(D_ref)",
        unit="fraction",
        direction="lower is better",
        column="loss",
        per="reference_deficit",
    ),
    Score(
        name="loss",
        title="User loss",
        meaning="Dollars that solvent owners lost to the policy itself, by charges and by closes worse than the mark.",
        formula="mean(L)",
        unit="USD",
        direction="lower is better",
        column="loss",
    ),
    Score(
        name="loss_outside",
        title="Loss outside the population",
        meaning="Dollars the policy took from owners who default in the reference run, counted in no share.",
        formula="mean(L outside B)",
        unit="USD",
        direction="descriptive",
        column="loss_outside",
    ),
    Score(
        name="hoover",
        title="Misplaced share of the loss",
        meaning="Share of the users' loss that would have to move to other users to be in proportion to equity.",
        formula="sum(L H) / sum(L)",
        unit="fraction",
        direction="lower is better",
        column="hoover",
        weight="loss",
        per="loss",
    ),
    Score(
        name="effective_payers",
        title="Effective payers",
        meaning="Number of equal payers among whom the loss would be as concentrated.",
        formula="sum(L / HHI) / sum(L)",
        unit="accounts",
        direction="descriptive",
        column="effective_payers",
        weight="loss",
        per="loss",
    ),
    Score(
        name="top10_share",
        title="Share of the ten largest payers",
        meaning="Share of the users' loss borne by the ten owners who lost most.",
        formula="sum(L top10) / sum(L)",
        unit="fraction",
        direction="descriptive",
        column="top10_share",
        weight="loss",
        per="loss",
    ),
    Score(
        name="largest_burden",
        title="Largest burden",
        meaning="Largest loss of one owner over its own equity at the start.",
        formula="mean(max(l / w))",
        unit="fraction",
        direction="lower is better",
        column="largest_burden",
    ),
    Score(
        name="net_mnf",
        title="Net market-neutral failure",
        meaning="Market-neutral failure, less the share of strategies that only the policy saved.",
        formula="MNF - rescue",
        unit="fraction",
        direction="lower is better",
        column="net_mnf",
    ),
    Score(
        name="rescue",
        title="Rescued strategies",
        meaning="Share of hedged strategies, by gross notional, that failed in the reference run and not here.",
        formula="mean(sum(omega 1{not F and F_ref}))",
        unit="fraction",
        direction="higher is better",
        column="rescue",
    ),
    Score(
        name="mnf_break",
        title="Hedge break",
        meaning="Part of the failures in which net delta exceeded 20 % of gross for a minute after a forced action.",
        formula="mean(sum(omega 1{B and not F_ref}))",
        unit="fraction",
        direction="lower is better",
        column="mnf_break",
    ),
    Score(
        name="mnf_orphan",
        title="Orphaned leg",
        meaning="Part of the failures in which another leg was liquidated after a forced action.",
        formula="mean(sum(omega 1{O and not F_ref}))",
        unit="fraction",
        direction="lower is better",
        column="mnf_orphan",
    ),
    Score(
        name="mnf_shortfall",
        title="Capital shortfall",
        meaning="Part of the failures in which the strategy earned less than in the reference by 2 % of its capital.",
        formula="mean(sum(omega 1{P and not F_ref}))",
        unit="fraction",
        direction="lower is better",
        column="mnf_shortfall",
    ),
    Score(
        name="mnf_ruin",
        title="Ruin",
        meaning="Part of the failures in which the strategy's equity fell to zero or below in one of its accounts.",
        formula="mean(sum(omega 1{R and not F_ref}))",
        unit="fraction",
        direction="lower is better",
        column="mnf_ruin",
    ),
    Score(
        name="forced_share",
        title="Hedge legs force-closed",
        meaning="Share of hedge legs closed for others' losses, averaged over four market-neutral cohorts.",
        formula="mean over cohorts of sum(gross x forced) / sum(gross)",
        unit="fraction",
        direction="lower is better",
        column="forced_share",
    ),
    Score(
        name="naked_time",
        title="Naked time",
        meaning="Seconds for which a hedged strategy was naked, as if its whole gross notional were unhedged.",
        formula="mean(sum(omega integral(|net delta| / gross)))",
        unit="seconds",
        direction="lower is better",
        column="naked_time",
    ),
    Score(
        name="liquidated",
        title="Liquidated",
        meaning="Notional of positions seized by liquidation engines.",
        formula="mean(liquidated long + short)",
        unit="USD",
        direction="descriptive",
        column="liquidated",
    ),
    Score(
        name="deleveraged",
        title="Deleveraged",
        meaning="Notional of positions closed for others' losses.",
        formula="mean(deleveraged)",
        unit="USD",
        direction="descriptive",
        column="deleveraged",
    ),
    Score(
        name="deficit",
        title="Deficit",
        meaning="Dollars that liquidation engines lost beyond margins, whoever paid them.",
        formula="mean(fund + backstop + vault + capital + default fund + haircut + charged + unpaid)",
        unit="USD",
        direction="lower is better",
        column="deficit",
    ),
    Score(
        name="fund_paid",
        title="Paid by insurance funds",
        meaning="Part of the deficit that insurance funds paid.",
        formula="mean(fund paid)",
        unit="USD",
        direction="descriptive",
        column="fund_paid",
    ),
    Score(
        name="backstop_paid",
        title="Paid by outside backstops",
        meaning="Part of the deficit that somebody outside the venue paid.",
        formula="mean(backstop paid)",
        unit="USD",
        direction="descriptive",
        column="backstop_paid",
    ),
    Score(
        name="vault_paid",
        title="Paid by backstop vaults",
        meaning="Part of the deficit that depositors' vaults paid, beyond what they lost on positions they took over.",
        formula="mean(vault paid)",
        unit="USD",
        direction="descriptive",
        column="vault_paid",
    ),
    Score(
        name="capital_paid",
        title="Paid by venues",
        meaning="Part of the deficit that venues paid out of their own capital.",
        formula="mean(capital paid)",
        unit="USD",
        direction="descriptive",
        column="capital_paid",
    ),
    Score(
        name="default_fund_paid",
        title="Paid by default funds",
        meaning="Part of the deficit that members' contributions paid; it counts as a loss of the members.",
        formula="mean(default fund paid)",
        unit="USD",
        direction="descriptive",
        column="default_fund_paid",
    ),
    Score(
        name="unpaid",
        title="Unpaid",
        meaning="Part of the deficit that nobody had paid by the end.",
        formula="mean(unpaid)",
        unit="USD",
        direction="lower is better",
        column="unpaid",
    ),
    Score(
        name="excess_drawdown",
        title="Excess drawdown",
        meaning="How much deeper prices fell than the news alone explains, weighted by open interest.",
        formula="mean(exogenous trough - trough)",
        unit="fraction",
        direction="lower is better",
        column="excess_drawdown",
    ),
)
"""Every score, the two headline scores first."""
