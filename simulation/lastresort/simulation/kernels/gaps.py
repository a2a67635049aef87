"""Arbitrage between venues: what each entity wants, what its collateral allows, and how lost legs are repaired."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.sums import gross_product, product, total


@compiled
def gap_demand(
    x: Floats, weight: Floats, trading: Floats, near: Floats, threshold: float, share: float
) -> tuple[bool, Floats]:
    """Whether any gap is wide, and each entity's wish `[V, M]`: `near` depth x (gap beyond the threshold) x `share`.

    The gap is the mean displacement of the venues that trade, weighted by depth (`weight` `[V]`), less the venue's own.
    """
    venues, markets = x.shape
    wish = np.zeros((venues, markets))
    anybody = False
    for m in range(markets):
        whole, mean = 0.0, 0.0
        for v in range(venues):
            whole += weight[v] * trading[v, m]
            mean += weight[v] * trading[v, m] * x[v, m]
        mean /= whole if whole > 0 else 1.0
        for v in range(venues):
            gap = (mean - x[v, m]) * trading[v, m]
            excess = max(abs(gap) - threshold, 0.0)
            if excess > 0:
                anybody = True
                wish[v, m] = np.sign(gap) * excess * near[v, m] * share
    return anybody, wish


@compiled
def affordable(wish: Floats, position: Floats, cash: Floats, mark: Floats, leverage: float) -> Floats:
    """Orders `[A, V, M]`: what would grow a position is clipped to free collateral, what would shrink it to its size.

    Then each entity's buys and sells of a market are cut to the smaller of the two. `cash` is `[A, V]`.
    """
    entities, venues, markets = position.shape
    wanted, value = np.empty(position.shape), np.empty(markets)
    for a in range(entities):
        for v in range(venues):
            held = position[a, v]
            equity = cash[a, v] + product(held, mark[v])
            free = max(equity * leverage - gross_product(held, mark[v]), 0.0)
            for m in range(markets):
                value[m] = abs(wish[v, m]) * mark[v, m] if wish[v, m] * held[m] >= 0 else 0.0
            need = total(value)
            scale = min(1.0, free / need) if need > 0 else 1.0
            for m in range(markets):
                if wish[v, m] * held[m] >= 0:
                    wanted[a, v, m] = wish[v, m] * scale
                else:
                    shrinking = min(abs(wish[v, m]), abs(held[m])) if equity > 0 else 0.0
                    wanted[a, v, m] = np.sign(wish[v, m]) * shrinking
        _balance(wanted[a])
    return wanted


@compiled
def _balance(wanted: Floats) -> None:
    """Cut one entity's buys and sells `[V, M]` of each market in place to the smaller sum of both."""
    venues, markets = wanted.shape
    for m in range(markets):
        bought, sold = 0.0, 0.0
        for v in range(venues):
            bought += max(wanted[v, m], 0.0)
            sold += max(-wanted[v, m], 0.0)
        both = min(bought, sold)
        for v in range(venues):
            side = bought if wanted[v, m] > 0 else sold
            wanted[v, m] *= both / side if side > 0 else 0.0


@compiled
def add_repairs(orders: Floats, position: Floats, hurt: Bools, trading: Floats, rate: float) -> None:
    """Entities that lost legs close the side of a market that exceeds the other, in proportion to what is held at each.

    `orders` `[A, V, M]` grow in place by net x share x `rate`, the rate being e^(-dt / T) - 1.
    """
    entities, venues, markets = position.shape
    for a in range(entities):
        if not hurt[a]:
            continue
        for m in range(markets):
            net = 0.0
            for v in range(venues):
                net += position[a, v, m]
            exceeding = 0.0
            for v in range(venues):
                if position[a, v, m] * net > 0:
                    exceeding += abs(position[a, v, m]) * trading[v, m]
            if exceeding > 0:
                for v in range(venues):
                    if position[a, v, m] * net > 0:
                        orders[a, v, m] += net * (abs(position[a, v, m]) * trading[v, m] / exceeding) * rate
