"""What must hold of loss centralization in any run: monotone, blind to names and to the rule's marks, no bargain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lastresort.scores.measures.centralization import LC, beta, lc_15m, lc_mid, loss, lost_half
from lastresort.scores.measures.look import look_at
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Row = dict[str, Any]

holds = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
close = pytest.approx

CAUSES = ("deleveraging", "forced_assignment", "settlement", "takeover", "liquidation_order", "assignment")
PRICES = st.sampled_from([50.0, 80.0, 99.5, 100.0, 104.0, 150.0])

account = st.fixed_dictionaries(
    {
        "owner": st.sampled_from(["ann", "bob", "cyd", "dan"]),
        "equity_start": st.sampled_from([-10.0, 0.0, 1.0, 7.5, 60.0, 1000.0]),
        "gross_largest": st.sampled_from([0.0, 30.0, 4e4]),
        "charged": st.sampled_from([0.0, 0.0, -5.0, 1.0, 40.0, 2000.0]),
    }
)
fill = st.fixed_dictionaries(
    {
        "cause": st.sampled_from(CAUSES),
        "quantity": st.sampled_from([-20.0, -1.0, 0.5, 10.0]),
        "price": PRICES,
        "fee": st.sampled_from([0.0, 3.0, 30.0]),
        "unit_equity": st.sampled_from([0.0, 100.0]),
        "unit_maintenance": st.just(50.0),
        "mid": PRICES,
        "mid_5m": PRICES,
        "mid_15m": PRICES,
    }
)


@dataclass(frozen=True)
class Play:
    """What a run is written from."""

    accounts: Sequence[Row]
    fills: Sequence[Row]
    unpaid: float = 0.0


@st.composite
def plays(draw: st.DrawFn) -> Play:
    """Up to six accounts of up to four owners, and up to eight fills."""
    accounts = draw(st.lists(account, min_size=1, max_size=6))
    fills = draw(st.lists(fill, max_size=8))
    places = [draw(st.integers(0, len(accounts) - 1)) for _ in fills]
    return Play(accounts, [row | {"account": place} for row, place in zip(fills, places, strict=True)])


def written(a_run: Run, play: Play) -> RunRecord:
    return a_run(play.accounts, books=[{"unpaid": play.unpaid}], fills=play.fills)


def scored(run: RunRecord) -> dict[str, float]:
    """L, beta and LC at the three fair prices."""
    return {score.name: score.measure(run, run) for score in (LC, loss, beta, lost_half, lc_mid, lc_15m)}


def lc(a_run: Run, play: Play) -> float:
    return scored(written(a_run, play))["lc"]


@holds
@given(plays(), st.data())
def test_a_worse_price_never_lowers_it(a_run: Run, play: Play, data: st.DataObject) -> None:
    assume(play.fills)
    place = data.draw(st.integers(0, len(play.fills) - 1))
    row, by = play.fills[place], data.draw(st.floats(0.0, 40.0))
    worse = row | {"price": row["price"] + np.sign(row["quantity"]) * by}
    fills = [*play.fills[:place], worse, *play.fills[place + 1 :]]
    before, after = lc(a_run, play), lc(a_run, Play(play.accounts, fills))
    assert after >= before - 1e-9 * abs(before)


@holds
@given(plays(), st.data())
def test_a_larger_charge_or_fee_never_lowers_it(a_run: Run, play: Play, data: st.DataObject) -> None:
    place, by = data.draw(st.integers(0, len(play.accounts) - 1)), data.draw(st.floats(0.0, 5000.0))
    row = play.accounts[place]
    accounts = [*play.accounts[:place], row | {"charged": row["charged"] + by}, *play.accounts[place + 1 :]]
    dearer = [one | {"fee": one["fee"] + by} for one in play.fills]
    before = lc(a_run, play)
    assert lc(a_run, Play(accounts, play.fills)) >= before - 1e-9 * abs(before)
    assert lc(a_run, Play(play.accounts, dearer)) >= before - 1e-9 * abs(before)


@holds
@given(plays(), st.floats(0.0, 1e6))
def test_what_is_unpaid_counts_twice(a_run: Run, play: Play, unpaid: float) -> None:
    paid = lc(a_run, play)
    assert lc(a_run, Play(play.accounts, play.fills, unpaid)) == close(paid + 2 * unpaid, rel=1e-12)


@holds
@given(st.lists(account, min_size=1, max_size=6), st.floats(0.01, 100.0))
def test_a_flat_levy_on_everybody_raises_it(a_run: Run, accounts: list[dict[str, Any]], levy: float) -> None:
    """The old product with a Gini coefficient was blind to it. No less than a dollar for each dollar levied."""
    bearing = [row | {"charged": max(0.0, row["charged"])} for row in accounts]
    levied = [row | {"charged": row["charged"] + levy} for row in bearing]
    rise = lc(a_run, Play(levied, ())) - lc(a_run, Play(bearing, ()))
    assert rise >= levy * len(accounts) * (1 - 1e-9)


@holds
@given(plays(), st.floats(0.05, 0.95))
def test_an_owner_in_two_parts_of_equal_burden_changes_nothing(a_run: Run, play: Play, share: float) -> None:
    """Ann becomes two people, one with a share of all her accounts and fills, the other with the rest."""

    def part(of: float, name: str, first: int) -> tuple[list[Row], list[Row]]:
        sizes = ("equity_start", "gross_largest", "charged")
        owned = [place for place, row in enumerate(play.accounts) if row["owner"] == "ann"]
        accounts = [
            play.accounts[place]
            | {name_: of * play.accounts[place][name_] for name_ in sizes}
            | {"owner": name, "account": first + place}
            for place in owned
        ]
        fills = [
            row | {name_: of * row[name_] for name_ in ("quantity", "fee")} | {"account": first + row["account"]}
            for row in play.fills
            if row["account"] in owned
        ]
        return accounts, fills

    others = [row | {"account": place} for place, row in enumerate(play.accounts) if row["owner"] != "ann"]
    kept = [row for row in play.fills if play.accounts[row["account"]]["owner"] != "ann"]
    (one, own), (other, rest) = part(share, "ann", 100), part(1 - share, "zoe", 200)
    whole = scored(written(a_run, play))
    split = scored(written(a_run, Play([*others, *one, *other], [*kept, *own, *rest])))
    for name in ("loss", "beta", "lc", "lc_mid", "lc_15m"):
        assert split[name] == close(whole[name], rel=1e-9, abs=1e-9, nan_ok=True)


@holds
@given(plays(), st.randoms())
def test_names_and_order_do_not_matter(a_run: Run, play: Play, random: Any) -> None:
    names = dict(zip(["ann", "bob", "cyd", "dan"], random.sample(["d", "c", "b", "a"], 4), strict=True))
    accounts = [row | {"account": place, "owner": names[row["owner"]]} for place, row in enumerate(play.accounts)]
    shuffled = Play(random.sample(accounts, len(accounts)), random.sample(list(play.fills), len(play.fills)))
    whole, other = scored(written(a_run, play)), scored(written(a_run, shuffled))
    assert other == close(whole, rel=1e-9, abs=1e-9, nan_ok=True)


@holds
@given(plays(), st.lists(account, max_size=4))
def test_owners_who_are_not_concerned_do_not_matter(a_run: Run, play: Play, others: list[dict[str, Any]]) -> None:
    idle = [row | {"owner": f"idle {place}", "charged": 0.0} for place, row in enumerate(others)]
    whole, more = (
        scored(written(a_run, Play(accounts, play.fills))) for accounts in (play.accounts, [*play.accounts, *idle])
    )
    assert more == close(whole, rel=1e-9, nan_ok=True)


@holds
@given(plays(), st.floats(0.5, 1.5))
def test_a_rule_that_sets_marks_cannot_move_the_yardstick(a_run: Run, play: Play, factor: float) -> None:
    """Its own settlement mark, and what accounts lost at it, change no cost of an unchanged set of closes."""
    moved = [row | {"mark": 100.0 * factor} for row in play.fills]
    judged = [row | {"direct_loss": 1e6 * factor, "direct_benefit": 1e3 * factor} for row in play.accounts]
    run, other = written(a_run, play), written(a_run, Play(judged, moved))
    assert scored(other) == close(scored(run), rel=0, abs=0, nan_ok=True)
    assert look_at(other, other).cost.tolist() == look_at(run, run).cost.tolist()


@holds
@given(st.lists(account, min_size=1, max_size=6), st.data())
def test_to_leave_a_loss_unpaid_never_beats_charging_it(
    a_run: Run, accounts: list[dict[str, Any]], data: st.DataObject
) -> None:
    """However a loss is charged, leaving all of it unpaid costs at least as much: a dollar counts at most twice."""
    shares = [data.draw(st.floats(0.0, 1e4)) for _ in accounts]
    free = [row | {"charged": 0.0} for row in accounts]
    charged = [row | {"charged": one} for row, one in zip(free, shares, strict=True)]
    nobody = lc(a_run, Play(free, (), sum(shares)))
    assert lc(a_run, Play(charged, ())) <= nobody * (1 + 1e-9)


@holds
@given(st.floats(1.0, 1e6), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_nor_does_leaving_a_part_of_it_from_those_who_keep_most(
    a_run: Run, equity: float, before: float, more: float
) -> None:
    """A dollar more costs 1 + 2 b, so at most 2 up to a burden of one half: charging up to there is never dearer."""
    lost = 0.5 * before * equity
    rest = more * (0.5 * equity - lost)
    row = {"owner": "ann", "equity_start": equity, "gross_largest": 0.0}
    left = lc(a_run, Play([row | {"charged": lost}], (), rest))
    assert lc(a_run, Play([row | {"charged": lost + rest}], ())) <= left * (1 + 1e-9)


@holds
@given(st.floats(1.0, 1e6), st.floats(1.0, 5.0))
def test_a_dollar_from_somebody_wiped_out_counts_double(a_run: Run, equity: float, times: float) -> None:
    row = {"owner": "ann", "equity_start": equity, "gross_largest": 0.0, "charged": times * equity}
    found = scored(written(a_run, Play([row], ())))
    assert (found["loss"], found["beta"], found["lc"]) == close((times * equity, 1.0, 2 * times * equity))
