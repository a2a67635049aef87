"""Every hook of lastresort on one screen: two projects, for what a plugin brings and for what a mechanism answers."""

from pathlib import Path

import pluggy

from lastresort.mechanisms.contract import Mechanism, proposals, views
from lastresort.plugins.report_section import ReportSection
from lastresort.plugins.score import Score

REGISTRATION = "lastresort"
WATERFALL = "lastresort_waterfall"

hookspec = pluggy.HookspecMarker(REGISTRATION)
question = pluggy.HookspecMarker(WATERFALL)


@hookspec
def lastresort_mechanisms() -> list[type[Mechanism]]:
    """Which mechanisms does the plugin bring?"""
    return []


@hookspec
def lastresort_policies() -> list[Path]:
    """In which YAML files are its policies?"""
    return []


@hookspec
def lastresort_scenarios() -> list[Path]:
    """In which YAML files are its scenarios?"""
    return []


@hookspec
def lastresort_scores() -> list[Score]:
    """Which scores of its own does it compute?"""
    return []


@hookspec
def lastresort_report_sections() -> list[ReportSection]:
    """Which sections does it add to the report?"""
    return []


@question
def set_prices(view: views.PriceView) -> proposals.Prices | None:
    """Which prices count?"""


@question
def set_phase(view: views.PhaseView) -> proposals.Phases | None:
    """Is each market open?"""


@question
def admit(view: views.OrderView) -> proposals.Admission | None:
    """May these orders and transfers pass?"""


@question
def require_margin(view: views.MarginView) -> proposals.MarginTerms | None:
    """How much margin does each account need?"""


@question
def liquidate(view: views.BreachView) -> proposals.Liquidation | None:
    """What happens to these breached accounts?"""


@question
def route_cash(view: views.CashView) -> proposals.Routing | None:
    """Where does this cash go?"""


@question
def absorb(view: views.ResidualView) -> proposals.Absorption | None:
    """What do the backstops take?"""


@question
def share_loss(view: views.ResidualView) -> proposals.LossSharing | None:
    """Do we share the rest, how much, and how widely?"""


@question
def allocate(event: views.LossEvent) -> proposals.Allocation | None:
    """Who bears it?"""


@question
def allocate_jointly(view: views.JointLoss) -> proposals.JointAllocation | None:
    """Who bears the losses of all markets?"""


@question
def intervene(view: views.MarketView) -> proposals.Intervention | None:
    """What is done before there is a loss?"""


@question
def observe(view: views.EventView) -> None:
    """Note what happened."""
