"""What the kit promises to check, each under a name, and how it looks for a breach in one story."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from lastresort.mechanisms.contract import Mechanism, MechanismError
from lastresort.mechanisms.contract.waterfall import LOSSES
from lastresort.plugins.answers import answered
from lastresort.plugins.conformance import as_engine
from lastresort.plugins.errors import one_line
from lastresort.plugins.testing.checks import refusals
from lastresort.plugins.testing.checks.alike import difference, difference_by_account, fingerprint
from lastresort.plugins.testing.checks.shared_state import changed, shared_state
from lastresort.plugins.testing.checks.telling import Story, Telling, tell
from lastresort.plugins.testing.drawn_books import DrawnScene
from lastresort.plugins.testing.questioning import fresh, question_scene

BEARING = ("allocate", "allocate_jointly", "intervene")
"""Questions whose answers accounts bear."""

SURVIVES, ACTS, PARAMETERS = "survives", "acts", "parameters"

Search = Callable[[Mechanism, Story, Telling], str | None]
"""Look for a breach in one story, given what a fresh mechanism said to it: a sentence, or None."""


@dataclass(frozen=True)
class Check:
    """A promise that a mechanism keeps, or not: in every story, in one run of a whole crash, or as a whole.

    `looks` is None where no single story can tell. `about` are the questions whose answers could break the promise,
    empty for all; with `opinions` only an answer that is an opinion could. `retells` tells whether a story is told
    anew to look. A breach of a `remark` is printed and fails nothing: it may be meant.
    """

    name: str
    promise: str
    looks: Search | None = None
    about: tuple[str, ...] = ()
    opinions: bool = False
    retells: bool = False
    remark: bool = False


def _refused(check: str, mechanism: Mechanism, story: Story, told: Telling) -> str | None:
    refusal = told.refusal
    if refusal is None or refusals.broken_promise(refusal.rule) != check:
        return None
    return f"{refusal.question}, at {refusal.time:,.0f} s: {refusal.rule}"


def _changes_its_view(mechanism: Mechanism, story: Story, told: Telling) -> str | None:
    """Whatever a rule does to get round the read-only flag, the view is compared with what it was."""
    questions, ask = answered(type(mechanism)), as_engine(fresh(mechanism), story.reference)
    kept: dict[str, bytes] = {}

    def watch(question: str, view: object) -> object:
        before = fingerprint(view)
        said = ask(question, view)
        if fingerprint(view) != before:
            kept[question] = before
        return said

    try:
        with np.errstate(all="ignore"):
            for scene in story.scenes:
                for _ in question_scene(questions, watch, scene, story.earlier):
                    pass
    except MechanismError:
        return _refused(refusals.FROZEN, mechanism, story, told)
    return f"{next(iter(kept))}: the view is not what it was before the question" if kept else None


def _shares_state(mechanism: Mechanism, story: Story, told: Telling) -> str | None:
    before = shared_state(type(mechanism))
    tell(fresh(mechanism), story)
    names = changed(before, shared_state(type(mechanism)))
    return f"{', '.join(names)} changed; two venues would share it: use private attributes" if names else None


def _differs_by_chance(mechanism: Mechanism, story: Story, told: Telling) -> str | None:
    before = shared_state(type(mechanism))
    question = difference(told, tell(fresh(mechanism), story))
    if question is None or changed(before, shared_state(type(mechanism))):
        return None
    return f"{question}: two fresh mechanisms gave different answers; draw only from event.random()"


def _depends_on_order(mechanism: Mechanism, story: Story, told: Telling) -> str | None:
    """Accounts that differ in nothing may be told apart by their place, so ties are set apart first."""
    drawn = [scene for scene in story.scenes if isinstance(scene, DrawnScene)]
    if not drawn:
        return None
    untied = tuple(scene.untied() for scene in drawn)
    order = np.random.default_rng(len(untied)).permutation(len(drawn[0].venue.accounts.account))
    moved = tuple(scene.reordered(order) for scene in untied)
    one, other = (tell(fresh(mechanism), replace(story, scenes=scenes)) for scenes in (untied, moved))
    question = difference_by_account(one, other)
    if question is None or _differs_by_chance(mechanism, story, told) or _shares_state(mechanism, story, told):
        return None
    return f"{question}: the same accounts in another order got different answers"


def _is_lost_in_a_pickle(mechanism: Mechanism, story: Story, told: Telling) -> str | None:
    one = fresh(mechanism)
    tell(one, story)
    try:
        other = pickle.loads(pickle.dumps(one))
    except Exception as error:
        return f"cannot be pickled: {one_line(error)}"
    question = difference(tell(one, story), tell(other, story))
    if question is None or _differs_by_chance(mechanism, story, told) or _shares_state(mechanism, story, told):
        return None
    return f"{question}: a mechanism that was pickled and loaded goes on differently"


def _refusal(check: str, promise: str, *about: str) -> Check:
    """A promise that the engine itself holds every answer to."""
    return Check(check, promise, partial(_refused, check), about, opinions=bool(about))


CHECKS = (
    _refusal("valid", "answers have the right type and shape, are finite and within bounds, and nothing is raised"),
    _refusal(
        "budget",
        "never more is closed, assigned, charged or paid than was asked; falling short is allowed",
        *LOSSES,
        "intervene",
    ),
    _refusal("over-draw", "nobody pays more than it has: accounts, pools, vaults, the venue", "absorb", *BEARING),
    _refusal(
        "over-close",
        "nobody is closed beyond its position, or on the wrong side, or filled beyond its room",
        *BEARING,
    ),
    _refusal(
        "payer",
        "whoever pays or takes is one who can, and a gap between two prices has a payer",
        *("absorb", "allocate", "allocate_jointly"),
    ),
    Check("frozen", "what a rule is shown stays as it was", _changes_its_view, retells=True),
    Check(
        "deterministic",
        "the same story and the same keyed random stream give the same answers",
        _differs_by_chance,
        retells=True,
    ),
    Check("isolated", "two instances, of two venues or two runs, share nothing", _shares_state, retells=True),
    Check(
        "order",
        "who bears a loss does not depend on the order in which accounts are listed",
        _depends_on_order,
        (*BEARING, "liquidate"),
        opinions=True,
        retells=True,
    ),
    Check(
        "picklable", "it can be pickled in the middle of a crash, and goes on alike", _is_lost_in_a_pickle, retells=True
    ),
    Check(SURVIVES, "a whole small crash ends, and no dollar and no contract comes or goes"),
    Check(
        ACTS,
        "in one book at least it does what it is asked for: closes, charges, pays, shares, takes over",
        remark=True,
    ),
    Check(PARAMETERS, "every parameter is read by the rule", remark=True),
)
"""Every check of the kit, in the order in which a reader wants to know."""
