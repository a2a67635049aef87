"""The policy under which a mechanism from a plugin file runs when the file defines none."""

import inspect

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.answers import ALLOCATING, answered

ORDER, TAKEOVER, FUND, QUEUE = "order-first", "full-takeover", "insurance-fund", "queue-adl"


def policy_for(mechanism: type[Mechanism], origin: str) -> Policy:
    """Return the policy `fund+<name>`: order, takeover, fund and queue, with the mechanism in place of what it does.

    It replaces the fund where it absorbs and the queue where it allocates. It stands before the queue where it only
    sets the severity, and before everything where it liquidates (what it leaves alone is liquidated as usual) or does
    neither.
    """
    waterfall = _stages(str(mechanism.name), set(answered(mechanism)))
    return Policy(
        name=f"fund+{mechanism.name}",
        title=_title(mechanism),
        summary=f"Made for the plugin {origin}: {', then '.join(waterfall)}.",
        waterfall=tuple(Step(use=stage) for stage in waterfall),
    )


def unfinished(mechanism: type[Mechanism], origin: str) -> str:
    """Why there is no such policy, and what to write instead; "" where every parameter has a default."""
    missing = [name for name, field in mechanism.model_fields.items() if field.is_required()]
    if not missing:
        return ""
    given = f"{{use: {mechanism.name}, with: {{{', '.join(f'{name}: ...' for name in missing)}}}}}"
    usual = _stages(str(mechanism.name), set(answered(mechanism)))
    steps = ", ".join(given if stage == mechanism.name else f"{{use: {stage}}}" for stage in usual)
    return (
        f"plugin {origin}, mechanism '{mechanism.name}': there is no policy 'fund+{mechanism.name}', since parameter "
        f"'{missing[0]}' has no default; write a policy file with 'waterfall: [{steps}]', and give its path"
    )


def _stages(name: str, questions: set[str]) -> list[str]:
    fund = name if "absorb" in questions else FUND
    queue = [name] if not ALLOCATING.isdisjoint(questions) else [name, QUEUE] if "share_loss" in questions else [QUEUE]
    stages = [ORDER, TAKEOVER, fund, *queue]
    if "liquidate" in questions or name not in stages:
        stages = [name, *stages]
    return list(dict.fromkeys(stages))


def _title(mechanism: type[Mechanism]) -> str:
    described = inspect.cleandoc(mechanism.__doc__ or mechanism.name)
    return described.splitlines()[0].removesuffix(".")
