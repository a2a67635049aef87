"""What has been heard of a rule in all stories: which of its questions were put, and whether anything came of them."""

from contextlib import suppress
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import JointAllocation, Mechanism, MechanismError
from lastresort.plugins.answers import answered
from lastresort.plugins.conformance import as_engine
from lastresort.plugins.testing.checks.promises import Check
from lastresort.plugins.testing.checks.telling import Story, Telling
from lastresort.plugins.testing.drawn_books import DrawnScene
from lastresort.plugins.testing.questioning import fresh, question_scene

DEEDS = {
    "absorb": ("pay", "standby", "take"),
    "share_loss": ("contracts", "dollars"),
    "allocate": ("close", "charge", "assign"),
    "allocate_jointly": ("close", "charge", "assign"),
    "intervene": ("close", "charge"),
    "liquidate": ("seize", "order", "wait"),
}
"""Columns of an answer of which one is not zero where the answer does anything."""

NOTHING = {
    "absorb": "pays, promises or takes anything",
    "share_loss": "shares anything",
    "allocate": "closes, charges or assigns anything",
    "allocate_jointly": "closes, charges or assigns anything",
    "intervene": "closes or charges anything",
    "liquidate": "takes a position over, sends it to the book or keeps it waiting",
}


class Heard:
    """Questions that were put (`replied`), answered with an opinion, answered with a deed, and refused, of `books`."""

    def __init__(self, mechanism: Mechanism) -> None:
        self.questions = tuple(name for name in answered(type(mechanism)) if name != "observe")
        self.books = 0
        self.replied: set[str] = set()
        self.opinions: set[str] = set()
        self.deeds: set[str] = set()
        self.in_drawn: set[str] = set()
        self.refusals: dict[str, MechanismError] = {}
        self._mechanism = mechanism

    def note(self, story: Story, told: Telling) -> None:
        """Take down one more story."""
        self.books += 1
        if told.refusal is not None:
            self.refusals.setdefault(told.refusal.question, told.refusal)
        for reply in told.replies:
            self.replied.add(reply.question)
            if reply.question not in self.deeds and reply.question != "liquidate":
                self._weigh(reply.question, reply.answer)
        if "liquidate" in self.replied - self.deeds:
            self._ask_again(story)
        if isinstance(story.scenes[0], DrawnScene):
            self.in_drawn |= self.opinions & {reply.question for reply in told.replies}

    def idle(self) -> str | None:
        """Why nothing comes of the rule, or of a question that is put to have something done: a sentence, or None.

        Other questions may be answered for what they show: a rule that remembers prices has no opinion on them.
        """
        told = [self._idle(name) for name in self.questions if name in DEEDS and name not in self.deeds]
        if not told and not self.opinions:
            told = ["no question ever has an opinion"]
        return f"{', '.join(filter(None, told))} in any of {self.books} books" if any(told) else None

    def _idle(self, question: str) -> str:
        if question in self.opinions:
            return f"'{question}' never {NOTHING[question]}"
        return "" if question == "share_loss" and self.opinions else f"'{question}' never has an opinion"

    def missing(self, check: Check) -> str | None:
        """Why no answer was heard that could have broken a promise: a sentence, or None."""
        mine = [name for name in self.questions if name in (check.about or self.questions)]
        unheard = [name for name in mine if name not in self.replied]
        if unheard:
            return self._silence(unheard[0])
        opinions = self.in_drawn if check.name == "order" else self.opinions
        if not mine or not check.opinions or opinions & set(mine):
            return None
        where = "book that was drawn" if opinions is self.in_drawn else f"of {self.books} books"
        return f"{' and '.join(map(repr, mine))} had no opinion in any {where}"

    def _silence(self, question: str) -> str:
        if question in self.refusals:
            return f"every answer to '{question}' was refused: {self.refusals[question].rule}"
        first = next(iter(self.refusals), None)
        return f"'{question}' was never put" + (f", because '{first}' was refused" if first else "")

    def _weigh(self, question: str, said: Any) -> None:
        """Note whether an answer is an opinion, and whether it does anything."""
        if said is None or said == [] or (question == "admit" and np.all(said[0] == 1) and not np.any(said[1])):
            return  # the engine takes no opinion on orders for letting all of them pass
        self.opinions.add(question)
        parts = said.allocations if isinstance(said, JointAllocation) else (said,)
        columns = [getattr(part, name) for part in parts if part is not None for name in DEEDS.get(question, ())]
        if question not in DEEDS or any(map(np.any, columns)):
            self.deeds.add(question)

    def _ask_again(self, story: Story) -> None:
        """Hear what the engine's own form of a liquidation does not say: whether it is an opinion, and who waits."""
        rule = fresh(self._mechanism)
        ask = as_engine(rule, story.reference)

        def listen(question: str, view: Any) -> Any:
            if question == "liquidate":
                self._weigh(question, rule.liquidate(view))
            return ask(question, view)

        with suppress(Exception, SystemExit), np.errstate(all="ignore"):
            for scene in story.scenes:
                for _ in question_scene(answered(type(rule)), listen, scene, story.earlier):
                    pass


def _does_anything(question: str, said: Any) -> bool:
    if isinstance(said, JointAllocation):
        return any(one is not None and _does_anything("allocate", one) for one in said.allocations)
    return any(np.any(getattr(said, name)) for name in DEEDS[question])
