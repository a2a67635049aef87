"""What every answer must be: of the right type, in time, finite, of the right shape and within its bounds."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite
from typing import Any, TypeVar

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints, MechanismError
from lastresort.mechanisms.contract.plain_text import escaped, type_name
from lastresort.simulation.waterfall import time_limit
from lastresort.simulation.waterfall.hearing import hear
from lastresort.simulation.waterfall.lazy_views import holders, whole
from lastresort.simulation.waterfall.left_behind import deed_since, surroundings
from lastresort.simulation.waterfall.shown_copies import damage, part_with, shown
from lastresort.simulation.waterfall.strangers import guarded, is_built_in
from lastresort.simulation.waterfall.taken_answers import NotTakenError, real_numbers, taken

ROUNDING = 1e-9

Choice = TypeVar("Choice", bound=IntEnum)


@dataclass(slots=True)
class Demands:
    """Checks the answer of one mechanism to one question at one time; a failed check is a MechanismError."""

    name: str
    question: str
    time: float

    def ask(self, answer: Any, view: Any, kind: type) -> Any:
        """Ask within limits of time and memory; None or an instance of `kind`. A view that is kept is read whole."""
        if not guarded():
            return self._of_kind(answer(view), kind)
        if not is_built_in(answer):
            return self._ask_a_stranger(answer, view, kind)
        before = holders(view)
        said = self._of_kind(self._heard(answer, answer, view), kind)
        if holders(view) > before:
            whole(view)
        return said

    def _ask_a_stranger(self, answer: Any, view: Any, kind: type) -> Any:
        """It is shown copies and heard in copies; then what it has left behind is looked at."""

        def answered(own: Any) -> Any:
            said = taken(answer(own), kind)
            time_limit.check()
            return said

        around, own = surroundings(), shown(view)
        before = holders(own)
        try:
            said = self._heard(answer, answered, own)
        finally:
            deed = deed_since(around) or damage(own)
        self.that(not deed, deed)
        self._of_kind(said, kind)
        if holders(own) > before:
            whole(own)
        part_with(own)
        return said

    def _heard(self, rule: Any, answer: Callable[[Any], Any], view: Any) -> Any:
        heard = hear(rule, answer, view)
        if heard.failure:
            refusal = self._refusal(heard.failure, heard.kind)
            refusal.traceback = heard.traceback
            raise refusal from heard.cause
        return heard.said

    def _of_kind(self, said: Any, kind: type) -> Any:
        if said is not None and not issubclass(type(said), kind):
            raise self._refusal(f"answered {type_name(said)}, allowed is {_or_none(kind)}")
        return said

    def that(self, ok: object, rule: str) -> None:
        """Refuse the answer unless `ok`."""
        if not ok:
            raise self._refusal(rule)

    def column(self, field: str, value: Any, n: int) -> Floats:
        """`n` finite numbers; one number stands for `n`."""
        return self._within(field, value, n)[0]

    def fraction(self, field: str, value: Any, n: int) -> Floats:
        """`n` numbers between 0 and 1."""
        column, least, most = self._within(field, value, n)
        self.that(least >= 0 and most <= 1 + ROUNDING, f"'{field}' must lie in [0, 1]")
        return np.minimum(column, 1.0) if most > 1 else column

    def amount(self, field: str, value: Any, n: int) -> Floats:
        """`n` numbers that are not negative."""
        column, least, _ = self._within(field, value, n)
        self.that(least >= 0, f"'{field}' must not be negative")
        return column

    def positive(self, field: str, value: Any, n: int) -> Floats:
        """`n` numbers above zero."""
        column, least, _ = self._within(field, value, n)
        self.that(not n or least > 0, f"'{field}' must be positive")
        return column

    def _within(self, field: str, value: Any, n: int) -> tuple[Floats, float, float]:
        """`n` finite numbers, the least and the most of them; 0 of none."""
        column = self.floats(field, value, n)
        least, most = (float(np.minimum.reduce(column)), float(np.maximum.reduce(column))) if n else (0.0, 0.0)
        if not (isfinite(least) and isfinite(most)):
            raise self._refusal(f"'{field}' holds NaN or infinity")
        return column, least, most

    def floats(self, field: str, value: Any, n: int) -> Floats:
        """`n` numbers of any size, NaN included; one number, which is no array of one row, stands for `n`."""
        if isinstance(value, np.ndarray) and value.shape == (n,) and value.dtype == np.float64:
            return value
        if isinstance(value, (float, int)):
            return np.full(n, value, dtype=np.float64)
        try:
            column = real_numbers(field, value)
        except NotTakenError as error:
            raise self._refusal(str(error)) from None
        if column.shape not in ((), (n,)):
            raise self._refusal(f"'{field}' must have {_numbers(n)}, found shape {column.shape}")
        return np.broadcast_to(column, (n,))

    def within(self, account: Ints, amount: Floats, most: Floats, verb: str, unit: str, where: str = "") -> None:
        """Refuse amounts `[n]` beyond what each account has of something; the worst is named."""
        over = amount - most * (1 + ROUNDING) - ROUNDING
        if len(over) and over.max() > 0:
            k = int(np.argmax(over))
            raise self._refusal(f"{verb} account {account[k]}{where}: {amount[k]:,.2f} of {most[k]:,.2f} {unit}")

    def member(self, field: str, value: Any, kind: type[Choice]) -> Choice:
        """One of the values of `kind`."""
        try:
            return kind(value)
        except ValueError:
            allowed = " or ".join(f"{kind.__name__}.{choice.name}" for choice in kind)
            raise self._refusal(f"'{field}' is {value!r}, allowed is {allowed}") from None

    def _refusal(self, rule: str, kind: type[MechanismError] = MechanismError) -> MechanismError:
        return kind(self.name, self.question, self.time, escaped(rule))


def _or_none(kind: type) -> str:
    return "None" if kind is type(None) else f"{kind.__name__} or None"


def _numbers(n: int) -> str:
    return "1 number" if n == 1 else f"{n} numbers or be a single number"
