"""The policy under which a mechanism from a plugin file runs when the file defines none."""

import inspect

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.answers import answered

USUAL_STAGES = {"liquidate": "full-takeover", "absorb": "insurance-fund", "allocate": "queue-adl"}


def policy_for(mechanism: type[Mechanism], origin: str) -> Policy:
    """Return the policy `fund+<name>`: takeover, fund and queue, less what the mechanism answers itself.

    The mechanism stands at the place of the first stage it replaces, or before all of them where it replaces none.
    """
    questions = answered(mechanism)
    stages = [mechanism.name if question in questions else stage for question, stage in USUAL_STAGES.items()]
    waterfall = list(dict.fromkeys(stages if mechanism.name in stages else [mechanism.name, *stages]))
    return Policy(
        name=f"fund+{mechanism.name}",
        title=_title(mechanism),
        summary=f"Made for the plugin {origin}: {', then '.join(waterfall)}.",
        waterfall=tuple(Step(use=stage) for stage in waterfall),
    )


def _title(mechanism: type[Mechanism]) -> str:
    described = inspect.cleandoc(mechanism.__doc__ or mechanism.name)
    return described.splitlines()[0].removesuffix(".")
