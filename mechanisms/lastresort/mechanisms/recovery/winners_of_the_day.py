"""S4: losses of a day are shared by the accounts that won on that day."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.contract import Evidence
from lastresort.mechanisms.recovery.profit_clawback import ProfitClawback


class WinnersOfTheDay(ProfitClawback):
    """Take the same percentage of every account's net profit at the daily settlement.

    x_i = L g_i / sum of g over winners. It is profit-clawback with a day for a week. Deribit has never had to do it and
    says no more than this; Crypto.com, which says the same of its sessions, takes at least 1 % and keeps the excess for
    its fund, which is not modelled.
    """

    name: ClassVar[str] = "winners-of-the-day"
    source: ClassVar[str] = (
        "Deribit, Insurance Fund (support 25944777576477); Crypto.com, Socialised Loss Mechanism (help 4894442)"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION
    throttled: ClassVar[bool] = True

    period: float = Field(86_400.0, gt=0, description="time between two settlements, seconds")
    first: float = Field(28_800.0, ge=0, description="first settlement after the start of the run, seconds (guess)")
