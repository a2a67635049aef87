"""Which axioms rules keep, and a counterexample for each that they do not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lastresort.api.given_parameters import own, parameters_in
from lastresort.api.given_rules import plugin_files_of
from lastresort.api.shown import Shown
from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginEndedError, did_you_mean
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.manager import make
from lastresort.plugins.testing.axioms import AXIOMS, CASES, Outcome, Verdict, not_applicable
from lastresort.plugins.testing.axioms.asked_rules import Counterexample, ask_counterexample, ask_verdicts
from lastresort.simulation.waterfall.time_limit import PATIENCE


@dataclass(frozen=True, repr=False)
class AxiomTable(Shown):
    """Verdicts by mechanism and axiom on `cases` books, and the mechanisms that axioms do not apply to, with reasons.

    `rules` are the parameters of the mechanisms that were asked, which the catalogue has; those of cells lie in a
    `folder` for as long as the table is there.
    """

    verdicts: Mapping[str, Mapping[str, Verdict]]
    apart: Mapping[str, str]
    rules: Mapping[str, Mapping[str, Any]]
    cases: int
    catalogue: Catalogue
    patience: float = PATIENCE
    folder: TemporaryDirectory[str] | None = None

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
        parameters = self.rules[mechanism]
        return ask_counterexample(self.catalogue, mechanism, parameters, axiom, self.cases, self.patience)

    def broken(self, mechanism: str) -> Iterator[str]:
        """Axioms that a mechanism fails."""
        return (name for name, one in self.verdicts[mechanism].items() if one.outcome is Outcome.FAILS)

    @property
    def tracebacks(self) -> list[str]:
        """The ways through the code of rules to what they raised, each once."""
        ways = (verdict.traceback for found in self.verdicts.values() for verdict in found.values())
        return [way for way in dict.fromkeys(ways) if way]

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
    settings: Sequence[str] = (),
    *,
    patience: float = PATIENCE,
) -> AxiomTable:
    """Try allocation rules on the axioms of loss sharing: each holds on so many books, or has a counterexample.

    Rules are names or objects, of which there may be one; all that there are without any. Names stand for the defaults,
    but for `settings`, as in `limit=3`. `plugins` are Python files
    whose rules count too. An answer may take `patience` seconds. InputError for an unknown name.
    """
    given = [mechanisms] if isinstance(mechanisms, str | Mechanism) else list(mechanisms)
    objects = {str(one.name): one for one in given if isinstance(one, Mechanism)}
    folder = TemporaryDirectory()
    files = (*map(Path, plugins), *plugin_files_of(objects.values(), Path(folder.name)))
    catalogue = contained(files, patience=patience)
    names = [str(getattr(one, "name", one)) for one in given] or list(catalogue.mechanisms)
    _refuse_unknown(names, catalogue)
    chosen = parameters_in(settings, (catalogue.mechanisms[name] for name in names))
    reasons = {name: not_applicable(catalogue.mechanisms[name], chosen) for name in names}
    apart = {name: reason for name, reason in reasons.items() if reason and name not in objects}
    rules = {name: _parameters(name, objects, chosen, catalogue) for name in names if name not in apart}
    found = {name: _verdicts(catalogue, name, rules[name], cases, patience) for name in rules}
    return AxiomTable(found, apart, rules, cases, catalogue, patience, folder)


def _parameters(
    name: str, objects: Mapping[str, Mechanism], given: Mapping[str, Any], catalogue: Catalogue
) -> Mapping[str, Any]:
    """Those of the object that was given, or the defaults but for what is `given`."""
    if name in objects:
        return objects[name].model_dump(mode="json")
    rule = catalogue.mechanisms[name]
    return make(rule, own(given, rule), f"mechanism '{name}', parameters").model_dump(mode="json")


def _verdicts(
    catalogue: Catalogue, name: str, parameters: Mapping[str, Any], cases: int, patience: float
) -> Mapping[str, Verdict]:
    try:
        return ask_verdicts(catalogue, name, parameters, cases, patience)
    except PluginEndedError as error:
        return dict.fromkeys(AXIOMS, Verdict(Outcome.REFUSED, 0, str(error), error.traceback))


def _refuse_unknown(names: Sequence[str], catalogue: Catalogue) -> None:
    known = catalogue.mechanisms
    for name in names:
        if name not in known:
            shown = "a name that 'lastresort list mechanisms' shows"
            raise InputError(f"unknown mechanism '{name}'; allowed: {shown}{did_you_mean(name, known)}")


def sign(verdict: Verdict) -> str:
    """A verdict in a word: a number of books, `fails`, `-` for a silent rule, `!` for one that was refused."""
    signs = {Outcome.HOLDS: str(verdict.cases), Outcome.FAILS: "fails", Outcome.SILENT: "-", Outcome.REFUSED: "!"}
    return signs[verdict.outcome]


def _words(verdict: Verdict) -> str:
    return f"holds ({verdict.cases})" if verdict.outcome is Outcome.HOLDS else str(verdict.outcome)
