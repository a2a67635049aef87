"""What came of a study, as plain dictionaries and lists: what primary.json holds."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lastresort.api.ranking_rows import ranking
from lastresort.experiments.folders.declaration import Declaration
from lastresort.scores.declared import Answer
from lastresort.scores.scored import Scored
from lastresort.scores.seeds.sequential import Known, Precise

UNANSWERED = "not known: a policy failed"


def document(
    declared: Declaration, answers: Sequence[Answer], precise: Precise | None, scored: Sequence[Scored]
) -> dict[str, Any]:
    """Return the answers of a study with its seeds, and with the ranking where there is but one scenario."""
    return {
        "study": declared.plan.name,
        "question": declared.plan.question,
        "plan": declared.plan.sha256(),
        "seeds": list(declared.seeds),
        "runs": sum(len(declared.keys(scenario)) for scenario in declared.worlds),
        "comparisons": [_answered(one) for one in answers],
        "precision": _precision(declared, precise) if precise else None,
        "failed": [failure for one in scored for failure in _failures(one)],
        "ranking": ranking(scored[0].comparison) if len(scored) == 1 else None,
    }


def _answered(one: Answer) -> dict[str, Any]:
    told: dict[str, Any] = asdict(one.comparison)
    if one.difference is None:
        return told | {"verdict": UNANSWERED}
    estimate = one.difference.estimate
    return told | {
        "verdict": one.difference.sentence,
        "value": _number(estimate.value),
        "low": _number(estimate.low),
        "high": _number(estimate.high),
        "method": estimate.method,
        "note": estimate.note,
        "p_value": _number(one.difference.p_value),
        "p_adjusted": _number(one.difference.p_adjusted),
        "variance_reduction": _number(one.difference.pairing.variance_reduction),
        "paired": one.difference.pairing.paired,
    }


def _precision(declared: Declaration, precise: Precise) -> dict[str, Any]:
    asked = declared.plan.precision
    return {
        **(asked.model_dump(mode="json") if asked else {}),
        "needed": precise.needed,
        "reached": precise.reached,
        "intervals": [_interval(one) for one in precise.known],
    }


def _interval(one: Known) -> dict[str, Any]:
    told: dict[str, Any] = asdict(one.comparison)
    if one.interval is None:
        return told | {"value": None, "low": None, "high": None, "needed": None}
    found = one.interval
    return told | {"value": found.value, "low": found.low, "high": found.high, "needed": found.needed}


def _failures(one: Scored) -> list[dict[str, str]]:
    scenario = one.results.scenario.name
    return [
        {"scenario": scenario, "policy": failure.policy.name, "extent": failure.extent, "what happened": failure.reason}
        for failure in one.results.failed
    ]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
