"""A market day in small: a path of mids played through one brake, with the phases that come of it."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from lastresort.mechanisms.contract import Ints, Mechanism, Phase, Phases, PhaseView

Trading = Callable[..., PhaseView]


@pytest.fixture(scope="session")
def played(trading: Trading) -> Callable[..., Ints]:
    """Play mids (one per time) through a brake as the engine does; answer the phase in force in each tick."""

    def play(brake: Mechanism, times: Sequence[float], mids: Sequence[float]) -> Ints:
        phase, until, record = Phase.OPEN, np.inf, []
        for time, mid in zip(times, mids, strict=True):
            if until <= time:
                phase, until = Phase.OPEN, np.inf
            said = brake.set_phase(trading(time, [mid], [phase], until=[until]))
            if said is not None:
                phase, until = Phase(int(said.phase[0])), float(said.until[0])
            record.append(int(phase))
        return np.array(record)

    return play


@pytest.fixture(scope="session")
def band() -> Callable[[Phases], tuple[float, float]]:
    """Lowest and highest price of the first market."""
    return lambda said: (float(np.ravel(said.low)[0]), float(np.ravel(said.high)[0]))
