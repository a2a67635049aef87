"""How far hedges are off, and for how long."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.sums import product


@compiled
def naked_spot(orphan: Floats, desks: Ints, owner: Ints, book: Ints, index: Floats, owners: int) -> Floats:
    """Spot without its short, USD, of every owner of basis desks; only `desks` (accounts) have any."""
    naked = np.zeros(owners)
    for desk in desks:
        naked[owner[desk]] += abs(orphan[desk]) * index[book[desk] % len(index)]
    return naked


@compiled
def net_delta(quantity: Floats, venue: Ints, price: Floats) -> Floats:
    """|sum of quantity x price| of each account, `[n]`; `price` `[V, M]` is beta x mark."""
    delta = np.empty(len(quantity))
    for row in range(len(quantity)):
        delta[row] = abs(product(quantity[row], price[venue[row]]))
    return delta


@compiled
def advance_spells(
    now: float,
    dt: float,
    delta: Floats,
    gross: Floats,
    first_shared: Floats,
    levels: Floats,
    naked: int,
    spells: tuple[Floats, Floats],
    counts: Bools,
    times: tuple[Floats, Floats, Floats],
) -> None:
    """Advance in place the `spells` (current, longest) above each level `[K, L]`, seconds: s + dt above it, else 0.

    The share is net `delta` over `gross`, `[K]` USD. A spell `counts` that begins at or after the first close shared
    out to the strategy. `times` `[K]` are the integral of the share since then, when the first spell above level number
    `naked` was seen, and how long after that it had ended.
    """
    spell, longest = spells
    integral, begin, whole = times
    for k in range(len(delta)):
        share = delta[k] / gross[k] if gross[k] > 0 else 0.0
        begun = first_shared[k] <= now
        if begun:
            integral[k] += share * dt
        if not (share > levels[0] or spell[k, 0] > 0):
            continue
        for level in range(len(levels)):
            above = share > levels[level]
            counts[k, level] = above and (counts[k, level] if spell[k, level] > 0 else begun)
            spell[k, level] = spell[k, level] + dt if above else 0.0
            if counts[k, level]:
                longest[k, level] = max(longest[k, level], spell[k, level])
        if counts[k, naked]:
            begin[k] = now if np.isnan(begin[k]) else begin[k]
        elif not np.isnan(begin[k]) and np.isnan(whole[k]):
            whole[k] = now - begin[k]
