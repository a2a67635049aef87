"""What came of a sensitivity analysis, as `sensitivity.json` holds it."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import ConfigDict, TypeAdapter

from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.findings import Confirmation, End, FailedRun, Flip, Morris, Sobol
from lastresort.analysis.sensitivity.outputs import Output
from lastresort.experiments.folders.damages import FILES, damages
from lastresort.experiments.store import read_sealed, refuse_links
from lastresort.plugins.errors import InputError, one_of

if TYPE_CHECKING:
    import pandas as pd

RESULT = "sensitivity.json"
SAMPLES = "samples.parquet"
"""The table that the result seals."""

LARGEST = 50_000_000
"""Bytes of a result that is read; a real one has less than a hundredth of that."""


@dataclass(frozen=True, slots=True)
class Origins:
    """What decided the result: SHA-256 (hex) of plan and samples, versions of the engine, the scores and libraries."""

    plan: str
    samples: str
    engine: str
    scores: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, repr=False)
class Sensitivity:
    """A finished analysis. `answers` says in sentences what would flip each difference."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str
    question: str
    scenario: str
    policies: tuple[str, ...]
    baseline: str
    factors: tuple[Factor, ...]
    outputs: tuple[Output, ...]
    replicates: int
    seeds_each: int
    runs: int
    morris: Morris | None
    sobol: Sobol | None
    flips: tuple[Flip, ...]
    ends: tuple[End, ...]
    confirmations: tuple[Confirmation, ...]
    answers: tuple[str, ...]
    failed: tuple[FailedRun, ...]
    origins: Origins

    @classmethod
    def read(cls, directory: Path) -> Self:
        """Read the result of a folder, whoever wrote it; InputError where there is none or it is damaged.

        Nothing is parsed but one JSON file; links are refused.
        """
        refuse_links(directory)
        file = directory / RESULT
        try:
            if file.lstat().st_size > LARGEST:
                raise ValueError("far too large")
            document = read_sealed(file, _parsed)
            document.pop(FILES, None)
            result = TypeAdapter(cls).validate_python(document)
            result._check_names()
        except FileNotFoundError as error:
            raise InputError(f"'{directory}' holds no finished sensitivity analysis: it has no {RESULT}") from error
        except OSError as error:
            raise InputError(f"'{file}' cannot be read: {error.strerror or error}") from error
        except (ValueError, RecursionError, OverflowError) as error:
            raise InputError(f"'{file}' is damaged or of another version of lastresort: run it again") from error
        for name, what in damages(directory, RESULT, (SAMPLES,)).items():
            raise InputError(f"'{directory / name}' {what}: run it again")
        return result

    def document(self) -> dict[str, Any]:
        """Return the result as JSON has it, with null for what is not defined."""
        document: dict[str, Any] = _plain(asdict(self))
        return document

    def to_pandas(self) -> "pd.DataFrame":
        """Return a row for each output and factor: indices of Morris and Sobol as far as there are, and the flip.

        Columns `output`, `factor`, `mu_star`, `mu`, `sigma`, `S1`, `ST` (NaN where not known) and `flips`.
        """
        import pandas as pd

        flips = {(one.output, one.factor): one.outcome for one in self.flips}
        rows = []
        for output in self.outputs:
            morris = self.morris.of(output.name) if self.morris else {}
            sobol = self.sobol.of(output.name) if self.sobol else {}
            for name in (factor.name for factor in self.factors):
                row = {column: getattr(morris.get(name), column, math.nan) for column in ("mu_star", "mu", "sigma")}
                row |= {column: getattr(sobol.get(name), column, math.nan) for column in ("S1", "ST")}
                outcome = flips.get((output.name, name), "")
                rows.append({"output": output.name, "factor": name, **row, "flips": outcome})
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        """What it is and what came of it, in a few lines."""
        head = f"Sensitivity {self.name!r}: {len(self.factors) - 1} factors and chance, {self.runs:,} runs"
        return "\n  ".join([head, self.sentence, *self.answers[:4]])

    def factor(self, name: str) -> Factor:
        """Return a factor by its name."""
        return next(factor for factor in self.factors if factor.name == name)

    @property
    def differences(self) -> tuple[Output, ...]:
        """The outputs that compare two policies."""
        return tuple(output for output in self.outputs if output.against)

    @property
    def sentence(self) -> str:
        """Whether anything that was varied would flip a difference, in one sentence."""
        flipping = dict.fromkeys(one.factor for one in self.flips if one.outcome == "flips")
        varied = {one.factor for one in self.flips}
        if flipping:
            names = one_of(self.factor(name).label for name in flipping).replace(" or ", " and ")
            verb = "flips" if len(flipping) == 1 else "flip"
            return f"Of {len(varied)} assumptions and thresholds varied together, {names} {verb} a difference."
        open_ones = {one.factor for one in self.flips if one.outcome != "never"}
        told = f"None of {len(varied)} assumptions and thresholds varied together is seen to flip a difference"
        return f"{told}; for {len(open_ones)} of them it cannot be told." if open_ones else f"{told}."

    def _check_names(self) -> None:
        """Whoever shows the result looks factors and outputs up by their names."""
        outputs, factors = {one.name for one in self.outputs}, {one.name for one in self.factors}
        said = [(one.output, one.factor) for one in self.flips]
        said += [(one.output, one.factor) for one in self.confirmations]
        said += [(one.output, one.factor) for one in (self.morris.indices if self.morris else ())]
        said += [(one.output, one.factor) for one in (self.sobol.indices if self.sobol else ())]
        if any(output not in outputs or factor not in factors for output, factor in said):
            raise ValueError("an index of nothing")
        for end in self.ends:
            if end.output not in outputs or end.factor not in {"", *factors}:
                raise ValueError("an end of nothing")


def _parsed(content: bytes) -> Any:
    return json.loads(content, parse_constant=_refuse, parse_float=_finite)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
