"""Whether two tellings come to the same: reply by reply, and account by account where the order differs."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Allocation, Floats, Intervention, JointAllocation
from lastresort.plugins.conformance import same
from lastresort.plugins.testing.checks.telling import Telling
from lastresort.simulation.waterfall.stages import Reply

SHARE = 1e-6
"""Sums in another order may differ by this share of the largest number."""


def difference(one: Telling, other: Telling) -> str | None:
    """Return the question at which two tellings part; None where they are the same."""
    for first, second in zip(one.replies, other.replies, strict=False):
        if not same(first.answer, second.answer):
            return first.question
    if len(one.replies) == len(other.replies):
        return None
    longer = max(one.replies, other.replies, key=len)
    return longer[min(len(one.replies), len(other.replies))].question


def difference_by_account(one: Telling, other: Telling) -> str | None:
    """Return the question at which tellings to the same accounts in another order part; None where they do not."""
    for first, second in zip(one.replies, other.replies, strict=False):
        if not _same_for_everybody(first, second):
            return first.question
    return None


def _same_for_everybody(one: Reply, other: Reply) -> bool:
    if one.question not in ("allocate", "allocate_jointly", "liquidate", "intervene"):
        return True
    if one.answer is None or other.answer is None:
        return one.answer is other.answer
    return all(map(_close, _by_account(one), _by_account(other)))


def _by_account(reply: Reply) -> Iterator[Floats]:
    """Every column of the answer, in the order of the account numbers (and of the markets, for breaches)."""
    if isinstance(reply.answer, JointAllocation):
        for event, one in zip(reply.view.events, reply.answer.allocations, strict=True):
            yield from () if one is None else _by_account(Reply("allocate", event, one))
        return
    if isinstance(reply.answer, Allocation | Intervention):
        order = np.argsort(reply.view.candidates.account)
        columns = [getattr(reply.answer, field.name) for field in fields(reply.answer)]
    else:
        order = np.lexsort((reply.view.market, reply.view.account))
        columns = list(reply.answer)
    for column in columns:
        yield np.broadcast_to(np.asarray(column, dtype=np.float64), order.shape)[order]


def _close(one: Floats, other: Floats) -> bool:
    if not len(one):
        return True
    scale = np.nanmax(np.abs(one), initial=0.0)
    return bool(np.allclose(one, other, rtol=SHARE, atol=SHARE * scale, equal_nan=True))


def fingerprint(view: Any) -> bytes:
    """Return everything a view holds, as bytes."""
    if is_dataclass(view):
        return b"".join(fingerprint(getattr(view, field.name)) for field in fields(view))
    if isinstance(view, tuple):
        return b"".join(map(fingerprint, view))
    return view.tobytes() if isinstance(view, np.ndarray) else b"" if callable(view) else repr(view).encode()
