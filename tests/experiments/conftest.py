"""A study that is over within seconds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lastresort.experiments.executors import Here
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.planning import StudyFile
from lastresort.plugins.catalogue import Catalogue


@pytest.fixture(scope="session")
def run_short(small: str) -> Callable[[Path, str], Path]:
    """Run a study file's text, on the small market for five minutes, in some place, and return the study's folder."""

    def run(place: Path, text: str) -> Path:
        (place / "small.yaml").write_text(small.replace("1200", "300").replace("2000", "400"), encoding="utf-8")
        (place / "study.yaml").write_text(text, encoding="utf-8")
        catalogue = Catalogue.load()
        plan = StudyFile.read(place / "study.yaml").plan(catalogue, [])
        StudyFolder(place / "out").run(plan, catalogue, Here(), lambda step: None)
        return place / "out"

    return run
