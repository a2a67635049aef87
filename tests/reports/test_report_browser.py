"""The report in a real browser, without a network: it renders, every figure has a size, and nothing complains."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import image

from lastresort.mechanisms.policy import Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.reports import axioms, write_report

OFFLINE = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
)

MEASURE = """<script>
window.addEventListener("load", () => {
  const size = (e) => { const r = e.getBoundingClientRect(); return [r.width, r.height]; };
  const found = {
    figures: [...document.querySelectorAll("figure svg")].map(size),
    words: [...document.querySelectorAll("figure svg text")].map(size),
    page: [document.documentElement.scrollWidth, window.innerWidth],
    loaded: performance.getEntriesByType("resource").length,
  };
  document.body.dataset.found = JSON.stringify(found);
});
</script></body>"""


def browse(page: Path, folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Open a page in Chromium with a fresh profile and no network."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.fail("the report's test needs Debian's chromium, and there is no 'chromium' on the PATH")
    command = [browser, *OFFLINE, f"--user-data-dir={folder / 'profile'}", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def measure(page: str, folder: Path, width: int, script: str = MEASURE) -> dict[str, Any]:
    """Sizes in pixels, as the browser lays the page out at this width."""
    copy = folder / "measured.html"
    copy.write_text(page.replace("</body>", script), encoding="utf-8")
    dom = browse(copy, folder, f"--window-size={width},900", "--dump-dom").stdout
    found = re.search(r'data-found="([^"]*)"', dom)
    assert found, "the page did not finish loading"
    measured: dict[str, Any] = json.loads(found.group(1).replace("&quot;", '"'))
    return measured


@pytest.mark.parametrize("width", [1280, 500])
def test_every_figure_has_a_size_and_the_page_never_scrolls_sideways(report: Any, tmp_path: Path, width: int) -> None:
    found = measure(report.page, tmp_path, width)
    assert len(found["figures"]) == 6
    assert all(across > 300 and down > 100 for across, down in found["figures"])
    assert all(across > 0 and down > 0 for across, down in found["words"])
    assert found["page"][0] <= found["page"][1]
    assert found["loaded"] == 0


@pytest.mark.parametrize(("scheme", "dark"), [(1, False), (0, True)])
def test_it_is_drawn_in_light_and_in_dark_without_complaints(
    report: Any, tmp_path: Path, scheme: int, dark: bool
) -> None:
    shot = tmp_path / "shot.png"
    seen = browse(
        report.path,
        tmp_path,
        f"--screenshot={shot}",
        "--window-size=1200,1600",
        f"--blink-settings=preferredColorScheme={scheme}",
    )
    pixels = np.asarray(image.imread(shot))[..., :3]
    assert bool(np.median(pixels) < 0.5) is dark
    assert pixels.std() > 0.02
    assert "CONSOLE" not in seen.stderr


@pytest.fixture(scope="module")
def matrix(report: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report with the axioms of one rule, tried on a few books, and nothing else on the page."""
    queue = (Step(use="queue-adl"),)
    policies = tuple(policy.model_copy(update={"waterfall": queue}) for policy in report.results.policies)
    path = tmp_path_factory.mktemp("axioms") / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(axioms, "BOOKS", 20)
        results = replace(report.results, policies=policies)
        write_report(results, report.table, report.comparison, path, catalogue=Catalogue.load())
    page = path.read_text(encoding="utf-8")
    section = re.search(r'<section id="axioms".*?</section>', page, flags=re.DOTALL)
    assert section is not None
    return (
        f"{page[: page.index('<main>')]}<main>{section[0].replace('<details>', '<details open>')}</main></body></html>"
    )


MEASURE_MATRIX = MEASURE.replace("figure svg text", ".axioms td, .axioms th").replace("figure svg", "table.axioms")


@pytest.mark.parametrize("width", [1280, 500])
def test_the_matrix_of_axioms_is_whole_on_a_wide_page_and_scrolls_on_a_narrow_one(
    matrix: str, tmp_path: Path, width: int
) -> None:
    found = measure(matrix, tmp_path, width, MEASURE_MATRIX)
    [(across, down)] = found["figures"]
    assert (across <= found["page"][1]) is (width == 1280)
    assert down > 50
    assert len(found["words"]) == 2 * 12
    assert all(across > 20 and down > 10 for across, down in found["words"])
    assert found["page"][0] <= found["page"][1]


@pytest.mark.parametrize(("scheme", "dark"), [(1, False), (0, True)])
def test_the_axioms_are_drawn_in_light_and_in_dark(matrix: str, tmp_path: Path, scheme: int, dark: bool) -> None:
    (tmp_path / "axioms.html").write_text(matrix, encoding="utf-8")
    shot = tmp_path / "shot.png"
    theme = f"--blink-settings=preferredColorScheme={scheme}"
    seen = browse(tmp_path / "axioms.html", tmp_path, f"--screenshot={shot}", "--window-size=1280,1600", theme)
    pixels = np.asarray(image.imread(shot))[..., :3]
    assert bool(np.median(pixels) < 0.5) is dark
    assert pixels.std() > 0.02
    assert "CONSOLE" not in seen.stderr
