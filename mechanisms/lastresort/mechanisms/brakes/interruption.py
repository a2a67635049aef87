"""Interrupting markets: which trade now, and the answer that stops some of them."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints, Phase, Phases, PhaseView

HALT = int(Phase.HALT)


def trading(view: PhaseView) -> Bools:
    """Markets where somebody may trade, `[M]`."""
    return np.asarray(view.phase < HALT)


def interrupt(view: PhaseView, rows: Bools, phase: Ints | int, until: Floats | float) -> Phases | None:
    """Put the markets in `rows` into `phase` until `until` and leave the others; None where there is none."""
    if not rows.any():
        return None
    return Phases(phase=np.where(rows, phase, view.phase), until=np.where(rows, until, view.until))
