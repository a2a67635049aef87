"""What a snapshot cannot say, and what is assumed where it says nothing."""

from lastresort.reports.document import Block, Bullets, Heading, Prose, Section, Strong

CANNOT: tuple[Prose, ...] = (
    (
        Strong("There is no order book."),
        " What closing on the market would have brought, and what it would have cost others, is not known: whatever a "
        "policy does not share out stays with the engine at the mark.",
    ),
    (
        Strong("There is no price path."),
        " Rules that act over time, such as auctions, halts, throttles and margin calls, are asked about this moment "
        "only; stages that answer no question about losses are not asked at all.",
    ),
    (
        Strong("Nobody reacts."),
        " Traders who are closed do not get back in, hedges are not repaired, and nobody leaves because of the rule.",
    ),
    (
        Strong("The past is not in it."),
        " A fund's peak, what was paid into it, who traded when, and claims from before are unknown.",
    ),
    (
        Strong("There is no interval."),
        " It is one moment. Other marks are other books: --mark says what they would do.",
    ),
)

ASSUMED: tuple[Prose, ...] = (
    (
        Strong("Loss is counted at the mark of the snapshot:"),
        " whoever is closed at another price loses or gains the difference to it.",
    ),
    (
        Strong("A bankrupt position is taken over at the price that leaves its owner with nothing,"),
        " of each market its share.",
    ),
    (
        Strong("The fund and the venue's own capital hold what --fund and --capital say,"),
        " each venue of the book its own; without them nothing.",
    ),
    (
        Strong("previous_mark, index and last_settlement are the mark"),
        " where the book has no such column, and a lot is next to nothing.",
    ),
    (
        Strong("Accounts of one owner are separate"),
        " for rules that charge or close accounts, and one book for hedges.",
    ),
    (Strong("Throttled rules are asked until they stop."), " What they would do between is not waited for."),
)


def snapshot_limits() -> Section:
    """Limits, and assumptions, called so."""
    blocks: list[Block] = [Bullets(CANNOT), Heading(("Assumptions",)), Bullets(ASSUMED)]
    return Section("limits", "What a snapshot cannot say", blocks)
