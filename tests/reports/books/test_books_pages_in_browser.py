"""Pages on books and events in a real browser, without a network: drawn, quiet, accessible, with policies to hide."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from lastresort.books.allocations import Allocations
from lastresort.books.replaying.replayed_event import ReplayedEvent
from lastresort.reports.books_reports import write_allocation_report, write_replay_report

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
OPEN_ALL = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"


@pytest.fixture(scope="module")
def files(core: Allocations, event: ReplayedEvent, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both pages on the disk."""
    folder = tmp_path_factory.mktemp("books")
    found = {"book": folder / "book.html", "event": folder / "event.html"}
    write_allocation_report(core, found["book"])
    write_replay_report(event, found["event"], command="lastresort replay 9-event.csv")
    return found


@pytest.fixture
def quiet(browser: Browser) -> Iterator[Page]:
    """A page, and afterwards what it complained of."""
    page, said = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    yield page
    page.close()
    assert said == []


@pytest.mark.parametrize("name", ["book", "event"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 500)])
def test_it_is_accessible_and_never_scrolls_sideways(
    quiet: Page, files: dict[str, Path], name: str, scheme: str, width: int
) -> None:
    quiet.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    quiet.set_viewport_size({"width": width, "height": 900})
    quiet.goto(files[name].as_uri())
    quiet.evaluate(OPEN_ALL)
    assert quiet.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(quiet, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("name", "policy"), [("book", "fund+queue-adl"), ("event", "queue-adl")])
def test_a_hidden_policy_is_gone_from_words_tables_and_figures(
    quiet: Page, files: dict[str, Path], name: str, policy: str
) -> None:
    quiet.goto(files[name].as_uri())
    quiet.evaluate(OPEN_ALL)
    marked = quiet.locator(f'main [data-policy="{policy}"]:visible')
    assert marked.count() > 4
    quiet.locator(f'[data-toggle="{policy}"]').press("Space")
    assert marked.count() == 0


def test_letters_of_the_figures_do_not_overlap(quiet: Page, files: dict[str, Path]) -> None:
    quiet.goto(files["book"].as_uri())
    overlaps = quiet.evaluate(
        """() => [...document.querySelectorAll('figure svg')].flatMap((svg) => {
          const boxes = [...svg.querySelectorAll('text')].map((e) => [e.textContent, e.getBoundingClientRect()]);
          return boxes.flatMap(([a, one], i) => boxes.slice(i + 1)
            .filter(([b, other]) => one.left < other.right - 1 && other.left < one.right - 1
              && one.top < other.bottom - 3 && other.top < one.bottom - 3)
            .map(([b]) => `${a} | ${b}`));
        })"""
    )
    assert overlaps == []
