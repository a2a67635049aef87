"""Headline 1, loss centralization: how many dollars a rule took from users, and how much of what they had that was.

LC = L (1 + beta) + 2 U. L is what users lost to the rule, beta the share of its equity that the owner of an average
lost dollar lost, U what nobody paid. A dollar that was all somebody started with counts double, and so does an unpaid
one: to leave a whole loss unpaid never beats taking it, from whomever. Own definition.
"""

import math

import numpy as np

from lastresort.experiments.inequality import top_share
from lastresort.mechanisms.contract import Floats
from lastresort.scores.headline import HeadlineScore
from lastresort.scores.measures import concentration, progressivity
from lastresort.scores.measures.beneficial_owners import by_group, equity_kept, numbers
from lastresort.scores.measures.costs import AT_ONCE, LATER
from lastresort.scores.measures.look import FromLook, Look, scored
from lastresort.simulation.recording.record import PAID, RunRecord

BASIS_POINT = 1e-4
LEFT_UNPAID = 0.001
"""Share of what all payers bore together that may stay unpaid in any seed, for a policy to be called covering."""

MATERIAL = 1.0
"""Dollars up to which a sum counts as nothing: what is left of rounding."""

MOST_RELATIVE = 0.20
"""Smallest difference of interest as a share of what the baseline scores (an assumption, stated with every verdict)."""


def lc_at(look: Look, fair: str) -> float:
    """L (1 + beta) + 2 U, USD, at a fair price: a column of the fills."""
    loss = np.maximum(look.costs.by_owner(fair), 0.0)[look.population.who]
    return float(np.sum(loss * (1.0 + look.population.burden(loss)))) + 2.0 * look.unpaid


def _lc(look: Look) -> float:
    return float(np.sum(look.loss * (1.0 + look.burden))) + 2.0 * look.unpaid


LC = HeadlineScore(
    name="lc",
    title="Loss centralization LC",
    meaning="Dollars users lost to the rule, double where they were all that an owner started with, and twice what "
    "stayed unpaid.",
    formula="mean(L (1 + beta) + 2 U)",
    unit="USD",
    direction="lower is better",
    measure=FromLook(_lc),
    relative=MOST_RELATIVE,
    least=0.1 * BASIS_POINT,
    least_of="users_equity",
)


def _lc_bp(look: Look) -> float:
    equity = users_equity(look)
    return _lc(look) / equity / BASIS_POINT if equity > 0 else math.nan


LC_BP = HeadlineScore(
    name="lc_bp",
    title="Loss centralization in basis points",
    meaning="Loss centralization over the users' equity at the start: for comparisons between scenarios.",
    formula="sum(LC) / sum(W)",
    unit="basis points",
    direction="lower is better",
    measure=FromLook(_lc_bp),
    weight="users_equity",
    per="users_equity",
    relative=MOST_RELATIVE,
    least=0.1,
)


@scored(
    title="Users' loss",
    meaning="Dollars the rule took from users: charges, and forced closes worse than what getting back in would have "
    "cost over the next five minutes of trading.",
    formula="mean(L), L = sum(max(0, c))",
    unit="USD",
    direction="lower is better",
)
def loss(look: Look) -> float:
    """L, in USD."""
    return float(look.loss.sum())


@scored(
    title="Average payer's share lost",
    meaning="The average lost dollar came from an owner from whom the rule took this share of its equity at the start.",
    formula="sum(l b) / sum(L), b = min(1, l / w)",
    unit="fraction",
    direction="lower is better",
    weight="loss",
    per="loss",
)
def beta(look: Look) -> float:
    """Mean burden, weighted by loss; NaN without loss."""
    total = float(look.loss.sum())
    return float(np.sum(look.loss * look.burden)) / total if total > 0 else math.nan


@scored(
    title="Owners who lost over half",
    meaning="Number of owners from whom the rule took more than half of their equity at the start.",
    formula="mean(count(b > 1/2))",
    unit="accounts",
    direction="lower is better",
)
def lost_half(look: Look) -> float:
    """Owners whose burden is above one half."""
    return float(np.count_nonzero(look.burden > 0.5))


@scored(
    title="Owners who lost over half and ended poorer",
    meaning="Number of those owners who ended with less than they started with; the others lost profit of the crash.",
    formula="mean(count(b > 1/2 and E_end < E_start))",
    unit="accounts",
    direction="lower is better",
)
def lost_half_poorer(look: Look) -> float:
    """Equity at the end is less what was sent as margin."""
    change = look.owners.total(equity_kept(look.run) - numbers(look.run.accounts, "equity_start"))
    return float(np.count_nonzero((look.burden > 0.5) & (change[look.population.who] < 0)))


@scored(
    title="Loss centralization at the mid",
    meaning="Loss centralization with the mid at the close as fair price.",
    formula="mean(L (1 + beta) + 2 U)",
    unit="USD",
    direction="lower is better",
)
def lc_mid(look: Look) -> float:
    """LC judged at once, in USD."""
    return lc_at(look, AT_ONCE)


@scored(
    title="Loss centralization over 15 minutes",
    meaning="Loss centralization with the average mid of the next fifteen minutes of trading as fair price.",
    formula="mean(L (1 + beta) + 2 U)",
    unit="USD",
    direction="lower is better",
)
def lc_15m(look: Look) -> float:
    """LC judged over a quarter of an hour, in USD."""
    return lc_at(look, LATER)


@scored(
    title="Benefits",
    meaning="Dollars by which the rule favoured owners whom it closed; never set off against losses.",
    formula="mean(B), B = sum(max(0, -c))",
    unit="USD",
    direction="descriptive",
)
def benefit(look: Look) -> float:
    """B, in USD."""
    return float(np.maximum(-look.cost, 0.0).sum())


@scored(
    title="Largest burden",
    meaning="Largest share of its equity that one owner lost to the rule.",
    formula="mean(max(b))",
    unit="fraction",
    direction="lower is better",
)
def largest_burden(look: Look) -> float:
    """The largest of all burdens."""
    return float(np.max(look.burden, initial=0.0))


@scored(
    title="Effective payers",
    meaning="Number of equal payers among whom the loss would be as concentrated.",
    formula="sum(L / HHI) / sum(L)",
    unit="accounts",
    direction="descriptive",
    weight="loss",
    per="loss",
    source="Herfindahl (1950), Hirschman (1945)",
)
def effective_payers(look: Look) -> float:
    """The inverse of the Herfindahl index of losses; NaN without loss."""
    return concentration.effective_payers(look.loss)


@scored(
    title="Share of the largest payer",
    meaning="Share of the loss borne by the owner who lost most.",
    formula="sum(L top1) / sum(L)",
    unit="fraction",
    direction="descriptive",
    weight="loss",
    per="loss",
)
def top1_share(look: Look) -> float:
    """NaN without loss."""
    return top_share(look.loss, 1)


@scored(
    title="Share of the top 1 %",
    meaning="Share of the loss borne by the hundredth of owners who lost most.",
    formula="sum(L top 1 %) / sum(L)",
    unit="fraction",
    direction="descriptive",
    weight="loss",
    per="loss",
)
def top_percent_share(look: Look) -> float:
    """NaN without loss."""
    return top_share(look.loss, math.ceil(len(look.loss) / 100))


@scored(
    title="Kakwani index",
    meaning="Above zero, large owners bear more than in proportion to equity; below zero, small owners do.",
    formula="sum(L (C_l - Gini(w))) / sum(L)",
    unit="fraction",
    direction="descriptive",
    weight="loss",
    per="loss",
    source="Kakwani (1977)",
)
def kakwani(look: Look) -> float:
    """NaN without loss."""
    return progressivity.kakwani(look.loss, look.population.endowment, look.population.rank)


@scored(
    title="Re-ranking",
    meaning="How far the loss changes who is richer than whom.",
    formula="sum(L (Gini(w - l) - C_(w - l))) / sum(L)",
    unit="fraction",
    direction="lower is better",
    weight="loss",
    per="loss",
    source="Atkinson (1980), Plotnick (1981)",
)
def reranking(look: Look) -> float:
    """NaN without loss."""
    return progressivity.reranking(look.loss, look.population.endowment, look.population.rank)


CENTRALIZATION = (
    LC,
    *(loss, beta, lost_half, lost_half_poorer, LC_BP, lc_mid, lc_15m, benefit, largest_burden),
    *(effective_payers, top1_share, top_percent_share, kakwani, reranking),
)


def columns(look: Look) -> dict[str, float]:
    """What stands beside the scores of one run: users' equity at the start, what all payers bore, shares by cohort.

    `borne` (USD) is what funds, venues and outside money paid, users lost and nobody paid; what vaults and members of
    default funds pay is among the users' loss.
    """
    return {
        "users_equity": users_equity(look),
        "borne": borne(look),
        "owners": float(len(look.population)),
        **_by_cohort("loss_share", look.loss, look),
        **_by_cohort("endowment_share", look.population.endowment, look),
    }


def borne(look: Look) -> float:
    """What all payers bore together and what nobody paid, USD; what funds paid of users' premiums counts once."""
    others = max(paid_by_others(look.run) - float(look.run.totals["premiums"]), 0.0)
    return others + float(look.loss.sum()) + look.unpaid


def users_equity(look: Look) -> float:
    """What users held at the start, USD: everybody but those who wait outside to buy the fall."""
    return float(look.population.endowment[look.population.user].sum())


def paid_by_others(run: RunRecord) -> float:
    """What funds, venues' own capital and outside money paid, USD."""
    return sum(float(run.books[name].sum()) for name in PAID if name not in ("vault_paid", "default_fund_paid"))


def _by_cohort(name: str, amount: Floats, look: Look) -> dict[str, float]:
    cohorts = look.owners.cohorts
    total = float(amount.sum())
    sums = by_group(amount, look.population.cohort, len(cohorts))
    found = sums / total if total > 0 else np.full(len(cohorts), math.nan)
    return {f"{name}_{label}": float(share) for label, share in zip(cohorts, found, strict=True)}


def collected(run: RunRecord) -> float:
    """What the books took from users and their default fund, net of what forced closes gave them at the mark, USD."""
    taken = float(run.books[["haircut", "charged", "default_fund_paid"]].to_numpy().sum())
    return taken + float(run.totals["withheld"]) + float(run.totals["premiums"]) - float(run.totals["repaid"])
