"""What is said of a score that is not known: what stands for it, where it was once a score, or the nearest name."""

from collections.abc import Collection, Mapping

from lastresort.plugins.errors import did_you_mean, one_of

_SHAPE = "'beta' says what share of its equity the owner of an average lost dollar lost"
REPLACED: Mapping[str, str] = {
    "lc_star": "'lc' counts dollars, double where they were all somebody had or nobody paid",
    **dict.fromkeys(
        (
            *("lc_notional", "lc_pnl", "lc_floor", "excess_lc", "hoover", "theil", "theil_accounts"),
            *("theil_positions", "entropy_half", "entropy_two", "atkinson", "plain_gini", "gini"),
            *(f"theil_between_{group}" for group in ("cohort", "decile", "venue", "asset")),
        ),
        _SHAPE,
    ),
    "pass_through": "'loss' is what users lost, in dollars",
    "loss_outside": "'loss' counts every owner",
    **dict.fromkeys(
        ("total_loss", "lc_total"), "'loss' is what the rule took, 'windfall' what prices gave to hedged books"
    ),
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


def unknown_score(name: str, allowed: Collection[str]) -> str:
    """The rest of a sentence about a name that is no score: what replaced it, or which are allowed."""
    if name in REPLACED and name not in allowed:
        return f"the score '{name}' is gone: {REPLACED[name]}"
    return f"unknown score '{name}'; allowed: {one_of(allowed)}{did_you_mean(name, allowed)}"
