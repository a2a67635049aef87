"""Does a conclusion hang on an order that means nothing, or on somebody else's random numbers?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastresort.api import CORES
from lastresort.api.given_rules import Given, policies_of, with_rules
from lastresort.api.shown import Shown
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.scores import REFERENCE
from lastresort.scores.orders.audit import Audited, compare_orders
from lastresort.scores.orders.varied_runs import VariedSeed, play
from lastresort.scores.plays import play_all
from lastresort.simulation import variation as orders
from lastresort.simulation.variation import USUAL, Variation
from lastresort.study.experiment import check_jobs, check_seeds

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
    on_seed: Callable[[str], None] = lambda told: None,
) -> Audit:
    """Play a comparison again with idle agents added and with ties broken otherwise, and say whether that matters.

    Scenario, policies, seeds and `plugins` are given as for `compare`. `on_seed` is told what was played. Raises
    InputError before anything runs, and RunError where a run fails.
    """
    check_jobs(jobs)
    numbers = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    check_seeds(numbers)
    with with_rules(policies, plugins) as files:
        catalogue = Catalogue.load(files)
        world, chosen = catalogue.scenario(str(scenario)), _with_reference(policies_of(policies), catalogue)
        works = {
            variation: [VariedSeed(world, chosen, seed, variation, files) for seed in numbers]
            for variation in (USUAL, *orders.VARIATIONS)
        }
        outcomes = _audit(works, chosen, jobs, on_seed)
    return Audit(f"{scenario}, {len(numbers)} seeds, {len(chosen)} policies", tuple(outcomes))


def _with_reference(given: Sequence[str | Policy], catalogue: Catalogue) -> tuple[Policy, ...]:
    """The reference first, then everybody named; one that two words mean takes part once."""
    named = [policy for one in given for policy in (catalogue.choice(one) if isinstance(one, str) else [one])]
    chosen = {policy.name: policy for policy in (catalogue.policy(REFERENCE), *named)}
    return tuple(chosen.values())


def _audit(
    works: Mapping[Variation, list[VariedSeed]],
    policies: tuple[Policy, ...],
    jobs: int,
    on_seed: Callable[[str], None],
) -> list[Audited]:
    """Play every variation, the usual order first, and compare each other one with it."""
    import pandas as pd

    flat = [work for several in works.values() for work in several]
    tables: dict[Variation, list[pd.DataFrame]] = {variation: [] for variation in works}
    for done, (work, table) in enumerate(zip(flat, play_all(play, flat, jobs), strict=True), 1):
        tables[work.variation].append(table)
        on_seed(f"{done}/{len(flat)}  {work.variation.name}, seed {work.seed}")
    usual, *others = (pd.concat(played, ignore_index=True) for played in tables.values())
    _, *varied = works
    return [compare_orders(variation, usual, other, policies) for variation, other in zip(varied, others, strict=True)]


def _row(outcome: Audited) -> dict[str, str]:
    return {
        "variation": outcome.variation,
        "same to the last bit": f"{outcome.identical} of {outcome.runs} runs{', all must' if outcome.exact else ''}",
        "largest change of LC or MNF, over the smallest of interest": f"{outcome.headline:.2g}",
        "of any score, relative": f"{outcome.relative:.2g} ({outcome.place})" if outcome.place else "none",
        "conclusions": "unchanged" if outcome.passed else "CHANGED",
    }
