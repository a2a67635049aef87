"""Payer.BACKSTOP is for policies with role: reference: the rehearsal refuses it to all others, before anything runs."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.explanation import explanation
from lastresort.plugins.rehearsal import rehearse

Writer = Callable[[str], Path]

PAYING = """
class Outside(Mechanism):
    "Pays itself from outside."
    name = "outside"
    def absorb(self, view):
        nothing = np.zeros(len(view.market))
        return Absorption(payer=Payer.BACKSTOP, pay=view.deficit, standby=nothing, take=nothing)
"""
GAP = """
class Outside(Mechanism):
    "Has the gap between its two prices paid from outside: winners close a tenth better than the engine."
    name = "outside"
    def allocate(self, event):
        quantity = event.candidates.quantity
        size = abs(quantity) * (quantity * event.contracts < 0)
        size = size * min(1.0, abs(event.contracts) / max(size.sum(), 1.0))
        better = event.mark * (1 - 0.1 * np.sign(event.contracts))
        return Allocation(size, 0 * size, better, event.mark, gap_payer=Payer.BACKSTOP)
"""
SAID = {
    PAYING: r"absorb: 'payer' is Payer\.BACKSTOP, and it pays [\d,.]+ USD",
    GAP: r"allocate: 'gap_payer' is Payer\.BACKSTOP, and it pays the gap of [\d,.]+ USD between the two prices",
}
ONLY = "; only a policy with role: reference may use it, allowed is Payer.FUND"
BRINGING = """
@hookimpl
def lastresort_mechanisms():
    return [Outside]
@hookimpl
def lastresort_policies():
    return [Path({policy!r})]
"""


def refused(policy: Policy, catalogue: Catalogue, *files: Path) -> str:
    with pytest.raises(InputError) as caught:
        rehearse([policy], catalogue, files)
    return str(caught.value)


@pytest.mark.parametrize("plugin", [PAYING, GAP], ids=["a loss", "a gap"])
def test_a_contender_from_a_plugin_file_cannot_be_paid_from_outside(plugin: str, write_plugin: Writer) -> None:
    file = write_plugin(plugin)
    catalogue = Catalogue.load([file])
    said = refused(catalogue.policy("fund+outside"), catalogue, file)
    place = re.escape(f"plugin {file}, policy 'fund+outside', mechanism 'outside', question ")
    assert re.match(place + SAID[plugin] + ONLY, said)


@pytest.mark.parametrize("plugin", [PAYING, GAP], ids=["a loss", "a gap"])
def test_a_plugin_s_reference_may_and_the_same_stage_of_a_contender_may_not(
    plugin: str, write_plugin: Writer, write_policy: Writer
) -> None:
    file = write_plugin(plugin)
    catalogue = Catalogue.load([file])
    policy = catalogue.policy(str(write_policy("role: reference\nwaterfall: [{use: full-takeover}, {use: outside}]")))
    rehearse([policy], catalogue, [file])
    contender = policy.model_copy(update={"role": "contender"})
    assert "policy 'mine', mechanism 'outside'" in refused(contender, catalogue, file)


@pytest.mark.parametrize(("stage", "deed"), [("deep-pocket", "pays"), ("warehouse", "takes inventory")])
def test_a_contender_cannot_borrow_the_stage_of_a_reference(stage: str, deed: str, write_policy: Writer) -> None:
    catalogue = Catalogue.load()
    policy = catalogue.policy(str(write_policy(f"waterfall: [{{use: full-takeover}}, {{use: {stage}}}]")))
    assert policy.role == "contender"
    said = refused(policy, catalogue)
    assert said.startswith(
        f"policy 'mine', mechanism '{stage}', question absorb: 'payer' is Payer.BACKSTOP, and it {deed}"
    )
    assert ONLY in said
    rehearse([policy.model_copy(update={"role": "reference"})], catalogue, [])


def test_of_the_built_in_policies_only_the_references_have_a_stage_that_is_paid_from_outside() -> None:
    policies = Catalogue.load().policies.values()
    paid = {policy.name for policy in policies for step in policy.waterfall if step.use in ("deep-pocket", "warehouse")}
    assert paid == {policy.name for policy in policies if policy.role == "reference"} == {"deep-pocket", "warehouse"}


def test_a_mechanism_is_explained_in_the_role_that_its_policies_give_it(
    write_plugin: Writer, write_policy: Writer
) -> None:
    policy = write_policy("role: reference\nwaterfall: [{use: full-takeover}, {use: outside}]")
    brought = Catalogue.load([write_plugin(PAYING + BRINGING.format(policy=str(policy)))])
    assert brought.plays_reference("outside")
    assert "  The outside backstop pays" in "\n".join(explanation("outside", brought).transcript)
    alone = Catalogue.load([write_plugin(PAYING)])
    assert not alone.plays_reference("outside")
    with pytest.raises(InputError, match="only a policy with role: reference"):
        explanation("outside", alone)
