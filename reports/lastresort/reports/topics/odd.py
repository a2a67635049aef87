"""The model by the ODD protocol (Grimm et al. 2020), written from the configuration."""

from collections.abc import Sequence

from lastresort.reports.document import Cell, Column, Paragraph, Row, Section, Table
from lastresort.reports.scenario_results import ReportInput
from lastresort.simulation.accounts.population import CROSS_COHORTS, ISOLATED_COHORTS
from lastresort.simulation.scenario import Scenario

Item = tuple[str, str]


def odd(report: ReportInput) -> Section:
    """The seven elements, and the design concepts one by one."""
    scenario = report.first.runs.scenario
    groups = [
        ("Overview", [*_purpose(report), *_entities(scenario), *_process(scenario)]),
        ("Design concepts", _concepts(scenario)),
        ("Details", _details(report, scenario)),
    ]
    words = (
        "Overview, design concepts and details of the model, in the order of the ODD protocol (Grimm et al. 2020, "
        "doi:10.18564/jasss.4259). Numbers are those of "
        f"“{scenario.title}”; equations stand in docs/model.md of the same version."
    )
    rows = [(title, [Row((name,), [Cell(text)]) for name, text in items]) for title, items in groups]
    table = Table("odd-table", "ODD.", [Column("In this model", align="left")], rows, "text", "Element")
    return Section("odd", "Model description (ODD)", [Paragraph((words,)), table])


def _purpose(report: ReportInput) -> list[Item]:
    rules = len([policy for policy in report.policies if policy.role == "contender"])
    return [
        (
            "Purpose and patterns",
            f"Compare {rules} last-resort rules of derivatives venues by who bears the losses that liquidations leave "
            "and by whose hedges break. The model is judged by public patterns of the crash: troughs, forced "
            "liquidations, their long share, the drop of open interest, calm days (see Validation).",
        )
    ]


def _entities(scenario: Scenario) -> list[Item]:
    p, clock = scenario.population, scenario.clock
    return [
        (
            "Entities and state variables",
            f"{len(scenario.venues)} venues, each with an order book per market, a liquidation engine, an insurance "
            f"fund and a waterfall; {len(scenario.markets)} markets and their spot; about {p.accounts:,} accounts "
            f"with cash, position, entry price and leverage; {scenario.makers.entities} market makers and "
            f"{scenario.desks.arbitrageurs} arbitrageurs with an account on every venue; long/short pairs, basis "
            "desks, carry desks, directional and momentum shorts, value buyers, backstop vaults.",
        ),
        (
            "Scales",
            f"{scenario.duration / 3600:g} hours; ticks of {clock.calm_tick:g} s in calm, and in stress of "
            f"{clock.stress_tick:g} s to {clock.restless_tick:g} s, the faster prices move the shorter; money in USD; "
            "no space but the venues and the transfers between them.",
        ),
    ]


def _process(scenario: Scenario) -> list[Item]:
    return [
        (
            "Process overview and scheduling",
            "In each tick, in this order: outside prices and recovery, marks, phases of markets, margin, breaches and "
            "liquidation, orders of all participants cleared at one price per book, the waterfall of every venue "
            "whose engine holds something, reactions of participants, depth. Headlines, cool-downs between clips, "
            "halts, top-ups, the arrival of buyers' cash, transfers, funding payments and audits of the ledger are "
            f"events of their own (SimPy). Audits every {scenario.clock.audit:g} s; every event conserves to 1e-9 or "
            "the run stops.",
        )
    ]


def _concepts(scenario: Scenario) -> list[Item]:
    withdraw = "withdraw quotes" if scenario.makers.withdraw else "keep their quotes"
    return [
        (
            "Basic principles",
            "Limits of arbitrage and fire sales: levered positions are closed into books whose depth leaves when it "
            "is needed, and losses beyond margin are shared out by rules.",
        ),
        (
            "Emergence",
            "Troughs, cascades, basis, gaps between venues, deficits and broken hedges come out of the interactions.",
        ),
        (
            "Adaptation",
            f"Makers {withdraw} with volatility, inventory and losses; desks repair hedges; longs panic or top up; "
            "shorts take profit; buyers wait until a fall has ended.",
        ),
        ("Objectives", "None is optimised; every participant follows a rule of thumb with parameters."),
        ("Learning", "None. Nobody changes behaviour because of the rule that is compared, until it strikes."),
        ("Prediction", "None beyond the volatility that makers ask to be paid for."),
        (
            "Sensing",
            "Own accounts, marks, drawdowns, volatility and gaps of all venues; collateral in transit is not "
            "available.",
        ),
        ("Interaction", "Through order books, the index, transfers over congested rails, and the waterfall."),
        (
            "Stochasticity",
            "Populations, fundamentals, transfer times and lotteries are drawn from streams keyed by seed, name, "
            "purpose and counter, so that all policies meet the same draws.",
        ),
        (
            "Collectives",
            f"{len(ISOLATED_COHORTS) + len(CROSS_COHORTS)} cohorts; accounts of a cohort share their rules and differ "
            "in size, leverage, entry and triggers.",
        ),
        (
            "Observation",
            "All accounts and strategies at the end, series by the minute, every loss event; scores are functions of "
            "these.",
        ),
    ]


def _details(report: ReportInput, scenario: Scenario) -> list[Item]:
    shares: Sequence[str] = [f"{venue.name} {venue.open_interest:.1%}" for venue in scenario.venues]
    news = "; ".join(f"{item.size:+.1%} at {item.time / 3600:.2f} h" for item in scenario.news) or "none"
    return [
        (
            "Initialization",
            f"Positions of all cohorts fill ${scenario.open_interest / 1e9:,.1f} B of open interest, longs equal to "
            f"shorts in every book; venues: {', '.join(shares)}. Drawn anew for each of {len(report.first.seeds)} "
            "seeds.",
        ),
        ("Input data", f"News of the common factor: {news}. Nothing else is given during the run."),
        (
            "Submodels",
            "Prices and depth, matching, liquidation, waterfall, participants, rails and funding: docs/model.md.",
        ),
    ]
