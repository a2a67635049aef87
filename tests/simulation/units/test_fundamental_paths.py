"""Exogenous paths and random streams: what they depend on and what they must not depend on."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import kstest

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.market.fundamentals import DAY, fundamental_paths, news_path
from lastresort.simulation.scenario import News
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe


def group(name: str, share: float, markets: int = 1) -> dict[str, object]:
    return {"name": name, "tier": 2, "markets": markets, "open_interest": share, "beta": 1.3, "volatility": 0.02}


def by_market(universe: Universe, seed: int = 5) -> dict[str, Floats]:
    return dict(zip(universe.markets, fundamental_paths(universe, seed).T, strict=True))


def test_paths_do_not_depend_on_the_tick(make_universe: Callable[..., Universe]) -> None:
    clocks = ({"calm_tick": 30, "stress_tick": 1}, {"calm_tick": 7, "stress_tick": 0.25})
    fine, coarse = (fundamental_paths(make_universe(clock={"duration": 600} | c), 3) for c in clocks)
    assert fine.shape == (601, 4)
    assert np.array_equal(fine, coarse)


def test_a_longer_run_begins_like_a_shorter_one(make_universe: Callable[..., Universe]) -> None:
    short, long = (fundamental_paths(make_universe(clock={"duration": d}), 3) for d in (300, 900))
    assert np.array_equal(short, long[:301])


def test_a_tail_changes_nothing_before_it(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(clock={"duration": 300}, news=[{"time": 60, "size": -0.1, "spread": 100}])
    alone, followed = fundamental_paths(universe, 3), fundamental_paths(universe, 3, tail=1800.0)
    assert followed.shape == (2101, 4)
    assert np.array_equal(alone, followed[:301])


def test_removing_or_adding_a_market_leaves_the_others_unchanged(make_universe: Callable[..., Universe]) -> None:
    both = by_market(make_universe(groups=[group("btc", 0.5), group("alt", 0.5, markets=3)]))
    fewer = by_market(make_universe(groups=[group("alt", 0.4, markets=2), group("btc", 0.6)]))
    assert set(both) == {"btc", "alt-1", "alt-2", "alt-3"}
    for name in ("btc", "alt-1", "alt-2"):
        assert np.array_equal(both[name], fewer[name])


def test_adding_a_venue_leaves_the_paths_unchanged(make_universe: Callable[..., Universe]) -> None:
    alone = make_universe(venues=[{"name": "only", "open_interest": 1.0, "depth": 1.0, "fund": 0}])
    assert np.array_equal(fundamental_paths(alone, 1), fundamental_paths(make_universe(), 1))


def test_paths_start_at_zero_and_differ_by_seed(universe: Universe) -> None:
    one, two = fundamental_paths(universe, 1), fundamental_paths(universe, 2)
    assert not one[0].any()
    assert (one[1:] != two[1:]).all()


def test_paths_are_brownian_with_the_volatilities_asked_for(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(clock={"duration": DAY}, volatility=0.02)
    steps = np.diff(fundamental_paths(universe, 8), axis=0) * np.sqrt(DAY)
    beta, own = np.array([1, 1.5, 2, 2]), np.array([0.004, 0.018, 0.03, 0.03])
    expected = np.outer(beta, beta) * 0.02**2 + np.diag(own**2)
    # standard errors of covariances over 86,400 steps are about 0.5 %
    assert np.cov(steps.T) == pytest.approx(expected, rel=0.025)
    assert kstest(steps[:, 0] / np.sqrt(expected[0, 0]), "norm").pvalue > 0.001


def test_news_arrive_exponentially() -> None:
    path = news_path((News(time=100, size=-0.06, spread=900), News(time=500, size=0.02, spread=50)), 4000)
    assert not path[:101].any()
    assert path[400] == pytest.approx(-0.06 * (1 - np.exp(-1 / 3)))
    assert path[1000] == pytest.approx(-0.06 * (1 - np.exp(-1)) + 0.02 * (1 - np.exp(-10)))


@pytest.mark.parametrize("size", [-0.06, 0.02])
def test_news_of_the_second_shape_take_time_to_be_believed(size: float) -> None:
    """Size x (1 - e^-u (1 + u)): slow at first, fastest one spread after the headline, in the end the whole size."""
    path = news_path((News(time=100, size=size, spread=250, shape=2),), 10_000)
    u = np.maximum(np.arange(10_001) - 100, 0) / 250
    assert path == pytest.approx(size * (1 - np.exp(-u) * (1 + u)), abs=1e-15)
    assert not path[:101].any()
    assert path[350] == pytest.approx(size * (1 - 2 / np.e))
    speed = np.abs(np.diff(path))
    assert abs(int(np.argmax(speed)) - 350) <= 1
    assert speed.max() == pytest.approx(abs(size) / np.e / 250, rel=1e-4)
    assert path[-1] == pytest.approx(size, rel=1e-12)
    assert (np.diff(path) * size >= 0).all()


def test_shapes_of_news_add_up() -> None:
    early, late = News(time=100, size=-0.05, spread=200), News(time=300, size=-0.05, spread=200, shape=2)
    assert news_path((early, late), 900) == pytest.approx(news_path((early,), 900) + news_path((late,), 900))


def test_common_news_move_markets_by_their_betas(make_universe: Callable[..., Universe]) -> None:
    calm = fundamental_paths(make_universe(), 6)
    shaken = fundamental_paths(make_universe(news=[{"time": 60, "size": -0.1, "spread": 100}]), 6)
    fall = -0.1 * (1 - np.exp(-540 / 100))
    assert (shaken - calm)[-1] == pytest.approx(fall * np.array([1, 1.5, 2, 2]), rel=1e-9)


def test_streams_depend_on_seed_and_purpose_alone() -> None:
    draws = [
        stream(*key).random(4).tolist() for key in ((7, "a", 1), (7, "a", 1), (8, "a", 1), (7, "a", 2), (7, "b", 1))
    ]
    assert draws[0] == draws[1]
    assert len({tuple(d) for d in draws}) == 4


def test_a_stream_is_the_same_on_every_machine() -> None:
    # Philox keyed by the BLAKE2b digest of "7/fundamental/btc"; both are specified bit by bit
    assert stream(7, "fundamental", "btc").bit_generator.random_raw(2).tolist() == [
        4589600416888864717,
        85127970733450688,
    ]
