"""A planned sensitivity analysis, done in its folder."""

from lastresort.api.watching import Watching
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.rehearsal import rehearse
from lastresort.scores.sensitivity import Sensitivity
from lastresort.scores.sensitivity.conduct import Conduct
from lastresort.scores.sensitivity.folder import SensitivityFolder
from lastresort.scores.sensitivity.laboratory import Laboratory
from lastresort.scores.sensitivity.planning import placing_of
from lastresort.scores.sensitivity.sensitivity_plan import SensitivityPlan
from lastresort.study.executors import Executor


def do(
    plan: SensitivityPlan, catalogue: Catalogue, folder: SensitivityFolder, executor: Executor, watching: Watching
) -> Sensitivity:
    """Do what is left to do of a plan, and write and return what came of it.

    Raises InputError before anything runs or is written, and RunError as the executor does.
    """
    rehearse(plan.policies, catalogue, plan.plugin_files, plan.patience)
    placing = placing_of(plan, catalogue)
    folder.claim(plan)
    with watching(None) as advance:
        laboratory = Laboratory(
            catalogue, folder.store, executor, advance, {}, set(), plan.plugin_files, plan.patience, plan.brought
        )
        found = Conduct(plan, placing, laboratory.measure).run()
    return folder.finish(plan, found, tuple(laboratory.failed.values()), len(laboratory.seen))
