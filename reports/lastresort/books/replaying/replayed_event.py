"""A replayed event: its figures, what production did, and what each rule would have done with the same contracts."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from lastresort.books.book import Book
from lastresort.books.replaying.adl_fills import AdlFills
from lastresort.books.replaying.event_figures import EventFigures, WaveFigures, figures_of
from lastresort.books.replaying.event_waves import GAP, EventWaves, waves_by_gap, waves_by_table
from lastresort.books.replaying.gap_table import GapTable
from lastresort.books.replaying.hit_accounts import hit_accounts
from lastresort.books.replaying.negative_equity import NegativeEquity, negative_equities
from lastresort.books.replaying.rule_agreement import ClosingRule, ComparedTranche, RuleSummary, compared, summary
from lastresort.books.replaying.snapshot_accounts import SnapshotAccounts
from lastresort.books.replaying.tranches import Tranche, tranches_of


@dataclass(frozen=True, eq=False)
class ReplayedEvent:
    """Everything that is known of an event after its replay; money in USD.

    `gap` is None where a table says what the waves are, `complete` whether a snapshot says who else could have been
    hit, `marked` whether the event has marks of its own, `deficits_known` whether it has equities of losers.
    """

    path: str
    sha256: str
    gap: float | None
    gap_table: str
    gap_table_sha256: str
    marked: bool
    deficits_known: bool
    complete: bool
    figures: EventFigures
    waves: tuple[WaveFigures, ...]
    tranches: tuple[ComparedTranche, ...]
    rules: tuple[RuleSummary, ...]
    negative: tuple[NegativeEquity, ...]
    notes: tuple[str, ...]

    def document(self, shown: Callable[[str], str] = str) -> dict[str, Any]:
        """The result as plain values for JSON; `shown` is how the id of an account is written."""
        return {
            "event": self.path,
            "sha256": self.sha256,
            "gap_seconds": self.gap,
            "gap_table": self.gap_table or None,
            "gap_table_sha256": self.gap_table_sha256 or None,
            "has_marks": self.marked,
            "has_loser_equity": self.deficits_known,
            "complete": self.complete,
            "figures": asdict(self.figures),
            "waves": [asdict(wave) for wave in self.waves],
            "rules": [asdict(rule) for rule in self.rules],
            "tranches": [_tranche(one, shown) for one in self.tranches],
            "negative_equity": [{**asdict(one), "account": shown(one.account)} for one in self.negative],
            "notes": list(self.notes),
        }


def replay_event(
    fills: AdlFills,
    rules: Mapping[str, ClosingRule],
    gap: float = GAP,
    table: GapTable | None = None,
    book: Book | None = None,
) -> ReplayedEvent:
    """Replay an event under `rules`, by name; a `table` says what the waves are, a `book` who could have been hit."""
    waves = waves_by_gap(fills, gap) if table is None else waves_by_table(fills, table)
    figures, each = figures_of(fills, waves)
    kept = np.array([not wave.dropped for wave in each], np.bool_)
    snapshot = None if book is None else SnapshotAccounts(book, fills)
    refused: dict[str, str] = {}
    tranches = []
    for tranche in tranches_of(fills, waves, kept):
        candidates = hit_accounts(tranche) if snapshot is None else snapshot.candidates(tranche, _start(waves, tranche))
        tranches.append(compared(tranche, candidates, rules, refused))
    tranches = [_without(one, refused) for one in tranches]
    return ReplayedEvent(
        fills.path,
        fills.sha256,
        gap if table is None else None,
        "" if table is None else table.path,
        "" if table is None else table.sha256,
        fills.mark is not None,
        fills.loser_equity is not None,
        book is not None,
        figures,
        each,
        tuple(tranches),
        tuple(summary(rule, tranches, refused.get(rule, "")) for rule in rules),
        negative_equities(fills, waves, tranches),
        (*fills.notes, *waves.notes, *_notes(tranches, snapshot)),
    )


def _start(waves: EventWaves, tranche: Tranche) -> int:
    """The first fill of a tranche's wave."""
    return int(np.argmax(waves.of_fill == tranche.wave))


def _without(one: ComparedTranche, refused: Mapping[str, str]) -> ComparedTranche:
    return replace(one, answers=tuple(answer for answer in one.answers if answer.rule not in refused))


def _notes(tranches: list[ComparedTranche], snapshot: SnapshotAccounts | None) -> tuple[str, ...]:
    raised = sum(one.tranche.raised for one in tranches) if snapshot is None else 0
    smaller = 0 if snapshot is None else snapshot.smaller
    bounded = sum(not one.least.exact for one in tranches)
    counted = (
        (raised, "position", "of which more was closed in its wave than it had at first: raised to what was closed"),
        (smaller, "position", "of the book of which the event closed more than there was: no rule can close as much"),
        (
            bounded,
            "tranche",
            "whose least possible overlap is a proven lower bound, so that agreements are upper bounds",
        ),
    )
    return tuple(f"{count:,} {what}{'s' * (count != 1)} {words}" for count, what, words in counted if count)


def _tranche(one: ComparedTranche, shown: Callable[[str], str]) -> dict[str, Any]:
    tranche = one.tranche
    return {
        "wave": tranche.number,
        "coin": tranche.coin,
        "side": "long" if tranche.side > 0 else "short",
        "contracts": tranche.contracts,
        "price": tranche.price,
        "mark": tranche.mark,
        "notional": tranche.notional,
        "least_overlap": one.least.share,
        "least_overlap_exact": one.least.exact,
        "accounts": [shown(str(account)) for account in one.candidates.account],
        "positions": one.candidates.position.tolist(),
        "production": one.candidates.closed.tolist(),
        "rules": {
            answer.rule: {
                "closed": answer.closed.tolist(),
                "unplaced": answer.unplaced,
                "overlap": answer.overlap,
                "agreement": answer.agreement,
            }
            for answer in one.answers
        },
    }
