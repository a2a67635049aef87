"""Margin terms last for one tick: where a rule has no further opinion, the scenario's rates return."""

from collections.abc import Callable

import numpy as np

from lastresort.mechanisms.contract import MarginTerms, MarginView
from lastresort.simulation.run import Run


def once(view: MarginView) -> MarginTerms | None:
    """Double everything in the first minute."""
    doubled = np.full(len(view.mark), 2.0)
    return MarginTerms(isolated_scale=doubled, cross_rate=0.03 * doubled) if view.time < 60 else None


def test_rates_return_when_the_rule_falls_silent(standing: Callable[..., Run]) -> None:
    run = standing({"require_margin": once})
    usual = run.ledger.cross.rate.copy()
    run.rules.set_margins(0.0)
    assert (run.ledger.cross.rate == 0.06).all()
    assert (run.ledger.isolated.scale == 2).all()
    run.rules.set_margins(60.0)
    np.testing.assert_array_equal(run.ledger.cross.rate, usual)
    assert (run.ledger.isolated.scale == 1).all()
