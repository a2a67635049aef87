"""What this package brings; lastresort finds the module through the entry point in pyproject.toml."""

from pathlib import Path

import pluggy

from lastresort.mechanisms.contract import Mechanism

hookimpl = pluggy.HookimplMarker("lastresort")


@hookimpl
def lastresort_mechanisms() -> list[type[Mechanism]]:
    """The rule."""
    from dutch_auction_adl.rule import DutchAuctionAdl

    return [DutchAuctionAdl]


@hookimpl
def lastresort_policies() -> list[Path]:
    """The waterfall in which it stands."""
    return sorted((Path(__file__).parent / "policies").glob("*.yaml"))
