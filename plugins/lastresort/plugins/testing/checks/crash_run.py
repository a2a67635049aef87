"""One run of a crash that takes a fraction of a second: one venue, two markets, one headline, fourteen minutes."""

from dataclasses import replace
from functools import cache

import numpy as np

from lastresort.mechanisms.contract import Mechanism, MechanismError
from lastresort.mechanisms.registration import lastresort_mechanisms
from lastresort.plugins.errors import one_line
from lastresort.plugins.file_policy import policy_for
from lastresort.plugins.manager import WaterfallManager
from lastresort.plugins.testing.questioning import fresh
from lastresort.simulation import Scenario, simulate

SEED = 1
VENUE = "tail"
SCENARIO = {
    "name": "kit",
    "title": "A crash for the kit",
    "summary": "One venue, two markets, one headline.",
    "news": [{"time": 60, "size": -0.18, "spread": 120}],
    "venues": [{"name": VENUE, "open_interest": 1.0, "depth": 1.0, "fund": 2.0e7, "leverage": 1.2}],
    "groups": [
        {"name": "btc", "tier": 0, "markets": 1, "open_interest": 0.7, "beta": 1.0, "volatility": 0.006},
        {"name": "small", "tier": 2, "markets": 1, "open_interest": 0.3, "beta": 1.8, "volatility": 0.03},
    ],
    "clock": {"duration": 840, "calm_tick": 20, "stress_tick": 10, "stress_after_news": 400},
    "population": {"accounts": 400},
}


def failure_in_crash(mechanism: Mechanism, reference: bool = False) -> str | None:
    """Return why a mechanism does not survive a whole crash, alone with takeover, fund and queue; None where it does.

    Only in a `reference` may it use Payer.BACKSTOP.
    The ledger checks after every tick that no dollar and no contract came or went.
    """
    manager = WaterfallManager()
    for step in reversed(policy_for(type(mechanism), "kit").waterfall):  # pluggy asks the latest first
        stage = fresh(mechanism) if step.use == mechanism.name else _built_in()[step.use]()
        manager.register(stage, name=step.use)
    try:
        with np.errstate(all="ignore"):
            waterfall = replace(manager.compile(), reference=reference)
            simulate(Scenario.model_validate(SCENARIO), {VENUE: waterfall}, SEED)
    except MechanismError as error:
        return str(error)
    except Exception as error:
        return one_line(error)
    return None


@cache
def _built_in() -> dict[str, type[Mechanism]]:
    return {str(mechanism.name): mechanism for mechanism in lastresort_mechanisms()}
