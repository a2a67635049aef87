"""Take a rule through the small crash: every question it answers, at every moment at which the engine would ask it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lastresort.mechanisms.contract import LossSharing, Mechanism, ResidualView, Scope
from lastresort.plugins.small_crash import breaches, losses, money, trading
from lastresort.plugins.small_crash.moments import MOMENTS, Moment

Ask = Callable[[str, Any], Any]
"""Put a question about a view to somebody, and return the answer."""

Severity = Callable[[ResidualView], LossSharing]
"""How much of the losses earlier stages have asked later ones to share."""


@dataclass(frozen=True)
class Asked:
    """One question at one moment: what the rule was shown and what it said."""

    moment: Moment
    question: str
    view: Any
    answer: Any


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
    """Yield what `ask` says to each of the questions, moment by moment."""
    for moment in MOMENTS:
        for question in [question for question in questions if question in _VIEWS]:
            views = [view for view in _VIEWS[question](moment) if view is not None]
            yield from (Asked(moment, question, view, ask(question, view)) for view in views)
        residual = losses.residual_view(moment)
        if residual is not None:
            yield from _losses(questions, ask, moment, residual, severity(residual))


def _losses(
    questions: Collection[str], ask: Ask, moment: Moment, view: ResidualView, severity: LossSharing
) -> Iterator[Asked]:
    """One stage's part in a pass over the losses: absorb, set the severity, allocate, each about what is left."""
    view = losses.under(severity, view)
    if "absorb" in questions:
        said = ask("absorb", view)
        yield Asked(moment, "absorb", view, said)
        view = view if said is None else losses.absorbed(view, said)
        severity = replace(severity, contracts=view.contracts, dollars=view.dollars)
    if "share_loss" in questions:
        said = ask("share_loss", view)
        yield Asked(moment, "share_loss", view, said)
        severity = severity if said is None else said
    if "allocate" in questions:
        for event in losses.loss_events(moment, view, severity):
            yield Asked(moment, "allocate", event, ask("allocate", event))


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
