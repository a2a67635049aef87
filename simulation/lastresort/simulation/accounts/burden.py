"""What losses, their own and other people's, did to each account."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats


@dataclass
class Burden:
    """What happened to each account `[n]`, USD: losses, benefits and closes for others, liquidations, holes left."""

    loss: Floats
    benefit: Floats
    closed: Floats
    liquidated: Floats
    left_hole: Floats

    @classmethod
    def zeros(cls, n: int) -> "Burden":
        """Nothing yet."""
        return cls(*(np.zeros(n) for _ in range(5)))
