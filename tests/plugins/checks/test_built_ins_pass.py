"""No false alarm: every built-in mechanism passes every check, or says why it does not."""

import pytest

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.registration import lastresort_mechanisms
from lastresort.plugins.testing import examine


@pytest.mark.parametrize("mechanism", lastresort_mechanisms(), ids=lambda mechanism: str(mechanism.name))
def test_built_ins_keep_every_promise(mechanism: type[Mechanism]) -> None:
    """Those of references are examined as such; every one does something, and reads its parameters."""
    outside = mechanism.name in ("deep-pocket", "warehouse")
    found = {finding.check.name: finding for finding in examine(mechanism(), examples=1, reference=outside)}
    assert {name: one.sentence for name, one in found.items() if one.result == "remark"} == {}
    assert {name: one.breach for name, one in found.items() if one.breach and not one.exemption} == {}
