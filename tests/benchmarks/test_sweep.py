"""What the sweep reckons, on tables of a few lines whose numbers are worked out by hand."""

from itertools import product

import pandas as pd
from benchmarks import sweep
from benchmarks.sweep import AXES, BASE

from lastresort.plugins.catalogue import Catalogue
from lastresort.scores.measures.centralization import LC
from lastresort.scores.measures.neutrality import MNF
from lastresort.scores.statistics.verdicts import Verdict


def table() -> pd.DataFrame:
    """Policies `a` and `b` on six seeds: `a` is better but for a wait of 15 s, and on MNF but for the warehouse."""
    rows = []
    for wait, yardstick, cap, reference in product(*AXES.values()):
        place = {"wait": wait, "yardstick": yardstick, "cap": cap, "reference": reference}
        for seed, (policy, own) in product(range(1, 7), (("a", 0.0), ("b", 1.0))):
            noise = 0.01 * seed * (1 + own)
            dear = own if wait < 15 else 1 - own
            neutral = own if reference == "deep-pocket" else 1 - own
            rows.append(
                place
                | {
                    "policy": policy,
                    "seed": seed,
                    "lc": 1e6 * (2 + dear + noise),
                    "mnf": 0.2 * (1 + neutral) + noise,
                }
                | {"users_equity": 1e9}
            )
    return pd.DataFrame(rows)


def test_what_reverses_an_order_is_named() -> None:
    found = sweep.changes(table())
    assert [(one.score, one.cause, one.value, one.pair, one.flips) for one in found] == [
        (LC, "wait", 15.0, ("a", "b"), True),
        (MNF, "reference", "warehouse", ("a", "b"), True),
    ]
    assert found[0].before.verdict is Verdict.BETTER
    assert found[0].sentence == (
        "On Loss centralization LC, a is better than b, but worse with wait 15 s instead of 0 s."
    )


def test_how_steady_an_order_is() -> None:
    """Of 4 waits, 7 yardsticks and 2 caps, one wait reverses the loss; of 4, 2 and 2, one reference reverses MNF."""
    assert sweep.steadiness(table(), LC) == ([42], 56)
    assert sweep.steadiness(table(), MNF) == ([8], 16)


def test_the_page() -> None:
    rows = table()
    text = "\n".join(sweep.page(rows, sweep.changes(rows)))
    assert "| wait | 1 (1) | 0 (0) |" in text
    assert "| yardstick | 0 (0) | - |" in text
    assert "| reference | - | 1 (1) |" in text
    assert "| base | 2.0 M | 3.1 M |" in text
    assert "| better | wait 15 s, verdict flips | 42 of 56 |" in text
    assert "| yardstick mid over 30 min |" in text
    assert text.endswith("but worse with reference warehouse instead of deep-pocket.")


def test_settings_that_differ_in_one_thing() -> None:
    assert [one.wait for one in BASE.other("wait")] == [2.0, 5.0, 15.0]
    assert all((one.cap, one.yardstick, one.reference) == ("on", "mid_5m", "deep-pocket") for one in BASE.other("wait"))


def test_the_cap_off_leaves_nothing_unspent() -> None:
    policy = Catalogue.load().policy("fund+queue-adl")
    capped, free = (sweep.with_cap(policy, cap) for cap in ("on", "off"))
    assert capped == policy
    funds = {step.use: step.parameters for step in free.waterfall}
    assert funds == {step.use: step.parameters for step in policy.waterfall} | {"insurance-fund": {"usable": 1.0}}
