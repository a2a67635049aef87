"""The walk through the stages of a policy: each absorbs, sets the severity or allocates, about what is left."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np

from lastresort.mechanisms.contract import (
    Absorption,
    Allocation,
    JointAllocation,
    JointLoss,
    LossEvent,
    LossSharing,
    LossStage,
    ResidualView,
    Scope,
)
from lastresort.simulation.waterfall.open_losses import OpenLosses, Severity
from lastresort.simulation.waterfall.views import joint_loss, loss_event, residual_view


class Reply(NamedTuple):
    """One question, what the rule was shown, what it said, and the name of its stage."""

    question: str
    view: Any
    answer: Any
    stage: str = ""


class LossRules(Protocol):
    """Puts questions about losses to a stage; None where the stage has no opinion."""

    def absorb(self, view: ResidualView, stage: LossStage) -> Absorption | None: ...
    def share_loss(self, view: ResidualView, stage: LossStage) -> LossSharing | None: ...
    def allocate(self, event: LossEvent, stage: LossStage) -> Allocation | None: ...
    def allocate_jointly(self, view: JointLoss, stage: LossStage) -> JointAllocation | None: ...


class Postings(Protocol):
    """Moves what rules have said into the books of the state that the walk is about."""

    def absorb(self, losses: OpenLosses, mechanism: str, said: Absorption) -> None: ...
    def allocate(self, event: LossEvent, mechanism: str, said: Allocation) -> None: ...


def walk(losses: OpenLosses, stages: Iterable[LossStage], rules: LossRules, books: Postings) -> Iterator[Reply]:
    """Ask the stages in their order, post what they say, and yield every reply once it is posted."""
    for stage in stages:
        if stage.absorb is not None:
            yield _absorb(losses, stage, rules, books)
        if stage.share_loss is not None or stage.allocates:
            yield from _share(losses, stage, rules, books)


def unset_severity(losses: OpenLosses) -> Severity:
    """What is placed when no rule has set a severity: what is uncovered of the inventory, on the other side."""
    placed = losses.uncovered_share * losses.inventory
    return Severity(placed, np.zeros(len(placed)), Scope.OPPOSITE)


def _in_force(losses: OpenLosses) -> Severity:
    return unset_severity(losses) if losses.severity is None else losses.severity


def _absorb(losses: OpenLosses, stage: LossStage, rules: LossRules, books: Postings) -> Reply:
    view = residual_view(losses, _in_force(losses))
    said = rules.absorb(view, stage)
    if said is not None:
        if said.pay.any() or said.take.any():
            books.absorb(losses, stage.name, said)
            losses.reckon()
        losses.promised = losses.promised + said.standby
    return Reply("absorb", view, said, stage.name)


def _share(losses: OpenLosses, stage: LossStage, rules: LossRules, books: Postings) -> Iterator[Reply]:
    """A severity that a stage sets is for the stages after it, unless it allocates itself."""
    severity = _in_force(losses)
    if stage.share_loss is not None:
        view = residual_view(losses, severity)
        said = rules.share_loss(view, stage)
        severity = severity if said is None else _severity(losses, said)
        if not stage.allocates and said is not None:
            losses.severity = severity
        yield Reply("share_loss", view, said, stage.name)
    if stage.allocate_jointly is not None:
        yield from _allocate_jointly(losses, severity, stage, rules, books)
    elif stage.allocate is not None:
        yield from _allocate(losses, severity, stage, rules, books)


def _severity(losses: OpenLosses, said: LossSharing) -> Severity:
    return Severity(said.contracts * losses.inventory, np.minimum(said.dollars, losses.deficit), said.scope)


def _allocate(
    losses: OpenLosses, severity: Severity, stage: LossStage, rules: LossRules, books: Postings
) -> Iterator[Reply]:
    """Ask about every market with something to place or to collect; what the stage leaves, stays for the next ones."""
    posted = False
    for row, contracts, dollars in _left(losses, severity):
        event = loss_event(losses, row, contracts, dollars, severity.scope)
        said = rules.allocate(event, stage) if len(event.candidates.account) else None
        placed, collected = (0.0, 0.0) if said is None else _amounts(event, said)
        if said is not None:
            books.allocate(event, stage.name, said)
            posted = True
        severity.contracts[row], severity.dollars[row] = contracts - placed, dollars - collected
        if len(event.candidates.account):
            yield Reply("allocate", event, said, stage.name)
    if posted:
        losses.reckon()


def _allocate_jointly(
    losses: OpenLosses, severity: Severity, stage: LossStage, rules: LossRules, books: Postings
) -> Iterator[Reply]:
    """Ask once about all markets with something to place or to collect, and post what is said market by market."""
    rows = _left(losses, severity)
    events = [loss_event(losses, *row, severity.scope) for row in rows]
    asked = [(row, event) for (row, *_), event in zip(rows, events, strict=True) if len(event.candidates.account)]
    if not asked:
        return
    view = joint_loss(losses, tuple(event for _, event in asked))
    said = rules.allocate_jointly(view, stage)
    answers = [None] * len(asked) if said is None else said.allocations
    for (row, event), one in zip(asked, answers, strict=True):
        if one is not None:
            books.allocate(event, stage.name, one)
            placed, collected = _amounts(event, one)
            severity.contracts[row], severity.dollars[row] = event.contracts - placed, event.dollars - collected
    yield Reply("allocate_jointly", view, said, stage.name)
    if said is not None:
        losses.reckon()


def _left(losses: OpenLosses, severity: Severity) -> list[tuple[int, float, float]]:
    """Rows in which more than the engine leaves lying is to be placed (signed contracts) or collected (USD)."""
    state, held = losses.state, losses.inventory
    contracts = np.sign(held) * np.minimum(np.abs(severity.contracts), np.abs(held))
    dollars = np.minimum(severity.dollars, losses.deficit)
    value = np.abs(contracts) * state.mid[losses.market]
    rows = np.flatnonzero((value > state.remnant) | (dollars > state.remnant))
    return list(zip(rows.tolist(), contracts[rows].tolist(), dollars[rows].tolist(), strict=True))


def _amounts(event: LossEvent, said: Allocation) -> tuple[float, float]:
    """What an allocation places (signed contracts) and collects (USD)."""
    return float(np.sign(event.contracts) * (said.close + said.assign).sum()), float(said.charge.sum())
