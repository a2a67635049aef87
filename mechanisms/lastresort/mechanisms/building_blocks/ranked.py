"""The shortest rule there is: a plain function that ranks accounts, highest first, is a whole mechanism."""

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent

Ranks = Callable[..., Floats]
"""A function of candidates that returns a score for each of them, `[n]`; its keyword arguments are parameters."""


SAID = ("name", "source", "evidence")
"""What the decorator says of a rule."""


def ranking(
    name: str, source: str = "not stated", evidence: Evidence = Evidence.OWN_DESIGN
) -> Callable[[Ranks], type[Deleveraging]]:
    """Make a function that ranks candidates a rule of that name: it closes the highest scores first.

    The function's keyword arguments with a default are the rule's parameters. It closes at the prices of
    `Deleveraging`. Raises TypeError for a function that takes anything else.
    """

    if not isinstance(name, str):
        raise TypeError("ranking takes the name of the rule first: @ranking('my-rule')")

    def rule_of(ranks: Ranks) -> type[Deleveraging]:
        parameters = _parameters(ranks)

        def _close(self: Any, event: LossEvent, size: Floats) -> Floats:
            given = {parameter: getattr(self, parameter) for parameter in parameters}
            score = np.asarray(ranks(event.candidates, **given), dtype=np.float64)
            if score.ndim and score.shape != size.shape:
                raise ValueError(f"{ranks.__name__} gives {score.shape} ranks to {len(size)} accounts")
            score = np.broadcast_to(score, size.shape)
            if np.isnan(score).any():
                lost = event.candidates.account[np.isnan(score)][0]
                raise ValueError(f"{ranks.__name__} ranks account {lost} at NaN")
            return in_order(abs(event.contracts), size, score)

        said = {"name": name, "source": source, "evidence": evidence}
        annotations = {"name": ClassVar[str], "source": ClassVar[str], "evidence": ClassVar[Evidence]}
        body: dict[str, Any] = {
            "__module__": ranks.__module__,
            "__qualname__": ranks.__name__,
            "__doc__": ranks.__doc__,
            "__annotations__": annotations | {key: kind for key, (kind, _) in parameters.items()},
            "_close": _close,
            "_ranks": staticmethod(ranks),
        }
        defaults = {key: default for key, (_, default) in parameters.items()}
        return type(ranks.__name__, (Deleveraging,), {**body, **said, **defaults})

    return rule_of


def _parameters(ranks: Ranks) -> dict[str, tuple[Any, Any]]:
    """Kind and default of each keyword argument."""
    if not inspect.isfunction(ranks) or not ranks.__name__.isidentifier():
        raise TypeError(f"ranking makes a rule of a function with a name; found {ranks!r}")
    taken = list(inspect.signature(ranks).parameters.values())
    if not taken or taken[0].kind is inspect.Parameter.KEYWORD_ONLY:
        raise TypeError(f"{ranks.__name__} takes no candidates; allowed: a function of candidates")
    for one in taken[1:]:
        if one.kind is not one.KEYWORD_ONLY or one.default is one.empty or one.annotation is one.empty:
            allowed = f"the candidates, then parameters such as '*, {one.name}: float = 1.0'"
            raise TypeError(f"{ranks.__name__} takes '{one}'; allowed: {allowed}")
        if hasattr(Deleveraging, one.name) or one.name in Deleveraging.model_fields or one.name in SAID:
            raise TypeError(f"{ranks.__name__} takes '{one.name}', which every ranking has; allowed: another name")
    return {one.name: (one.annotation, one.default) for one in taken[1:]}
