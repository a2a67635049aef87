"""Which seeds are in each bootstrap resample: always the same, so that results are bit-reproducible.

The seed is the cluster: runs of one seed share their random numbers, so seeds are resampled whole.
"""

from functools import lru_cache
from hashlib import blake2b

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints

RESAMPLES = 10_000
_KEY = 20251010


def generator(name: str = "") -> np.random.Generator:
    """Return a new generator in its first state; those of different names have nothing in common."""
    digest = blake2b(name.encode(), digest_size=8).digest() if name else b""
    key = np.array([_KEY, int.from_bytes(digest, "little")], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def resamples(seeds: int, name: str = "", block: int = 0) -> Ints:
    """Places of the seeds in each resample, `[RESAMPLES, seeds]`; later blocks are independent of earlier ones."""
    random = generator(name)
    for _ in range(block):
        random.integers(0, seeds, (RESAMPLES, seeds), dtype=np.int64)
    return random.integers(0, seeds, (RESAMPLES, seeds), dtype=np.int64)


@lru_cache(maxsize=6)
def resample_counts(seeds: int, name: str = "", block: int = 0) -> Floats:
    """How often each seed is in each resample, `[seeds, RESAMPLES]`, whole numbers; not to be written to."""
    flat = RESAMPLES * resamples(seeds, name, block) + np.arange(RESAMPLES)[:, None]
    counts = np.bincount(flat.ravel(), minlength=RESAMPLES * seeds).reshape(seeds, RESAMPLES).astype(np.float64)
    counts.flags.writeable = False
    return counts
