"""Whole numbers in fewer bytes."""

from typing import cast

import numpy as np
from numpy.typing import DTypeLike

from lastresort.mechanisms.contract import Ints


def narrow(numbers: Ints, dtype: DTypeLike = np.int32) -> Ints:
    """The same numbers in a narrow type that holds them; what is computed with wider numbers is as wide as those.

    To the type checker they stay what they are to all who read them: whole numbers.
    """
    return cast(Ints, numbers.astype(dtype, copy=False))
