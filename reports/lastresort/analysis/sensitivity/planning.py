"""From a sensitivity file to a plan: every name looked up, every range checked at both of its ends."""

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from lastresort.analysis.sensitivity.factors import CHANCE, Factor
from lastresort.analysis.sensitivity.lines import threshold_factor
from lastresort.analysis.sensitivity.outputs import outputs_of
from lastresort.analysis.sensitivity.points import Placing
from lastresort.analysis.sensitivity.ranges import Range
from lastresort.analysis.sensitivity.sensitivity_plan import MOST_FACTORS, SensitivityPlan
from lastresort.experiments.design import REFERENCE
from lastresort.experiments.planning.addresses import kind_of
from lastresort.experiments.planning.overrides import Override, applied, settings_of
from lastresort.experiments.planning.participants import policies_meant, scenarios_meant
from lastresort.experiments.planning.plan import PluginSource
from lastresort.experiments.planning.subjects import PolicySubject, ScenarioSubject
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.plugins.replaced_scores import unknown_score
from lastresort.plugins.score import Score
from lastresort.scores.table import NEEDED
from lastresort.simulation.scenario import Scenario

if TYPE_CHECKING:
    from lastresort.analysis.sensitivity.sensitivity_file import SensitivityFile


def planned(
    file: "SensitivityFile", catalogue: Catalogue, known_scores: Collection[str], overrides: Sequence[Override]
) -> SensitivityPlan:
    """Return the plan of a file; raises InputError in one sentence."""
    scenario = _scenario(file, catalogue, _of("scenarios", overrides))
    policies = _policies(file, catalogue, _of("policies", overrides))
    seeds = _seeds(file)
    placing = Placing(scenario, policies, catalogue.mechanisms, seeds, file.place("factors"))
    factors = (*_factors(file, placing), *_thresholds(file), _chance(file))
    if len(factors) == 1:
        raise InputError(f"{file.place('factors')}: found none; allowed: at least one factor or threshold")
    _check_ends(placing, factors)
    contenders = [policy.name for policy in policies[1:]]
    scores, baseline = _scores(file, catalogue, known_scores), _baseline(file, contenders)
    return SensitivityPlan(
        name=file.name,
        question=file.question,
        scenario=scenario,
        policies=tuple(policies),
        baseline=baseline,
        scores=scores,
        factors=factors,
        outputs=outputs_of([score.name for score in scores], contenders, baseline),
        seeds=seeds,
        method=file.method,
        trajectories=file.trajectories,
        levels=file.levels,
        samples=file.samples,
        sobol_factors=_sobol_factors(file, factors),
        confirm_seeds=file.confirm_seeds,
        confirm_factors=file.confirm_factors,
        draw=file.draw,
        plugins=tuple(map(PluginSource.read, file.plugin_files)),
        patience=file.patience,
        place=file.place("factors"),
    )


def placing_of(plan: SensitivityPlan, catalogue: Catalogue) -> Placing:
    """Return what puts values of the factors of a plan in their places."""
    return Placing(plan.scenario, plan.policies, catalogue.mechanisms, plan.seeds, plan.place)


def _of(kind: str, overrides: Sequence[Override]) -> list[Override]:
    return [one for one in overrides if kind_of(one.path, one.place) == kind]


def _scenario(file: "SensitivityFile", catalogue: Catalogue, overrides: Sequence[Override]) -> Scenario:
    (meant,) = scenarios_meant([file.scenario], catalogue, file.folder, file.place("scenario"))
    subject = ScenarioSubject(meant)
    return applied(subject, settings_of(overrides, [subject])[subject.name], subject.name)


def _policies(file: "SensitivityFile", catalogue: Catalogue, overrides: Sequence[Override]) -> list[Policy]:
    place = file.place("policies")
    meant = policies_meant(file.participants, catalogue, file.folder, place)
    if len(meant) < 3:
        found = one_of(policy.name for policy in meant[1:])
        raise InputError(f"{place}: found {found}; allowed: two policies or more beside the reference, '{REFERENCE}'")
    subjects = [PolicySubject(policy, catalogue.mechanisms) for policy in meant]
    settings = settings_of(overrides, subjects)
    return [applied(subject, settings[subject.name], subject.name) for subject in subjects]


def _baseline(file: "SensitivityFile", contenders: Sequence[str]) -> str:
    name = file.baseline or contenders[0]
    if name not in contenders:
        hint = did_you_mean(name, contenders)
        raise InputError(f"{file.place('baseline')}: found '{name}'; allowed: {one_of(contenders)}{hint}")
    return name


def _scores(file: "SensitivityFile", catalogue: Catalogue, known: Collection[str]) -> tuple[Score, ...]:
    allowed = {
        name: score
        for name, (_, score) in catalogue.scores.items()
        if name in known and {score.weight, score.per} <= {*NEEDED, ""}
    }
    for name in file.scores:
        if name not in allowed:
            raise InputError(f"{file.place('scores')}: {unknown_score(name, allowed)}")
    return tuple(allowed[name] for name in dict.fromkeys(file.scores))


def _seeds(file: "SensitivityFile") -> tuple[tuple[int, ...], ...]:
    starts = [file.first_seed + group * file.seeds_each for group in range(file.replicates)]
    return tuple(tuple(range(start, start + file.seeds_each)) for start in starts)


def _chance(file: "SensitivityFile") -> Factor:
    levels = tuple(float(number) for number in range(1, file.replicates + 1))
    return Factor(name=CHANCE, label=CHANCE, kind="chance", low=1.0, high=levels[-1], levels=levels, whole=True)


def _factors(file: "SensitivityFile", placing: Placing) -> list[Factor]:
    given = file.ranges.factors
    found = [_factor(path, one, placing, file.place("factors")) for path, one in given.items()]
    placing.refuse_conflicts(list(given))
    return found


def _factor(path: str, given: Range, placing: Placing, place: str) -> Factor:
    standing = placing.standing(path)
    if not given.times and any(isinstance(value, list) for value in standing):
        raise InputError(
            f"{place}, '{path}': there stands a list of numbers; allowed: one of them, as in {path}.1, or all of them "
            "together with times: true"
        )
    kind, _, rest = path.partition(".")
    return Factor(
        name=path,
        label=_label(path, rest, placing),
        kind="scenario" if kind == "scenarios" else "policy",
        low=given.low,
        high=given.high,
        scale=given.scale,
        levels=tuple(given.levels),
        times=given.times,
        whole=not given.times and all(isinstance(value, int) for value in standing),
        nominal=_nominal(given, standing),
        unit="" if given.times or kind != "scenarios" else placing.unit(path),
        because=given.because,
    )


def _label(path: str, rest: str, placing: Placing) -> str:
    """The key alone where all have it, with the name of the policy where one has."""
    keys = {address.key for address in placing.addresses(path).values()}
    everybody = path.startswith("scenarios.") or rest.startswith("*.")
    return keys.pop() if everybody and len(keys) == 1 else rest


def _nominal(given: Range, standing: Sequence[Any]) -> float:
    if given.times:
        return 1.0
    return float(standing[0]) if all(value == standing[0] for value in standing) else math.nan


def _thresholds(file: "SensitivityFile") -> list[Factor]:
    return [threshold_factor(name, one, file.place("thresholds")) for name, one in file.ranges.thresholds.items()]


def _check_ends(placing: Placing, factors: Sequence[Factor]) -> None:
    """Refuse a range of which an end cannot be run, before anything runs."""
    for factor in factors:
        for end in (factor.low, factor.high):
            placing.point(factors, {factor.name: end})


def _sobol_factors(file: "SensitivityFile", factors: Sequence[Factor]) -> tuple[str, ...]:
    """Names of the factors of Sobol; none where Morris is to choose them."""
    allowed = [factor.name for factor in factors if not factor.by_chance]
    for name in file.sobol_factors or ():
        if name not in allowed:
            hint = did_you_mean(name, allowed)
            raise InputError(f"{file.place('sobol_factors')}: no factor '{name}'; allowed: {one_of(allowed)}{hint}")
    if file.sobol_factors:
        return tuple(file.sobol_factors)
    if file.method == "sobol" and len(allowed) > MOST_FACTORS:
        raise InputError(
            f"{file.place('sobol_factors')}: found none, of {len(allowed)} factors; allowed: {MOST_FACTORS} at most, "
            "or the method both, by which Morris chooses them"
        )
    return tuple(allowed) if len(allowed) <= MOST_FACTORS else ()
