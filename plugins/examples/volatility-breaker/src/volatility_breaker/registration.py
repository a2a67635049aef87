"""What this package brings, through all five hooks; lastresort finds it through the entry point in pyproject.toml."""

from pathlib import Path

import pluggy

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.report_section import ReportSection
from lastresort.plugins.score import Score

HERE = Path(__file__).parent

hookimpl = pluggy.HookimplMarker("lastresort")


@hookimpl
def lastresort_mechanisms() -> list[type[Mechanism]]:
    """The rule."""
    from volatility_breaker.rule import VolatilityBreaker

    return [VolatilityBreaker]


@hookimpl
def lastresort_policies() -> list[Path]:
    """The waterfall in which it stands."""
    return sorted((HERE / "policies").glob("*.yaml"))


@hookimpl
def lastresort_scenarios() -> list[Path]:
    """A crash in two waves, the second after half an hour of calm."""
    return sorted((HERE / "scenarios").glob("*.yaml"))


@hookimpl
def lastresort_scores() -> list[Score]:
    """What halts cost."""
    from volatility_breaker.halts import HALTED_TIME

    return [HALTED_TIME]


@hookimpl
def lastresort_report_sections() -> list[ReportSection]:
    """Where markets were halted."""
    from volatility_breaker.halts import HALTS

    return [HALTS]
