"""How well each figure of a policy is known: what the policy says of it, or the mechanism whose default it is."""

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import DOUBTFUL, Engine, EngineFigure, Policy, Standing, Step
from lastresort.plugins.errors import InputError, did_you_mean, one_of


def check_figures(policy: Policy, mechanisms: dict[str, type[Mechanism]]) -> None:
    """Refuse evidence for parameters that a step's mechanism does not have; raises InputError."""
    for position, step in enumerate(policy.waterfall, start=1):
        known = list(mechanisms[step.use].model_fields)
        for name in step.figures:
            if name not in known:
                place = f"policy '{policy.name}', step {position} ({step.stage}), figures"
                hint = did_you_mean(name, known)
                raise InputError(f"{place}: unknown parameter '{name}'; allowed: {one_of(known)}{hint}")


def standing_of_figures(step: Step, mechanism: type[Mechanism]) -> dict[str, Standing]:
    """Return the evidence of each parameter that is not known as well as its line.

    Figures in doubt come first: all of a line that is itself remembered or a guess, else defaults whose description
    ends in "(remembered)" or "(guess)". What `step.figures` says of a parameter overrides both.
    """
    if step.evidence in DOUBTFUL:
        return dict.fromkeys(mechanism.model_fields, step.evidence) | step.figures
    doubted: dict[str, Standing] = {
        name: word
        for name, field in mechanism.model_fields.items()
        for word in DOUBTFUL
        if name not in step.parameters and (field.description or "").endswith(f"({word})")
    }
    return doubted | step.figures


def standing_of_engine(engine: Engine) -> dict[EngineFigure, Standing]:
    """Return the evidence of each parameter of an engine that is not known as well as the rest."""
    if engine.evidence in DOUBTFUL:
        return dict.fromkeys(engine.parameters, engine.evidence) | engine.figures
    return dict(engine.figures)


def engine_in_words(engine: Engine) -> str:
    """Return an engine on one line: each parameter, with its own evidence where it has one, and that of the rest."""
    told = [
        f"{name} {_shown(value)}" + (f" ({engine.figures[name]})" if name in engine.figures else "")
        for name, value in engine.parameters.items()
    ]
    return f"{', '.join(told)}; {engine.evidence or 'not stated'}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
