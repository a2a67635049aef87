"""Every built-in score says what it is, once, and every name that is gone says what stands for it."""

import re

import pytest

from lastresort.plugins.replaced_scores import REPLACED
from lastresort.plugins.score import Score, check_score
from lastresort.scores import FAMILIES, PRIMARY, SCORES, HeadlineScore
from lastresort.scores.registration import lastresort_scores

UNITS = {"USD", "basis points", "fraction", "accounts", "seconds", "hours", "ratio", "correlation"}


def test_no_two_scores_share_a_name_or_a_title() -> None:
    assert len({score.name for score in SCORES}) == len(SCORES)
    assert len({score.title for score in SCORES}) == len(SCORES)


def test_each_score_is_in_one_family_and_the_headlines_lead() -> None:
    held = [score for family in FAMILIES.values() for score in family]
    assert sorted(score.name for score in held) == sorted(score.name for score in SCORES)
    assert SCORES[:2] == PRIMARY
    assert tuple(score.name for score in PRIMARY) == ("lc", "mnf")
    assert tuple(lastresort_scores()) == SCORES


@pytest.mark.parametrize("score", SCORES, ids=lambda score: score.name)
def test_each_score_says_what_it_is(score: Score) -> None:
    assert check_score(score, "built-in scores") is score
    assert score.source.strip()
    assert score.unit in UNITS
    assert score.formula.strip()
    assert score.meaning[0].isupper()
    assert score.meaning.endswith(".")


def test_sources_are_years_papers_or_the_own_definition() -> None:
    for score in SCORES:
        assert score.source == "own definition" or re.search(r"\(\d{4}\)|arXiv \d{4}\.\d{5}", score.source), score.name


def test_scores_with_a_smallest_difference_are_the_headlines_and_lc_in_basis_points() -> None:
    headlines = {score.name: score for score in SCORES if isinstance(score, HeadlineScore)}
    assert headlines.keys() == {"lc", "mnf", "lc_bp"}
    assert {score.relative for score in headlines.values()} == {0.2}
    assert {name: (one.least, one.least_of) for name, one in headlines.items()} == {
        **{"lc": (pytest.approx(1e-5), "users_equity"), "mnf": (0.005, "")},
        **{"lc_bp": (0.1, "")},
    }


def test_what_is_replaced_is_no_score_and_names_one_that_is() -> None:
    names = {score.name for score in SCORES}
    assert names.isdisjoint(REPLACED)
    for gone, sentence in REPLACED.items():
        told = set(re.findall(r"'([a-z0-9_]+)'", sentence))
        assert told, gone
        assert told <= names, gone


def test_the_first_headline_and_what_repeated_others_are_replaced() -> None:
    listed = (
        *("lc_star", "lc_notional", "theil", "entropy_half", "atkinson", "hoover", "excess_lc", "theil_accounts"),
        *("run_incentive", "worst_over_cap", "ptsr_residual", "pmr_residual", "rd_nse", "unpaid_share", "extraction"),
        *("cascade_size", "closed_per_loss", "fund_use", "venue_skin", "cap_breaches", "net_mnf", "mnf_shortfall"),
        *("entropy_two", "plain_gini", "top10_share", "pass_through", "overshoot", "lc_pnl", "lc_floor", "rescue"),
        *("loss_outside", "mnf_orphan", "mnf_ruin"),
    )
    assert set(listed) <= REPLACED.keys()
