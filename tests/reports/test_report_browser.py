"""The report in a real browser, without a network: drawn, quiet, usable by keyboard and readers, printed."""

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
FIGURES = 8
OPEN_ALL = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
HIDE = "document.querySelectorAll('.folded, .part, main svg').forEach((one) => { one.style.display = 'none'; })"
FORBIDDEN = ("lambda", "λ", "shape", "points", "seed", "seeds", "deep pocket", "smaa", "kakwani", "theil")
MAIN = """() => {
  const main = document.querySelector("main").cloneNode(true);
  main.querySelectorAll("script, .folded, .part, details:not([open]) > :not(summary)").forEach((one) => one.remove());
  return main;
}"""

Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def file(report: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the disk."""
    path = tmp_path_factory.mktemp("browser") / "report.html"
    path.write_text(report.page, encoding="utf-8")
    return path


class Visit:
    """A page that is open, everything it complained about, and everything it asked for."""

    def __init__(self, browser: Browser, file: Path, width: int = 1280, scheme: Scheme = "light") -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()


@pytest.mark.parametrize("width", [1280, 500])
def test_every_figure_is_drawn_and_the_page_never_scrolls_sideways(browser: Browser, file: Path, width: int) -> None:
    with Visit(browser, file, width) as visit:
        visit.page.evaluate(OPEN_ALL)
        sizes = visit.page.eval_on_selector_all(
            "figure svg",
            "all => all.map(one => [one.getBoundingClientRect().width, one.getBoundingClientRect().height])",
        )
        assert len(sizes) == FIGURES
        assert all(across > 300 and down > 50 for across, down in sizes)
        assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_quiet_asks_for_nothing_and_is_accessible(browser: Browser, file: Path, scheme: Scheme) -> None:
    with Visit(browser, file, scheme=scheme) as visit:
        visit.page.evaluate(OPEN_ALL)
        found = Axe().run(visit.page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        assert visit.said == []
        assert visit.asked == [file.as_uri()]


def test_the_first_screen_holds_takeaway_table_and_figure(browser: Browser, file: Path) -> None:
    with Visit(browser, file, 1400) as visit:
        for part in ("h1", ".subtitle", "#table-answer-table table", "#figure-outcome .drawing"):
            box = visit.page.locator(part).bounding_box()
            assert box
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 900
        assert [one.bounding_box()["y"] < 900 for one in visit.page.locator(".takeaway").all()] == [True, True]  # type: ignore[index]


def test_the_main_part_is_short_and_in_plain_words(browser: Browser, file: Path) -> None:
    """Words are those of text and tables: labels of drawings and what is folded away are not counted."""
    with Visit(browser, file, 1400) as visit:
        annex = visit.page.locator("section.folded").first.bounding_box()
        assert annex
        assert annex["y"] < 9000
        said = visit.page.evaluate(f"() => {{ const main = ({MAIN})(); return main.textContent; }}")
        assert not [word for word in FORBIDDEN if re.search(rf"\b{word}\b", said, re.IGNORECASE)]
        visit.page.evaluate(HIDE)
        assert len(visit.page.locator("main").inner_text().split()) < 2500


def test_a_hidden_policy_is_out_of_the_words_of_the_answer(browser: Browser, file: Path) -> None:
    with Visit(browser, file) as visit:
        said = visit.page.locator("#answer")
        assert "socialized loss" in said.inner_text()
        visit.page.get_by_role("switch", name="Fund, then socialized loss").press("Space")
        assert "socialized loss" not in said.inner_text()


def test_policies_are_hidden_by_keyboard_in_tables_and_figures(browser: Browser, file: Path) -> None:
    with Visit(browser, file) as visit:
        marked = '[data-policy="fund+socialized-loss"]'
        shown = f"{marked}:visible"
        rows, marks = visit.page.locator(f"main tr{shown}"), visit.page.locator(f"main svg {shown}")
        assert rows.count() > 3
        assert marks.count() > 5
        toggle = visit.page.get_by_role("switch", name="Fund, then socialized loss")
        toggle.focus()
        visit.page.keyboard.press("Space")
        assert rows.count() == 0
        assert marks.count() == 0
        visit.page.keyboard.press("Space")
        assert rows.count() > 3


def test_other_weights_make_another_order(browser: Browser, file: Path) -> None:
    with Visit(browser, file) as visit:
        visit.page.evaluate(OPEN_ALL)
        control = visit.page.locator("#control-weights")
        before = control.inner_text()
        slider = control.get_by_role("slider").first
        slider.focus()
        visit.page.keyboard.press("Home")
        assert control.inner_text() != before


def test_the_crash_is_walked_by_keyboard(browser: Browser, file: Path) -> None:
    with Visit(browser, file) as visit:
        control = visit.page.locator("#control-timeline-scrubber")
        before = control.inner_text()
        control.get_by_role("slider").focus()
        for _ in range(12):
            visit.page.keyboard.press("ArrowRight")
        assert control.inner_text() != before


def test_it_is_printed_on_pages(browser: Browser, file: Path) -> None:
    with Visit(browser, file) as visit:
        printed = visit.page.pdf(format="A4")
        assert printed.startswith(b"%PDF")
        assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type /Page/") > 5


def test_without_scripts_it_is_whole(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("figure svg").count() == FIGURES
    assert page.locator("main section").count() >= 20
    context.close()
