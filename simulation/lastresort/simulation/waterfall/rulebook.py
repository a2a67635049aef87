"""Asks the twelve questions of one venue's waterfall, and refuses every answer that breaks the contract.

A refusal is a `MechanismError` that names the mechanism, the question, the moment and the rule; nothing is posted.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import (
    Absorption,
    Admission,
    Allocation,
    Answer,
    BreachView,
    CashView,
    EventView,
    Floats,
    Intervention,
    JointAllocation,
    JointLoss,
    Liquidation,
    LossEvent,
    LossSharing,
    LossStage,
    MarginTerms,
    MarginView,
    MarketView,
    OrderView,
    Phase,
    Phases,
    PhaseView,
    Prices,
    PriceView,
    ResidualView,
    Routing,
    Waterfall,
)
from lastresort.simulation.waterfall.demands import ROUNDING, Demands
from lastresort.simulation.waterfall.intervention_answer import checked_intervention
from lastresort.simulation.waterfall.joint_answer import checked_joint_allocation
from lastresort.simulation.waterfall.lazy_views import end, whole
from lastresort.simulation.waterfall.liquidation_answer import LiquidationAnswer, checked_liquidation
from lastresort.simulation.waterfall.loss_answers import checked_absorption, checked_allocation, checked_sharing
from lastresort.simulation.waterfall.views import rows_of, with_columns

Now = Callable[[], dict[str, Any]]
"""Columns of a view that a stage's answer may have changed, as they are when the next stage is asked."""


class Rulebook:
    """One venue's waterfall as the engine sees it: one method per question, validated answers only."""

    def __init__(self, waterfall: Waterfall) -> None:
        self._waterfall = waterfall

    def close(self) -> None:
        """Ask nobody any more."""
        self._waterfall = Waterfall()

    @property
    def engine(self) -> Waterfall:
        """How the venue's engine comes from a takeover to the waterfall: `wait`, `halted` and `places_all`."""
        return self._waterfall

    def answers(self, question: str) -> bool:
        """Whether anybody answers this question."""
        return bool(getattr(self._waterfall, question))

    def _opinions(self, question: str, view: Any, kind: type) -> Iterator[tuple[Demands, Any]]:
        """Every stage that has an opinion, in order, with the checks of its answer; then the question is over."""
        try:
            for _, name, answer, _ in getattr(self._waterfall, question):
                demands = Demands(name, question, view.time)
                said = demands.ask(answer, view, kind)
                if said is not None:
                    yield demands, said
        finally:
            end(view)

    def _opinions_in_turn(self, question: str, view: Any, kind: type, now: Now) -> Iterator[tuple[Demands, Any]]:
        """The same, where the engine acts on each opinion before it asks the next stage, which is shown what is `now`.

        All other columns stay what they were when the first stage was asked.
        """
        stages = getattr(self._waterfall, question)
        for k, (_, name, answer, _) in enumerate(stages, start=1):
            demands = Demands(name, question, view.time)
            said = demands.ask(answer, view, kind)
            if said is not None and k == len(stages):
                yield demands, said
            elif said is not None:
                view = whole(view)
                yield demands, said
                view = with_columns(view, **now())
        end(view)

    def set_prices(self, view: PriceView, now: Now = dict) -> Iterator[Prices]:
        """Each stage's prices, in order."""
        for demands, said in self._opinions_in_turn("set_prices", view, Prices, now):
            for field in fields(said):
                value = getattr(said, field.name)
                if value is not None:
                    demands.positive(field.name, value, len(view.mark))
            yield said

    def set_phase(self, view: PhaseView, now: Now = dict) -> Iterator[tuple[str, Phases]]:
        """Each stage's phases, in order, with its name."""
        for demands, said in self._opinions_in_turn("set_phase", view, Phases, now):
            n = len(view.phase)
            phase = demands.column("phase", said.phase, n)
            demands.that(((phase >= 0) & (phase < len(Phase)) & (phase % 1 == 0)).all(), "'phase' must be a Phase")
            until, low, high = (demands.floats(field, getattr(said, field), n) for field in ("until", "low", "high"))
            demands.that(not np.isnan(until).any(), "'until' holds NaN")
            demands.that((low <= high).all(), "'low' must not exceed 'high'")
            yield demands.name, Phases(phase.astype(np.int64), until, low, high)

    def admit(self, view: OrderView) -> tuple[Floats, Floats]:
        """Share of each order that passes and share of it the venue keeps, `[n]`."""
        said = self.admission(view)
        return (np.ones(len(view.kind)), np.zeros(len(view.kind))) if said is None else said

    def admission(self, view: OrderView) -> tuple[Floats, Floats] | None:
        """The same; None where nobody has an opinion, and everything passes."""
        said = None
        for demands, opinion in self._opinions("admit", view, Admission):
            n = len(view.kind)
            passing, left = (np.ones(n), np.ones(n)) if said is None else said
            passing = passing * demands.fraction("fraction", opinion.fraction, n)
            said = passing, left * (1 - demands.fraction("haircut", opinion.haircut, n))
        return None if said is None else (said[0], 1 - said[1])

    def require_margin(self, view: MarginView) -> MarginTerms | None:
        """The last stage's margin terms, or None."""
        terms = None
        for demands, said in self._opinions("require_margin", view, MarginTerms):
            for field in ("isolated_scale", "cross_rate"):
                demands.amount(field, getattr(said, field), len(view.mark))
            terms = said
        return terms

    def liquidators(self, stage: Floats) -> list[str]:
        """Names of the rules that an answer to `liquidate` refers to, `[n]`; "" where there are none."""
        names = [name for _, name, _, _ in self._waterfall.liquidate] or [""]
        return [names[int(k)] for k in stage]

    def liquidate(self, view: BreachView) -> LiquidationAnswer:
        """What happens to each position: of each row, the first stage that acts on it or waits decides."""
        rows, decided = np.arange(len(view.account)), None
        for k, (_, name, answer, _) in enumerate(self._waterfall.liquidate):
            seen = view if len(rows) == len(view.account) else rows_of(view, rows)
            demands = Demands(name, "liquidate", view.time)
            said = demands.ask(answer, seen, Liquidation)
            if said is None:
                continue
            checked, wait = checked_liquidation(demands, seen, said)
            decided = checked.said_by(k) if decided is None else decided.overruled(rows, checked, k)
            rows = rows[(checked.seize == 0) & (checked.order == 0) & ~wait]
            if not len(rows):
                break
        end(view)
        return LiquidationAnswer.nothing(len(view.account)) if decided is None else decided

    def route_cash(self, view: CashView) -> tuple[Floats, Floats] | None:
        """Shares of each flow for the fund and for IOUs, `[n]`: the first opinion counts; None without one."""
        for demands, said in self._opinions("route_cash", view, Routing):
            n = len(view.kind)
            to_fund = demands.fraction("to_fund", said.to_fund, n)
            to_claims = demands.fraction("to_claims", said.to_claims, n)
            demands.that((to_fund + to_claims <= 1 + ROUNDING).all(), "'to_fund' and 'to_claims' add up to more than 1")
            return to_fund, np.minimum(to_claims, 1 - to_fund)
        return None

    @property
    def losses(self) -> tuple[LossStage, ...]:
        """The stages that deal with losses, in the policy's order."""
        return self._waterfall.losses

    def absorb(self, view: ResidualView, stage: LossStage) -> Absorption | None:
        """What one stage absorbs; None where it has no opinion."""
        said: Absorption | None = self._said("absorb", stage.name, stage.absorb, view, Absorption, self._absorbed)
        return said

    def share_loss(self, view: ResidualView, stage: LossStage) -> LossSharing | None:
        """Severity per market, according to one stage; None where it has no opinion."""
        said: LossSharing | None = self._said(
            "share_loss", stage.name, stage.share_loss, view, LossSharing, checked_sharing
        )
        return said

    def allocate(self, event: LossEvent, stage: LossStage) -> Allocation | None:
        """Who bears the loss, according to one stage; None where it has no opinion."""
        said: Allocation | None = self._said("allocate", stage.name, stage.allocate, event, Allocation, self._allocated)
        return said

    def allocate_jointly(self, view: JointLoss, stage: LossStage) -> JointAllocation | None:
        """Who bears the losses of all markets, according to one stage; None where it has no opinion."""
        asked = (stage.name, stage.allocate_jointly, view, JointAllocation, self._allocated_jointly)
        said: JointAllocation | None = self._said("allocate_jointly", *asked)
        return said

    @property
    def intervening(self) -> tuple[Answer, ...]:
        """The stages that may act before there is a loss, in the policy's order."""
        return self._waterfall.intervene

    def intervene(self, view: MarketView, stage: Answer | None = None) -> Intervention | None:
        """What one stage does in a market, by default the first that may; None where it has no opinion."""
        asked = self._waterfall.intervene[0] if stage is None else stage
        said: Intervention | None = self._said(
            "intervene", asked.name, asked.ask, view, Intervention, checked_intervention
        )
        return said

    def _said(
        self, question: str, name: str, answer: Any, view: Any, kind: type, checked: Callable[[Demands, Any, Any], Any]
    ) -> Any:
        """One stage's opinion, checked, or None; then the question is over."""
        demands = Demands(name, question, view.time)
        said = demands.ask(answer, view, kind)
        said = None if said is None else checked(demands, view, said)
        end(view)
        return said

    def _absorbed(self, demands: Demands, view: ResidualView, said: Absorption) -> Absorption:
        return checked_absorption(demands, view, said, self._waterfall.reference)

    def _allocated(self, demands: Demands, event: LossEvent, said: Allocation) -> Allocation:
        return checked_allocation(demands, event, said, self._waterfall.reference)

    def _allocated_jointly(self, demands: Demands, view: JointLoss, said: JointAllocation) -> JointAllocation:
        return checked_joint_allocation(demands, view, said, self._waterfall.reference)

    def observe(self, view: EventView) -> None:
        """Tell everybody who wants to know."""
        for _, name, answer, _ in self._waterfall.observe:
            Demands(name, "observe", view.time).ask(answer, view, type(None))
        end(view)
