"""K1 without its auction: too large a move within a rolling window halts trading, and the book reopens as it is."""

from typing import ClassVar

from lastresort.mechanisms.brakes.circuit_breaker import CircuitBreaker
from lastresort.mechanisms.contract import Evidence, Phase


class DynamicHalt(CircuitBreaker):
    """Trip like the circuit breaker, but let no quotes gather: trading resumes in a book as thin as it stopped.

    The difference between the two is what the reopening auction is worth.
    """

    name: ClassVar[str] = "dynamic-halt"
    source: ClassVar[str] = "control for circuit-breaker: the same trigger and length, continuous reopening"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    _closed: ClassVar[Phase] = Phase.HALT
