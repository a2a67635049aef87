"""Where fees and surpluses go, by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.backstops.claim_repayment import ClaimRepayment
from lastresort.mechanisms.backstops.fund_replenishment import FundReplenishment
from lastresort.mechanisms.contract import CashKind, CashView

Cash = Callable[..., CashView]
FEE, SURPLUS = CashKind.TRADING_FEE, CashKind.LIQUIDATION_SURPLUS
dollars = st.integers(0, 10**9).map(lambda cents: cents / 100)


def test_fund_gets_its_shares_while_it_is_below_target(cash: Cash) -> None:
    """Pool 0 lacks 500: a fifth of fees. Pool 1 lacks 30 of 100. Pool 2 is full: nothing."""
    view = cash([FEE, SURPLUS, SURPLUS], [1000, 100, 100], balance=[500, 70, 80], peak=[1000, 100, 80])
    assert FundReplenishment(fees=0.2).route_cash(view).to_fund == pytest.approx([0.2, 0.3, 0])


def test_target_may_exceed_the_peak(cash: Cash) -> None:
    view = cash([SURPLUS], [100], balance=[1000], peak=[1000])
    assert FundReplenishment(target=1.05).route_cash(view).to_fund == pytest.approx([0.5])


def test_flows_into_one_pool_share_what_it_lacks(cash: Cash) -> None:
    """10 lacking, 20 of fees and 80 of surplus offered: a tenth of each, so 0.02 of the fees' 100."""
    view = cash([FEE, SURPLUS, SURPLUS], [100, 80, 0], balance=[90], peak=[100])
    assert FundReplenishment(fees=0.2).route_cash(view).to_fund == pytest.approx([0.02, 0.1, 0])


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(dollars, st.sampled_from([FEE, SURPLUS])), min_size=1, max_size=6), held=dollars)
def test_fund_is_never_filled_beyond_its_target(cash: Cash, rows: list[tuple[float, CashKind]], held: float) -> None:
    amount, kind = [row[0] for row in rows], [row[1] for row in rows]
    share = np.asarray(FundReplenishment().route_cash(cash(kind, amount, [held], [1e6])).to_fund)
    assert ((share >= 0) & (share <= 1)).all()
    assert held + (share * amount).sum() <= max(1e6, held) * (1 + 1e-9)


def test_surplus_repays_claims_first_and_fills_the_fund_with_the_rest(cash: Cash) -> None:
    """75 owed, surpluses of 200 and 100: a quarter of each repays, the rest goes to the fund; fees are left alone."""
    view = cash([SURPLUS, FEE, SURPLUS], [200, 40, 100], balance=[0, 0, 0], peak=[0, 0, 0], claims=75.0)
    answer = ClaimRepayment().route_cash(view)
    assert answer is not None
    assert answer.to_claims == pytest.approx([0.25, 0, 0.25])
    assert answer.to_fund == pytest.approx([0.75, 0, 0.75])


def test_large_claims_take_the_whole_surplus(cash: Cash) -> None:
    answer = ClaimRepayment().route_cash(cash([SURPLUS], [200], [0], [0], claims=1000.0))
    assert answer is not None
    assert answer.to_claims == pytest.approx([1])
    assert answer.to_fund == pytest.approx([0])


@pytest.mark.parametrize(("kind", "amount", "claims"), [(FEE, 10, 5.0), (SURPLUS, 10, 0.0), (SURPLUS, 0, 5.0)])
def test_without_claims_or_surplus_others_decide(cash: Cash, kind: CashKind, amount: float, claims: float) -> None:
    assert ClaimRepayment().route_cash(cash([kind], [amount], [0], [0], claims=claims)) is None
