"""Cards of the scenarios: what happens, who is there, and how large everything is."""

from lastresort.reports import notation
from lastresort.reports.document import Block, Cell, Column, Heading, Paragraph, Row, Section, Table
from lastresort.reports.scenario_results import ReportInput, ScenarioResults
from lastresort.simulation.scenario import Scenario


def scenario_cards(report: ReportInput) -> Section:
    """A card per scenario."""
    blocks = [block for results in report.scenarios for block in _card(results)]
    return Section("scenarios", "The scenarios" if len(report.scenarios) > 1 else "The scenario", blocks)


def _card(results: ScenarioResults) -> list[Block]:
    scenario = results.runs.scenario
    return [
        Heading((scenario.title,), name=results.anchor("scenario")),
        Paragraph((scenario.summary,)),
        _facts(results, scenario),
        *([_news(results, scenario)] if scenario.news else []),
        _venues(results, scenario),
        _markets(results, scenario),
    ]


def _facts(results: ScenarioResults, scenario: Scenario) -> Table:
    facts = [
        ("Length", f"{scenario.duration / 3600:g} hours"),
        ("Venues", str(len(scenario.venues))),
        ("Markets", f"{len(scenario.markets)} on each venue, and spot"),
        ("Open interest at the start", f"${scenario.open_interest / 1e9:,.1f} B"),
        ("Insurance funds at the start", f"${sum(venue.fund for venue in scenario.venues) / 1e9:,.2f} B"),
        ("Accounts", f"{scenario.population.accounts:,}"),
        ("Market makers", f"{scenario.makers.entities}, {'who withdraw' if scenario.makers.withdraw else 'who stay'}"),
        ("Arbitrageurs", str(scenario.desks.arbitrageurs)),
        ("Volatility of the common factor", f"{notation.percent(scenario.volatility)} per square root of a day"),
    ]
    rows = [Row((name,), [Cell(value)]) for name, value in facts]
    return Table(results.anchor("facts"), "In short.", [Column("Value", align="left")], [("", rows)], "text", "What")


def _news(results: ScenarioResults, scenario: Scenario) -> Table:
    rows = [
        Row(
            (f"{item.time / 3600:.2f} h",),
            [Cell(notation.percent(item.size)), Cell(f"{item.spread / 60:g}")],
        )
        for item in scenario.news
    ]
    columns = [Column("Move of the common factor"), Column("Time constant, minutes")]
    return Table(results.anchor("news"), "News: the only thing that is given.", columns, [("", rows)], "text", "From")


def _venues(results: ScenarioResults, scenario: Scenario) -> Table:
    rows = [
        Row(
            (venue.name,),
            [
                Cell(notation.percent(venue.open_interest)),
                Cell(notation.percent(venue.depth)),
                Cell(f"{venue.fund / 1e6:,.0f}"),
                Cell(notation.multiplier(venue.leverage)),
            ],
        )
        for venue in scenario.venues
    ]
    columns = [Column(t) for t in ("Open interest", "Depth", "Insurance fund, $ M", "Retail leverage, relative")]
    return Table(results.anchor("venues"), "Venues.", columns, [("", rows)], lead="Venue")


def _markets(results: ScenarioResults, scenario: Scenario) -> Table:
    rows = [
        Row(
            (notation.tier(group.name),),
            [
                Cell(str(group.markets)),
                Cell(notation.percent(group.open_interest)),
                Cell(f"{group.beta:g}"),
                Cell(notation.percent(group.volatility)),
            ],
        )
        for group in scenario.groups
    ]
    columns = [Column(t) for t in ("Markets", "Open interest", "Beta", "Own volatility")]
    return Table(results.anchor("markets"), "Markets.", columns, [("", rows)], lead="Group")
