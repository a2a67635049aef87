"""Headline 2, market-neutral failure: the share of hedged books that fail because of the rule.

A hedged book fails where, after something was shared out to it, it is unhedged for a minute or to the end (B), another
of its legs is liquidated (O), it is ruined and was not in the reference run (R), or the rule took more than 2 % of its
capital (P). Books that no rule touched cannot fail. Own definition.
"""

import math
from functools import lru_cache

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.plugins.score import Score
from lastresort.scores.headline import HeadlineScore
from lastresort.scores.measures.centralization import MOST_RELATIVE
from lastresort.scores.measures.costs import AT_ONCE, Windows
from lastresort.scores.measures.hedges import HedgedPair, Hedges, shares
from lastresort.scores.measures.look import FromLook, Look, scored
from lastresort.scores.measures.thresholds import Thresholds
from lastresort.scores.measures.worst_share import expected_shortfall
from lastresort.simulation.recording.column_families import AT_END, LEVELS, WINDOWS

COHORTS = ("basis", "pairs", "arbitrage", "makers")
"""Cohorts that have columns in every score table; further cohorts of a record get theirs too."""

HALF_A_POINT = 0.005


def hedge_costs(look: Look) -> Floats:
    """What the rule took from each hedged book, `[k]` USD; negative where it favoured it."""
    return _of_books(look, look.cost)


@lru_cache(maxsize=1)
def failures(look: Look) -> dict[str, Bools]:
    """Flags `[k]` of the four ways in which hedged books fail; those of the last look are kept, many scores ask."""
    ours, theirs, cost = look.pair.ours, look.pair.theirs, hedge_costs(look)
    touched = _of_books(look, look.owners.total(look.costs.touched.astype(np.float64))) > 0
    return {
        "break": broken(ours, look.thresholds),
        "orphan": ours["orphaned"] > 0,
        "ruin": (ours["ruined"] > 0) & touched & ~(theirs["ruined"] > 0),
        "cost": taken(look.pair, cost, look.thresholds),
    }


def broken(hedges: Hedges, thresholds: Thresholds) -> Bools:
    """Flags `[k]` of books that were unhedged for so long, or at the end, in a spell after a shared close."""
    (longest,) = (name for name, level in LEVELS.items() if level == thresholds.delta)
    (at_end,) = (name for name, level in AT_END.items() if level == thresholds.delta)
    long = (hedges[longest] > 0) & (hedges[longest] >= thresholds.naked_seconds)
    return np.asarray(long | (hedges[at_end] > 0), np.bool_)


def taken(pair: HedgedPair, cost: Floats, thresholds: Thresholds) -> Bools:
    """Flags `[k]` of books from which the rule took more than so much of their capital."""
    return np.asarray((cost > 0) & (cost > thresholds.cost * np.maximum(pair.ours["capital"], 0.0)), np.bool_)


def failed(look: Look) -> Bools:
    """Flags `[k]` of hedged books that fail in any way."""
    return np.asarray(np.logical_or.reduce(list(failures(look).values())), np.bool_)


def weigh(weight: Floats, value: Floats | Bools) -> float:
    """Weighted sum of a column `[k]`; NaN where there is nothing to weigh."""
    return float(np.sum(weight * value)) if len(weight) else math.nan


MNF = HeadlineScore(
    name="mnf",
    title="Market-neutral failure MNF",
    meaning="Share of hedged books, by gross notional, that fail because of the rule.",
    formula="mean(sum(omega 1{B or O or R or P}))",
    unit="fraction",
    direction="lower is better",
    measure=FromLook(lambda look: weigh(look.pair.weight, failed(look))),
    relative=MOST_RELATIVE,
    least=HALF_A_POINT,
)


@scored(
    title="Hedge break",
    meaning="Share of hedged books left unhedged (net above 20 % of gross) for a minute or to the end by the rule.",
    formula="mean(sum(omega 1{B}))",
    unit="fraction",
    direction="lower is better",
)
def mnf_break(look: Look) -> float:
    """B alone."""
    return weigh(look.pair.weight, failures(look)["break"])


@scored(
    title="Cost to hedged books",
    meaning="Share of hedged books from which the rule took more than 2 % of their capital.",
    formula="mean(sum(omega 1{P}))",
    unit="fraction",
    direction="lower is better",
)
def mnf_cost(look: Look) -> float:
    """P alone."""
    return weigh(look.pair.weight, failures(look)["cost"])


@scored(
    title="Cost to hedged books until re-hedged",
    meaning="The same, each close judged over the recorded window nearest to the time its book took to re-hedge.",
    formula="mean(sum(omega 1{P until re-hedged}))",
    unit="fraction",
    direction="lower is better",
)
def mnf_cost_rehedged(look: Look) -> float:
    """P with a fair price per book; books that were not seen unhedged are judged at the mid, at once."""
    cost = _of_books(look, look.owners.total(look.costs.of_windows(_windows(look))))
    return weigh(look.pair.weight, taken(look.pair, cost, look.thresholds))


@scored(
    title="Market-neutral failure, each once",
    meaning="Share of hedged books, each counted once, that fail because of the rule.",
    formula="mean(count(failed) / count)",
    unit="fraction",
    direction="lower is better",
)
def mnf_equal(look: Look) -> float:
    """NaN without hedged books."""
    flags = failed(look)
    return float(np.mean(flags)) if len(flags) else math.nan


def _cohort_score(cohort: str, who: str) -> Score:
    return Score(
        name=f"mnf_{cohort}",
        title=f"Market-neutral failure of {who}",
        meaning=f"Share of hedged {who}, by gross notional, that fail because of the rule.",
        formula="mean(sum(omega_cohort 1{failed}))",
        unit="fraction",
        direction="lower is better",
        measure=FromLook(lambda look: of_cohort(look.pair.theirs, cohort, failed(look))),
    )


@scored(
    title="Hedge legs force-closed",
    meaning="Share of hedge legs closed for others' losses, averaged over four market-neutral cohorts.",
    formula="mean over cohorts of sum(gross x forced) / sum(gross)",
    unit="fraction",
    direction="lower is better",
)
def forced_share(look: Look) -> float:
    """Counts every strategy, hedged or not; a cohort without any stays out of the mean."""
    present = [share for share in forced_shares(look).values() if not math.isnan(share)]
    return sum(present) / len(present) if present else math.nan


@scored(
    title="Cost of hedged books",
    meaning="Dollars the rule took from hedged books.",
    formula="mean(sum(max(0, c)))",
    unit="USD",
    direction="lower is better",
)
def hedge_cost(look: Look) -> float:
    """In USD."""
    return float(np.maximum(hedge_costs(look), 0.0).sum())


@scored(
    title="Time unhedged",
    meaning="Seconds for which a hedged book was unhedged after a shared close, as if all its gross were.",
    formula="mean(sum(omega integral(|net delta| / gross)))",
    unit="seconds",
    direction="lower is better",
)
def naked_time(look: Look) -> float:
    """In seconds; NaN without hedged books."""
    return weigh(look.pair.weight, look.pair.ours["naked_time"])


@scored(
    title="Windfall of hedged books",
    meaning="Dollars hedged books won because prices went another way than in the reference run (negative: lost).",
    formula="mean(sum(pnl - pnl_ref + c))",
    unit="USD",
    direction="descriptive",
)
def windfall(look: Look) -> float:
    """What is left of the difference in profit when the rule's own cost is taken out."""
    return float(np.sum(look.pair.ours["pnl"] - look.pair.theirs["pnl"] + hedge_costs(look)))


@scored(
    title="Worst shortfalls",
    meaning="Mean shortfall against the reference run, over capital, of the worst 5 % of hedged gross notional.",
    formula="mean(ES95((pnl_ref - pnl) / capital))",
    unit="fraction",
    direction="lower is better",
)
def shortfall_es95(look: Look) -> float:
    """Includes what prices did; NaN without hedged books."""
    ours, theirs = look.pair.ours, look.pair.theirs
    funded = theirs["capital"] > 0
    short = (theirs["pnl"] - ours["pnl"])[funded] / theirs["capital"][funded]
    return expected_shortfall(short, look.pair.weight[funded])


NEUTRALITY = (
    MNF,
    *(mnf_break, mnf_cost, mnf_cost_rehedged, mnf_equal),
    *(
        _cohort_score(cohort, who)
        for cohort, who in zip(COHORTS, ("basis desks", "pairs", "arbitrageurs", "makers"), strict=True)
    ),
    *(forced_share, hedge_cost, naked_time, windfall, shortfall_es95),
)


def columns(look: Look) -> dict[str, float]:
    """Columns beside the scores of one run: how many books were hedged, how many of them failed, shares by cohort."""
    theirs, flags = look.pair.theirs, failed(look)
    failures_by_cohort = {f"mnf_{name}": of_cohort(theirs, name, flags) for name in theirs.cohorts}
    forced = {f"forced_share_{cohort}": share for cohort, share in forced_shares(look).items()}
    return {"strategies": float(len(look.pair.ours)), **failures_by_cohort, **forced}


def forced_shares(look: Look) -> dict[str, float]:
    """Share of hedge legs force-closed for others' losses by cohort, weighted by gross."""
    everybody = look.pair.everybody
    cohorts = dict.fromkeys((*COHORTS, *everybody.cohorts))
    return {cohort: of_cohort(everybody, cohort, everybody["forced_share"]) for cohort in cohorts}


def of_cohort(hedges: Hedges, cohort: str, value: Floats | Bools) -> float:
    """Mean of a column in a cohort, weighted by gross; NaN where it has none."""
    members = hedges.members(cohort) & (hedges["gross_start"] > 0)
    return weigh(shares(hedges["gross_start"][members]), value[members])


def _of_books(look: Look, by_owner: Floats) -> Floats:
    """A column of owners `[o]` for each hedged book, `[k]`."""
    return by_owner[look.owners.places(look.pair.ours.owner)]


def _windows(look: Look) -> Windows:
    """The fair price of each fill `[f]`: that of the window nearest to its owner's time to re-hedge."""
    names = np.array([AT_ONCE, *WINDOWS], object)
    minutes = np.array([0.0, *(float(name.removeprefix("mid_").removesuffix("m")) for name in WINDOWS)])
    ours = look.pair.ours
    naked = ~np.isnan(ours["naked_from"])
    lasted = np.where(naked, np.nan_to_num(ours["rehedged_after"], nan=np.inf), 0.0) / 60.0
    nearest = np.abs(np.minimum(lasted, minutes[-1])[:, None] - minutes).argmin(axis=1)
    by_owner = np.zeros(len(look.owners.names), np.int64)
    by_owner[look.owners.places(ours.owner)] = nearest
    return names[by_owner[look.owners.places(look.run.fills["owner"].to_numpy())]]
