"""Whether the loss was paid, and by whom."""

from lastresort.plugins.score import Score
from lastresort.scores.measures.centralization import LEFT_UNPAID, MATERIAL, borne, collected
from lastresort.scores.measures.look import FromLook, Look, scored
from lastresort.simulation.recording.record import RunRecord


@scored(
    title="Solvent",
    meaning="Share of runs in which no more than 0.1 % of what all payers bore was left unpaid, at the end or for a "
    "quarter of an hour.",
    formula="mean(1{max(U, stood unpaid) <= 0.1 % borne})",
    unit="fraction",
    direction="higher is better",
)
def solvent(look: Look) -> float:
    """1 where all that matters was paid, else 0."""
    left = max(look.unpaid, _stood(look))
    return float(left <= max(MATERIAL, LEFT_UNPAID * borne(look)))


@scored(
    title="Unpaid",
    meaning="Loss that nobody had paid by the end.",
    formula="mean(U)",
    unit="USD",
    direction="lower is better",
)
def unpaid(look: Look) -> float:
    """U, in USD."""
    return look.unpaid


@scored(
    title="Stood unpaid",
    meaning="The largest loss that each venue left unpaid for a quarter of an hour, waiting for prices.",
    formula="mean(sum over venues of max over t of min over [t, t + 15 min] of what is owed)",
    unit="USD",
    direction="lower is better",
)
def stood_unpaid(look: Look) -> float:
    """In USD, from a look every five minutes."""
    return _stood(look)


def _stood(look: Look) -> float:
    return float(look.run.totals["stood_unpaid"])


@scored(
    title="Deficit",
    meaning="Dollars that liquidation engines lost beyond margins, at the marks of the rule, whoever paid them.",
    formula="mean(fund + backstop + vault + capital + default fund + haircut + charged + unpaid)",
    unit="USD",
    direction="descriptive",
)
def deficit(look: Look) -> float:
    """In USD."""
    return float(look.run.totals["deficit"])


@scored(
    title="Deficit of the reference run",
    meaning="Dollars that liquidation engines lost beyond margins in the reference run of the same seed.",
    formula="mean(D_ref)",
    unit="USD",
    direction="descriptive",
)
def reference_deficit(look: Look) -> float:
    """In USD."""
    return float(look.reference.totals["deficit"])


@scored(
    title="Premiums",
    meaning="Dollars that funds got from users before there was a loss; it counts as a loss of those who paid.",
    formula="mean(premiums)",
    unit="USD",
    direction="descriptive",
)
def premiums(look: Look) -> float:
    """In USD."""
    return float(look.run.totals["premiums"])


def _paid(column: str, title: str, meaning: str) -> Score:
    """What one payer paid over all books."""
    return Score(
        name=column,
        title=title,
        meaning=meaning,
        formula=f"mean({column.replace('_', ' ')})",
        unit="USD",
        direction="descriptive",
        measure=FromLook(lambda look: float(look.run.books[column].sum())),
    )


SOLVENCY = (
    *(solvent, unpaid, stood_unpaid, deficit, reference_deficit),
    _paid("fund_paid", "Paid by insurance funds", "Part of the deficit that insurance funds paid."),
    _paid("backstop_paid", "Paid by outside money", "Part of the deficit that somebody outside the venue paid."),
    _paid(
        "vault_paid",
        "Paid by backstop vaults",
        "Part of the deficit that depositors' vaults paid, beyond what they lost on positions they took over.",
    ),
    _paid("capital_paid", "Paid by venues", "Part of the deficit that venues paid out of their own capital."),
    _paid(
        "default_fund_paid",
        "Paid by default funds",
        "Part of the deficit that members' contributions paid; it counts as a loss of the members.",
    ),
    premiums,
)


def columns(look: Look) -> dict[str, float]:
    """What stands beside the scores of one run: the users' part of the deficit at the rule's own marks (USD, >= 0)."""
    return {"users_paid": users_paid(look.run)}


def users_paid(run: RunRecord) -> float:
    """Haircuts, charges and default fund, net of what forced closes gave users at the mark; at least 0."""
    return material(collected(run))


def material(dollars: float) -> float:
    """A sum, or 0 where it is negative or no more than a dollar."""
    return dollars if dollars > MATERIAL else 0.0
