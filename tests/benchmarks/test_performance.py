"""What the table of performance reckons, on numbers worked out by hand, and that what it measures can be measured."""

import argparse
from pathlib import Path

import pytest
from benchmarks import measured, performance
from benchmarks.performance import ROWS, TICK, Measurement

from lastresort.mechanisms.contract import QUESTIONS
from lastresort.mechanisms.policy import Step
from lastresort.plugins.catalogue import Catalogue

BY_KEY = {row.key: row for row in ROWS}


def test_ratios_by_hand() -> None:
    small, large = {"cpu": 2.0, "accounts": 1e4, "bytes": 1e8}, {"cpu": 20.0, "accounts": 1e6, "bytes": 5.95e8}
    assert performance.exponent_of_accounts(small, large) == pytest.approx(0.5)
    assert performance.bytes_per_account(small, large) == pytest.approx(500.0)
    assert performance.account_seconds_over_checks(large, {"cpu": 1e-6}) == pytest.approx(1e6 * 86_400 / 20 * 1e-6)
    assert performance.exponent_of_copies({"cpu": 3.0}, {"cpu": 6.0}) == pytest.approx(0.5)
    assert performance.in_percent_more({"cpu": 3.0}, {"cpu": 2.0}) == pytest.approx(50.0)


def test_faster_means_that_the_parent_takes_longer() -> None:
    row = BY_KEY["fund+queue-adl"]
    parent, ours = row.needs
    assert (parent.parent, ours.parent) == (True, False)
    assert row.value({parent: {"cpu": 8.0}, ours: {"cpu": 2.0}}) == 4.0


def test_the_quiet_tick_is_told_in_timeouts() -> None:
    row = BY_KEY["quiet-tick"]
    assert row.value({TICK: {"cpu": 2e-4}, Measurement("timeout"): {"cpu": 1e-6}}) == pytest.approx(200.0)


def test_a_line_of_the_table() -> None:
    """Of 1, 2, 3, 4 and 5 the median is 3 and the quartiles are 2 and 4."""
    line = performance.told(BY_KEY["fund+queue-adl"], [1.0, 5.0, 3.0, 2.0, 4.0])
    start = "| one oct-2025 run, `fund+queue-adl` | times faster than the parent | 3 | 2 to 4 "
    assert line == f"{start}| at least 2.67: hit | at least 4: **miss** |"
    assert "| 15 | 15 to 15 | at most 20: hit | at most 10: **miss** |" in performance.told(
        BY_KEY["no-opinion"], [15.0]
    )
    assert performance.told(BY_KEY["accounts"], [0.76]).endswith("| 0.76 | 0.76 to 0.76 | - | - |")
    assert performance.written(1710.4) == "1,710"


def test_rows_that_cannot_be_measured_are_named() -> None:
    keys = {row.key for row in performance.chosen((), quick=True, parent=False)}
    assert {"quiet-tick", "import", "queue", "no-opinion"} < keys
    assert not keys & {"fund+queue-adl", "first-command", "million", "accounts", "mesa", "dense", "memory"}
    rows = performance.chosen(["import"], quick=True, parent=False)
    lines = list(performance.table(rows, [{need: {"cpu": 1.0} for need in rows[0].needs}]))
    start = "| import of the simulation | times numpy + simpy + pluggy + pydantic "
    assert lines[2] == f"{start}| 1 | 1 to 1 | at most 2: hit | at most 1.5: hit |"
    assert "README's first command, runs only" in lines[4]


def test_every_round_takes_everything_once_in_an_order_of_its_own() -> None:
    rows = performance.chosen((), quick=False, parent=True)
    taken: list[Measurement] = []

    def measure(measurement: Measurement) -> dict[str, float]:
        taken.append(measurement)
        return {"cpu": 1.0}

    rounds = list(performance.rounds_of(rows, 3, measure))
    needed = {need for row in rows for need in row.needs}
    size = len(needed)
    orders = [tuple(taken[start : start + size]) for start in range(0, len(taken), size)]
    assert [set(order) for order in orders] == [needed] * 3
    assert len(set(orders)) == 3
    assert [set(each) for each in rounds] == [needed] * 3


def test_keys_differ_and_measurements_exist() -> None:
    assert len(BY_KEY) == len(ROWS)
    assert {need.name for row in ROWS for need in row.needs} == set(measured.MEASUREMENTS)


def test_a_missing_peer_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performance, "find_spec", lambda name: None)
    sentence = "mesa not installed: python -m pip install --editable '.[benchmarks]'"
    assert performance.missing_peers([BY_KEY["mesa"]]) == sentence
    assert performance.missing_peers([BY_KEY["import"]]) == ""


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"rounds": 0}, "--rounds: at least 1, found 0"),
        ({"parent": Path("/nowhere")}, "'/nowhere' is no checkout of lastresort"),
    ],
)
def test_what_makes_no_sense_is_refused(asked: dict[str, object], what: str) -> None:
    usual = {"rounds": 5, "parent": None, "write": False, "only": (), "quick": False}
    assert what in performance.refusal(argparse.Namespace(**usual | asked), [BY_KEY["import"]])
    assert "--parent FOLDER" in performance.refusal(argparse.Namespace(**usual), [])


@pytest.mark.parametrize("parent", [False, True])
def test_a_process_takes_the_packages_it_is_asked_for(parent: bool, tmp_path: Path) -> None:
    """The parent's packages come first on the path of the measuring process, ours otherwise."""
    module = tmp_path / "simulation" / "only_the_parent_has_this.py"
    module.parent.mkdir()
    module.write_text("")
    measure = performance.measuring(tmp_path)
    wanted = Measurement("imports", ("only_the_parent_has_this",), parent)
    if parent:
        assert measure(wanted)["cpu"] >= 0
    else:
        with pytest.raises(SystemExit, match="No module named 'only_the_parent_has_this'"):
            measure(wanted)


def test_small_measurements_can_be_taken() -> None:
    measure = performance.measuring(None)
    for measurement in (
        Measurement("timeout"),
        Measurement("argsort", ("1000",)),
        Measurement("dense_check", ("1000", "5")),
        Measurement("allocation", ("queue-adl", "1000")),
    ):
        assert measure(measurement)["cpu"] > 0


def test_a_standing_market_has_no_news_and_as_many_books_as_asked() -> None:
    plain = Catalogue.load().scenario("oct-2025")
    still = measured._standing(plain, 2, 3)
    assert (len(still.venues), sum(group.markets for group in still.groups)) == (12, 60)
    assert (still.news, still.volatility) == ((), measured.STILL)
    assert sum(venue.fund for venue in still.venues) == pytest.approx(sum(venue.fund for venue in plain.venues))


def test_the_rule_without_opinion_changes_nothing(small_scenario: Path) -> None:
    """Asked last it changes no bit; asked first, one more stage that allocates changes the order of some additions."""
    catalogue = Catalogue.load([performance.RULE])
    assert all(
        question in vars(catalogue.mechanisms["no-opinion"])
        for question in set(QUESTIONS) - {"allocate_jointly", "intervene"}
    )
    world, policy = catalogue.scenario(str(small_scenario)), catalogue.policy("fund+queue-adl")
    silent = Step(use="no-opinion")
    plain, last, first = (
        measured._played(policy.model_copy(update={"waterfall": steps}), catalogue, world)
        for steps in (policy.waterfall, (*policy.waterfall, silent), (silent, *policy.waterfall))
    )
    assert plain.accounts.equals(last.accounts)
    assert plain.totals["deficit"] > 0
    assert first.totals["ticks"] == plain.totals["ticks"]
    assert first.totals["deficit"] == pytest.approx(plain.totals["deficit"], rel=1e-6)
