"""What an audit makes of two score tables: by hand, from runs whose scores are known."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from lastresort.analysis.order_audit.audit import Audited, compare_orders, fingerprint
from lastresort.mechanisms.policy import Policy
from lastresort.scores import score_run
from lastresort.simulation.other_orders import EventsShuffled, IdleAgents
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.variation import Variation

Run = Callable[..., RunRecord]
POLICIES = ("deep-pocket", "fund+queue-adl", "fund+pro-rata-adl")


@pytest.fixture
def judge(a_run: Run, a_policy: Callable[[str], Policy]) -> Callable[..., Audited]:
    """Judge a variation in which pro rata takes `other` dollars from the first of two owners with 50, not 20.

    The queue takes 40 from the first owner, pro rata 40 in all.
    """

    def scored(policy: str, seed: int, first: float) -> dict[str, Any]:
        losses = {"deep-pocket": (0.0, 0.0), "fund+queue-adl": (40.0, 0.0), "fund+pro-rata-adl": (first, 40.0 - first)}
        accounts = [{"equity_start": 50.0, "charged": loss} for loss in losses[policy]]
        run = a_run(accounts, policy=policy, seed=seed)
        reference = a_run([{}, {}], seed=seed)
        return {"policy": policy, "seed": seed, **score_run(run, reference)}

    def table(first: float, mark: str) -> pd.DataFrame:
        rows = [scored(policy, seed, first) for policy in POLICIES for seed in range(1, 7)]
        return pd.DataFrame(rows).assign(fingerprint=mark)

    def audited(variation: Variation, other: float = 20.0, mark: str = "same") -> Audited:
        policies = [a_policy(name) for name in POLICIES]
        return compare_orders(variation, table(20.0, "same"), table(other, mark), policies)

    return audited


def test_nothing_changed(judge: Callable[..., Audited]) -> None:
    audited = judge(IdleAgents())
    assert audited.passed
    assert (audited.identical, audited.runs) == (18, 18)
    assert (audited.headline, audited.relative, audited.changed) == (0.0, 0.0, ())


def test_one_bit_is_too_much_for_idle_agents_only(judge: Callable[..., Audited]) -> None:
    assert not judge(IdleAgents(), mark="other").passed
    turned = judge(EventsShuffled(), mark="other")
    assert turned.passed
    assert turned.identical == 0


def test_a_change_that_overturns_a_verdict(judge: Callable[..., Audited]) -> None:
    """From (20, 20) to (40, 0): LC of pro rata goes from 40 x 1.4 to 40 x 1.8, the queue's; a fifth of that is 14.4."""
    audited = judge(EventsShuffled(), other=40.0, mark="other")
    assert not audited.passed
    assert audited.headline == pytest.approx(16.0 / 14.4)
    assert audited.relative == pytest.approx(1.0)
    verdict, moved = audited.changed
    assert verdict == "lc of fund+pro-rata-adl against fund+queue-adl: better becomes equivalent"
    assert moved == "lc of fund+pro-rata-adl minus fund+queue-adl: 0.0000 lies outside [-16.0000, -16.0000]"


def test_a_fingerprint_sees_everybody_but_the_idle(a_run: Run) -> None:
    run = a_run([{"direct_loss": 3.0}, {}], [{}])
    beside = a_run([{"gross_start": 0.0}, {"direct_loss": 3.0}, {}], [{"gross_start": 0.0}, {}])
    assert fingerprint(run) == fingerprint(beside)
    assert fingerprint(run) != fingerprint(a_run([{"direct_loss": 3.0 + 1e-15}, {}], [{}]))
    assert fingerprint(run) == fingerprint(replace(run, totals=run.totals | {"cpu_seconds": 99.0}))
    assert fingerprint(run) != fingerprint(replace(run, totals=run.totals | {"unpaid": 99.0}))
