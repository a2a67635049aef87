"""What a record keeps of every tick: extremes of prices and depth, and integrals of mids over trading time."""

import math

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.sums import total


@compiled
def note_extremes(
    low: Floats,
    low_fundamental: Floats,
    min_depth: Floats,
    time_halted: Floats,
    mid: Floats,
    fundamental: Floats,
    depth: Floats,
    halted: Bools,
    dt: float,
) -> None:
    """Lowest mids of books that trade, fundamental prices and depths so far, and seconds halted, in place, `[V, M]`."""
    venues, markets = mid.shape
    for m in range(markets):
        low_fundamental[m] = min(low_fundamental[m], math.exp(fundamental[m]))
    for v in range(venues):
        for m in range(markets):
            min_depth[v, m] = min(min_depth[v, m], depth[v, m])
            if halted[v, m]:
                time_halted[v, m] += dt
            else:
                low[v, m] = min(low[v, m], mid[v, m])


@compiled
def open_windows(
    books: tuple[Ints, Ints],
    count: int,
    latest: tuple[Ints, Ints],
    so_far: tuple[Floats, Floats],
    length: Floats,
    queues: tuple[Floats, Ints],
    moments: tuple[Ints, Floats, Ints],
) -> tuple[Ints, int]:
    """Numbers `[n]` of the moments of some books (venue and market) now, and how many moments there are then.

    A book's moment of now is the first of `latest` `[V, M]` (-1: none yet, a new one is added, the last to wait there);
    the second is the last one added. `so_far` are seconds traded and integrals, `queues` as in `close_windows`, and
    `moments` are book `[n, 2]`, T0 and I0 `[n, 2]`, and the next moment of the same book.
    """
    now, last = latest
    due, waiting = queues
    book, start, following = moments
    number = np.empty(len(books[0]), np.int64)
    for i in range(len(number)):
        v, m = books[0][i], books[1][i]
        if now[v, m] < 0:
            book[count, 0], book[count, 1] = v, m
            start[count, 0], start[count, 1] = so_far[0][v, m], so_far[1][v, m]
            if last[v, m] >= 0:
                following[last[v, m]] = count
            for w in range(len(length)):
                if waiting[w, v, m] < 0:
                    waiting[w, v, m], due[w, v, m] = count, so_far[0][v, m] + length[w]
            now[v, m] = last[v, m] = count
            count += 1
        number[i] = now[v, m]
    return number, count


@compiled
def close_windows(
    integral: Floats,
    traded: Floats,
    mid: Floats,
    trading: Floats,
    dt: float,
    length: Floats,
    queues: tuple[Floats, Ints],
    moments: tuple[Floats, Ints, Floats],
) -> None:
    """Close in place the windows that fill before their book `[V, M]` has traded `dt` seconds more: (I - I0) / w.

    `queues` `[W, V, M]` are when the next window fills (in seconds traded, T0 + w; infinite: none waits) and of which
    moment; `moments` `[n]` are T0 and I0, the next moment of the same book (-1: none), and averages `[n, W]`.
    """
    due, waiting = queues
    start, following, average = moments
    for w in range(len(length)):
        for v in range(mid.shape[0]):
            for m in range(mid.shape[1]):
                end = traded[v, m] + trading[v, m] * dt
                while due[w, v, m] <= end:
                    moment = waiting[w, v, m]
                    at_due = integral[v, m] + mid[v, m] * (due[w, v, m] - traded[v, m])
                    average[moment, w] = (at_due - start[moment, 1]) / length[w]
                    waiting[w, v, m] = following[moment]
                    due[w, v, m] = start[waiting[w, v, m], 0] + length[w] if waiting[w, v, m] >= 0 else np.inf


@compiled
def held_mids(integral: Floats, traded: Floats, mid: Floats, trading: Floats, dt: float) -> None:
    """For `dt` seconds mids stood still: I += mid dt and T += dt in place, `[V, M]`, where `trading` is 1 (not 0)."""
    venues, markets = mid.shape
    for v in range(venues):
        for m in range(markets):
            integral[v, m] += mid[v, m] * (trading[v, m] * dt)
            traded[v, m] += trading[v, m] * dt


@compiled
def fastest(before: Floats, after: Floats) -> float:
    """The largest |log(after / before)| of all books."""
    most = 0.0
    for v in range(before.shape[0]):
        for m in range(before.shape[1]):
            most = max(most, abs(math.log(after[v, m] / before[v, m])))
    return most


@compiled
def group_averages(columns: Floats, weight: Floats, group: Ints, groups: int) -> Floats:
    """Averages `[G, C]` of columns `[C, V, M]` over each `group` `[M]` of markets, by weights `[V, M]`."""
    _, venues, markets = columns.shape
    average, terms = np.empty((groups, len(columns))), np.empty(weight.size)
    for g in range(groups):
        for c in range(len(columns)):
            n = 0
            for m in range(markets):
                for v in range(venues):
                    if group[m] == g:
                        terms[n] = weight[v, m] * columns[c, v, m]
                        n += 1
            average[g, c] = total(terms[:n])
    return average
