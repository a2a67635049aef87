"""A replayed event in lines of words, for a terminal."""

from collections.abc import Callable, Iterator

from lastresort.books.replaying.adl_fills import PUBLIC_SET
from lastresort.books.replaying.event_figures import WaveFigures
from lastresort.books.replaying.hit_accounts import SELECTION
from lastresort.books.replaying.negative_equity import NegativeEquity
from lastresort.books.replaying.replayed_event import ReplayedEvent
from lastresort.books.replaying.rule_agreement import ComparedTranche, RuleSummary
from lastresort.mechanisms.contract.plain_text import escaped

SHOWN = 20
"""Tranches, waves and accounts that are written out; the others are counted."""

FEW = 6
"""Closings that are written out in one line."""


def before_reading() -> list[str]:
    """Where a real event is to be had and on what terms: to be said before a file is read."""
    return list(PUBLIC_SET)


def in_words(event: ReplayedEvent, shown: Callable[[str], str] = str) -> list[str]:
    """The event in lines; `shown` is how the id of an account is written."""
    parts = (_head(event), _waves(event), _money(event), _comparison(event), _negative(event, shown), event.notes)
    return [escaped(line) for part in parts for line in part]


def _head(event: ReplayedEvent) -> Iterator[str]:
    figures = event.figures
    yield f"{event.path}, SHA-256 {event.sha256}"
    yield (
        f"{_count(figures.fills, 'fill')}, {_count(figures.winners, 'winner')}, {_count(figures.coins, 'coin')}, "
        f"{_count(figures.losers, 'loser')}, {figures.notional:,.2f} notional, {figures.closed_pnl:,.2f} closed PnL"
    )


def _waves(event: ReplayedEvent) -> Iterator[str]:
    how = f"as {event.gap_table} says" if event.gap is None else f"a wave starts where the gap exceeds {event.gap:g} s"
    yield f"{_count(len(event.waves), 'wave')} ({how})"
    dropped = [wave for wave in event.waves if wave.dropped]
    yield from (f"wave {wave.number} is dropped: {wave.dropped}" for wave in dropped[:SHOWN])
    yield from _others(len(dropped) - SHOWN, "dropped waves")
    if not event.deficits_known:
        yield "no wave is dropped: this file has no liquidated_total_equity, so who was under water is not known"


def _money(event: ReplayedEvent) -> Iterator[str]:
    figures = event.figures
    if figures.needed is None or figures.signed is None or figures.kept_needed is None:
        yield "needed: this file has no mark"
    else:
        yield f"needed, absolute |mark - price| x size: {_sum(event.waves, 'needed')}{figures.needed:,.2f}"
        yield f"needed, signed (a price that was better for the winner counts below 0): {figures.signed:,.2f}"
        yield f"needed in the waves that are kept: {figures.kept_needed:,.2f}"
    if figures.said_needed is not None and figures.kept_said_needed is not None:
        yield f"needed as {event.gap_table} says: {figures.said_needed:,.2f}; kept {figures.kept_said_needed:,.2f}"
    if figures.deficit is None:
        yield "losers' deficit: this file has no liquidated_total_equity"
    else:
        yield f"losers' deficit (negative equities only), by row: {figures.deficit_by_row:,.2f}"
        yield f"losers' deficit, once per wave: {figures.deficit_per_wave:,.2f}"
        yield f"losers' deficit, once per account: {figures.deficit:,.2f}"
    yield (
        f"winners' capacity, max(0, min(total_unrealized_pnl, total_equity)) at the first fill, once per account: "
        f"{figures.capacity:,.2f}; once per wave: {_sum(event.waves, 'capacity')}{figures.capacity_per_wave:,.2f}"
    )


def _sum(waves: tuple[WaveFigures, ...], name: str) -> str:
    """The waves' amounts as "1.00 + 2.00 = ", of capacity those of the waves that are kept; empty of one or many."""
    amounts = [getattr(wave, name) for wave in waves if name != "capacity" or not wave.dropped]
    return f"{' + '.join(f'{amount:,.2f}' for amount in amounts)} = " if 1 < len(amounts) <= FEW else ""


def _comparison(event: ReplayedEvent) -> Iterator[str]:
    what = "the same contracts at the executed price" if event.marked else "the same contracts, and those only"
    at = "profit at the mark" if event.marked else "profit at the executed price, as this file has no mark"
    yield f"every rule gets {what} in each wave, coin and side ({at})"
    if not event.complete:
        yield SELECTION
    largest = sorted(event.tranches, key=lambda one: -one.tranche.notional)[:SHOWN]
    for one in event.tranches:
        if one in largest:
            yield from _tranche(one)
    yield from _others(len(event.tranches) - SHOWN, "tranches of less notional")
    yield "all tranches, weighted by executed notional, as contracts of different coins do not add up:"
    yield from (_rule(rule) for rule in event.rules)


def _tranche(one: ComparedTranche) -> Iterator[str]:
    tranche = one.tranche
    side = "long" if tranche.side > 0 else "short"
    kind = "least possible overlap" if one.least.exact else "least possible overlap at least"
    yield (
        f"wave {tranche.number} {tranche.coin}, {side} winners, Q {tranche.contracts:g} at {tranche.price:,.6g}: "
        f"{kind} {one.least.share:.6f}"
    )
    yield f"  production: {_closings(one.candidates.closed.tolist())}"
    for answer in one.answers:
        yield (
            f"  {answer.rule}: {_closings(answer.closed.tolist())}; overlap {answer.overlap:.6f}, agreement "
            f"{_percent(answer.agreement)}{_unplaced(answer.unplaced)}"
        )


def _unplaced(contracts: float) -> str:
    return f", UNPLACED {contracts:g}" if contracts else ""


def _closings(closed: list[float]) -> str:
    return " / ".join(f"{one:.6f}" for one in closed) if len(closed) <= FEW else f"{len(closed):,} accounts"


def _rule(rule: RuleSummary) -> str:
    if rule.not_applicable:
        return f"  {rule.rule}: not applicable: {rule.not_applicable}"
    if rule.overlap is None:
        return f"  {rule.rule}: nothing to compare"
    unplaced = f", UNPLACED {rule.unplaced:,.2f} USD in {_count(rule.short, 'tranche')}" if rule.short else ""
    return f"  {rule.rule}: overlap {rule.overlap:.6f}, agreement {_percent(rule.agreement)}{unplaced}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _negative(event: ReplayedEvent, shown: Callable[[str], str]) -> Iterator[str]:
    yield from (_closed(one, shown) for one in event.negative[:SHOWN])
    yield from _others(len(event.negative) - SHOWN, "closings of accounts with negative equity")


def _closed(one: NegativeEquity, shown: Callable[[str], str]) -> str:
    wave = "outside every wave" if one.wave is None else f"wave {one.wave}"
    head = f"{shown(one.account)} ({wave}, {one.coin}, {one.contracts:g} contracts, equity {one.equity:,.2f})"
    by = (
        f", though at a price that costs it nothing it is closed by {', '.join(one.closed_by)}" if one.closed_by else ""
    )
    return f"{head}: closed by production with negative equity; no shipped rule can charge it{by}"


def _others(count: int, what: str) -> Iterator[str]:
    if count > 0:
        yield f"and {count:,} more {what}"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
