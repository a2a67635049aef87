"""Every built-in score by its family, in the order in which reports show them, and what became of earlier ones."""

from collections.abc import Mapping

from lastresort.plugins.score import Score
from lastresort.scores.measures.centralization import CENTRALIZATION, LC
from lastresort.scores.measures.clearing_house import CLEARING_HOUSE
from lastresort.scores.measures.market import MARKET_QUALITY
from lastresort.scores.measures.neutrality import MNF, NEUTRALITY
from lastresort.scores.measures.papers import PAPERS
from lastresort.scores.measures.repairs import REPAIRS
from lastresort.scores.measures.solvency import SOLVENCY

PRIMARY = (LC, MNF)
"""The two headline scores, on which policies are compared."""

FAMILIES: Mapping[str, tuple[Score, ...]] = {
    "Loss centralization": CENTRALIZATION,
    "Market-neutral failure": (*NEUTRALITY, *REPAIRS),
    "Solvency": SOLVENCY,
    "Market quality": MARKET_QUALITY,
    "Clearing-house criteria": CLEARING_HOUSE,
    "Deleveraging papers": PAPERS,
}
"""Built-in scores by the title of their family; the two headline scores lead theirs."""

SCORES: tuple[Score, ...] = (
    *PRIMARY,
    *(score for family in FAMILIES.values() for score in family if score not in PRIMARY),
)
"""Every score, the two headline scores first."""

_SHAPE = "'beta' says what share of its equity the owner of an average lost dollar lost"
REPLACED: Mapping[str, str] = {
    "lc_star": "'lc' counts dollars, double where somebody is wiped out or nobody paid",
    **dict.fromkeys(
        (
            *("lc_notional", "lc_pnl", "lc_floor", "lc_total", "excess_lc", "hoover", "theil", "theil_accounts"),
            *("theil_positions", "entropy_half", "entropy_two", "atkinson", "plain_gini", "gini"),
            *(f"theil_between_{group}" for group in ("cohort", "decile", "venue", "asset")),
        ),
        _SHAPE,
    ),
    "pass_through": "'loss' is what users lost, in dollars",
    "loss_outside": "'loss' counts every owner",
    "total_loss": "'loss' is what the rule took, 'windfall' what prices gave to hedged books",
    "top10_share": "'top_percent_share' is its neighbour",
    **dict.fromkeys(("cap_breaches", "worst_over_cap"), "'controllability' and 'lost_half' say how many lost much"),
    "run_incentive": "'lc_bp' sets losses against the users' equity",
    **dict.fromkeys(("unpaid_share", "residual"), "'unpaid' is in dollars"),
    **dict.fromkeys(("overshoot", "extraction"), "'benefit' is what closes gave away"),
    **dict.fromkeys(("closed_per_loss", "cascade_size"), "'deleveraged' and 'liquidated' are in dollars"),
    "fund_use": "'fund_paid' is in dollars",
    "venue_skin": "'capital_paid' is in dollars",
    **dict.fromkeys(("rescue", "net_mnf"), "'windfall' is what prices gave to hedged books"),
    "mnf_shortfall": "'mnf_cost' is what the rule took from hedged books",
    **dict.fromkeys(("mnf_orphan", "mnf_ruin"), "'mnf' counts it, 'mnf_break' and 'mnf_cost' are its large parts"),
    **dict.fromkeys(("ptsr_residual", "pmr_residual", "rd_nse"), "'ptsr' and 'pmr' are the paper's own"),
}
"""What stands for each score that there was once."""
