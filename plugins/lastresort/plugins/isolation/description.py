"""What a plugin brings, as JSON: told by the process that has imported it, so that nobody else has to."""

from typing import Any

from pydantic import BeforeValidator, PlainValidator, WrapValidator
from pydantic_core import to_jsonable_python

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.answers import answered
from lastresort.plugins.brought import Brought
from lastresort.plugins.isolation.digests import digest
from lastresort.plugins.report_section import ReportSection
from lastresort.plugins.score import Score

TOLD_OF_SCORES = ("name", "title", "meaning", "formula", "unit", "direction", "source", "weight", "per")


def described(part: Brought) -> dict[str, Any]:
    """Return what a plugin brings: rules and scores without their code, policies in full, scenarios by their files."""
    return {
        "origin": part.origin,
        "mechanisms": [_mechanism(one) | {"fingerprint": part.fingerprints[one.name]} for one in part.mechanisms],
        "policies": [policy.model_dump(mode="json") for policy in part.policies],
        "scenarios": [str(file) for file in part.scenarios],
        "scores": [_score(score) for score in part.scores],
        "sections": [_section(section) for section in part.sections],
        "files": {str(file): digest(file) for file in part.files},
    }


def _mechanism(rule: type[Mechanism]) -> dict[str, Any]:
    return {
        "class": rule.__name__,
        "doc": rule.__doc__ or "",
        "name": rule.name,
        "source": rule.source,
        "evidence": str(rule.evidence),
        "answers": list(answered(rule)),
        "schema": rule.model_json_schema(),
        "own": sorted(_judged_by_itself(rule)),
        "defaults": {
            name: to_jsonable_python(field.get_default(call_default_factory=True))
            for name, field in rule.model_fields.items()
            if not field.is_required()
        },
    }


def _judged_by_itself(rule: type[Mechanism]) -> set[str]:
    """Parameters of which the schema does not tell what is allowed: validators of the rule see them first."""
    validators = rule.__pydantic_decorators__
    if any(one.info.mode != "after" for one in validators.model_validators.values()):
        return set(rule.model_fields)
    named = {
        name for one in validators.field_validators.values() if one.info.mode != "after" for name in one.info.fields
    }
    told = {name for name, field in rule.model_fields.items() if any(map(_validates, field.metadata))}
    return told | (set(rule.model_fields) if "*" in named else named)


def _validates(annotation: object) -> bool:
    return isinstance(annotation, BeforeValidator | PlainValidator | WrapValidator)


def _score(score: Score) -> dict[str, str]:
    return {name: str(getattr(score, name)) for name in TOLD_OF_SCORES}


def _section(section: ReportSection) -> dict[str, str]:
    return {"name": section.name, "title": section.title}
