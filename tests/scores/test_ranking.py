"""Who may be ranked, which neighbours differ, and which verdicts a longer window takes back: tables by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy, Step
from lastresort.scores import PRIMARY, Comparison, Verdict, compare_policies
from lastresort.scores.ranked_policies import Ranking, covers, rank
from lastresort.scores.statistics.score_estimates import estimate_scores

SEEDS = 12
COMMON: Floats = 20.0 * np.sin(np.arange(SEEDS))
"""What a seed does to every policy, USD."""
OWN: Floats = 2.0 * np.cos(3.0 * np.arange(SEEDS))


def rows(lc: float, own: float = 0.0, **columns: Any) -> pd.DataFrame:
    """A policy's rows of the score table: LC around a mean with the course of the seeds, `own` times some noise."""
    usual = {"mnf": 0.1, "unpaid": 0.0, "borne": 1000.0, "users_equity": 1e6, "loss": 100.0, "lc_15m": lc}
    usual |= {"stood_unpaid": 0.0, "halted_time": 0.0, "closed_early": 0.0}
    shares = {"loss_share_retail": 1.0, "endowment_share_retail": 1.0}
    return pd.DataFrame({"seed": np.arange(SEEDS), "lc": lc + COMMON + own * OWN} | usual | shares | columns)


def ranking(table: Mapping[str, pd.DataFrame]) -> Ranking:
    """The ranking of some contenders, whose margin is the first's."""
    return rank(table, list(table), estimate_scores(table, PRIMARY), next(iter(table)))


def compared(table: Mapping[str, pd.DataFrame], references: Sequence[str] = ()) -> Comparison:
    """The comparison of some contenders and the references."""
    table = {"deep-pocket": rows(0.0), **table}
    everything = pd.concat([own.assign(policy=name) for name, own in table.items()], ignore_index=True)
    policies = [
        Policy.model_validate(
            {
                **dict.fromkeys(("name", "title", "summary"), name),
                "role": "reference" if name in ("deep-pocket", *references) else "contender",
                "waterfall": [Step(use="deep-pocket")],
            }
        )
        for name in table
    ]
    return compare_policies(everything, policies, PRIMARY)


def one_seed(unpaid: float) -> Floats:
    return np.where(np.arange(SEEDS) == 5, unpaid, 0.0)


def test_the_lowest_lc_is_first_and_mnf_decides_between_equals() -> None:
    table = {"c": rows(300.0), "b": rows(200.0, mnf=0.3), "a": rows(200.0, mnf=0.2), "d": rows(100.0, mnf=0.9)}
    assert ranking(table).ranked == ("d", "a", "b", "c")


def test_one_seed_above_a_tenth_of_a_percent_of_what_all_bore_is_not_covered() -> None:
    """1.00 of 1,000 is covered, 1.01 is not, however low the mean."""
    assert covers(rows(100.0, unpaid=one_seed(1.0)))
    assert not covers(rows(100.0, unpaid=one_seed(1.01)))
    assert not covers(rows(100.0, unpaid=one_seed(20.0), borne=np.where(np.arange(SEEDS) == 5, 1e4, 1e9)))
    assert covers(rows(100.0, borne=0.0))


def test_who_does_not_cover_is_listed_apart_by_the_amount_and_not_ranked() -> None:
    """The adversary that pays nothing and scores best, and one that leaves a little in one seed."""
    table = {
        "nobody": rows(0.0, unpaid=500.0),
        "little": rows(50.0, unpaid=one_seed(12.0)),
        "queue": rows(200.0),
        "pro-rata": rows(100.0),
    }
    found = ranking(table)
    assert found.ranked == ("pro-rata", "queue")
    assert found.uncovered == {"nobody": 500.0, "little": pytest.approx(1.0)}
    assert list(found.uncovered) == ["nobody", "little"]
    assert {(one.policy, one.baseline) for one in found.neighbours} == {("queue", "pro-rata")}


def test_a_loss_that_stood_for_a_quarter_of_an_hour_counts_as_one_left_at_the_end() -> None:
    """The adversary that carries losses with nobody's money until prices are back: all is paid by the end."""
    assert not covers(rows(10.0, stood_unpaid=one_seed(1.01)))
    assert covers(rows(10.0, stood_unpaid=one_seed(1.0)))
    found = ranking({"waits": rows(10.0, stood_unpaid=60.0, unpaid=one_seed(120.0)), "queue": rows(200.0)})
    assert found.ranked == ("queue",)
    assert found.uncovered == {"waits": pytest.approx(60.0 + 60.0 / SEEDS)}


def test_who_keeps_markets_shut_is_listed_apart_by_the_time_and_not_ranked() -> None:
    """The adversary that halts what moves for good: nobody trades, so nobody is closed and nothing is lost."""
    table = {
        "shut": rows(0.0, halted_time=one_seed(9e4)),
        "for-good": rows(0.0, halted_time=5e4),
        "breaker": rows(300.0, halted_time=900.0),
        "nobody": rows(0.0, halted_time=9e4, unpaid=500.0),
        "queue": rows(200.0),
    }
    found = ranking(table)
    assert found.ranked == ("queue", "breaker")
    assert found.shut == {"for-good": 5e4, "shut": pytest.approx(9e4 / SEEDS)}
    assert list(found.shut) == ["for-good", "shut"]
    assert found.apart == ("nobody", "for-good", "shut")


def test_who_closes_markets_before_there_is_a_loss_is_listed_apart_and_not_ranked() -> None:
    """The adversary that sends everybody home in the first minute: nobody holds anything when prices fall."""
    table = {
        "empties": rows(0.0, closed_early=one_seed(0.9)),
        "cap": rows(100.0, closed_early=0.1),
        "shut-and-empty": rows(0.0, closed_early=0.5, halted_time=5e4),
        "queue": rows(200.0),
    }
    found = ranking(table)
    assert found.ranked == ("cap", "queue")
    assert found.emptied == {"empties": pytest.approx(0.9 / SEEDS)}
    assert found.apart == ("shut-and-empty", "empties")


def test_without_a_hedged_book_nobody_is_ranked() -> None:
    found = ranking({"a": rows(100.0, mnf=np.nan), "b": rows(200.0)})
    assert (found.ranked, found.undefined, found.uncovered) == (("b",), ("a",), {})


def test_references_are_not_ranked() -> None:
    found = compared({"warehouse": rows(1.0), "a": rows(100.0), "b": rows(200.0)}, references=["warehouse"])
    assert found.ranking.ranked == ("a", "b")


def test_neighbours_are_told_apart_by_pairs_where_their_own_intervals_overlap() -> None:
    """Both swing by 20 USD with the seed, and differ by 10 in each: 2 USD of noise does not hide that."""
    table = {"b": rows(30.0, own=1.0), "a": rows(20.0)}
    own = estimate_scores(table, PRIMARY)
    assert own["a"]["lc"].high > own["b"]["lc"].low
    (neighbour,) = ranking(table).neighbours
    assert (neighbour.policy, neighbour.baseline) == ("b", "a")
    assert neighbour.estimate.value == pytest.approx(10.0 + OWN.mean())
    assert neighbour.pairing.paired
    assert neighbour.estimate.low > 0
    assert neighbour.margin == pytest.approx(10.0)  # a tenth of a basis point of 1,000,000
    assert neighbour.p_adjusted < 1e-6


def test_what_is_too_small_to_matter_is_the_same_between_neighbours_as_against_the_baseline() -> None:
    """A fifth of the baseline's 500 is 100, which a difference of 80 does not reach; a fifth of 300 would be 60."""
    found = compared({"queue": rows(500.0), "a": rows(300.0), "b": rows(380.0, 0.1)})
    assert found.baseline == "queue"
    (between, _) = found.ranking.neighbours
    assert (between.policy, between.baseline, between.verdict) == ("b", "a", Verdict.EQUIVALENT)
    assert between.margin == pytest.approx(100.0, rel=0.05)


def test_each_neighbour_is_compared_with_the_one_above() -> None:
    found = ranking({"c": rows(500.0, 1.0), "a": rows(100.0), "b": rows(300.0, 0.5)})
    assert [(one.policy, one.baseline, one.verdict) for one in found.neighbours] == [
        ("b", "a", Verdict.WORSE),
        ("c", "b", Verdict.WORSE),
    ]
    assert ranking({"a": rows(100.0)}).neighbours == ()


@pytest.mark.parametrize(("later", "verdict"), [(150.0, Verdict.BETTER), (250.0, Verdict.INCONCLUSIVE)])
def test_a_verdict_that_a_quarter_of_an_hour_turns_is_doubted(later: float, verdict: Verdict) -> None:
    """100 against the queue's 200, whose average over 15 minutes is 200: above it, the verdict is taken back."""
    found = compared({"fund+queue-adl": rows(200.0), "a": rows(100.0, own=1.0, lc_15m=later)})
    one = found.difference("a", "lc")
    assert one is not None
    assert (one.verdict, bool(one.doubt)) == (verdict, verdict is Verdict.INCONCLUSIVE)
    if one.doubt:
        assert one.sentence == "inconclusive (the difference over 15 minutes has the opposite sign)"
        assert one.seeds_needed is None
    assert one.estimate.value == pytest.approx(-100.0 + OWN.mean())


def test_worse_is_doubted_too_and_so_are_neighbours() -> None:
    found = compared({"fund+queue-adl": rows(100.0), "a": rows(200.0, own=1.0, lc_15m=90.0)})
    one = found.difference("a", "lc")
    assert one is not None
    assert (one.verdict, bool(one.doubt)) == (Verdict.INCONCLUSIVE, True)
    (neighbour,) = found.ranking.neighbours
    assert (neighbour.verdict, bool(neighbour.doubt)) == (Verdict.INCONCLUSIVE, True)


def test_hedges_and_open_questions_are_not_doubted() -> None:
    """MNF has no later window; and what is not decided needs no doubt."""
    queue = rows(200.0, mnf=0.5 + COMMON / 1000)
    better = rows(200.0 + 1e-9, own=1.0, mnf=0.1 + COMMON / 1000, lc_15m=100.0)
    found = compared({"fund+queue-adl": queue, "a": better})
    lc, mnf = found.difference("a", "lc"), found.difference("a", "mnf")
    assert lc is not None
    assert mnf is not None
    assert (lc.verdict, lc.doubt) == (Verdict.EQUIVALENT, "")
    assert (mnf.verdict, mnf.doubt) == (Verdict.BETTER, "")


def test_a_pair_with_the_baseline_has_one_verdict() -> None:
    """Among neighbours and among differences from the baseline, whose families are of other sizes."""
    table = {name: rows(500.0 + 25.0 * place, 3.0 * place) for place, name in enumerate(("a", "queue", "b", "c", "d"))}
    found = compared({"queue": table.pop("queue"), **table})
    below, above = found.ranking.neighbours[:2]
    assert (below.policy, below.baseline, above.policy, above.baseline) == ("queue", "a", "b", "queue")
    of_a, of_b = (found.difference(name, "lc") for name in ("a", "b"))
    assert of_a is not None
    assert of_b is not None
    assert above.verdict is of_b.verdict
    assert below.verdict is {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}.get(
        of_a.verdict, of_a.verdict
    )
