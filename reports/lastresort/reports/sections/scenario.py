"""Cards of the scenarios: what happens, who is there, and how large everything is."""

from lastresort.reports import notation
from lastresort.reports.chapters import Chapter, Dossier
from lastresort.reports.document import Block, Cell, Column, Heading, Paragraph, Row, Section, Table
from lastresort.simulation.scenario import Scenario


def scenarios(dossier: Dossier) -> Section:
    """A card per scenario."""
    blocks = [block for chapter in dossier.chapters for block in _card(chapter)]
    return Section("scenarios", "The scenarios" if len(dossier.chapters) > 1 else "The scenario", blocks)


def _card(chapter: Chapter) -> list[Block]:
    scenario = chapter.results.scenario
    return [
        Heading((scenario.title,), name=chapter.anchor("scenario")),
        Paragraph((scenario.summary,)),
        _facts(chapter, scenario),
        *([_news(chapter, scenario)] if scenario.news else []),
        _venues(chapter, scenario),
        _markets(chapter, scenario),
    ]


def _facts(chapter: Chapter, scenario: Scenario) -> Table:
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
    return Table(chapter.anchor("facts"), "In short.", [Column("Value", align="left")], [("", rows)], "text", "What")


def _news(chapter: Chapter, scenario: Scenario) -> Table:
    rows = [
        Row(
            (f"{item.time / 3600:.2f} h",),
            [Cell(notation.percent(item.size)), Cell(f"{item.spread / 60:g}")],
        )
        for item in scenario.news
    ]
    columns = [Column("Move of the common factor"), Column("Time constant, minutes")]
    return Table(chapter.anchor("news"), "News: the only thing that is given.", columns, [("", rows)], "text", "From")


def _venues(chapter: Chapter, scenario: Scenario) -> Table:
    rows = [
        Row(
            (venue.name,),
            [
                Cell(notation.percent(venue.open_interest)),
                Cell(notation.percent(venue.depth)),
                Cell(f"{venue.fund / 1e6:,.0f}"),
                Cell(f"{venue.leverage:g}\N{MULTIPLICATION SIGN}"),
            ],
        )
        for venue in scenario.venues
    ]
    columns = [Column(t) for t in ("Open interest", "Depth", "Insurance fund, $ M", "Retail leverage")]
    return Table(chapter.anchor("venues"), "Venues.", columns, [("", rows)], lead="Venue")


def _markets(chapter: Chapter, scenario: Scenario) -> Table:
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
    return Table(chapter.anchor("markets"), "Markets.", columns, [("", rows)], lead="Group")
