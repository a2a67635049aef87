"""The folder of a sensitivity analysis: what was declared, its runs, its points, and what came of them.

`declaration.json` is the plan, written before anything runs; `store/` holds the runs; `samples.parquet` has a row per
point; `sensitivity.json` is the result, written last.
"""

from dataclasses import dataclass
from pathlib import Path

from lastresort.analysis.sensitivity.analysis_run import Analysed
from lastresort.analysis.sensitivity.findings import FailedRun
from lastresort.analysis.sensitivity.library import library_version
from lastresort.analysis.sensitivity.result import RESULT, SAMPLES, Origins, Sensitivity
from lastresort.analysis.sensitivity.sensitivity_plan import SensitivityPlan
from lastresort.experiments.environment import libraries
from lastresort.experiments.folders.comparison_folder import RULES, STORE, make_writable, refuse_strangers
from lastresort.experiments.folders.damages import FILES, clear_damages
from lastresort.experiments.folders.seals import digests
from lastresort.experiments.folders.writing import write_json, write_whole, writing_to
from lastresort.experiments.keys import engine_version, fingerprint
from lastresort.experiments.store import RunStore, is_there, read_sealed, refuse_links, set_aside, to_parquet
from lastresort.plugins.errors import InputError

DECLARATION = "declaration.json"


@dataclass(frozen=True)
class SensitivityFolder:
    """The folder of one analysis, whether or not it is finished."""

    directory: Path

    @property
    def store(self) -> RunStore:
        """All runs of the analysis."""
        return RunStore(self.directory / STORE)

    def claim(self, plan: SensitivityPlan) -> None:
        """Make the folder ready and write the plan down; runs stay, an older result goes.

        Raises InputError where the folder holds something else, or another analysis, and RunError for a full disk.
        """
        refuse_links(self.directory, self.directory / STORE)
        refuse_strangers(self.directory, {DECLARATION, STORE, SAMPLES, RESULT, RULES})
        held = self._held()
        if held not in ("", plan.name):
            raise InputError(f"output folder '{self.directory}' holds the analysis '{held}': choose another --out")
        make_writable(self.directory)
        clear_damages(self.directory, RESULT, (SAMPLES,), self.store.directory)
        for name in (RESULT, SAMPLES):
            (self.directory / name).unlink(missing_ok=True)
        with writing_to(self.directory):
            document = {"sha256": plan.sha256(), "engine": engine_version(), "plan": plan.document()}
            write_json(self.directory / DECLARATION, document)

    def finish(self, plan: SensitivityPlan, found: Analysed, failed: tuple[FailedRun, ...], runs: int) -> Sensitivity:
        """Write what came of a plan, the result last, and return it."""
        samples = to_parquet(found.samples)
        files = digests({SAMPLES: samples})
        result = Sensitivity(
            name=plan.name,
            question=plan.question,
            scenario=plan.scenario.name,
            policies=plan.contenders,
            baseline=plan.baseline,
            factors=plan.factors,
            outputs=plan.outputs,
            replicates=len(plan.seeds),
            seeds_each=len(plan.seeds[0]),
            runs=runs,
            morris=found.morris,
            sobol=found.sobol,
            flips=found.flips,
            ends=found.ends,
            confirmations=found.confirmations,
            answers=found.answers,
            failed=failed,
            origins=Origins(
                plan=plan.sha256(),
                samples=files[SAMPLES],
                engine=engine_version(),
                scores=fingerprint("lastresort.scores")[:12],
                libraries={**libraries(), "SALib": library_version()},
            ),
        )
        with writing_to(self.directory):
            write_whole(self.directory / SAMPLES, samples)
            write_json(self.directory / RESULT, result.document() | {FILES: files})
        return result

    def _held(self) -> str:
        """Name of the analysis whose folder this is, empty where none is declared; a damaged one is set aside."""
        file = self.directory / DECLARATION
        if not is_there(file):
            return ""
        try:
            return str(read_sealed(file)["plan"]["name"])
        except (OSError, ValueError, KeyError, TypeError):
            set_aside(file, self.store.directory, "is damaged or of another version of lastresort")
            return ""
