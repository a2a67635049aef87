"""The journal alone gives the closing books from the opening ones, and the fills of a run are what it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    Admission,
    Floats,
    Intervention,
    Ints,
    MarketView,
    Mechanism,
    OrderKind,
    OrderView,
    Payer,
)
from lastresort.mechanisms.recovery.forced_allocation import ForcedAllocation
from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.accounts.journal import FLOWING, Cause, Party, Posting
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ISOLATED_COHORTS
from lastresort.simulation.recording.column_families import WINDOWS
from lastresort.simulation.recording.mid_windows import TAIL
from lastresort.simulation.run import Run

POLICIES = (
    "fund+queue-adl",
    "fund+socialized-loss",
    "fund+queue-adl+circuit-breaker",
    "ccp-style",
    "ccp-forced-allocation",
    "hyperliquid",
    "deep-pocket",
    "bullish",
    "derive",
    "injective",
)
ENGINE, BACKSTOP = len(FLOWING) - 2, len(FLOWING) - 1
POCKETS = {Party.FEES: "fees", Party.TREASURY: "treasury", Party.CAPITAL: "capital", Party.DEFAULT_FUND: "default_fund"}


class Toll(Mechanism):
    """Keeps a tenth of every withdrawal."""

    name = "toll"

    def admit(self, view: OrderView) -> Admission:
        """Let everything pass."""
        return Admission(np.ones(len(view.kind)), np.where(view.kind == OrderKind.TRANSFER, 0.1, 0.0))


class Draft(ForcedAllocation):
    """Gives a house's members its inventory before any auction is held."""

    name = "draft"


class Club(Mechanism):
    """Closes a thousandth of both sides before there is a loss, and takes a dollar of everybody."""

    name = "club"
    asked_every = 300.0

    def intervene(self, view: MarketView) -> Intervention:
        """Close as many contracts of longs as of shorts."""
        who = view.candidates
        size = np.where(who.equity > 0, np.abs(who.quantity), 0.0)
        longs, shorts = size * (who.quantity > 0), size * (who.quantity < 0)
        both = 0.001 * min(longs.sum(), shorts.sum())
        close = both * (longs / max(longs.sum(), 1.0) + shorts / max(shorts.sum(), 1.0))
        return Intervention(close=close, charge=np.minimum(1.0, who.spendable))


@dataclass
class Closing:
    """Contracts `[F, V, M]` and USD `[F, V]` of cohorts, engines and backstops, of pools `[V, P]` and pockets `[V]`.

    `sent` is what each isolated account has received from outside.
    """

    contracts: Floats
    cash: Floats
    fund: Floats
    pockets: dict[str, Floats]
    transit: float
    sent: Floats


def books_of(ledger: Ledger) -> Closing:
    """The books as they are, account by account."""
    isolated, cross, (V, M) = ledger.isolated, ledger.cross, ledger.cross.shape
    isolated.everyone()
    contracts, cash = np.zeros((len(FLOWING), V, M)), np.zeros((len(FLOWING), V))
    venue, market = np.divmod(isolated.book, M)
    np.add.at(contracts, (isolated.cohort, venue, market), isolated.quantity)
    np.add.at(cash, (isolated.cohort, venue), isolated.cash + isolated.wallet)
    np.add.at(contracts, (len(ISOLATED_COHORTS) + cross.cohort, cross.venue), cross.quantity)
    np.add.at(cash, (len(ISOLATED_COHORTS) + cross.cohort, cross.venue), cross.cash)
    contracts[ENGINE], contracts[BACKSTOP] = ledger.engine_quantity, ledger.backstop_quantity
    cash[ENGINE], cash[BACKSTOP] = ledger.engine_cash.sum(axis=1), ledger.backstop_cash.sum(axis=1)
    pockets = {name: getattr(ledger.pockets, name).copy() for name in POCKETS.values()}
    return Closing(contracts, cash, ledger.pockets.fund.copy(), pockets, ledger.transit, ledger.topped_up.copy())


@dataclass
class Replay:
    """Adds postings to the opening books; `book` is what cohorts and accounts traded against one another."""

    run: Run
    books: Closing
    cohort: Ints
    venue: Ints
    book: Floats
    payers: set[Payer] = field(default_factory=set)
    causes: set[Cause] = field(default_factory=set)

    @classmethod
    def of(cls, run: Run) -> "Replay":
        """Read the journal of a run that has not begun."""
        ledger = run.ledger
        cohort = np.concatenate([ledger.isolated.cohort, len(ISOLATED_COHORTS) + ledger.cross.cohort])
        venue = ledger.venue_of(np.arange(len(cohort)))
        replay = cls(run, books_of(ledger), cohort, venue, np.zeros(len(run.universe.venues)))
        ledger.journal.readers.append(replay.read)
        return replay

    def read(self, posting: Posting) -> None:
        """Every line moves something from one party to the other, and a fee to where fees go."""
        lines = (posting.venue, posting.market, posting.account, posting.quantity, posting.cash, posting.fee)
        venue, market, account, quantity, cash, fee = (column.ravel() for column in np.broadcast_arrays(*lines))
        where = (venue, market, account)
        self.move(posting, posting.party, where, quantity, cash)
        self.move(posting, posting.other, where, -quantity, -cash - fee)
        fees = Party.FUND if posting.cause is Cause.LIQUIDATION_ORDER else Party.FEES
        self.move(posting, fees, where, 0 * quantity, fee)
        self.causes.add(posting.cause)
        if posting.payment is not None and (np.abs(cash).max() > 1.0 or posting.payment.share.any()):
            self.payers.add(posting.payment.payer)

    def move(
        self, posting: Posting, party: Party, where: tuple[Ints, Ints, Ints], quantity: Floats, cash: Floats
    ) -> None:
        """Change what one party has."""
        books, (venue, market, account) = self.books, where
        if party is Party.FUND:
            np.add.at(books.fund, venue, cash[:, None] * self.pools(posting, market, account))
        elif party is Party.TRANSIT:
            books.transit += cash.sum()
        elif party is Party.OUTSIDE:
            np.add.at(books.sent, account, -cash)
        elif party is Party.BOOK:
            np.add.at(self.book, venue, cash)
        elif party in POCKETS:
            np.add.at(books.pockets[POCKETS[party]], venue, cash)
        else:
            row = self.cohort[account] if party is Party.ACCOUNTS else np.full(len(venue), FLOWING.index(party.value))
            assert party is not Party.ACCOUNTS or (self.venue[account] == venue).all()
            np.add.at(books.cash, (row, venue), cash)
            np.add.at(books.contracts, (row, venue, market), np.where(market >= 0, quantity, 0.0))

    def pools(self, posting: Posting, market: Ints, account: Ints) -> Floats:
        """Shares of the pools of a venue in each line, `[n, P]`."""
        pools = self.books.fund.shape[1]
        if posting.payment is not None and posting.payment.drawn is not None:
            return np.tile(posting.payment.drawn, (len(market), 1))
        if posting.cause is Cause.WITHHELD:
            return np.full((len(market), pools), 1 / pools)
        pool = account if Party.FUND is posting.party else self.run.ledger.pool[market]
        return np.asarray(np.arange(pools) == pool[:, None], dtype=np.float64)

    def add_flows(self) -> None:
        """What is not journalled line by line."""
        for flow in self.run.journal.flows.values():
            self.books.contracts += flow.quantity
            self.books.cash += flow.cash.sum(axis=2)
            self.books.pockets["fees"] += flow.fee.sum(axis=(0, 2))
            self.book -= (flow.cash + flow.fee).sum(axis=(0, 2))


@pytest.fixture(scope="module")
def replayed(start: Callable[..., Run], crash: Callable[..., Scenario]) -> Callable[[str], tuple[Run, Replay]]:
    """Run the small crash under a policy and re-add its journal; each run is played once."""
    played: dict[str, tuple[Run, Replay]] = {}

    def play(policy: str) -> tuple[Run, Replay]:
        if policy not in played:
            rules = {"ccp-forced-allocation": (Toll, Draft), "fund+socialized-loss": (Toll, Club)}.get(policy, (Toll,))
            run = start(crash(books={"funding_interval": 600.0}), policy, *rules)
            replay = Replay.of(run)
            run.go()
            run.record(policy)
            replay.add_flows()
            played[policy] = run, replay
        return played[policy]

    return play


@pytest.mark.parametrize("policy", POLICIES)
def test_the_journal_re_adds_to_the_closing_books(replayed: Callable[[str], tuple[Run, Replay]], policy: str) -> None:
    run, replay = replayed(policy)
    closing, found, interest = books_of(run.ledger), replay.books, run.universe.open_interest
    scale = interest.sum(axis=1)
    assert np.abs((found.contracts - closing.contracts) / interest).max() < 1e-9
    assert np.abs((found.cash - closing.cash) / scale).max() < 1e-9
    assert np.abs((found.fund - closing.fund) / scale[:, None]).max() < 1e-9
    for name, balance in closing.pockets.items():
        assert np.abs((found.pockets[name] - balance) / scale).max() < 1e-9, name
    assert abs(found.transit - closing.transit) < 1e-9 * scale.sum()
    np.testing.assert_allclose(found.sent, closing.sent, rtol=1e-12)
    assert closing.sent.sum() > 1e6, "margin was topped up"
    assert np.abs(replay.book / scale).max() < 1e-9, "what was bought was sold"


def test_every_payer_and_every_cause_has_been_replayed(replayed: Callable[[str], tuple[Run, Replay]]) -> None:
    replays = [replayed(policy)[1] for policy in POLICIES]
    assert set().union(*(replay.payers for replay in replays)) == set(Payer)
    flows = {Cause.TRADE, Cause.FUNDING}
    assert set().union(*(replay.causes for replay in replays)) == set(Cause) - flows


def test_fills_are_what_the_accounts_table_says(replayed: Callable[[str], tuple[Run, Replay]]) -> None:
    """Notional closed for others at the policy's mark; seized at its mark, or sold at its price."""
    for policy in POLICIES:
        record = replayed(policy)[0].record(policy)
        fills, accounts = record.fills, record.accounts.set_index("account")
        at_mark = fills["quantity"].abs() * fills["mark"]
        traded = (fills["quantity"] * fills["price"]).abs()
        for column, causes, notional in (
            ("closed", ["deleveraging", "reduction", "settlement"], at_mark),
            ("liquidated", ["takeover", "liquidation_order"], at_mark.where(fills["cause"] == "takeover", traded)),
        ):
            summed = notional[fills["cause"].isin(causes)].groupby(fills["account"]).sum()
            expected = accounts[column].reindex(summed.index)
            np.testing.assert_allclose(summed, expected, rtol=1e-9, err_msg=f"{policy}: {column}")
            assert accounts[column].sum() == pytest.approx(summed.sum(), rel=1e-9), "nobody is left out"
        np.testing.assert_array_equal(fills["owner"], accounts["owner"].reindex(fills["account"]))
        np.testing.assert_array_equal(fills["venue"], accounts["venue"].reindex(fills["account"]))


def test_fills_lie_within_the_scenario_and_name_their_rule(replayed: Callable[[str], tuple[Run, Replay]]) -> None:
    run, _ = replayed("fund+queue-adl")
    fills = run.record("fund+queue-adl").fills
    assert fills["time"].max() <= run.scenario.duration
    stages = fills.groupby("cause")["stage"].unique().map(list).to_dict()
    forced = {"liquidation_order": ["order-first"], "takeover": ["full-takeover"], "deleveraging": ["queue-adl"]}
    assert stages == forced | {"opening": [""], "reopening": [""]}
    liquidated = fills["cause"].isin(["takeover", "liquidation_order"])
    assert fills.loc[~liquidated, ["unit_equity", "unit_maintenance"]].isna().all(axis=None)
    unit = fills.loc[liquidated, ["unit_equity", "unit_maintenance"]]
    assert (unit["unit_equity"] < unit["unit_maintenance"] * (1 + 1e-9)).all(), "usual marks and margins are in force"
    assert fills["mark"].equals(fills["usual_mark"])
    opened = fills[fills["cause"].isin(["opening", "reopening"])]
    assert (opened["quantity"] < 0).all(), "shorts only"
    assert set(opened.loc[opened["cause"] == "reopening", "account"]) <= set(
        fills.loc[fills["cause"] == "deleveraging", "account"]
    ), "who comes back was there"
    assert np.isfinite(fills[list(WINDOWS)]).all(axis=None)


@pytest.mark.parametrize("policy", ["fund+queue-adl", "fund+queue-adl+circuit-breaker"])
def test_averages_of_mids_are_those_of_the_path(
    start: Callable[..., Run], crash: Callable[..., Scenario], policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mids stand still between ticks; time in a halt does not count, and the tail is half an hour."""
    run, tick = start(crash(), policy), Run.tick
    times: list[float] = []
    mids: list[Floats] = []
    open_books: list[Floats] = []

    def watched(run: Run, dt: float) -> None:
        tick(run, dt)
        times.append(run.env.now)
        mids.append(run.prices.mid.copy())
        open_books.append(run.rules.trading.copy())

    monkeypatch.setattr(Run, "tick", watched)
    run.go()
    fills = run.record(policy).fills
    time, end = np.array(times), run.scenario.duration + TAIL
    assert run.scenario.duration < time[-1] <= end + 1e-6
    length = np.diff(time, append=time[-1])
    halted = False
    for fill in fills.drop_duplicates(["time", "venue", "market"]).to_dict("records"):
        v, m = run.universe.venues.index(fill["venue"]), run.universe.markets.index(fill["market"])
        after = time >= fill["time"] - 1e-6
        mid, trading = np.array(mids)[after, v, m], np.array(open_books)[after, v, m]
        halted |= bool((trading == 0).any())
        for column, seconds in WINDOWS.items():
            counted = np.diff(np.minimum(np.append(0.0, np.cumsum(length[after] * trading)), seconds))
            value = counted @ mid / counted.sum() if counted.sum() > 0 else run.prices.index[m]
            assert fill[column] == pytest.approx(float(value), rel=1e-9)
    assert halted == (policy != "fund+queue-adl")


def test_a_run_without_fills_has_no_tail(start: Callable[..., Run], crash: Callable[..., Scenario]) -> None:
    run = start(crash(news=[], volatility=0.0), "fund+queue-adl")
    run.go()
    assert run.record("fund+queue-adl").fills.empty
    assert run.env.now < run.scenario.duration + 1.0


def test_nobody_is_asked_in_the_tail(
    start: Callable[..., Run], crash: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A liquidation, a waterfall or a brake in the tail would be an event of a run that is over."""
    run = start(crash(clock={"duration": 600}), "bybit")
    asked: list[str] = []
    close = run.rules.close

    def watched() -> None:
        close()
        for rulebook in run.rulebooks:
            monkeypatch.setattr(rulebook, "_opinions", listening)

    def listening(question: str, view: object, kind: type) -> Iterator[Any]:
        asked.append(question)
        return iter(())

    monkeypatch.setattr(run.rules, "close", watched)
    run.go()
    record: RunRecord = run.record("bybit")
    assert run.env.now > run.scenario.duration + 60
    assert asked == []
    assert run.ledger.conservation_error < 1e-11
    assert record.events["time"].max() <= 600
    assert record.series["time"].max() <= 600
    assert record.pools["time"].max() <= 600
    assert record.totals["ticks"] < run.ticks


def test_pools_are_sampled_with_the_series(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    record = play(crash(), "fund+queue-adl")
    pools, venues = record.pools, len(crash().venues)
    assert len(pools) == venues * len(record.series)
    funds = pools.filter(regex="^fund_").sum(axis=1).groupby(pools["time"]).sum()
    np.testing.assert_allclose(funds, record.series["fund"], rtol=1e-12)
    first = pools[pools["time"] == pools["time"].min()].set_index("venue")
    assert first.loc["big", ["fund_majors", "fund_large", "fund_small"]].tolist() == [0.8e8, 0.6e8, 0.6e8]
    assert (pools["claims"] == 0).all()
