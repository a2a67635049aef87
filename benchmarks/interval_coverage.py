"""Do the statistics keep their promises on data whose truth is known? Intervals, verdicts, tests, selection.

    python benchmarks/interval_coverage.py [--samples 4000] [--parts coverage methods errors ...] [--write]

Prints Markdown tables, or with `--write` puts them between the markers in docs/statistics.md. All draws are keyed, so
the same number of samples gives the same tables. The Monte Carlo error of a share is stated below each table.
"""

import argparse
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import integrate, special, stats

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.reports.writers.marked_page import fill
from lastresort.scores.decisions.dominance import Order, stochastic_dominance
from lastresort.scores.headline import HeadlineScore
from lastresort.scores.seeds.selection import screen
from lastresort.scores.statistics import estimate_ratios, intervals
from lastresort.scores.statistics.binary import estimate_share
from lastresort.scores.statistics.deviations import Ratios, of_paired_differences, of_ratios, standard_errors
from lastresort.scores.statistics.differences import estimate_differences
from lastresort.scores.statistics.estimates import Estimate, no_wider_than, per_run
from lastresort.scores.statistics.family import Pair, judge
from lastresort.scores.statistics.verdicts import Difference, Verdict

PAGE = Path(__file__).parents[1] / "docs" / "statistics.md"
SIZES = (8, 20, 50)
Terms = tuple[Floats, Floats]
Draw = Callable[[np.random.Generator, tuple[int, int]], tuple[Terms, ...]]


def keyed(name: str, number: int = 0) -> np.random.Generator:
    """Return a generator of its own for each name and number."""
    return np.random.Generator(np.random.Philox(key=[int.from_bytes(name.encode()[:8], "little"), number]))


@dataclass(frozen=True)
class Law:
    """Data with a known value: one policy's terms `[samples, seeds]`, or two policies' whose difference is meant."""

    title: str
    truth: float
    draw: Draw


def _mean(sample: Callable[[np.random.Generator, tuple[int, int]], Floats]) -> Draw:
    return lambda random, shape: ((sample(random, shape), np.ones(shape)),)


def _shares(random: np.random.Generator, shape: tuple[int, int]) -> tuple[Terms]:
    deficit = random.lognormal(0, 0.8, shape)
    return ((deficit * random.beta(2, 5, shape), deficit),)


def _rising_shares(random: np.random.Generator, shape: tuple[int, int]) -> tuple[Terms]:
    """Larger deficits hit users harder: share = ndtr(0.7 e + 0.7 noise - 0.5), deficit = exp(0.8 e)."""
    common = random.normal(size=shape)
    deficit = np.exp(0.8 * common)
    return ((deficit * special.ndtr(0.7 * common + 0.7 * random.normal(size=shape) - 0.5), deficit),)


def _rising_truth() -> float:
    """E[exp(0.8 e) ndtr(...)] / E[exp(0.8 e)]: tilting the normal by 0.8 shifts e by 0.8."""
    return float(special.ndtr((0.7 * 0.8 - 0.5) / math.sqrt(1 + 0.7**2 + 0.7**2)))


def _normal_pairs(random: np.random.Generator, shape: tuple[int, int]) -> tuple[Terms, Terms]:
    ours = random.normal(size=shape)
    return (ours, np.ones(shape)), (0.8 * ours + 0.6 * random.normal(size=shape), np.ones(shape))


def _share_pairs(random: np.random.Generator, shape: tuple[int, int]) -> tuple[Terms, Terms]:
    """A score of two rules: shares of the same deficits that follow the seed."""
    deficit, common = random.lognormal(0, 0.8, shape), random.normal(size=shape)
    ours, theirs = (special.ndtr(common - 0.5 + 0.5 * random.normal(size=shape)) for _ in range(2))
    return (deficit * ours, deficit), (deficit * theirs, deficit)


def _own_loss_pairs(random: np.random.Generator, shape: tuple[int, int]) -> tuple[Terms, Terms]:
    """beta of two rules: shares of each rule's own loss."""
    common = random.normal(size=shape)
    losses = [np.exp(0.6 * common + 0.4 * random.normal(size=shape)) for _ in range(2)]
    first, second = (loss * random.beta(2, 5, shape) for loss in losses)
    return (first, losses[0]), (second, losses[1])


def _dollar_pairs(random: np.random.Generator, shape: tuple[int, int]) -> tuple[Terms, Terms]:
    ours = random.lognormal(0, 0.8, shape)
    return (ours, np.ones(shape)), (ours * random.uniform(0.2, 0.8, shape), np.ones(shape))


def _equal_dollar_pairs(random: np.random.Generator, shape: tuple[int, int]) -> tuple[Terms, Terms]:
    common = random.normal(size=shape)
    ours, theirs = (np.exp(0.8 * common + 0.6 * random.normal(size=shape)) for _ in range(2))
    return (ours, np.ones(shape)), (theirs, np.ones(shape))


def _sparse_pairs(random: np.random.Generator, shape: tuple[int, int]) -> tuple[Terms, Terms]:
    crash = random.random(shape) < 0.4
    ours, theirs = (crash * (random.random(shape) < 0.8) * random.beta(2, 3, shape) for _ in range(2))
    return (ours, np.ones(shape)), (theirs, np.ones(shape))


def _failure_pairs(random: np.random.Generator, shape: tuple[int, int]) -> tuple[Terms, Terms]:
    common = random.normal(size=shape)
    ours, theirs = ((0.7 * common + 0.7 * random.normal(size=shape) > limit).astype(np.float64) for limit in (1.0, 0.5))
    return (ours, np.ones(shape)), (theirs, np.ones(shape))


_SPREAD = math.sqrt(2 * 0.7**2)
LAWS = (
    Law("mean, normal", 1.0, _mean(lambda random, shape: random.normal(1, 1, shape))),
    Law("mean, uniform", 0.5, _mean(lambda random, shape: random.random(shape))),
    Law("mean, exponential", 1.0, _mean(lambda random, shape: random.exponential(1, shape))),
    Law("mean, lognormal with sigma 1", math.exp(0.5), _mean(lambda random, shape: random.lognormal(0, 1, shape))),
    Law(
        "mean, zero in 7 of 10 runs",
        0.12,
        _mean(lambda random, shape: (random.random(shape) < 0.3) * random.beta(2, 3, shape)),
    ),
    Law("ratio, lognormal deficits", 2 / 7, _shares),
    Law("ratio, share rises with the deficit", _rising_truth(), _rising_shares),
    Law("share of runs, 1 in 10", 0.1, _mean(lambda random, shape: (random.random(shape) < 0.1).astype(np.float64))),
    Law("share of runs, half", 0.5, _mean(lambda random, shape: (random.random(shape) < 0.5).astype(np.float64))),
    Law("difference, normal, correlation 0.8", 0.0, _normal_pairs),
    Law("difference, shares of the same lognormal deficits", 0.0, _share_pairs),
    Law("difference, shares of own lognormal losses", 0.0, _own_loss_pairs),
    Law("difference, lognormal dollars", 0.5 * math.exp(0.32), _dollar_pairs),
    Law("difference, lognormal dollars, equal", 0.0, _equal_dollar_pairs),
    Law("difference, zero in 7 of 10 runs", 0.0, _sparse_pairs),
    Law(
        "difference, shares of runs",
        float(special.ndtr(-1 / _SPREAD) - special.ndtr(-0.5 / _SPREAD)),
        _failure_pairs,
    ),
)


def estimates(law: Law, samples: int, seeds: int) -> list[Estimate]:
    """Estimate the law's value from each of many samples, as a comparison would."""
    drawn = law.draw(keyed(law.title, 1000 * seeds + len(law.title)), (samples, seeds))
    if len(drawn) == 2:
        pairs = zip(zip(*drawn[0], strict=True), zip(*drawn[1], strict=True), strict=True)
        return [found.estimate for found in estimate_differences(list(pairs))]
    if law.title.startswith("share of runs"):
        return [estimate_share(row) for row in drawn[0][0]]
    found = zip(estimate_ratios(*drawn[0]), *drawn[0], strict=True)
    return [no_wider_than(one, per_run(top, bottom)) for one, top, bottom in found]


def coverage(samples: int) -> Iterator[str]:
    """Share of the 95 % intervals given that hold the truth, and on which side of them it lies when not."""
    yield "| data | seeds | covered, % | truth below, % | truth above, % | usual method, % | too few seeds, % |"
    yield "|---|---|---|---|---|---|---|"
    for law in LAWS:
        for seeds in SIZES:
            found = estimates(law, samples, seeds)
            given = [one for one in found if one.method != "none"]
            below = 100 * np.mean([law.truth < one.low for one in given])
            above = 100 * np.mean([law.truth > one.high for one in given])
            none = 100 * (1 - len(given) / len(found))
            usual = 100 * np.mean([one.method in ("studentized", "Wilson", "Newcombe") for one in found])
            held = 100 - below - above
            mark = "" if 93 <= held <= 97 else " *"
            yield f"| {law.title} | {seeds} | {held:.1f}{mark} | {below:.1f} | {above:.1f} | {usual:.0f} | {none:.0f} |"
    yield ""
    yield f"{samples:,} samples each. {_precision(samples)} An asterisk: outside 93 to 97 %."


COMPARED = (
    "mean, normal",
    "ratio, lognormal deficits",
    "ratio, share rises with the deficit",
    "difference, shares of own lognormal losses",
    "difference, lognormal dollars, equal",
)


def methods(samples: int) -> Iterator[str]:
    """The same samples by intervals that were not chosen, and by the one that was."""
    yield "| data | seeds | BCa | BCa, Hesterberg | percentile, Hesterberg | Student's t | chosen |"
    yield "|---|---|---|---|---|---|---|"
    for law in (law for law in LAWS if law.title in COMPARED):
        for seeds in SIZES:
            drawn = law.draw(keyed("methods", 1000 * seeds + len(law.title)), (samples // 4, seeds))
            held = np.concatenate([_held(law, drawn, place) for place in range(0, samples // 4, 10)])
            shown = " | ".join(f"{100 * share:.1f}" for share in held.mean(axis=0))
            yield f"| {law.title} | {seeds} | {shown} |"
    yield ""
    yield f"Covered, %, of {samples // 4:,} samples each. {_precision(samples // 4)}"


def _held(law: Law, drawn: Sequence[Terms], place: int) -> Bools:
    """Whether each interval of ten samples holds the truth, `[10, methods]`."""
    sides = [Ratios(top[place : place + 10], bottom[place : place + 10]) for top, bottom in drawn]
    strayed = of_ratios(sides[0]) if len(sides) == 1 else of_paired_differences(sides[0], sides[1])
    values = sides[0].values - (sides[1].values if len(sides) == 2 else 0.0)
    seeds, ordered = strayed.pulls.shape[-1], np.sort(strayed.resampled)
    student = float(stats.t.isf(0.025, seeds - 1)) * standard_errors(strayed.pulls, seeds)
    ends = (
        intervals.bca(ordered, strayed.pulls, float(stats.norm.isf(0.025))).ends,
        intervals.bca(ordered, strayed.pulls, intervals.normal(seeds)).ends,
        intervals.percentile(ordered, intervals.normal(seeds)).ends,
        np.column_stack([-student, student]),
        intervals.studentized(strayed, seeds).ends,
    )
    return np.array([(values + own[:, 0] <= law.truth) & (law.truth <= values + own[:, 1]) for own in ends]).T


def _precision(samples: int) -> str:
    """The standard error of a share of 5 %, in words."""
    return f"Monte Carlo error of a share of 5 %: {100 * math.sqrt(0.05 * 0.95 / samples):.1f} points."


MARGIN = 0.02
SPREAD = 0.12 * MARGIN
"""Standard deviation of a policy's own share over the root of the number of seeds: small enough to find equivalence."""
POLICIES = ("a", "b", "c", "d")
SCORES = tuple(
    HeadlineScore(
        name=name,
        title=name,
        meaning=name,
        formula=name,
        unit="fraction",
        direction="lower is better",
        measure=lambda run, reference: math.nan,  # what is judged are columns drawn here
        per="deficit",
        least=MARGIN,
    )
    for name in ("shape", "hedges")
)


def family(random: np.random.Generator, seeds: int, gaps: Sequence[float], spread: float) -> tuple[Difference, ...]:
    """Judge 4 policies on 2 scores against a baseline, in a sample whose true differences are `gaps` `[8]`.

    Shares of lognormal deficits; policies share the course of a seed and, through the baseline, one another's luck.
    """
    deficit, common = random.lognormal(0, 0.8, seeds), random.normal(size=(2, seeds))
    shares = 0.3 + 0.05 * common[:, None] + spread * random.normal(size=(2, len(POLICIES) + 1, seeds))
    shares[:, 1:] += np.reshape(gaps, (2, len(POLICIES)))[..., None]
    tables = [
        pd.DataFrame(
            {score.name: own * deficit for score, own in zip(SCORES, policy, strict=True)} | {"deficit": deficit}
        )
        for policy in shares.swapaxes(0, 1)
    ]
    return judge(
        [
            Pair(score, name, "baseline", tables[place], tables[0])
            for score in SCORES
            for place, name in enumerate(POLICIES, 1)
        ]
    )


TRUTHS: Mapping[str, tuple[float, ...]] = {
    "all differences zero": (0.0,) * 8,
    "all differences at the margin": (MARGIN,) * 8,
    "half zero, half at the margin": (0.0, 0.0, MARGIN, MARGIN) * 2,
}


def errors(samples: int) -> Iterator[str]:
    """Chance of any false verdict among eight differences."""
    yield "| truth | seeds | any false better or worse, % | any false equivalent, % | either, % |"
    yield "|---|---|---|---|---|"
    runs = samples // 2
    for title, gaps in TRUTHS.items():
        for seeds in SIZES:
            random = keyed(title, seeds)
            wrong = np.array(
                [_wrong(family(random, seeds, gaps, SPREAD * math.sqrt(seeds)), gaps) for _ in range(runs)]
            )
            shown = 100 * np.column_stack([wrong, wrong.any(axis=1)]).mean(axis=0)
            yield f"| {title} | {seeds} | " + " | ".join(f"{share:.1f}" for share in shown) + " |"
    yield ""
    yield f"{runs:,} samples of eight differences each. {_precision(runs)}"


def _wrong(found: Sequence[Difference], gaps: Sequence[float]) -> tuple[bool, bool]:
    """Whether any verdict claims a difference of zero, the wrong sign, or a margin kept that is not."""
    claims = [
        one.verdict in (Verdict.BETTER, Verdict.WORSE) and (gap == 0 or (one.verdict is Verdict.BETTER) is (gap > 0))
        for one, gap in zip(found, gaps, strict=True)
    ]
    kept = [one.verdict is Verdict.EQUIVALENT and abs(gap) >= MARGIN for one, gap in zip(found, gaps, strict=True)]
    return any(claims), any(kept)


def tost_power(distance: float, seeds: int, gap: float = 0.0, level: float = 0.05) -> float:
    """Chance that two one-sided t tests find a normal difference within a margin, both in standard errors (Owen 1965).

    Integral over the estimated standard error s: P(-d + t s < estimate < d - t s).
    """
    freedom, quantile = seeds - 1, float(stats.t.isf(level, seeds - 1))

    def inside(spread: float) -> float:
        reach = distance - quantile * spread
        density = float(stats.chi.pdf(spread * math.sqrt(freedom), freedom)) * math.sqrt(freedom)
        return density * max(0.0, float(special.ndtr(reach - gap) - special.ndtr(-reach - gap)))

    return float(integrate.quad(inside, 0.0, distance / quantile)[0])


def power(samples: int) -> Iterator[str]:
    """How often an equivalence of two equal normal policies is found, against the closed form."""
    yield "| margin, standard errors | seeds | p below 5 %, % | closed form, % | verdict equivalent, % |"
    yield "|---|---|---|---|---|"
    for distance in (2.5, 3.0, 4.0):
        for seeds in SIZES:
            found = _tost(distance, seeds, samples)
            shown = (*(100 * found), 100 * tost_power(distance, seeds))
            yield f"| {distance} | {seeds} | {shown[0]:.1f} | {shown[2]:.1f} | {shown[1]:.1f} |"
    yield ""
    yield (
        f"{samples // 2:,} samples each of one difference. The verdict asks for the 95 % interval within the margin "
        "too, a test at 2.5 %."
    )


def _tost(distance: float, seeds: int, samples: int) -> Floats:
    random = keyed("power", int(1000 * distance) + seeds)
    hits = np.zeros(2)
    for _ in range(samples // 2):
        ours, theirs = random.normal(0, MARGIN / distance * math.sqrt(seeds / 2), (2, seeds))
        shared = random.normal(0.3, 0.1, seeds)
        (found,) = judge([Pair(SCORES[0], "a", "b", *(_plain_rows(shared + own) for own in (ours, theirs)))])
        hits += (found.p_equivalent < 0.05, found.verdict is Verdict.EQUIVALENT)
    return hits / (samples // 2)


def _plain_rows(values: Floats) -> pd.DataFrame:
    return pd.DataFrame({"shape": values, "deficit": 1.0})


def selection(samples: int) -> Iterator[str]:
    """How often Kim and Nelson's procedure selects the best policy, all others worse by the smallest difference."""
    yield "| data | policies | selected the best, % | seeds used, mean |"
    yield "|---|---|---|---|"
    for title, weight in (("normal means, correlation 0.5", 0.0), ("ratios, lognormal deficits", 0.5)):
        for policies in (3, 8):
            best, used = _selected(weight, policies, samples)
            yield f"| {title} | {policies} | {100 * best:.1f} | {used:.0f} |"
    yield ""
    yield (
        f"{samples // 4:,} samples each; promised: 95 %. First stage of 20 seeds, smallest difference of half a "
        "standard deviation."
    )


def _selected(weight: float, policies: int, samples: int) -> tuple[float, float]:
    random, most, size = keyed("selection", policies + int(100 * weight)), 400, samples // 4
    right = used = 0.0
    for _ in range(size // 50):
        deficit = random.lognormal(0, weight, (50, 1, most))
        values = math.sqrt(0.5) * (random.normal(size=(50, 1, most)) + random.normal(size=(50, policies, most)))
        values[:, 1:] += 0.5
        for top, bottom in zip(values * deficit, np.broadcast_to(deficit, values.shape), strict=True):
            found = screen(top, bottom, 0.5, 20, 0.95)
            ratios = top[:, : found.seeds].sum(axis=1) / bottom[:, : found.seeds].sum(axis=1)
            right += bool(np.where(found.dropped == 0, ratios, np.inf).argmin() == 0)
            used += found.seeds
    return right / size, used / size


def dominance(samples: int) -> Iterator[str]:
    """How often dominance is rejected at 5 %: of equal losses, of smaller ones, and of larger ones."""
    yield "| losses, correlation 0.8 | seeds | first order rejected, % | second order rejected, % |"
    yield "|---|---|---|---|"
    orders: tuple[Order, ...] = (1, 2)
    for title, shift in (("equal", 0.0), ("smaller by 20 %", -math.log(1.25)), ("larger by 25 %", math.log(1.25))):
        for seeds in (20, 50, 200):
            shares = [_rejected(shift, seeds, order, samples // 4) for order in orders]
            yield f"| {title} | {seeds} | {100 * shares[0]:.1f} | {100 * shares[1]:.1f} |"
    yield ""
    yield f"{samples // 4:,} samples each, lognormal losses with sigma 0.8. {_precision(samples // 4)}"


def _rejected(shift: float, seeds: int, order: Order, samples: int) -> float:
    random = keyed("dominance", 10 * seeds + order + int(1000 * abs(shift)) * 10_000)
    rejected = 0
    for _ in range(samples):
        ours = random.normal(size=seeds)
        theirs = 0.8 * ours + 0.6 * random.normal(size=seeds)
        found = stochastic_dominance(np.exp(0.8 * ours + shift), np.exp(0.8 * theirs), order)
        rejected += found.verdict == "rejected"
    return rejected / samples


PARTS: Mapping[str, Callable[[int], Iterator[str]]] = {
    "coverage": coverage,
    "methods": methods,
    "errors": errors,
    "power": power,
    "selection": selection,
    "dominance": dominance,
}


def main() -> None:
    """Make the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=4000)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    for part in asked.parts:
        lines = list(PARTS[part](asked.samples))
        print("\n".join([f"\n## {part}\n", *lines]), flush=True)
        if asked.write:
            fill(PAGE, part, lines)


if __name__ == "__main__":
    main()
