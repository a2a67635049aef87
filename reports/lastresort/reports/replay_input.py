"""What a report on a replayed event is written from: the event, how rules look, and how accounts are called."""

from dataclasses import dataclass
from functools import cached_property

from lastresort.books.replaying.replayed_event import ReplayedEvent
from lastresort.reports.hidden_ids import HiddenIds
from lastresort.reports.plotting.policy_looks import Key, keys

VENUE = "event"
"""What stands for the venue in hashes of ids: a file of fills names none."""


@dataclass(frozen=True, eq=False)
class ReplayInput:
    """A replayed event, how its accounts are called, and the command that was typed."""

    event: ReplayedEvent
    ids: HiddenIds
    command: str

    @classmethod
    def of(cls, event: ReplayedEvent, show_ids: bool, command: str) -> "ReplayInput":
        """With ids hidden, or as they are."""
        return cls(event, HiddenIds.of_event(event, show_ids), command)

    @cached_property
    def keys(self) -> list[Key]:
        """Of all rules, in the order in which they were asked for."""
        return keys((rule.rule, rule.rule) for rule in self.event.rules)

    def account(self, name: str) -> str:
        """What an account is called."""
        return self.ids.account(VENUE, name)
