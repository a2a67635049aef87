"""The answer to `liquidate`, checked: shares of a position, prices, fees."""

from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Bools, BreachView, Floats, Ints, Liquidation
from lastresort.simulation.waterfall.demands import ROUNDING, Demands


class LiquidationAnswer(NamedTuple):
    """A validated answer to `liquidate` as columns `[n]`; `stage` says which of the rules asked decided."""

    seize: Floats
    penalty: Floats
    order: Floats
    limit: Floats
    order_fee: Floats
    pause: Floats
    stage: Floats

    @classmethod
    def nothing(cls, n: int) -> "LiquidationAnswer":
        """Leave every position alone."""
        return cls(*(np.zeros(n) for _ in cls._fields))

    def said_by(self, stage: int) -> "LiquidationAnswer":
        """A copy in the name of the rule of this number."""
        return LiquidationAnswer._make(np.array(column) for column in self)._replace(
            stage=np.full(len(self.stage), stage)
        )

    def overruled(self, rows: Ints, other: "LiquidationAnswer", stage: int) -> "LiquidationAnswer":
        """This answer once the rule of this number has decided about some rows, in place."""
        for mine, theirs in zip(self, other, strict=True):
            mine[rows] = theirs
        self.stage[rows] = stage
        return self

    def where(self, keep: Ints) -> "LiquidationAnswer":
        """The rows to keep."""
        return LiquidationAnswer._make(column[keep] for column in self)


def together(answers: list[LiquidationAnswer]) -> LiquidationAnswer:
    """Answers about the positions of several venues as one."""
    return LiquidationAnswer._make(np.concatenate(columns) for columns in zip(*answers, strict=True))


def checked_liquidation(demands: Demands, view: BreachView, said: Liquidation) -> tuple[LiquidationAnswer, Bools]:
    """The answer as columns, and which rows it wants to keep waiting."""
    n = len(view.account)
    seize, penalty, order, fee = (
        demands.fraction(field, getattr(said, field), n) for field in ("seize", "penalty", "order", "order_fee")
    )
    limit = demands.floats("limit", said.limit, n)
    demands.that((seize + order <= 1 + ROUNDING).all(), "'seize' and 'order' add up to more than the position")
    wait, pause = demands.floats("wait", said.wait, n) > 0, demands.amount("pause", said.pause, n)
    return LiquidationAnswer(seize, penalty, np.minimum(order, 1 - seize), limit, fee, pause, np.zeros(n)), wait
