"""A venue's waterfall, compiled: for each question, the rules that answer it, in order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

LOSSES = ("absorb", "share_loss", "allocate", "allocate_jointly")
"""The questions about losses."""


class Answer(NamedTuple):
    """One rule's answer to one question: position of its stage in the policy, its name there, bound method.

    `every` is how often a question is asked that comes up by itself, in seconds.
    """

    stage: int
    name: str
    ask: Callable[[Any], Any]
    every: float = 60.0


@dataclass(frozen=True, slots=True)
class LossStage:
    """What one stage of a policy says to losses: it absorbs, sets the severity, allocates, or several of these.

    It allocates market by market or all of them jointly.
    """

    name: str
    absorb: Callable[[Any], Any] | None = None
    share_loss: Callable[[Any], Any] | None = None
    allocate: Callable[[Any], Any] | None = None
    allocate_jointly: Callable[[Any], Any] | None = None

    @property
    def allocates(self) -> bool:
        """Whether it says who bears a loss."""
        return self.allocate is not None or self.allocate_jointly is not None


@dataclass(frozen=True)
class Waterfall:
    """One tuple of answers per question, in the policy's order; empty where nobody answers.

    `reference` says whether the policy is a declared reference: only its stages may use Payer.BACKSTOP. The other
    fields say how the venue's liquidation engine comes from a takeover to `losses`:

    wait        seconds, >= 0  from a takeover until the stages are first asked about it
    halted      yes or no      whether positions are taken over while their market is halted
    places_all  yes or no      whether a loss that nobody covers places all of the inventory, or the uncovered part
    """

    set_prices: tuple[Answer, ...] = field(default=())
    set_phase: tuple[Answer, ...] = field(default=())
    admit: tuple[Answer, ...] = field(default=())
    require_margin: tuple[Answer, ...] = field(default=())
    liquidate: tuple[Answer, ...] = field(default=())
    route_cash: tuple[Answer, ...] = field(default=())
    absorb: tuple[Answer, ...] = field(default=())
    share_loss: tuple[Answer, ...] = field(default=())
    allocate: tuple[Answer, ...] = field(default=())
    allocate_jointly: tuple[Answer, ...] = field(default=())
    intervene: tuple[Answer, ...] = field(default=())
    observe: tuple[Answer, ...] = field(default=())
    reference: bool = False
    wait: float = 0.0
    halted: bool = True
    places_all: bool = False

    @cached_property
    def losses(self) -> tuple[LossStage, ...]:
        """The stages that answer a question about losses, from the top of the policy to its bottom."""
        asked: dict[int, dict[str, Any]] = {}
        for question in LOSSES:
            for stage, name, ask, _ in getattr(self, question):
                asked.setdefault(stage, {"name": name})[question] = ask
        return tuple(LossStage(**asked[stage]) for stage in sorted(asked))


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


class RuleLeftError(MechanismError):
    """A rule left instead of answering: by an exit, an interruption, or by taking too long."""


class RuleLateError(RuleLeftError):
    """A rule took too long to answer."""
