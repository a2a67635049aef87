"""The exogenous part: log prices that news and noise would give if nobody were levered."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.scenario import News
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe

DAY = 86400.0


def fundamental_paths(universe: Universe, seed: int, tail: float = 0.0) -> Floats:
    """Log fundamental price of each market on a grid of one second, `[T + 1, M]`, zero at the start.

    f_m = beta_m C(t) + sigma_m W_m(t) with common factor C = sigma_c W(t) + news. Drawn whole before the run and by
    name, so that neither the tick length nor any policy changes it; `tail` seconds follow the scenario's duration.
    """
    scenario = universe.scenario
    steps = int(np.ceil(scenario.duration + tail))
    paths = np.empty((steps + 1, len(universe.markets)))
    common = scenario.volatility * _brownian(steps, seed, "common") + news_path(scenario.news, steps)
    for m, market in enumerate(universe.markets):
        paths[:, m] = universe.beta[m] * common + universe.volatility[m] * _brownian(steps, seed, market)
    return paths


def news_path(news: tuple[News, ...], steps: int) -> Floats:
    """Sum over headlines already out, `[T + 1]`: size x (1 - e^-u) or size x (1 - e^-u (1 + u)) by shape.

    u = (t - time) / spread.
    """
    time = np.arange(steps + 1, dtype=np.float64)
    path = np.zeros(steps + 1)
    for item in news:
        u = np.maximum(time - item.time, 0.0) / item.spread
        path -= item.size * (np.expm1(-u) + (item.shape - 1) * u * np.exp(-u))
    return path


def _brownian(steps: int, seed: int, name: str) -> Floats:
    path = np.zeros(steps + 1)
    np.cumsum(stream(seed, "fundamental", name).standard_normal(steps) / np.sqrt(DAY), out=path[1:])
    return path
