"""What happened in an event, in sentences, and how near each rule comes to what production did."""

from collections.abc import Iterator

from lastresort.books.replaying.rule_agreement import RuleSummary
from lastresort.reports import notation
from lastresort.reports.document import About, Block, Bullets, Caution, Listed, Prose, Section, Takeaway
from lastresort.reports.notation import cents
from lastresort.reports.replay_input import ReplayInput

MANY = 6
"""Rules that a sentence names."""

SAME = 1e-9
"""Agreements that differ by less are the same."""

SELECTION = (
    "The file holds only accounts that production hit. A rule can do no more here than share the same contracts out "
    "among them, and whom it would have taken instead is not known: agreement is that among those who were hit. With "
    "--book, a full snapshot at the wave, the comparison is complete."
)
COMPLETE = (
    "The comparison is complete: a snapshot says who else stood on the other side, so a rule may take accounts that "
    "production did not hit. The snapshot is moved on by the fills of the file, and by nothing else."
)
ONE_EVENT = "One event: no number has an interval, and agreement with production is no merit of a rule."


def replay_answer(report: ReplayInput) -> Section:
    """Sentences to remember, and what the selection of accounts does to them."""
    blocks: list[Block] = [Takeaway(prose) for prose in _takeaways(report)]
    blocks.append(Bullets(list(_points(report))))
    selection = COMPLETE if report.event.complete else SELECTION
    return Section("answer", "What happened", [*blocks, Caution((f"{selection} {ONE_EVENT}",))])


def _takeaways(report: ReplayInput) -> Iterator[Prose]:
    figures = report.event.figures
    counts = ((figures.winners, "winner"), (figures.coins, "coin"), (figures.losers, "liquidated account"))
    told = notation.listed([_counted(count, what) for count, what in counts])
    yield (f"{_counted(figures.fills, 'fill')} closed {cents(figures.notional)} USD of positions: {told}.",)
    if figures.deficit is None:
        yield ("What the liquidated accounts lacked is not known: the file has no liquidated_total_equity.",)
    else:
        yield (f"The liquidated accounts lacked {cents(figures.deficit)} USD, each account counted once.",)
    compared = [rule for rule in report.event.rules if rule.agreement is not None]
    if compared:
        yield _agreement(compared)
    else:
        yield ("No rule could have done otherwise, or none could be asked: there is no agreement to measure.",)


def _agreement(compared: list[RuleSummary]) -> Prose:
    agreements = [rule.agreement or 0.0 for rule in compared]
    low, high = min(agreements), max(agreements)
    pairs = list(zip(compared, agreements, strict=True))
    most = [rule.rule for rule, value in pairs if high - value <= SAME]
    least = [rule.rule for rule, value in pairs if value - low <= SAME]
    head = "With the same contracts at the executed price, agreement with production is "
    tail = "; 0 % is the least possible overlap, 100 % all of it."
    if high - low <= SAME:
        return (f"{head}{100 * high:.1f} % under every rule{tail}",)
    return (
        f"{head}highest, {100 * high:.1f} %,",
        *_named(most, " under "),
        f", and lowest, {100 * low:.1f} %,",
        *_named(least, " under "),
        tail,
    )


def _named(rules: list[str], lead: str) -> Prose:
    more = (f" and {len(rules) - MANY:,} more",) if len(rules) > MANY else ()
    return (Listed(tuple(About(rule, (rule,)) for rule in rules[:MANY]), lead), *more)


def _points(report: ReplayInput) -> Iterator[Prose]:
    event, figures = report.event, report.event.figures
    how = f"as {event.gap_table} says" if event.gap is None else f"one starts where the gap exceeds {event.gap:g} s"
    dropped = sum(bool(wave.dropped) for wave in event.waves)
    kept = f"{dropped} dropped, since no liquidated account was under water" if dropped else "none dropped"
    yield (f"{_counted(len(event.waves), 'wave')} ({how}); {kept}.",)
    if figures.needed is None:
        yield ("What was needed is not known: the file has no mark. Only contracts are compared.",)
    else:
        yield (f"Needed, |mark \N{MINUS SIGN} price| times size: {cents(figures.needed)} USD.",)
    if event.negative:
        accounts = len({one.account for one in event.negative})
        yield (
            f"Production closed {_counted(accounts, 'winner')} with negative equity, whom no shipped rule can charge.",
        )
    refused = [rule for rule in event.rules if rule.not_applicable]
    short = [rule for rule in event.rules if rule.short]
    if refused:
        items = tuple(About(f"{rule.rule} ({rule.not_applicable})", (rule.rule,)) for rule in refused[:MANY])
        yield ("Not applicable: ", Listed(items), f" and {len(refused) - MANY} more." if len(refused) > MANY else ".")
    if short:
        items = tuple(About(f"{rule.rule} {cents(rule.unplaced)}", (rule.rule,)) for rule in short[:MANY])
        yield ("Not placed, USD: ", Listed(items), f" and {len(short) - MANY} more." if len(short) > MANY else ".")


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
