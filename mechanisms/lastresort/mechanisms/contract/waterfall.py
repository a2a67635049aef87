"""A venue's waterfall, compiled: for each question, the rules that answer it, in order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[str, Callable[[Any], Any]]
"""Name of a mechanism and its bound method."""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """One tuple of (mechanism name, bound method) per question, in the policy's order; empty where nobody answers."""

    set_prices: tuple[Answer, ...] = field(default=())
    set_phase: tuple[Answer, ...] = field(default=())
    admit: tuple[Answer, ...] = field(default=())
    require_margin: tuple[Answer, ...] = field(default=())
    liquidate: tuple[Answer, ...] = field(default=())
    route_cash: tuple[Answer, ...] = field(default=())
    absorb: tuple[Answer, ...] = field(default=())
    share_loss: tuple[Answer, ...] = field(default=())
    allocate: tuple[Answer, ...] = field(default=())
    observe: tuple[Answer, ...] = field(default=())


class MechanismError(Exception):
    """A rule broke the contract; the sentence names the mechanism, the question, the moment and the rule it broke."""

    def __init__(self, mechanism: str, question: str, time: float, rule: str) -> None:
        super().__init__(mechanism, question, time, rule)
        self.mechanism = mechanism
        self.question = question
        self.time = time
        self.rule = rule

    def __str__(self) -> str:
        return f"mechanism '{self.mechanism}', question '{self.question}', at {self.time:,.0f} s: {self.rule}"
