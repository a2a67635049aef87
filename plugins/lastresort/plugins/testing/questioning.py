"""Put a rule's questions to it scene by scene, as the engine would; and the scenes of the small crash."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from lastresort.mechanisms.contract import LossEvent, LossSharing, Mechanism, ResidualView, Scope
from lastresort.plugins.testing.small_crash import breaches, losses, money, trading
from lastresort.plugins.testing.small_crash.moments import MOMENTS, Moment

Ask = Callable[[str, Any], Any]
"""Put a question about a view to somebody, and return the answer."""

Severity = Callable[[ResidualView], LossSharing]
"""How much of the losses earlier stages have asked later ones to share."""


class Reply(NamedTuple):
    """One question, what the rule was shown and what it said."""

    question: str
    view: Any
    answer: Any


@dataclass(frozen=True)
class Asked:
    """One question at one moment: what the rule was shown and what it said."""

    moment: Moment
    question: str
    view: Any
    answer: Any


class Scene(Protocol):
    """One venue at one moment: what a rule is shown for each question."""

    def views(self, question: str) -> list[Any]:
        """Views for a question that is not about losses; none where the engine would not ask."""

    def residual(self) -> ResidualView | None:
        """What the engine holds before any stage is asked; None where it holds nothing."""

    def loss_events(self, view: ResidualView, severity: LossSharing) -> list[LossEvent]:
        """One event for each market in which a severity places or collects anything."""


@dataclass(frozen=True)
class SmallCrash:
    """The small crash at one of its moments."""

    moment: Moment

    def views(self, question: str) -> list[Any]:
        """What the small crash shows for a question; nothing for those about losses."""
        shown = _VIEWS[question](self.moment) if question in _VIEWS else []
        return [view for view in shown if view is not None]

    def residual(self) -> ResidualView | None:
        """What the engine holds at this moment."""
        return losses.residual_view(self.moment)

    def loss_events(self, view: ResidualView, severity: LossSharing) -> list[LossEvent]:
        """The losses to share at this moment."""
        return losses.loss_events(self.moment, view, severity)


def fresh(mechanism: Mechanism) -> Mechanism:
    """Return a mechanism with the same parameters and no memory."""
    return type(mechanism)(**{name: getattr(mechanism, name) for name in type(mechanism).model_fields})


def directly(mechanism: Mechanism) -> Ask:
    """Ask the mechanism itself, and believe whatever it says."""
    return lambda question, view: getattr(mechanism, question)(view)


def usual_severity(view: ResidualView) -> LossSharing:
    """What a stage finds in force when nobody before it has said how much to share."""
    return LossSharing(contracts=view.contracts, dollars=view.dollars)


def widest_severity(view: ResidualView) -> LossSharing:
    """Place everything and collect every dollar at once, from both sides."""
    return LossSharing(contracts=view.contracts, dollars=view.deficit, scope=Scope.HOLDERS)


def question_all(questions: Collection[str], ask: Ask, severity: Severity = usual_severity) -> Iterator[Asked]:
    """Yield what `ask` says to each of the questions in the small crash, moment by moment."""
    for moment in MOMENTS:
        for reply in question_scene(questions, ask, SmallCrash(moment), severity):
            yield Asked(moment, *reply)


def question_scene(questions: Collection[str], ask: Ask, scene: Scene, severity: Severity) -> Iterator[Reply]:
    """Yield what `ask` says to each of the questions in one scene."""
    for question in questions:
        yield from (Reply(question, view, ask(question, view)) for view in scene.views(question))
    residual = scene.residual()
    if residual is not None:
        yield from _losses(questions, ask, scene, residual, severity(residual))


def _losses(
    questions: Collection[str], ask: Ask, scene: Scene, view: ResidualView, severity: LossSharing
) -> Iterator[Reply]:
    """One stage's part in a pass over the losses: absorb, set the severity, allocate, each about what is left."""
    view = losses.under(severity, view)
    if "absorb" in questions:
        said = ask("absorb", view)
        yield Reply("absorb", view, said)
        view = view if said is None else losses.absorbed(view, said)
        severity = replace(severity, contracts=view.contracts, dollars=view.dollars)
    if "share_loss" in questions:
        said = ask("share_loss", view)
        yield Reply("share_loss", view, said)
        severity = severity if said is None else said
    if "allocate" in questions:
        for event in scene.loss_events(view, severity):
            yield Reply("allocate", event, ask("allocate", event))


_VIEWS: dict[str, Callable[[Moment], list[Any]]] = {
    "set_prices": lambda moment: [trading.price_view(moment)],
    "set_phase": lambda moment: [trading.phase_view(moment)],
    "admit": lambda moment: [trading.order_view(moment), trading.transfer_view(moment)],
    "require_margin": lambda moment: [trading.margin_view(moment)],
    "liquidate": lambda moment: [breaches.breach_view(moment)],
    "route_cash": lambda moment: [money.cash_view(moment)],
    "observe": lambda moment: [money.event_view(moment)],
}
"""What is shown for each question but those about losses, which depend on one another; None where nobody asks."""
