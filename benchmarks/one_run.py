"""CPU time and memory of one 24-hour run of the default 25,000 accounts, beside a calibration loop in pure Python.

    python benchmarks/one_run.py [POLICY] [SEED]

The ratio to the loop, timed before and after in the same process, travels between machines better than seconds do.
"""

import resource
import sys
import time

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation import Scenario, simulate


def loop_seconds(steps: int = 10_000_000) -> float:
    """CPU seconds of ten million additions."""
    start, total = time.process_time(), 0
    for step in range(steps):
        total += step
    return time.process_time() - start


def main(policy: str = "fund+queue-adl", seed: str = "1") -> None:
    """Warm up on the first simulated minutes, then time a whole day."""
    catalogue = Catalogue.load()
    scenario = catalogue.scenario("oct-2025")
    waterfalls = {venue.name: build_waterfall(catalogue.policy(policy), catalogue) for venue in scenario.venues}
    short = Scenario.model_validate(scenario.model_dump() | {"clock": {"duration": 600.0}})
    simulate(short, waterfalls, int(seed), policy)
    before = loop_seconds()
    record = simulate(scenario, waterfalls, int(seed), policy)
    loop = (before + loop_seconds()) / 2
    seconds, ticks = record.totals["cpu_seconds"], record.totals["ticks"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{policy}, seed {seed}: {seconds:.2f} CPU s for {ticks} ticks, {seconds / loop:.1f} calibration loops")
    print(f"calibration loop {loop:.2f} CPU s; {len(record.accounts)} accounts; peak memory {memory:.0f} MiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
