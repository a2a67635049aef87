"""A policy that did not finish a comparison, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.mechanisms.policy import Policy


@dataclass(frozen=True)
class Failure:
    """A policy of which a run failed: it is out of the ranking. `reasons` says why, by seed, lowest seed first.

    Marks in a reason that are not seen are spelled out. `seeds` is the number of seeds it was tried on.
    """

    policy: Policy
    reasons: Mapping[int, str]
    seeds: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "reasons", {seed: escaped(reason) for seed, reason in self.reasons.items()})

    @property
    def extent(self) -> str:
        """On how many of the seeds it failed."""
        return f"failed on {len(self.reasons)} of {self.seeds} {'seed' if self.seeds == 1 else 'seeds'}"

    @property
    def reason(self) -> str:
        """What ended its first failed run, as one sentence that names the seed."""
        seed, reason = next(iter(self.reasons.items()))
        return f"seed {seed}: {reason}"

    def __str__(self) -> str:
        return f"policy '{self.policy.name}' {self.extent} and is out of the ranking; {self.reason}"
