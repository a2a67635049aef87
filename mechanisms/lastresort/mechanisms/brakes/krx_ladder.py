"""K5: the three stages of the Korea Exchange: a fall that lasts a minute, a long halt, then a call auction."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.brakes.static_halt import StaticHalt
from lastresort.mechanisms.contract import Evidence


class KrxLadder(StaticHalt):
    """Halt at 8 % and 15 %, close at 20 %, each after a minute below, and each 1 % beyond the stage before.

    The source measures the KOSPI index and spares the last 40 minutes of a day; here each market has its own mid and
    markets never close.
    """

    name: ClassVar[str] = "krx-ladder"
    source: ClassVar[str] = (
        "Korea Exchange, Circuit Breakers (GLB0602020204T2): 8 % for 1 minute, 20-minute halt and 10-minute call "
        "auction; 15 % and 1 % further; 20 % and 1 % further closes"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    levels: tuple[float, ...] = Field(
        (0.08, 0.15, 0.20), min_length=1, description="falls that halt, fractions, rising"
    )
    hold: float = Field(60.0, ge=0, description="time a fall must last, seconds")
    further: float = Field(0.01, ge=0, description="least fall beyond the one that halted last, fraction")
    halt: float = Field(1200.0, gt=0, description="length of a halt, seconds")
    auction: float = Field(600.0, ge=0, description="length of the call auction after a halt, seconds")
