"""How long `lastresort allocate` takes for a book of a million positions, and whether it says the same twice.

Six markets, half a million accounts, some of them under water, and twelve policies, with the report:
`python benchmarks/large_book.py`. The book is drawn with a fixed seed and written to a folder that is removed again.
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

PRICES = {"BTC": 108_000.0, "ETH": 3_800.0, "SOL": 180.0, "XRP": 2.4, "DOGE": 0.19, "HYPE": 38.0}
POLICIES = (
    "deep-pocket",
    "fund+queue-adl",
    "fund+pro-rata-adl",
    "fund+socialized-loss",
    "fund+global-haircut",
    "binance",
    "bybit",
    "okx",
    "hyperliquid",
    "profit-pro-rata",
    "equity-pro-rata",
    "min-max-program",
)
UNDER_WATER = 0.0005
"""Share of accounts whose collateral is gone."""


def book(positions: int) -> pd.DataFrame:
    """A book that closes in every market: two positions an account, of lognormal size, entered around the mark."""
    draw, accounts = np.random.default_rng(7), max(positions // 2, 1)
    place = draw.choice(6 * accounts, positions, replace=False)
    account, market = np.divmod(place, 6)
    price = np.array(list(PRICES.values()))[market]
    quantity = draw.choice([-1, 1], positions) * draw.lognormal(7, 2, positions) / price
    for m in range(6):
        here = np.flatnonzero(market == m)
        quantity[here[-1]] -= quantity[here].sum()
    entry = price * draw.lognormal(0, 0.1, positions)
    value = np.abs(quantity) * price
    profit = np.bincount(account, quantity * (price - entry), accounts)
    margin = np.bincount(account, value / draw.uniform(2, 40, positions), accounts)
    sound = np.maximum(margin, 1.0 - profit)
    collateral = np.where(draw.random(accounts) < UNDER_WATER, 0.0, sound)
    return pd.DataFrame(
        {
            "account": [f"account-{number:07}" for number in account],
            "market": np.array(list(PRICES))[market],
            "quantity": quantity,
            "entry_price": entry,
            "mark_price": price,
            "collateral": collateral[account].round(2),
            "maintenance": 0.005 * value,
        }
    )


def timed(folder: Path) -> float:
    """Seconds of the whole command, report included, in a folder of its own beside the book."""
    folder.mkdir()
    program = "from lastresort.cli import main; main()"
    words = ["allocate", "../book.csv", "--fund", "1000", "--policies", ",".join(POLICIES), "--out", "out"]
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", program, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    """Print seconds, memory, and whether both runs wrote the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--positions", type=int, default=1_000_000)
    positions = parser.parse_args().positions
    with TemporaryDirectory() as name:
        folder = Path(name)
        book(positions).to_csv(folder / "book.csv", index=False)
        runs = [folder / "first", folder / "second"]
        seconds = [timed(run) for run in runs]
        first, second = ({file.name: file.read_bytes() for file in (run / "out").iterdir()} for run in runs)
        differing = [file for file in sorted(first) if first[file] != second[file]]
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"{positions:,} positions, {len(POLICIES)} policies: {', '.join(f'{one:.1f} s' for one in seconds)}")
    print(f"most memory of a process: {peak:.2f} GiB; files that differ: {', '.join(differing) or 'none'}")


if __name__ == "__main__":
    main()
