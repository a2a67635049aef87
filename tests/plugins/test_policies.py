"""The built-in policies as data: each builds, says where every line comes from, and lies where its suite says."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from pydantic import Field

from lastresort.mechanisms import registration
from lastresort.mechanisms.contract import QUESTIONS, Mechanism
from lastresort.mechanisms.policy import DOUBTFUL, SUITES, Engine, Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.documents import read_document
from lastresort.plugins.errors import InputError
from lastresort.plugins.figures import engine_in_words, standing_of_engine, standing_of_figures
from lastresort.plugins.manager import build_waterfall
from lastresort.plugins.testing.small_crash import FIRST_BREACH, shown
from lastresort.simulation.waterfall.rulebook import Rulebook

Writer = Callable[[str], Path]

FILES = registration.lastresort_policies()
POLICIES = {file.stem: read_document(file, Policy) for file in FILES}

CORE = {
    "deep-pocket",
    "warehouse",
    "fund+queue-adl",
    "fund+pro-rata-adl",
    "fund+hedge-aware-adl",
    "fund+socialized-loss",
    "fund+queue-adl+circuit-breaker",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_policy_lies_in_the_folder_of_its_suite_under_its_name(file: Path) -> None:
    policy = POLICIES[file.stem]
    assert (policy.suite, policy.name.replace("+", "-")) == (file.parent.name, file.stem)


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_builds_with_the_parameters_of_its_mechanisms(name: str, catalogue: Catalogue) -> None:
    policy = catalogue.policy(POLICIES[name].name)
    waterfall = build_waterfall(policy, catalogue)
    stages = {answer.name for question in QUESTIONS for answer in getattr(waterfall, question)}
    assert waterfall.liquidate
    assert stages == {step.stage for step in policy.waterfall}


@pytest.mark.parametrize("name", POLICIES)
def test_every_line_says_where_it_comes_from_and_how_well_that_is_known(name: str) -> None:
    silent = [step.use for step in POLICIES[name].waterfall if not (step.source.strip() and step.evidence)]
    assert silent == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_policy_says_how_its_engine_comes_to_the_waterfall(file: Path) -> None:
    """All three parameters are written out, with a source and how well it is known."""
    engine = POLICIES[file.stem].engine
    assert engine.model_fields_set >= {"wait", "halted", "places", "source", "evidence"}
    assert engine.source.strip()
    assert engine.evidence


AT_ONCE = {
    "bitmex",
    "bitmex-march-2020",
    "bluefin",
    "bybit",
    "bybit-pooled-funds",
    "derive",
    "derive-second-set",
    "ethereal",
    "gmx",
    "htx",
    "okex-2018",
    "okx",
    "paradex",
    "perp-v2",
    "sunx",
    "synthetix",
    "vertex",
}
"""Venues that take a small position with equity over as soon as its margin is breached; some send large ones."""


@pytest.mark.parametrize("name", POLICIES)
def test_a_breach_meets_the_book_first_where_its_venue_does_so(name: str, catalogue: Catalogue) -> None:
    position = shown("liquidate", FIRST_BREACH)[0]
    small = replace(position, **{f.name: getattr(position, f.name)[:1] for f in fields(position) if f.name != "time"})
    solvent = replace(small, equity=0.9 * small.maintenance, impact=np.zeros(1), since=np.ones(1))
    said = Rulebook(build_waterfall(POLICIES[name], catalogue)).liquidate(solvent)
    assert (said.seize > 0).tolist() == [name in AT_ONCE]
    assert (said.order > 0).tolist() == [name not in AT_ONCE]


@pytest.mark.parametrize("name", POLICIES)
def test_no_line_names_a_source_that_its_evidence_denies(name: str) -> None:
    """Code is named with its commit, a paper with its number or year."""
    needed = {"code": r"\w+/[\w.-]+@[0-9a-f]{7}", "paper": r"arXiv \d{4}\.\d{5}|\((19|20)\d\d\)"}
    engine = POLICIES[name].engine
    lines = [(engine.evidence, engine.source), *((step.evidence, step.source) for step in POLICIES[name].waterfall)]
    for evidence, source in lines:
        assert re.search(needed.get(str(evidence), ""), source), source


@pytest.mark.parametrize("name", POLICIES)
def test_a_summary_is_two_sentences_at_most(name: str) -> None:
    summary = POLICIES[name].summary.strip()
    assert summary.endswith(".")
    assert summary.count(". ") <= 1


def test_the_core_suite_is_what_an_unnamed_comparison_runs(catalogue: Catalogue) -> None:
    assert {policy.name for policy in catalogue.suite("core")} == CORE


def test_suites_part_the_policies(catalogue: Catalogue) -> None:
    parts = [policy.name for suite in SUITES for policy in catalogue.suite(suite)]
    assert sorted(parts) == sorted(policy.name for policy in catalogue.choice("all")) == sorted(catalogue.policies)
    assert {"binance", "hyperliquid", "dydx-v4"} <= {policy.name for policy in catalogue.choice("venues")}
    assert "ccp-style" in {policy.name for policy in catalogue.choice("clearing")}
    assert all(policy.name.startswith("paper-") for policy in catalogue.choice("papers"))


def test_a_word_means_a_suite_a_name_or_a_file(catalogue: Catalogue, write_policy: Writer) -> None:
    path = write_policy("waterfall: [{use: full-takeover}]")
    assert [policy.name for policy in catalogue.choice("warehouse")] == ["warehouse"]
    assert [policy.suite for policy in catalogue.choice(str(path))] == ["own"]


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("venue", r"unknown policy 'venue'; allowed: a name or a suite .* did you mean 'venues'\?$"),
        ("warehose", r"unknown policy 'warehose'; .* did you mean 'warehouse'\?$"),
        ("own", "suite 'own' has no policies"),
    ],
)
def test_a_word_that_means_nothing_is_refused(catalogue: Catalogue, word: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        catalogue.choice(word)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "waterfall: [{use: full-takeover, figures: {penalti: remembered}}]",
            r"policy 'mine', step 1 \(full-takeover\), figures: unknown parameter 'penalti'; "
            r"allowed: penalty; did you mean 'penalty'\?$",
        ),
        (
            "waterfall: [{use: full-takeover, figures: {penalty: remembred}}]",
            r"key 'waterfall.0.figures.penalty': found 'remembred'; allowed: .* did you mean 'remembered'\?$",
        ),
        (
            "waterfall: [{use: full-takeover, evidence: official}]",
            r"key 'waterfall.0.evidence': found 'official'; allowed: 'code', 'official page', .*$",
        ),
        ("suite: venue\nwaterfall: [{use: full-takeover}]", "did you mean 'venues'"),
        (
            "engine: {wiat: 2}\nwaterfall: [{use: full-takeover}]",
            r"unknown key 'engine.wiat'; allowed: evidence, .* or wait; did you mean 'wait'\?$",
        ),
        (
            "engine: {figures: {wiat: guess}}\nwaterfall: [{use: full-takeover}]",
            r"key 'engine.figures.wiat.*': found 'wiat'; allowed: 'wait', 'halted' or 'places'; did you mean 'wait'\?$",
        ),
    ],
)
def test_evidence_and_engines_in_other_words_are_refused(
    catalogue: Catalogue, write_policy: Writer, text: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        catalogue.policy(str(write_policy(text)))


@pytest.mark.parametrize("name", ["all", *SUITES])
def test_no_policy_takes_the_name_of_a_suite(tmp_path: Path, name: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(f"name: {name}\ntitle: T\nsummary: S.\nwaterfall: [{{use: full-takeover}}]\n")
    with pytest.raises(InputError, match=f"key 'name': found '{name}'; allowed: a name other than those of suites"):
        read_document(path, Policy)


class HalfKnown(Mechanism):
    """One default remembered, one guessed, one read."""

    name: ClassVar[str] = "half-known"
    delay: float = Field(30.0, description="seconds (remembered)")
    share: float = Field(0.2, description="fraction (guess)")
    most: float = Field(1e6, description="USD")


@pytest.mark.parametrize(
    ("step", "doubted"),
    [
        ({}, {"delay": "remembered", "share": "guess"}),
        ({"with": {"delay": 60.0}, "evidence": "code"}, {"share": "guess"}),
        ({"evidence": "remembered"}, {"delay": "remembered", "share": "remembered", "most": "remembered"}),
        ({"figures": {"share": "code"}}, {"delay": "remembered", "share": "code"}),
        ({"with": {"most": 5e5}, "evidence": "guess", "figures": {"most": "third party"}},
         {"delay": "guess", "share": "guess", "most": "third party"}),
    ],
)  # fmt: skip
def test_doubts_come_from_the_line_the_figure_or_the_default(step: dict[str, object], doubted: dict[str, str]) -> None:
    assert standing_of_figures(Step.model_validate({"use": "half-known", **step}), HalfKnown) == doubted


@pytest.mark.parametrize(
    ("engine", "sentence"),
    [
        ("{wait: -1}", "key 'engine.wait': found -1; allowed: greater than or equal to 0$"),
        ("{wait: .inf}", "key 'engine.wait': found inf; allowed: a finite number$"),
        ("{halted: perhaps}", "key 'engine.halted': found 'perhaps'; allowed: a valid boolean"),
        ("{places: pool}", "key 'engine.places': found 'pool'; allowed: 'uncovered' or 'inventory'$"),
    ],
)
def test_an_engine_out_of_its_range_is_refused(
    catalogue: Catalogue, write_policy: Writer, engine: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        catalogue.policy(str(write_policy(f"engine: {engine}\nwaterfall: [{{use: full-takeover}}]")))


def test_an_engine_reaches_the_compiled_waterfall(catalogue: Catalogue, write_policy: Writer) -> None:
    said = write_policy("engine: {wait: 15, halted: false, places: inventory}\nwaterfall: [{use: full-takeover}]")
    waterfall = build_waterfall(catalogue.policy(str(said)), catalogue)
    assert (waterfall.wait, waterfall.halted, waterfall.places_all) == (15.0, False, True)
    silent = build_waterfall(catalogue.policy(str(write_policy("waterfall: [{use: full-takeover}]"))), catalogue)
    assert (silent.wait, silent.halted, silent.places_all) == (0.0, True, False)


def test_doubts_about_an_engine_come_from_the_block_or_the_figure() -> None:
    guessed = Engine(evidence="guess", figures={"places": "code"})
    assert standing_of_engine(guessed) == {"wait": "guess", "halted": "guess", "places": "code"}
    read = Engine(wait=2.5, halted=False, evidence="official page", figures={"wait": "third party"})
    assert standing_of_engine(read) == {"wait": "third party"}
    assert engine_in_words(read) == "wait 2.5 (third party), halted no, places uncovered; official page"
    assert engine_in_words(Engine()) == "wait 0, halted yes, places uncovered; not stated"


def test_a_resolved_policy_carries_every_doubt(catalogue: Catalogue) -> None:
    from lastresort.experiments.waterfalls import resolve

    for policy in catalogue.policies.values():
        engine = resolve(policy, catalogue).engine
        assert engine.evidence not in DOUBTFUL or engine.figures.keys() == engine.parameters.keys()
        for step in resolve(policy, catalogue).waterfall:
            fields = catalogue.mechanisms[step.use].model_fields
            assert step.figures.keys() <= step.parameters.keys() == fields.keys()
            assert all(step.figures.get(name) in DOUBTFUL for name in _doubted_defaults(step, policy, catalogue))


def _doubted_defaults(step: Step, policy: Policy, catalogue: Catalogue) -> list[str]:
    """Parameters that the author of a policy left at a default in doubt and said nothing about."""
    own = next(line for line in policy.waterfall if line.use == step.use)
    fields = catalogue.mechanisms[step.use].model_fields.items()
    return [
        name
        for name, field in fields
        if name not in own.parameters
        and name not in own.figures
        and (field.description or "").endswith(("(remembered)", "(guess)"))
    ]


def test_every_mechanism_takes_part_in_a_policy(catalogue: Catalogue) -> None:
    used = {step.use for policy in catalogue.policies.values() for step in policy.waterfall}
    assert {name for name, origin in catalogue.origins.items() if origin == "built-in"} <= used
