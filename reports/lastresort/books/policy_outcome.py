"""What one policy takes from the accounts of a book: in dollars, by account, and how unevenly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from lastresort.books.book import Book
from lastresort.books.hedged_owners import HedgedOwners
from lastresort.books.lorenz_curve import LorenzCurve
from lastresort.books.lost_positions import Takeover
from lastresort.mechanisms.contract import Bools, Floats, Payer
from lastresort.mechanisms.policy import Policy
from lastresort.scores.measures.concentration import relative_gini

PAYERS: Mapping[Payer, str] = {
    Payer.FUND: "fund",
    Payer.VAULT: "vault",
    Payer.CAPITAL: "capital",
    Payer.DEFAULT_FUND: "default_fund",
    Payer.BACKSTOP: "outside",
}
"""What each payer is called in tables."""

CENT_OF_A_CENT = 1e-9
"""Share of a loss that is no payment."""

UNPACKED = ("book", "hedged", "equity", "burden", "losses")
"""What another process has itself, or has sooner."""

EXACT = 1e-9
"""Share of all positions that dollars may miss each other by."""


@dataclass(frozen=True, eq=False)
class Taken:
    """What a policy did to a book.

    By position `[P]`: contracts `closed`, the signed change `moved`, and the USD paid for that, `traded`. By account
    `[A]`: what it lost (USD, signed, against the mark), the charges in that, and who was asked. In USD: what was handed
    over, who `paid` what, what is `unpaid`, what was taken beyond the loss, and the value of positions that stay with
    the engine.
    """

    closed: Floats
    moved: Floats
    traded: Floats
    assigned: float
    loss: Floats
    charged: Floats
    asked: Bools
    paid: Mapping[str, float]
    unpaid: float
    overshoot: float
    left_open: float
    passes: int
    unfinished: bool

    def accounts_for(self, takeovers: Sequence[Takeover], gross: float) -> bool:
        """Whether what was lost is what accounts and others paid, and what nobody did; but for rounding of `gross`."""
        lost = sum(one.lacks for one in takeovers)
        found = float(self.loss.sum()) + sum(self.paid.values()) + self.unpaid - self.overshoot
        return abs(found - lost) <= EXACT * (gross + abs(lost))


@dataclass(frozen=True, eq=False)
class PolicyOutcome:
    """One policy on one book.

    `needs` are columns that it reads and the book does not have; `failure` says how a rule of it broke the contract:
    in both cases nothing is `taken`. `word` is how it was asked for. `used` are columns of the book that rules read,
    `defaulted` those of them that stand for the mark, `silent` stages that answer no question about losses.
    """

    policy: Policy
    book: Book
    taken: Taken | None = None
    needs: tuple[str, ...] = ()
    failure: str = ""
    used: tuple[str, ...] = ()
    defaulted: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    traceback: str = ""
    word: str = ""

    @property
    def name(self) -> str:
        """What whoever asked called it."""
        return self.word or self.policy.name

    def packed(self) -> dict[str, Any]:
        """Everything but the book, once it has been measured, for another process."""
        if self.applies:
            _ = self.measures, self.lorenz
        return {name: value for name, value in vars(self).items() if name not in UNPACKED}

    @classmethod
    def unpacked(cls, book: Book, packed: Mapping[str, Any]) -> "PolicyOutcome":
        """What was packed, of the same book."""
        own = {one.name for one in fields(cls)}
        found = cls(book=book, **{name: value for name, value in packed.items() if name in own})
        vars(found).update({name: value for name, value in packed.items() if name not in own})
        return found

    @property
    def applies(self) -> bool:
        """Whether the policy could be run on this book."""
        return self.taken is not None

    @cached_property
    def equity(self) -> Floats:
        """Of each account before, `[A]` USD: what its units that are not under water own."""
        book = self.book
        return book.by_account(np.maximum(book.equity, 0.0))

    @cached_property
    def burden(self) -> Floats:
        """Loss over equity of each account, `[A]`; 0 for those that gain or own nothing."""
        return np.divide(self.losses, self.equity, out=np.zeros(len(self.equity)), where=self.equity > 0)

    @cached_property
    def losses(self) -> Floats:
        """What each account lost, `[A]` USD >= 0; rounding is nothing."""
        loss = np.maximum(self._done.loss, 0.0)
        return np.where(loss > CENT_OF_A_CENT * loss.sum(), loss, 0.0)

    @cached_property
    def measures(self) -> Mapping[str, Any]:
        """Every number of the policy's line, in USD, shares and counts; None where there is no loss to share."""
        done, losses = self._done, self.losses
        worst = int(np.argmax(self.burden)) if len(losses) else 0
        some = bool(losses.any())
        return {
            "closed": float(np.abs(done.closed) @ self.book.mark),
            "assigned": done.assigned,
            "left_open": done.left_open,
            "charged": float(done.charged.sum()),
            "collected": float(done.loss.sum()),
            **done.paid,
            "others": sum(done.paid.values()),
            "unpaid": done.unpaid,
            "overshoot": done.overshoot,
            "payers": int((losses > 0).sum()),
            "largest_burden": float(self.burden[worst]) if some else None,
            "largest_burden_account": str(self.book.full_accounts[worst]) if some else None,
            "top_share": float(losses.max() / losses.sum()) if some else None,
            **self._concentration(),
            "hedged": len(self.hedged.owners),
            "hedges_broken": int(self.hedged.broken(done.moved).sum()),
            "passes": done.passes,
        }

    @property
    def notes(self) -> list[str]:
        """What a reader should know of it."""
        said = [f"not applicable: needs {', '.join(self.needs)}"] if self.needs else []
        said += [f"failed: {self.failure}"] if self.failure else []
        said += [f"{' and '.join(self.defaulted)} not in the book: {_stands_for(self.defaulted)}"] * bool(
            self.defaulted
        )
        if self.taken is not None and self.taken.passes > 1:
            said.append(f"asked {self.taken.passes:,} times{' and not done' if self.taken.unfinished else ''}")
        return said

    def document(self) -> dict[str, Any]:
        """Everything but the rows of accounts, as JSON has it."""
        return {
            "policy": self.name,
            "waterfall": [step.stage for step in self.policy.waterfall],
            "not_asked": list(self.silent),
            "columns": list(self.used),
            "defaulted": list(self.defaulted),
            "needs": list(self.needs),
            "failure": self.failure,
            "result": dict(self.measures) if self.applies else None,
        }

    def _concentration(self) -> dict[str, float | None]:
        """Among those asked, and among all solvent accounts."""
        asked = self._merged((self.equity > 0) & self._done.asked)
        every = self._merged(self.equity > 0)
        return {
            "gini_asked": relative_gini(*asked) if asked[0].any() else None,
            "gini_all": self.lorenz.gini if self.lorenz else None,
            "hoover_asked": hoover(*asked) if asked[0].any() else None,
            "hoover_all": hoover(*every) if every[0].any() else None,
        }

    @cached_property
    def lorenz(self) -> LorenzCurve | None:
        """The Lorenz curve of all solvent accounts; None where none of them loses anything."""
        loss, equity = self._merged(self.equity > 0)
        return LorenzCurve.of(loss, equity) if loss.any() else None

    def _merged(self, group: Bools) -> tuple[Floats, Floats]:
        """Losses and equities of a group; those who lose nothing are one, which changes no relative measure."""
        pays = group & (self.losses > 0)
        spared = self.equity[group & ~pays].sum()
        rest = np.array([spared] if spared > 0 else [])
        return np.append(self.losses[pays], np.zeros(len(rest))), np.append(self.equity[pays], rest)

    @cached_property
    def hedged(self) -> HedgedOwners:
        """Owners whose book is hedged before anybody is asked."""
        return HedgedOwners.of(self.book)

    @property
    def _done(self) -> Taken:
        if self.taken is None:
            raise ValueError(f"policy '{self.policy.name}' was not run on this book")
        return self.taken


def _stands_for(names: Sequence[str]) -> str:
    """What a reader gets instead."""
    other = {"lot": "next to nothing"}
    return ", ".join(dict.fromkeys(other.get(name, "the mark") for name in names))


def hoover(loss: Floats, endowment: Floats) -> float:
    """Share of the loss that would have to change hands to be in proportion to the endowment, in [0, 1].

    Both columns `[n]` in USD; half the sum of absolute differences of shares (Hoover 1936). NaN without any loss.
    """
    total = loss.sum()
    return float(0.5 * np.abs(loss / total - endowment / endowment.sum()).sum()) if total > 0 else float("nan")
