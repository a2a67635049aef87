"""The answer: what is lost, who covers it, under which policy the hardest hit account loses least and most."""

from collections.abc import Iterator, Sequence

from lastresort.books.policy_outcome import PolicyOutcome
from lastresort.reports import notation
from lastresort.reports.allocation_input import CENT, AllocationInput, Applied
from lastresort.reports.document import About, Block, Bullets, Caution, Listed, Prose, Section, Takeaway
from lastresort.reports.notation import cents
from lastresort.reports.plotting.policy_looks import Key

MANY = 6
"""Policies that a sentence names; the tables have all."""

SAME = 1e-9
"""Share by which two amounts differ and are the same."""

SNAPSHOT = (
    "One snapshot, one answer: nothing here was drawn by chance, so no number has an interval, and none says what "
    "would happen at another moment or under other marks."
)


def allocation_answer(report: AllocationInput) -> Section:
    """Sentences to remember, and those about policies that no sentence may call best."""
    blocks: list[Block] = [Takeaway(prose) for prose in _takeaways(report)]
    others = list(_others(report))
    if others:
        blocks.append(Bullets(others))
    return Section("answer", "The answer", [*blocks, Caution((SNAPSHOT,))])


def _takeaways(report: AllocationInput) -> Iterator[Prose]:
    yield (_lost(report),)
    contenders = [one for one in report.applied if not one.reference]
    if not report.applied:
        yield ("None of the policies can be run on this book.",)
    elif report.found.lost >= CENT and contenders:
        covering = [one for one in contenders if one.clean]
        yield _cover(contenders, covering)
        yield from _burdens(covering)


def _lost(report: AllocationInput) -> str:
    takeovers = report.found.takeovers
    if not takeovers:
        return "Nobody is under water in this book and nothing comes from outside, so nothing is lost and nobody pays."
    inside = len({one.account for one in takeovers if one.account >= 0})
    outside = sum(one.account < 0 for one in takeovers)
    parts = [f"{_counted(inside, 'account')} of the book {'is' if inside == 1 else 'are'} under water"] * bool(inside)
    parts += [f"{_counted(outside, 'loss', 'losses')} from outside"] * bool(outside)
    return f"{cents(report.found.lost)} USD are lost: {notation.listed(parts)}."


def _cover(contenders: Sequence[Applied], covering: Sequence[Applied]) -> Prose:
    if covering:
        every = len(covering) == len(contenders)
        how_many = (
            f"{'all ' * every}{f'{len(covering)} of ' * (not every)}{_counted(len(contenders), 'policy', 'policies')}"
        )
        return (
            f"Nothing is left unpaid, and nothing is taken beyond the loss, under {how_many}",
            *_named([one.key for one in covering], ": "),
            ".",
        )
    least = min(one.numbers["unpaid"] for one in contenders)
    there = [one.key for one in contenders if one.numbers["unpaid"] <= least * (1 + SAME)]
    what = f"{cents(least)} USD" if least >= CENT else "none"
    return (
        f"No policy covers the loss to the cent. The fewest dollars, {what}, are left unpaid",
        *_named(there, " under ", shortly=True),
        ".",
    )


def _burdens(covering: Sequence[Applied]) -> Iterator[Prose]:
    """Among policies that cover the loss: whose largest burden is smallest, and whose is largest."""
    paying = [one for one in covering if one.numbers["largest_burden"] is not None]
    free = [one.key for one in covering if one.numbers["largest_burden"] is None]
    if free:
        yield ("No account pays", *_named(free, " under ", shortly=True), ": others do.")
    if not paying:
        return
    burdens = [one.numbers["largest_burden"] for one in paying]
    low, high = min(burdens), max(burdens)
    at_least, at_most = (
        [one.key for one in paying if abs(one.numbers["largest_burden"] - end) <= SAME * end] for end in (low, high)
    )
    if len(at_least) == len(paying):
        yield (f"The account that is hit hardest loses {_share(low)} of its equity under each policy with a payer.",)
        return
    yield (
        f"Of these, the account that is hit hardest loses least, {_share(low)} of its equity,",
        *_named(at_least, " under ", shortly=True),
        f", and most, {_share(high)},",
        *_named(at_most, " under ", shortly=True),
        ".",
    )


def _others(report: AllocationInput) -> Iterator[Prose]:
    """Policies that are never called best, and those that could not be run."""
    contenders = [one for one in report.applied if not one.reference]
    unpaid = [(one.key, one.numbers["unpaid"]) for one in contenders if one.numbers["unpaid"] >= CENT]
    beyond = [(one.key, one.numbers["overshoot"]) for one in contenders if one.numbers["overshoot"] >= CENT]
    if unpaid:
        yield ("Left unpaid, USD: ", *_amounts(unpaid), ".")
    if beyond:
        yield ("Taken beyond the loss, USD: ", *_amounts(beyond), ".")
    yardsticks = [one.key for one in report.applied if one.reference]
    if yardsticks:
        yield ("Yardsticks with outside money, which no venue could run: ", *_named(yardsticks, ""), ".")
    for needs, keys in _by_need(report.refused).items():
        yield (f"Not applicable, needs {needs}: ", *_named(keys, ""), ".")
    for key, one in report.refused:
        if not one.needs:
            yield (About(f"{notation.quoted(key.title)} failed: {one.failure}", (key.name,)), ".")


def _by_need(refused: Sequence[tuple[Key, PolicyOutcome]]) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = {}
    for key, one in refused:
        if one.needs:
            found.setdefault(notation.listed(list(one.needs)), []).append(key)
    return found


def _amounts(found: Sequence[tuple[Key, float]]) -> Prose:
    """Policies and their dollars, the largest first."""
    ordered = sorted(found, key=lambda pair: -pair[1])
    items = tuple(About(f"{notation.quoted(key.title)} {cents(value)}", (key.name,)) for key, value in ordered[:MANY])
    return (Listed(items), *_more(len(found)))


def _named(keys: Sequence[Key], lead: str, shortly: bool = False) -> Prose:
    """Titles of policies; `shortly` two of many, and a count of the others."""
    most = MANY if not shortly or len(keys) <= 3 else 2
    items = tuple(About(notation.quoted(key.title), (key.name,)) for key in keys[:most])
    return (Listed(items, lead), *_more(len(keys), most))


def _more(count: int, most: int = MANY) -> Prose:
    return (f", and {count - most:,} more",) if count > most else ()


def _share(value: float) -> str:
    """A burden as per cent with four significant figures or so."""
    return f"{100 * value:.4g} %"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
