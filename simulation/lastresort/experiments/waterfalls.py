"""Policies with nothing left open: every parameter of every step written out, and how well it is known."""

from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.figures import standing_of_engine, standing_of_figures
from lastresort.plugins.manager import build_waterfall


def resolve(policy: Policy, catalogue: Catalogue) -> Policy:
    """Return `policy` with the defaults of its mechanisms filled in, and the evidence of figures that are in doubt.

    Raises InputError where a venue could not run it: an unknown mechanism, a parameter that is not allowed.
    """
    build_waterfall(policy, catalogue)
    steps = tuple(_with_defaults(step, catalogue) for step in policy.waterfall)
    engine = policy.engine.model_copy(update={"figures": standing_of_engine(policy.engine)})
    return policy.model_copy(update={"engine": engine, "waterfall": steps})


def _with_defaults(step: Step, catalogue: Catalogue) -> Step:
    mechanism = catalogue.mechanisms[step.use]
    parameters = mechanism.model_validate(step.parameters).model_dump(mode="json")
    return step.model_copy(update={"parameters": parameters, "figures": standing_of_figures(step, mechanism)})
