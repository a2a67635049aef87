"""The page in a real browser, without a network: it is whole, quiet, accessible, and can be played with by keyboard."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from markupsafe import Markup
from playwright.sync_api import Browser, Page, expect

from lastresort.reports.document import Document, Foreign, Section
from lastresort.reports.writers import to_html

WIDTHS = (1280, 500, 360)
Open = Callable[..., Page]
FOLLOW = """(to) => {
  const link = Object.assign(document.createElement("a"), { href: `#${to}` });
  document.body.append(link);
  link.click();
}"""


@pytest.fixture
def reader(browser: Browser, page_path: Path) -> Iterator[Open]:
    """Open the page, and complain afterwards of anything it complained of or asked the network for."""
    complaints: list[str] = []
    contexts = []

    def open_page(width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _note_request(request.url))
        page.goto(page_path.as_uri())
        return page

    def _note_request(url: str) -> None:
        if not url.startswith(("data:", page_path.as_uri())):
            complaints.append(url)

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_figure_has_a_size_and_the_page_never_scrolls_sideways(reader: Open, width: int) -> None:
    page = reader(width)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    sizes = page.evaluate(
        "[...document.querySelectorAll('figure svg')].map((e) => e.getBoundingClientRect())"
        ".map((r) => [r.width, r.height])"
    )
    assert len(sizes) == 2
    assert all(across > 300 and down > 100 for across, down in sizes)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_too_wide_scrolls_in_a_region_the_keyboard_can_reach(reader: Open) -> None:
    page = reader(500)
    regions = page.evaluate(
        "[...document.querySelectorAll('.scroll')].map((e) => [e.scrollWidth > e.clientWidth + 1, e.tabIndex])"
    )
    assert any(scrolls for scrolls, _ in regions)
    assert all(tab == 0 for scrolls, tab in regions if scrolls)


@pytest.mark.parametrize(("width", "hint"), [(420, True), (1280, False)])
def test_a_figure_wider_than_a_phone_says_that_it_scrolls(reader: Open, width: int, hint: bool) -> None:
    region = reader(width).locator("#figure-bars .scroll")
    expect(region).to_have_class("scroll drawn wider" if hint else "scroll drawn")
    said = region.evaluate("(e) => getComputedStyle(e, '::before').content")
    assert ("Scroll sideways" in said) is hint


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 500])
def test_it_is_accessible(reader: Open, scheme: str, width: int) -> None:
    page = reader(width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    found = Axe().run(page)
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found.response["violations"]] == []


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 24, 28)")])
def test_its_theme_is_that_of_the_system_until_the_reader_chooses(reader: Open, scheme: str, paper: str) -> None:
    page = reader(color_scheme=scheme)
    body = page.locator("body")
    expect(body).to_have_css("background-color", paper)
    for choice, chosen in (("dark", "rgb(20, 24, 28)"), ("light", "rgb(255, 255, 255)")):
        page.locator(f".theme [value={choice}]").check()
        expect(body).to_have_css("background-color", chosen)
        page.reload()
        expect(body).to_have_css("background-color", chosen)
    page.locator(".theme [value=auto]").check()
    expect(body).to_have_css("background-color", paper)


def test_a_browser_without_storage_chooses_a_theme_all_the_same(browser: Browser, page_path: Path) -> None:
    context = browser.new_context(color_scheme="light")
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no storage'); }})")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(page_path.as_uri())
    page.locator(".theme [value=dark]").check()
    expect(page.locator("body")).to_have_css("background-color", "rgb(20, 24, 28)")
    context.close()
    assert errors == []


def _focused(page: Page) -> str:
    return str(
        page.evaluate(
            "(({className, name, dataset: d}) => d.toggle || d.show || name || className)(document.activeElement)"
        )
    )


def test_the_keyboard_finds_the_skip_link_the_theme_and_the_policies_first(reader: Open) -> None:
    page = reader()
    stops = []
    for _ in range(6):
        page.keyboard.press("Tab")
        stops.append(_focused(page))
    assert stops == ["skip", "theme", "all", "none", "fund+queue-adl", "fund+pro-rata-adl"]


def test_the_skip_link_leads_past_the_bar_and_the_contents(reader: Open) -> None:
    page = reader()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_space_hides_a_policy_in_tables_and_figures(reader: Open) -> None:
    page = reader()
    own = page.locator("main [data-policy='fund+queue-adl']")
    count = own.count()
    assert count == 5  # two tables, two figures, the ranking by weights
    page.locator("[data-toggle='fund+queue-adl']").focus()
    page.keyboard.press("Space")
    assert [each.evaluate("(e) => getComputedStyle(e).display") for each in own.all()] == ["none"] * count
    expect(page.locator("tr[data-policy='fund+pro-rata-adl']").first).to_be_visible()
    expect(page.locator(".shown")).to_have_text("6 of 7 shown")
    expect(page.locator("#spoken")).to_have_text("6 of 7 policies shown")
    page.keyboard.press("Space")
    expect(own.first).to_be_visible()


def test_a_hidden_policy_is_out_of_the_words_and_the_rest_is_joined_anew(reader: Open) -> None:
    page = reader()
    words = page.locator(".takeaway")
    assert "Users lost $1 bn under Fund, then queue ADL, $1 bn under Fund, then pro-rata ADL" in words.inner_text()
    for name in ("fund+queue-adl", "fund+queue-adl+circuit-breaker", "fund+hedge-aware-adl", "hostile", "long"):
        page.locator(f"[data-toggle='{name}']").press("Space")
    left = words.inner_text()
    assert "Users lost $1 bn under Fund, then pro-rata ADL and $1 bn under Fund, then socialized loss; " in left
    assert "no rule is best" not in left
    for name in ("fund+pro-rata-adl", "fund+socialized-loss"):
        page.locator(f"[data-toggle='{name}']").press("Space")
    expect(words).to_be_hidden()


@pytest.mark.parametrize("anchor", ["annexed", "inside"])
def test_a_link_into_a_folded_section_opens_it_as_often_as_it_is_followed(reader: Open, anchor: str) -> None:
    page = reader()
    fold = page.locator("#annexed > details")
    expect(fold).not_to_have_attribute("open", "")
    for _ in range(2):
        page.evaluate(FOLLOW, anchor)
        expect(fold).to_have_attribute("open", "")
        fold.evaluate("(one) => { one.open = false; }")


def test_all_policies_are_hidden_and_shown_at_once(reader: Open) -> None:
    page = reader()
    rows = page.locator("main tr[data-policy]")
    page.get_by_role("button", name="None of the policies").press("Enter")
    assert not any(row.is_visible() for row in rows.all())
    page.get_by_role("button", name="All policies").press("Enter")
    assert all(row.is_visible() for row in rows.all())


def test_sliders_rank_the_policies_again(reader: Open) -> None:
    page = reader()
    names = "[...document.querySelectorAll('#control-weights tbody tr')].map((row) => row.dataset.policy)"
    assert page.evaluate(names)[0] == "fund+queue-adl"
    sliders = page.locator("#control-weights input[type=range]")
    assert sliders.count() == 3
    sliders.nth(0).press("Home")
    sliders.nth(1).press("End")
    assert page.evaluate(names)[0] == "long"
    assert page.locator("#control-weights output").all_inner_texts() == ["0 %", "91 %", "9 %"]
    first = page.locator("#control-weights tbody tr").first.locator("td").all_inner_texts()
    assert [text.strip() for text in first] == ["0.175", "100 %", "1.0"]  # (100 (1 - 6/7) + 10 / 2) / 110
    expect(page.locator("#spoken")).to_contain_text("First: xxx")
    page.get_by_role("button", name="Back to the start").press("Enter")
    assert page.evaluate(names)[0] == "fund+queue-adl"


def test_ranks_that_tie_are_shared(reader: Open) -> None:
    page = reader()
    for slider in page.locator("#control-weights input[type=range]").all()[:2]:
        slider.press("Home")
    rows = page.locator("#control-weights tbody tr").all()
    assert {tuple(row.locator("td").all_inner_texts()[1:]) for row in rows} == {("14 %", "4.0")}


def test_the_scrubber_moves_a_line_and_shows_the_values_of_a_policy(reader: Open) -> None:
    page = reader()
    control = page.locator("#control-scrub")
    values = control.locator(".values dd")
    lines = page.locator("#figure-timeline .cursor")
    assert values.all_inner_texts() == ["0.964", "164.0 $ B"]  # 9 o'clock is the 37th quarter of an hour
    assert lines.count() == 3
    assert float(lines.first.get_attribute("x1") or 0) == pytest.approx(50 + 250 * 9 / 24)
    slider = control.locator("input[type=range]")
    slider.press("ArrowRight")
    assert values.all_inner_texts() == ["0.963", "163.0 $ B"]
    assert control.locator("output").inner_text() == "9 h 15 min"
    slider.press("Home")
    assert not lines.nth(1).is_visible()  # before the time of its panel
    for _ in range(3):
        slider.press("ArrowRight")
    assert values.nth(1).inner_text() == "\N{EN DASH}"
    control.locator("select").select_option(label="Fund, then pro-rata ADL")
    assert values.first.inner_text() == "0.987"


def test_the_scrubber_plays_and_pauses(reader: Open) -> None:
    page = reader()
    slider = page.locator("#control-scrub input[type=range]")
    before = slider.input_value()
    page.get_by_role("button", name="Play").press("Enter")
    expect(slider).not_to_have_value(before)
    page.get_by_role("button", name="Pause").press("Enter")
    after = slider.input_value()
    page.wait_for_timeout(200)
    assert slider.input_value() == after


def test_a_click_in_the_figure_moves_the_time_there(reader: Open) -> None:
    page = reader()
    drawing = page.locator("#drawing-timeline")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    drawing.click(position={"x": box["width"] * 175 / 576, "y": box["height"] * 115 / 270}, force=True)
    assert page.locator("#control-scrub output").inner_text() == "12 h 00 min"


def test_a_figure_is_one_stop_and_arrows_read_its_marks(reader: Open) -> None:
    page = reader()
    region = page.locator("#figure-bars .scroll")
    region.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#tip")).to_have_text("Fund, then pro-rata ADL: 2.0")
    expect(page.locator("#spoken")).to_have_text("Fund, then pro-rata ADL: 2.0")
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()
    page.locator("[data-toggle='fund+queue-adl']").press("Space")
    region.press("Home")
    expect(page.locator("#tip")).to_have_text("Fund, then pro-rata ADL: 2.0")
    assert page.locator("#figure-bars [tabindex]").count() == 1


def test_a_tip_shows_what_a_column_means(reader: Open) -> None:
    page = reader()
    page.locator("abbr", has_text="MNF").first.hover()
    expect(page.locator("#tip")).to_have_text("Market-neutral failure")
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_an_attachment_is_saved_as_it_is(reader: Open, attached: str, tmp_path: Path, scripts: bool) -> None:
    page = reader(java_script_enabled=scripts)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save scores.csv").click()
    assert waiting.value.suggested_filename == "scores.csv"
    waiting.value.save_as(tmp_path / "saved.csv")
    assert (tmp_path / "saved.csv").read_text(encoding="utf-8") == attached


def test_without_scripts_everything_is_there(reader: Open, document: Document) -> None:
    page = reader(java_script_enabled=False)
    shown = page.locator("main").inner_text()
    for section in document.sections:
        assert section.title in shown
    rows = [row for row in page.locator("main tr").all() if not row.evaluate("(e) => e.closest('details')")]
    assert len(rows) > 30
    assert all(row.is_visible() for row in rows)
    assert page.locator(".instead").all_inner_texts() == [
        "The minutes can be read in the page only.",
        "Weights are a judgement.",
    ]
    assert page.locator(".contents a").first.is_visible()
    assert not any(page.locator(part).is_visible() for part in (".theme", ".bar", ".play >> nth=0"))


def test_it_prints_on_several_pages_with_folds_open_and_nothing_cut_off(reader: Open, document: Document) -> None:
    page = reader()
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert 4 <= len(pages) <= 12
    page.set_viewport_size({"width": 1016, "height": 700})  # A4 on its side, without the margins
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#table-folded td.right").inner_text() == "0.125"
    assert page.locator("#table-folded td.right").is_visible()
    assert page.locator(".instead").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    wide = page.evaluate("[...document.querySelectorAll('.wide .scroll')].map((e) => e.scrollWidth - e.clientWidth)")
    assert wide
    assert max(wide) <= 0


def test_a_link_opens_the_fold_it_leads_into(reader: Open, page_path: Path) -> None:
    page = reader()
    page.goto(f"{page_path.as_uri()}#table-folded")
    assert page.locator("#table-folded").is_visible()


def test_headings_come_in_order_and_identifiers_once(reader: Open) -> None:
    page = reader()
    levels = [
        int(tag[1]) for tag in page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map((e) => e.tagName)")
    ]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    anchors = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(anchors) == len(set(anchors))
    targets = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map((e) => e.hash.slice(1))")
    assert set(targets) <= set(anchors)


def test_scripts_that_are_not_the_page_s_own_do_not_run(browser: Browser, tmp_path: Path) -> None:
    foreign = Foreign(
        Markup("<script>document.title = 'a'</script><img src='data:,' onerror=\"document.title = 'b'\">")
    )
    path = tmp_path / "page.html"
    path.write_text(to_html(Document("", "Title", (), [Section("s", "S", [foreign])])), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    expect(page.locator(".contents a")).to_be_visible()
    assert page.title() == "Title"
    page.close()


def test_the_checker_of_accessibility_sees_what_is_wrong(reader: Open) -> None:
    page = reader()
    page.evaluate("document.querySelector('.takeaway').style.color = '#ccc'")
    assert [each["id"] for each in Axe().run(page).response["violations"]] == ["color-contrast"]
