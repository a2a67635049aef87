"""Which axioms rules keep, and a counterexample for each that they do not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lastresort.api.shown import Shown
from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, did_you_mean
from lastresort.plugins.manager import make
from lastresort.plugins.testing.axioms import (
    AXIOMS,
    CASES,
    Outcome,
    Verdict,
    counterexample,
    not_applicable,
    verdicts,
)
from lastresort.plugins.testing.axioms.counterexamples import sentences, tables
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import interruptible


@dataclass(frozen=True)
class Counterexample:
    """A small book in which a rule violates an axiom: what is wrong, in sentences, and tables with captions."""

    sentence: str
    sentences: tuple[str, ...]
    tables: tuple[tuple[str, list[dict[str, str]]], ...]


@dataclass(frozen=True, repr=False)
class AxiomTable(Shown):
    """Verdicts by mechanism and axiom on `cases` books, and the mechanisms that axioms do not apply to, with reasons.

    `rules` are the mechanisms that were asked.
    """

    verdicts: Mapping[str, Mapping[str, Verdict]]
    apart: Mapping[str, str]
    rules: Mapping[str, Mechanism]
    cases: int

    @property
    def alone(self) -> str:
        """Name of the mechanism where there is but one; empty where there are several."""
        return next(iter(self.verdicts)) if len(self.verdicts) == 1 and not self.apart else ""

    @property
    def title(self) -> str:
        """How much was tried."""
        return f"axioms, on {self.cases} books"

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each mechanism, a column for each axiom."""
        return [
            {"mechanism": name} | {axiom: sign(verdict) for axiom, verdict in found.items()}
            for name, found in self.verdicts.items()
        ]

    @property
    def statements(self) -> dict[str, str]:
        """What each axiom says."""
        return {name: axiom.statement for name, axiom in AXIOMS.items()}

    def told(self, mechanism: str) -> list[dict[str, str]]:
        """A row for each axiom on one mechanism, with what the axiom says."""
        return [
            {"axiom": axiom, mechanism: _words(verdict), "statement": AXIOMS[axiom].statement}
            for axiom, verdict in self.verdicts[mechanism].items()
        ]

    def counterexample(self, mechanism: str, axiom: str) -> Counterexample:
        """Return the smallest counterexample that is found, for an axiom that fails."""
        with interruptible(), rationed():
            found = counterexample(AXIOMS[axiom], self.rules[mechanism], self.cases)
            return Counterexample(found.sentence, tuple(sentences(AXIOMS[axiom], found)), tuple(tables(found)))

    def broken(self, mechanism: str) -> Iterator[str]:
        """Axioms that a mechanism fails."""
        return (name for name, one in self.verdicts[mechanism].items() if one.outcome is Outcome.FAILS)

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it; of one mechanism alone with its counterexamples."""
        told: dict[str, dict[str, dict[str, Any]]] = {
            name: {axiom: asdict(one) for axiom, one in found.items()} for name, found in self.verdicts.items()
        }
        for axiom in self.broken(self.alone) if self.alone else ():
            shown = self.counterexample(self.alone, axiom)
            told[self.alone][axiom]["counterexample"] = {"sentence": shown.sentence, "tables": dict(shown.tables)}
        return {"axioms": self.statements, "mechanisms": told, "not applicable": dict(self.apart)}


def axioms(
    mechanisms: str | Mechanism | Sequence[str | Mechanism] = (),
    cases: int = CASES,
    plugins: Sequence[str | Path] = (),
) -> AxiomTable:
    """Try allocation rules on the axioms of loss sharing: each holds on so many books, or has a counterexample.

    Rules are names or objects, of which there may be one; all that there are without any. `plugins` are Python files
    whose rules count too. InputError for an unknown name.
    """
    given = [mechanisms] if isinstance(mechanisms, str | Mechanism) else list(mechanisms)
    catalogue = Catalogue.load(tuple(map(Path, plugins)))
    kinds = _kinds(given or list(catalogue.mechanisms), catalogue)
    apart = {name: reason for name, (kind, _) in kinds.items() if (reason := not_applicable(kind))}
    rules = {name: one or _made(kind) for name, (kind, one) in kinds.items() if name not in apart}
    with interruptible(), rationed():
        found = {name: verdicts(rule, AXIOMS, cases) for name, rule in rules.items()}
    return AxiomTable(found, apart, rules, cases)


def sign(verdict: Verdict) -> str:
    """A verdict in a word: a number of books, `fails`, `-` for a silent rule, `!` for one that was refused."""
    signs = {Outcome.HOLDS: str(verdict.cases), Outcome.FAILS: "fails", Outcome.SILENT: "-", Outcome.REFUSED: "!"}
    return signs[verdict.outcome]


def _words(verdict: Verdict) -> str:
    return f"holds ({verdict.cases})" if verdict.outcome is Outcome.HOLDS else str(verdict.outcome)


def _kinds(
    given: Sequence[str | Mechanism], catalogue: Catalogue
) -> dict[str, tuple[type[Mechanism], Mechanism | None]]:
    """Class of each rule, and the rule itself where it is given, by name."""
    known = catalogue.mechanisms
    found: dict[str, tuple[type[Mechanism], Mechanism | None]] = {}
    for one in given:
        if isinstance(one, Mechanism):
            found[str(one.name)] = (type(one), one)
        elif one in known:
            found[one] = (known[one], None)
        else:
            shown = "a name that 'lastresort list mechanisms' shows"
            raise InputError(f"unknown mechanism '{one}'; allowed: {shown}{did_you_mean(one, known)}")
    return found


def _made(kind: type[Mechanism]) -> Mechanism:
    return make(kind, {}, f"mechanism '{kind.name}', parameters")
