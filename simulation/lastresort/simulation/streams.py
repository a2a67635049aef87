"""Random streams keyed by what they are for, so that one participant's extra draw shifts nobody else's."""

from hashlib import blake2b

import numpy as np


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """A Philox generator that depends only on the seed and the purpose, e.g. `stream(7, "fundamental", "btc")`."""
    key = blake2b("/".join(map(str, (seed, *purpose))).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))
