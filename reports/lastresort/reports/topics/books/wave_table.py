"""The waves of an event, and why some are left out of the comparison."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from lastresort.books.replaying.event_figures import WaveFigures
from lastresort.reports import notation
from lastresort.reports.document import Block, Cell, Column, Fold, Note, Row, Section, Table, Takeaway
from lastresort.reports.notation import cents
from lastresort.reports.replay_input import ReplayInput

SHOWN, MOST = 20, 200
"""Waves of the table, and of that which is folded away: those of the largest notional."""

COLUMNS = (
    Column("Start, UTC", align="left"),
    Column("Lasts, s"),
    Column("Fills"),
    Column("Winners"),
    Column("Coins"),
    Column("Losers"),
    Column("Notional", "USD"),
    Column("Closed profit", "USD"),
    Column("Needed", "USD"),
    Column("Losers' deficit", "USD", meaning="equities below zero, each loser once in a wave"),
    Column("Capacity", "USD", meaning="what winners could have lost without owing: each winner once in a wave"),
    Column("Compared", align="left"),
)


def wave_table(report: ReplayInput) -> Section:
    """A row per wave; where they are many, those of the largest notional, and more folded away."""
    waves, outside = report.event.waves, report.event.figures.outside
    blocks: list[Block] = [Takeaway((_headline(report),)), _table("waves", waves, SHOWN)]
    if len(waves) > SHOWN:
        blocks.append(Fold(("More waves",), [_table("all-waves", waves, MOST)]))
    if outside:
        blocks.append(Note((f"{outside:,} fills are in no wave: they count in the totals, and in no comparison.",)))
    return Section("waves", "Waves", blocks)


def _table(name: str, waves: Sequence[WaveFigures], most: int) -> Table:
    shown = sorted(sorted(waves, key=lambda wave: -wave.notional)[:most], key=lambda wave: wave.start)
    more = f" The {most} of the largest notional, of {len(waves):,}." if len(waves) > most else ""
    rows = [Row((f"{wave.number}",), _cells(wave)) for wave in shown]
    return Table(name, f"Waves in the order of time.{more}", COLUMNS, [("", rows)], "wide", "Wave")


def _headline(report: ReplayInput) -> str:
    event = report.event
    how = f"as {event.gap_table} says" if event.gap is None else f"a wave starts where the gap exceeds {event.gap:g} s"
    count = f"{len(event.waves):,} wave{'s' * (len(event.waves) != 1)}: {how}."
    if not event.deficits_known:
        return f"{count} None is left out, since the file does not say which loser was under water."
    dropped = [wave for wave in event.waves if wave.dropped]
    return f"{count} {len(dropped):,} left out: {dropped[0].dropped}." if dropped else f"{count} All are compared."


def _cells(wave: WaveFigures) -> list[Cell]:
    counts = (wave.fills, wave.winners, wave.coins, wave.losers)
    needed = wave.needed if wave.needed is not None else wave.said_needed
    amounts = (wave.notional, wave.closed_pnl, needed, wave.deficit, wave.capacity)
    return [
        Cell(_moment(wave.start)),
        Cell(f"{(wave.end - wave.start) / 1000:,.3f}"),
        *(Cell(f"{count:,}") for count in counts),
        *(Cell(notation.MISSING if amount is None else cents(amount)) for amount in amounts),
        Cell(f"dropped: {wave.dropped}", tone="muted") if wave.dropped else Cell("yes"),
    ]


def _moment(milliseconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{milliseconds % 1000:03d}"
