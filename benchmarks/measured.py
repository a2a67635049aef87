"""One measurement in a process of its own, printed as JSON: `benchmarks/performance.py` starts these.

    python benchmarks/measured.py NAME [ARGUMENT ...]

CPU seconds are those of this process. Nothing is imported before it is used, since imports are measured too, and only
what the parent commit has as well: with its packages first on PYTHONPATH, the parent is measured by the same program.
"""

import json
import resource
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lastresort.mechanisms.policy import Policy
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.simulation import RunRecord, Scenario

Numbers = Mapping[str, float]

SCENARIO, QUEUE, SEED = "oct-2025", "fund+queue-adl", 1
STILL = 1e-9
"""Volatility of a market that stands, of which nobody is liquidated."""

TICK = 3.0
"""Seconds of its ticks: those of stress, of which a crash has most."""

TICKS = (200, 1400)
"""Ticks of the shorter and the longer of two standing markets."""

SHOCK = {"time": 60.0, "size": -0.12, "spread": 60.0}
"""News after which losses have to be settled within minutes, whoever settles them."""

SHARED = ("open_interest", "depth", "fund")
"""What several venues share that stand for one."""

EVENTS = 1_000_000


def seconds_of(call: Callable[[], Any]) -> float:
    """CPU seconds of a call."""
    start = process_time()
    call()
    return process_time() - start


# -- ours -------------------------------------------------------------------------------------------------------------


def _played(policy: "Policy", catalogue: "Catalogue", scenario: "Scenario") -> "RunRecord":
    from lastresort.plugins.manager import build_waterfall
    from lastresort.simulation import simulate

    waterfalls = {venue.name: build_waterfall(policy, catalogue) for venue in scenario.venues}
    return simulate(scenario, waterfalls, SEED, policy.name)


def _changed(scenario: "Scenario", **settings: Any) -> "Scenario":
    """The scenario with other values of some top-level settings; of sections, with others of some of their keys."""
    plain = scenario.model_dump()
    merged = {key: plain[key] | new if isinstance(new, dict) else new for key, new in settings.items()}
    return scenario.model_validate(plain | merged)


def _warm(policy: "Policy", catalogue: "Catalogue", scenario: "Scenario") -> None:
    """A short crash of the same market, with all that is imported, compiled or read from a cache on the way."""
    _played(policy, catalogue, _changed(scenario, clock={"duration": 900.0}, news=(SHOCK,)))


def run(policy: str, accounts: str = "25000", rule_file: str = "") -> Numbers:
    """A whole day of the crash under a policy; of a rule file, the rules are asked before those of the policy."""
    from lastresort.mechanisms.policy import Step
    from lastresort.plugins.catalogue import Catalogue

    catalogue = Catalogue.load([Path(rule_file)] if rule_file else [])
    scenario, chosen = catalogue.scenario(SCENARIO), catalogue.policy(policy)
    if rule_file:
        chosen = chosen.model_copy(update={"waterfall": (Step(use="no-opinion"), *chosen.waterfall)})
    _warm(chosen, catalogue, scenario)
    record = _played(chosen, catalogue, _changed(scenario, population={"accounts": int(accounts)}))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    totals = record.totals
    return {"cpu": totals["cpu_seconds"], "ticks": totals["ticks"], "accounts": len(record.accounts), "bytes": peak}


def core() -> Numbers:
    """One seed of all policies that the README's first command compares."""
    from lastresort.plugins.catalogue import Catalogue

    catalogue = Catalogue.load()
    scenario, policies = catalogue.scenario(SCENARIO), catalogue.choice("core")
    _warm(policies[0], catalogue, scenario)
    records = [_played(policy, catalogue, scenario) for policy in policies]
    return {"cpu": sum(record.totals["cpu_seconds"] for record in records)}


def quiet_tick(venues: str = "1", markets: str = "1") -> Numbers:
    """A tick of a standing market, without news or volatility, with so many times the venues and markets.

    The difference of a long and a short run in CPU seconds, over that in ticks: what a run costs besides its ticks
    cancels.
    """
    from lastresort.plugins.catalogue import Catalogue

    catalogue = Catalogue.load()
    policy = catalogue.policy(QUEUE)
    scenario = _standing(catalogue.scenario(SCENARIO), int(venues), int(markets))
    short, long = (_changed(scenario, clock={"duration": TICK * ticks, "calm_tick": TICK}) for ticks in TICKS)
    _played(policy, catalogue, short)
    less, more = (_played(policy, catalogue, world).totals for world in (short, long))
    ticks = more["ticks"] - less["ticks"]
    return {"cpu": (more["cpu_seconds"] - less["cpu_seconds"]) / ticks, "ticks": ticks}


def _standing(scenario: "Scenario", venues: int, markets: int) -> "Scenario":
    """The scenario without news; every venue becomes several, among which what it has is shared out."""
    plain = scenario.model_dump()
    several = [
        venue | {"name": f"{venue['name']}-{k}"} | {key: venue[key] / venues for key in SHARED}
        for venue in plain["venues"]
        for k in range(venues)
    ]
    groups = [group | {"markets": group["markets"] * markets, "volatility": STILL} for group in plain["groups"]]
    return _changed(scenario, news=(), venues=several, groups=groups, volatility=STILL)


def allocation(rule: str, candidates: str = "1000000") -> Numbers:
    """One answer of an allocation rule with so many candidates: the fastest of three."""
    import numpy as np
    from benchmarks.allocations import answering, crowd, fastest, loss

    from lastresort.mechanisms.registration import lastresort_mechanisms

    (mechanism,) = (item for item in lastresort_mechanisms() if item.name == rule)
    return {"cpu": fastest(answering(mechanism, loss(crowd(int(candidates), np.random.default_rng(0)))))}


def imports(*modules: str) -> Numbers:
    """Importing some modules, in this order."""
    return {"cpu": seconds_of(lambda: [import_module(module) for module in modules])}


# -- peers ------------------------------------------------------------------------------------------------------------


def timeout() -> Numbers:
    """One timeout of SimPy in a process that does nothing else."""
    import simpy

    env = simpy.Environment()

    def waiting() -> Any:
        for _ in range(EVENTS):
            yield env.timeout(1.0)

    env.process(waiting())
    return {"cpu": seconds_of(env.run) / EVENTS}


def hold() -> Numbers:
    """One hold of salabim in a component that does nothing else."""
    import salabim

    salabim.yieldless(False)

    class Waiting(salabim.Component):  # type: ignore[misc]
        """Holds a second at a time."""

        def process(self) -> Any:
            """Hold so often."""
            for _ in range(EVENTS):
                yield self.hold(1.0)

    env = salabim.Environment(trace=False)
    Waiting()
    return {"cpu": seconds_of(env.run) / EVENTS}


def agent_check(agents: str = "1000000") -> Numbers:
    """One margin check of one agent of Mesa: equity at a mark that all see against maintenance margin."""
    import mesa
    import numpy as np

    class Account(mesa.Agent):  # type: ignore[misc]
        """A linear position and its margin."""

        def __init__(self, model: Any, quantity: float, entry: float) -> None:
            super().__init__(model)
            self.quantity, self.entry = quantity, entry
            self.margin, self.breached = 0.1 * abs(quantity) * entry, False

        def step(self) -> None:
            """Check the margin."""
            mark = self.model.mark
            equity = self.margin + self.quantity * (mark - self.entry)
            self.breached = equity < 0.005 * abs(self.quantity) * mark

    model, random = mesa.Model(seed=1), np.random.default_rng(0)
    model.mark = 1.0
    for quantity, entry in zip(random.normal(size=int(agents)), random.uniform(0.9, 1.1, int(agents)), strict=True):
        Account(model, float(quantity), float(entry))
    steps = 3
    return {"cpu": seconds_of(lambda: [model.agents.do("step") for _ in range(steps)]) / steps / int(agents)}


def dense_check(accounts: str = "1000000", markets: str = "20") -> Numbers:
    """One margin check of one account in a matrix-vector product over all."""
    import numpy as np

    random, size = np.random.default_rng(0), int(accounts)
    weight, cash = random.normal(size=(size, int(markets))), random.uniform(0.0, 50.0, size)
    mark, steps = np.ones(int(markets)), 10
    return {"cpu": seconds_of(lambda: [np.flatnonzero(cash + weight @ mark < 0) for _ in range(steps)]) / steps / size}


def argsort(numbers: str = "1000000") -> Numbers:
    """NumPy's default argsort of so many random numbers: the fastest of three, as rules are timed."""
    import numpy as np

    unsorted = np.random.default_rng(0).random(int(numbers))
    return {"cpu": min(seconds_of(lambda: np.argsort(unsorted)) for _ in range(3))}


MEASUREMENTS: Mapping[str, Callable[..., Numbers]] = {
    each.__name__: each
    for each in (run, core, quiet_tick, allocation, imports, timeout, hold, agent_check, dense_check, argsort)
}
"""What can be measured: the CPU seconds `cpu` of one of what it says, and other numbers."""


if __name__ == "__main__":
    print(json.dumps(MEASUREMENTS[sys.argv[1]](*sys.argv[2:])))
