"""The built-in mechanisms and policies, registered by the same hooks as anybody's."""

from pathlib import Path

import pluggy

from lastresort.mechanisms.allocation.hedge_aware_adl import HedgeAwareAdl
from lastresort.mechanisms.allocation.pro_rata_adl import ProRataAdl
from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.allocation.socialized_loss import SocializedLoss
from lastresort.mechanisms.backstops.deep_pocket import DeepPocket
from lastresort.mechanisms.backstops.insurance_fund import InsuranceFund
from lastresort.mechanisms.backstops.warehouse import Warehouse
from lastresort.mechanisms.brakes.circuit_breaker import CircuitBreaker
from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.liquidation.full_takeover import FullTakeover

hookimpl = pluggy.HookimplMarker("lastresort")


@hookimpl
def lastresort_mechanisms() -> list[type[Mechanism]]:
    """Every built-in mechanism."""
    return [
        FullTakeover,
        InsuranceFund,
        DeepPocket,
        Warehouse,
        QueueAdl,
        ProRataAdl,
        HedgeAwareAdl,
        SocializedLoss,
        CircuitBreaker,
    ]


@hookimpl
def lastresort_policies() -> list[Path]:
    """The YAML files of the built-in policies."""
    return sorted((Path(__file__).parent / "policies").glob("*.yaml"))
