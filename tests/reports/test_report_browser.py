"""The report in a real browser, without a network: drawn, quiet, usable by keyboard and readers, printed."""

from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
FIGURES = 9

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
        found = Axe().run(visit.page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        assert visit.said == []
        assert visit.asked == [file.as_uri()]


def test_policies_are_hidden_by_keyboard_in_tables_and_figures(browser: Browser, file: Path) -> None:
    with Visit(browser, file) as visit:
        marked = '[data-policy="fund+socialized-loss"]'
        shown = f"{marked}:visible"
        rows, marks = visit.page.locator(f"main tr{shown}"), visit.page.locator(f"main svg {shown}")
        assert rows.count() > 5
        assert marks.count() > 5
        toggle = visit.page.get_by_role("switch", name="Fund, then socialized loss")
        toggle.focus()
        visit.page.keyboard.press("Space")
        assert rows.count() == 0
        assert marks.count() == 0
        visit.page.keyboard.press("Space")
        assert rows.count() > 5


def test_other_weights_make_another_order(browser: Browser, file: Path) -> None:
    with Visit(browser, file) as visit:
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
