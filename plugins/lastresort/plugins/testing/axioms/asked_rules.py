"""Verdicts on a rule from where its code is: here for built-ins, in the process of its plugin otherwise."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.isolation.texts import texts
from lastresort.plugins.manager import make
from lastresort.plugins.testing.axioms.all_axioms import AXIOMS
from lastresort.plugins.testing.axioms.checking import Outcome, Verdict, counterexample
from lastresort.plugins.testing.axioms.counterexamples import sentences, tables
from lastresort.plugins.testing.axioms.matrix import verdicts
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import interruptible

Parameters = Mapping[str, Any]
Grid = list[dict[str, str]]


@dataclass(frozen=True)
class Counterexample:
    """A small book in which a rule violates an axiom: what is wrong, in sentences, and tables with captions."""

    sentence: str
    sentences: tuple[str, ...]
    tables: tuple[tuple[str, Grid], ...]


def ask_verdicts(
    catalogue: Catalogue, name: str, parameters: Parameters, cases: int, patience: float
) -> dict[str, Verdict]:
    """Return the verdicts on a rule by axiom; InputError where it cannot be made, PluginEndedError where it ends."""
    return catalogue.ask(name, judged, patience, _verdicts, name=name, parameters=parameters, cases=cases)


def _verdicts(said: Any) -> dict[str, Verdict]:
    return {axiom: _verdict(said[axiom]) for axiom in AXIOMS}


def _verdict(said: Any) -> Verdict:
    return Verdict(Outcome(said["outcome"]), int(said["cases"]), escaped(said["refusal"]), escaped(said["traceback"]))


def judged(
    catalogue: Catalogue, name: str, parameters: Parameters, cases: int, patience: float
) -> dict[str, dict[str, Any]]:
    """Try a rule on all axioms in this process."""
    rule = make(catalogue.mechanisms[name], parameters, f"mechanism '{name}', parameters")
    with interruptible(patience), rationed():
        return {axiom: asdict(one) for axiom, one in verdicts(rule, AXIOMS, cases).items()}


def ask_counterexample(
    catalogue: Catalogue, name: str, parameters: Parameters, axiom: str, cases: int, patience: float
) -> Counterexample:
    """Return the smallest counterexample that is found, for an axiom that fails; otherwise as `ask_verdicts`."""
    wanted = {"name": name, "parameters": parameters, "axiom": axiom, "cases": cases}
    return catalogue.ask(name, found_against, patience, _counterexample, **wanted)


def _counterexample(said: Any) -> Counterexample:
    grids = [(escaped(caption), [_row(row) for row in rows]) for caption, rows in said["tables"]]
    return Counterexample(escaped(said["sentence"]), tuple(texts(said["sentences"])), tuple(grids))


def _row(said: Any) -> dict[str, str]:
    return {escaped(name): escaped(value) for name, value in said.items()}


def found_against(
    catalogue: Catalogue, name: str, parameters: Parameters, axiom: str, cases: int, patience: float
) -> dict[str, Any]:
    """Look for a counterexample in this process."""
    rule = make(catalogue.mechanisms[name], parameters, f"mechanism '{name}', parameters")
    with interruptible(patience), rationed():
        found = counterexample(AXIOMS[axiom], rule, cases)
        return {
            "sentence": found.sentence,
            "sentences": sentences(AXIOMS[axiom], found),
            "tables": list(tables(found)),
        }
