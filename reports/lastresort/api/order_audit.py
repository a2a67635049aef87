"""Does a conclusion hang on an order that means nothing, or on somebody else's random numbers?"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastresort.analysis.order_audit.audit import Audited, compare_orders, played
from lastresort.api import CORES
from lastresort.api.given_rules import Given, policies_of, with_rules
from lastresort.api.shown import Shown
from lastresort.api.watching import Watching, nobody
from lastresort.experiments.design import Design
from lastresort.experiments.executors import Executor, executor
from lastresort.experiments.experiment import check_jobs, check_seeds
from lastresort.experiments.planning.participants import policies_meant
from lastresort.experiments.runner import OnProgress, unstored_runs
from lastresort.plugins.isolation.contained import contained
from lastresort.simulation import other_orders as orders

if TYPE_CHECKING:
    import pandas as pd

LIMITS = (
    "Not covered: the length of a tick and what comes first inside it, which are choices of the model; the order of "
    "market makers and arbitrageurs, whose traits go by their number; and whether the model is right. A rule that "
    "levies or weighs all cash at a venue counts that of idle agents too, and fails their line without a fault."
)


@dataclass(frozen=True, repr=False)
class Audit(Shown):
    """What became of a comparison in each other order."""

    name: str
    outcomes: tuple[Audited, ...]

    @property
    def passed(self) -> bool:
        """Whether everything is as it must be."""
        return all(outcome.passed for outcome in self.outcomes)

    @property
    def title(self) -> str:
        """What was audited."""
        return self.name

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each order."""
        return [_row(outcome) for outcome in self.outcomes]

    @property
    def sentences(self) -> list[str]:
        """Every conclusion that changed, and what an audit does not cover."""
        return [*(f"{one.variation}: {said}" for one in self.outcomes for said in one.changed), LIMITS]

    def to_pandas(self) -> "pd.DataFrame":
        """Return the outcomes as numbers, a row for each order."""
        import pandas as pd

        return pd.DataFrame(self.document())

    def document(self) -> list[dict[str, Any]]:
        """The outcomes as JSON has them."""
        return [asdict(outcome) | {"passed": outcome.passed} for outcome in self.outcomes]


def audit(
    scenario: str | Path,
    policies: Sequence[Given] = ("core",),
    seeds: int | Sequence[int] = 4,
    plugins: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
    watching: Watching = nobody,
) -> Audit:
    """Play a comparison again with idle agents added and with ties broken otherwise, and say whether that matters.

    Scenario, policies, seeds and `plugins` are given as for `compare`; no run is kept. Raises InputError before
    anything runs, and RunError where a run fails.
    """
    check_jobs(jobs)
    numbers = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    check_seeds(numbers)
    with with_rules(policies, plugins) as files:
        catalogue = contained(files)
        chosen = tuple(policies_meant(policies_of(policies), catalogue, Path(), "--policies"))
        design = Design(catalogue.scenario(str(scenario)), chosen, numbers, catalogue, files)
        with watching(None, None) as advance:
            outcomes = _audited(design, executor(jobs), advance)
    return Audit(f"{scenario}, {len(numbers)} seeds, {len(chosen)} policies", tuple(outcomes))


def _audited(design: Design, doer: Executor, advance: OnProgress) -> list[Audited]:
    """Play every variation, and compare each with the usual order."""
    varied = {one: replace(design, order=one.name) for one in orders.VARIATIONS}
    with unstored_runs([design, *varied.values()], doer, advance) as store:
        usual = played(design, store)
        return [compare_orders(one, usual, played(other, store), design.policies) for one, other in varied.items()]


def _row(outcome: Audited) -> dict[str, str]:
    return {
        "variation": outcome.variation,
        "same to the last bit": f"{outcome.identical} of {outcome.runs} runs{', all must' if outcome.exact else ''}",
        "largest change of LC or MNF, over the smallest of interest": f"{outcome.headline:.2g}",
        "of any score, relative": f"{outcome.relative:.2g} ({outcome.place})" if outcome.place else "none",
        "conclusions": "unchanged" if outcome.passed else "CHANGED",
    }
