"""How fast the product is: every row of the table in docs/performance.md, measured interleaved in one run.

    python benchmarks/performance.py [--parent FOLDER] [--rounds 5] [--only ROW ...] [--quick] [--write]

Each round takes every measurement once, in shuffled order, each in a process of its own (`benchmarks/measured.py`), and
counts its CPU time. A row is a ratio of measurements of one round, told by its median and quartiles over the rounds:
ratios of things done side by side travel between machines and busy neighbours, seconds do not.

`--parent` is a checkout of an earlier commit, for rows that say how many times faster this one is. `--quick` leaves out
what takes a million accounts. With `--write` the table goes to docs/performance.md. Peers: `pip install -e
'.[benchmarks]'`.
"""

import argparse
import json
import math
import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles

from lastresort.experiments.environment import machine

ROOT = Path(__file__).parents[1]
PAGE, PART = ROOT / "docs" / "performance.md", "performance"
PROGRAM, RULE = Path(__file__).with_name("measured.py"), Path(__file__).with_name("no_opinion.py")
ROOTS = ("mechanisms", "simulation", "plugins", "reports")
PEERS = {"hold": "salabim", "agent_check": "mesa"}
"""Distributions that measurements need besides those of lastresort itself."""

MILLION, DAY, TIMES = 1_000_000, 86_400.0, 4
"""Accounts of the large run, simulated seconds of a day, and how many times the venues and markets are multiplied."""

QUEUE, SOCIALIZED, BREAKER = "fund+queue-adl", "fund+socialized-loss", "fund+queue-adl+circuit-breaker"
FASTER, EXPONENT = "times faster than the parent", "exponent"

Round = Mapping["Measurement", Mapping[str, float]]
"""What one round measured."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one process measures: a name in `benchmarks/measured.py`, its arguments, and whose packages it takes."""

    name: str
    arguments: tuple[str, ...] = ()
    parent: bool = False

    def __str__(self) -> str:
        words = (self.name, *(Path(word).name for word in self.arguments))
        return " ".join(words) + (" of the parent" if self.parent else "")


@dataclass(frozen=True)
class Row:
    """A row of the table: what is measured, and what the ratio of the measurements is, in which unit.

    `must` and `reach` are what the ratio has to and should come to: at least that, or `most` that; None where nothing
    is asked. `meaning` says what the row is about in a sentence or two.
    """

    key: str
    title: str
    unit: str
    needs: tuple[Measurement, ...]
    ratio: Callable[..., float]
    meaning: str
    must: float | None = None
    reach: float | None = None
    most: bool = True

    @property
    def large(self) -> bool:
        """Whether it takes a million accounts."""
        return any(str(MILLION) in need.arguments and need.name in ("run", "agent_check") for need in self.needs)

    @property
    def compares(self) -> bool:
        """Whether it takes the parent commit."""
        return any(need.parent for need in self.needs)

    def value(self, found: Round) -> float:
        """The ratio in one round."""
        return self.ratio(*(found[need] for need in self.needs))

    def meets(self, value: float, goal: float) -> bool:
        """Whether a ratio is as good as a goal."""
        return value <= goal if self.most else value >= goal


# -- the rows ---------------------------------------------------------------------------------------------------------

Numbers = Mapping[str, float]


def over(one: Numbers, other: Numbers) -> float:
    """CPU seconds of one over those of the other."""
    return one["cpu"] / other["cpu"]


def in_percent_more(one: Numbers, other: Numbers) -> float:
    """By how much per cent one takes longer than the other."""
    return 100.0 * (over(one, other) - 1.0)


def exponent_of_accounts(small: Numbers, large: Numbers) -> float:
    """The power of the number of accounts with which CPU time grows."""
    return math.log(over(large, small)) / math.log(large["accounts"] / small["accounts"])


def exponent_of_copies(one: Numbers, several: Numbers) -> float:
    """The power with which CPU time grows where there are `TIMES` as many."""
    return math.log(over(several, one)) / math.log(TIMES)


def account_seconds_over_checks(day: Numbers, check: Numbers) -> float:
    """Accounts times simulated seconds per CPU second of a day, over checks per CPU second."""
    return day["accounts"] * DAY / day["cpu"] * check["cpu"]


def bytes_per_account(small: Numbers, large: Numbers) -> float:
    """What each further account takes at the peak."""
    return (large["bytes"] - small["bytes"]) / (large["accounts"] - small["accounts"])


def of_parent(measurement: Measurement) -> tuple[Measurement, Measurement]:
    """The measurement of the parent commit, and of this one."""
    return Measurement(measurement.name, measurement.arguments, parent=True), measurement


def day(policy: str, must: float, reach: float) -> Row:
    """One day of the crash under a policy."""
    return Row(
        policy,
        f"one oct-2025 run, `{policy}`",
        FASTER,
        of_parent(Measurement("run", (policy,))),
        over,
        "CPU time of a day of the crash at the default 25,000 accounts, drawing the market and making tables included.",
        must,
        reach,
        most=False,
    )


TIMEOUT, HOLD, SORT = Measurement("timeout"), Measurement("hold"), Measurement("argsort")
ONE_RUN, MILLION_RUN = Measurement("run", (QUEUE,)), Measurement("run", (QUEUE, str(MILLION)))
TICK = Measurement("quiet_tick")
LIBRARIES = Measurement("imports", ("numpy", "simpy", "pluggy", "pydantic"))

ROWS = (
    day(QUEUE, 8 / 3, 8 / 2),
    day(SOCIALIZED, 16 / 6, 16 / 5),
    day(BREAKER, 16.5 / 5, 16.5 / 3.5),
    Row(
        "first-command",
        "README's first command, runs only",
        FASTER,
        of_parent(Measurement("core")),
        over,
        "The seven core policies on one seed; the command does so eight times. Left out: installation, scores, report.",
        500 / 200,
        500 / 160,
        most=False,
    ),
    Row(
        "quiet-tick",
        "quiet tick",
        "SimPy timeouts",
        (TICK, TIMEOUT),
        over,
        "A tick of a standing market, without news and liquidations, against the cheapest event of SimPy.",
        300,
        200,
    ),
    Row(
        "quiet-tick-salabim",
        "quiet tick",
        "holds of salabim",
        (TICK, HOLD),
        over,
        "The same against the cheapest event of another simulator.",
    ),
    Row(
        "million",
        "one million accounts, one day",
        FASTER,
        of_parent(MILLION_RUN),
        over,
        "The first row with forty times the accounts.",
        133 / 60,
        133 / 35,
        most=False,
    ),
    Row(
        "accounts",
        "growth with accounts, 25,000 to a million, one run",
        EXPONENT,
        (ONE_RUN, MILLION_RUN),
        exponent_of_accounts,
        "CPU time of a run grows as this power of the number of accounts; the clock takes more ticks of more accounts.",
    ),
    Row(
        "venues",
        f"growth with venues, 6 to {6 * TIMES}, quiet tick",
        EXPONENT,
        (TICK, Measurement("quiet_tick", (str(TIMES), "1"))),
        exponent_of_copies,
        "CPU time of a quiet tick grows as this power of the number of venues that share the same market.",
    ),
    Row(
        "markets",
        f"growth with markets, 20 to {20 * TIMES}, quiet tick",
        EXPONENT,
        (TICK, Measurement("quiet_tick", ("1", str(TIMES)))),
        exponent_of_copies,
        "The same for the number of markets.",
    ),
    Row(
        "mesa",
        "a million accounts against Mesa's margin agents",
        "times the checks of Mesa",
        (MILLION_RUN, Measurement("agent_check", (str(MILLION),))),
        account_seconds_over_checks,
        "Accounts times simulated seconds per CPU second of a whole day, all behaviour on, over margin checks of as "
        "many agents per CPU second. Not like for like: here an account is a row that is looked at where its margin "
        "may fail; there it is an object that does nothing but check.",
        230,
        400,
        most=False,
    ),
    Row(
        "dense",
        "a million accounts against a dense check in NumPy",
        "times the checks of NumPy",
        (MILLION_RUN, Measurement("dense_check")),
        account_seconds_over_checks,
        "The same against one matrix-vector product per check of a million accounts in 20 markets.",
    ),
    Row(
        "no-opinion",
        "one rule that answers all ten questions with no opinion",
        "% of a run",
        (Measurement("run", (QUEUE, "25000", str(RULE))), ONE_RUN),
        in_percent_more,
        "What it costs to ask a rule above all others of the first row's run; its answers change nothing.",
        20,
        10,
    ),
    Row(
        "queue",
        "`queue-adl`, a million candidates",
        "default argsorts",
        (Measurement("allocation", ("queue-adl",)), SORT),
        over,
        "One answer against NumPy's default argsort of as many numbers, which is several times faster on processors "
        "for which NumPy has vector instructions.",
        2,
        1,
    ),
    Row(
        "pro-rata",
        "`notional-pro-rata`, a million candidates",
        "default argsorts",
        (Measurement("allocation", ("notional-pro-rata",)), SORT),
        over,
        "The same for a rule that shares by notional.",
        1,
        0.2,
    ),
    Row(
        "queue-parent",
        "`queue-adl`, a million candidates",
        FASTER,
        of_parent(Measurement("allocation", ("queue-adl",))),
        over,
        "The same answer against the parent, whatever an argsort takes.",
        7.1 / 2,
        7.1 / 1,
        most=False,
    ),
    Row(
        "pro-rata-parent",
        "`notional-pro-rata`, a million candidates",
        FASTER,
        of_parent(Measurement("allocation", ("notional-pro-rata",))),
        over,
        "The same for the rule that shares by notional.",
        5.6 / 1,
        5.6 / 0.2,
        most=False,
    ),
    Row(
        "memory",
        "memory at a million accounts, 20 markets",
        "bytes an account",
        (ONE_RUN, MILLION_RUN),
        bytes_per_account,
        "Peak memory of the run with a million accounts beyond that of the run with 25,000, over the further accounts.",
        450,
        350,
    ),
    Row(
        "import",
        "import of the simulation",
        "times numpy + simpy + pluggy + pydantic",
        (Measurement("imports", ("lastresort.simulation",)), LIBRARIES),
        over,
        "CPU time of `import lastresort.simulation` against that of the libraries it cannot do without.",
        2,
        1.5,
    ),
)


# -- measuring --------------------------------------------------------------------------------------------------------


def chosen(only: Sequence[str], quick: bool, parent: bool) -> list[Row]:
    """The rows that are asked for and can be measured."""
    named = [row for row in ROWS if not only or row.key in only]
    return [row for row in named if (parent or not row.compares) and not (quick and row.large)]


def missing_peers(rows: Sequence[Row]) -> str:
    """A sentence on what has to be installed for some rows, empty where nothing."""
    needed = {PEERS[need.name]: row.key for row in rows for need in row.needs if need.name in PEERS}
    lacking = [peer for peer in needed if find_spec(peer) is None]
    if not lacking:
        return ""
    return f"{' and '.join(lacking)} not installed: python -m pip install --editable '.[benchmarks]'"


def rounds_of(rows: Sequence[Row], rounds: int, measure: Callable[[Measurement], Numbers]) -> Iterator[Round]:
    """Take every measurement that rows need once a round, in an order of its own."""
    needed = list(dict.fromkeys(need for row in rows for need in row.needs))
    for number in range(1, rounds + 1):
        found: dict[Measurement, Numbers] = {}
        for measurement in random.Random(number).sample(needed, len(needed)):
            found[measurement] = measure(measurement)
            print(f"round {number}/{rounds}  {measurement}: {found[measurement]['cpu']:.3g} s", file=sys.stderr)
        yield found


def measuring(parent: Path | None) -> Callable[[Measurement], Numbers]:
    """How a measurement is taken: in a process of its own, with one thread, and the packages it asks for."""

    def measure(measurement: Measurement) -> Numbers:
        checkout = parent if measurement.parent and parent else ROOT
        places = [str(ROOT), *(str(checkout / root) for root in ROOTS), os.environ.get("PYTHONPATH", "")]
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        command = [sys.executable, str(PROGRAM), measurement.name, *measurement.arguments]
        environment = os.environ | threads | {"PYTHONPATH": os.pathsep.join(filter(None, places))}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{measurement} failed: {done.stderr.strip().splitlines()[-1]}")
        found: Numbers = json.loads(done.stdout)
        return found

    return measure


# -- the page ---------------------------------------------------------------------------------------------------------


def told(row: Row, values: Sequence[float]) -> str:
    """A line of the table: median and quartiles, goals, and whether the median meets them."""
    middle = median(values)
    low, _, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else (middle,) * 3
    goals = [_goal(row, middle, goal) for goal in (row.must, row.reach)]
    spread = f"{written(low)} to {written(high)}"
    return f"| {row.title} | {row.unit} | {written(middle)} | {spread} | {' | '.join(goals)} |"


def written(value: float) -> str:
    """A ratio in three digits or more, never with an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _goal(row: Row, value: float, goal: float | None) -> str:
    if goal is None:
        return "-"
    return f"{'at most' if row.most else 'at least'} {written(goal)}: {'hit' if row.meets(value, goal) else '**miss**'}"


def table(rows: Sequence[Row], found: Sequence[Round]) -> Iterator[str]:
    """The table of the rows that were measured, the names of the others, and what each row means."""
    yield "| quantity | in | median | quartiles | must | reach for |"
    yield "|---|---|---|---|---|---|"
    yield from (told(row, [row.value(each) for each in found]) for row in rows)
    left = [row.title for row in ROWS if row not in rows]
    if left:
        yield ""
        yield f"Not measured here: {'; '.join(left)}."
    yield ""
    yield from (f"- **{row.title}, {row.unit}.** {row.meaning}" for row in rows)


def origin(arguments: Sequence[str], rounds: int, parent: Path | None) -> str:
    """What was measured, how and on what, in a sentence."""
    libraries = ("numpy", "simpy", *(peer for peer in PEERS.values() if find_spec(peer)))
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    against = f", parent {commit(parent)}" if parent else ""
    command = f"python benchmarks/performance.py {' '.join(arguments)}"
    what = f"Written by `{command}`: {rounds} rounds of commit {commit(ROOT)}{against}"
    return f"{what}; {machine()}; Python {platform.python_version()}, {versions}."


def commit(checkout: Path) -> str:
    """The commit of a checkout, as far as git tells it; the name of its folder otherwise."""
    command = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or checkout.name


def main() -> None:
    """Measure and print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parent", type=Path, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=(), metavar="ROW", choices=[row.key for row in ROWS])
    for name in ("quick", "write"):
        parser.add_argument(f"--{name}", action="store_true")
    asked = parser.parse_args()
    rows = chosen(asked.only, asked.quick, asked.parent is not None)
    if problem := refusal(asked, rows):
        parser.error(problem)
    begun = origin(_shown(asked), asked.rounds, asked.parent)
    found = list(rounds_of(rows, asked.rounds, measuring(asked.parent)))
    lines = [begun, "", *table(rows, found)]
    print("\n".join(lines))
    if asked.write:
        from lastresort.reports.writers.marked_page import fill  # reports load what no measurement needs

        fill(PAGE, PART, lines)


def refusal(asked: argparse.Namespace, rows: Sequence[Row]) -> str:
    """A sentence on what is wrong with what was asked, empty where nothing."""
    if asked.parent is not None and not (asked.parent / ROOTS[1]).is_dir():
        return f"--parent: '{asked.parent}' is no checkout of lastresort: it has no folder '{ROOTS[1]}'"
    if asked.rounds < 1:
        return f"--rounds: at least 1, found {asked.rounds}"
    if not rows:
        return "nothing is left to measure: these rows need --parent FOLDER, or no --quick"
    return missing_peers(rows)


def _shown(asked: argparse.Namespace) -> list[str]:
    """The arguments as anybody may repeat them."""
    shown = ["--rounds", str(asked.rounds), *(["--parent", "FOLDER"] if asked.parent else [])]
    shown += ["--only", *asked.only] if asked.only else []
    return shown + [f"--{name}" for name in ("quick", "write") if getattr(asked, name)]


if __name__ == "__main__":
    main()
