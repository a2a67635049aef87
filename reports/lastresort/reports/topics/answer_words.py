"""What the answer says in words: each clause is made of numbers of its table, and knows the policies it is about."""

from collections.abc import Sequence

from lastresort.experiments.validated import validated
from lastresort.reports import notation
from lastresort.reports.document import About, Link, Listed, Prose
from lastresort.reports.scenario_results import ReportInput, ScenarioResults
from lastresort.reports.topics.amplification import effect_on_fall
from lastresort.reports.topics.ranking_table import why_apart
from lastresort.scores import PRIMARY, Difference, Verdict

MANY = 4
"""Rules named in a sentence; the table has all."""

VERDICTS = {
    Verdict.BETTER: "lower under ",
    Verdict.EQUIVALENT: "as good as equal under ",
    Verdict.INCONCLUSIVE: "not decided under ",
    Verdict.WORSE: "higher under ",
}
YARDSTICKS = {
    "deep-pocket": "outside money that pays every loss and sells what was seized",
    "warehouse": "outside money that pays every loss and holds what was seized",
}

Words = list[str | Link | About | Listed]
"""Prose that is still being put together."""


def takeaways(results: ScenarioResults) -> list[Prose]:
    """Two sentences: what the rules cost users in dollars, and whose hedges they break."""
    ranking = results.comparison.ranking
    if ranking.ranked:
        return [_cost(results), _hedges(results)]
    if ranking.undefined:
        return [_cost(results), ("No hedged book took part, so no rule is ranked.",)]
    return [
        ("No rule is ranked: ", Listed(tuple(_apart(results))), "."),
        ("A loss that nobody pays, or that nobody can see in a shut market, falls on somebody later.",),
    ]


def sentences(report: ReportInput, results: ScenarioResults) -> list[Prose]:
    """At most six sentences: how concentrated, how sure, who is not ranked, what depends on a choice."""
    found: list[Words] = [
        _burden(results),
        *(_verdicts(results, place) for place in range(len(PRIMARY))),
        [*_order(results), *_coverage(results)],
        _fall(results),
        _limits(report, results),
    ]
    return [tuple(prose) for prose in found if prose]


def _cost(results: ScenarioResults) -> Prose:
    """What users lost under the cheapest rules, the baseline and the dearest one."""
    named = _named(results)
    if all(_value(results, name, "loss") == 0 for name in named):
        nothing = [_about(results, name, "{}") for name in named]
        return ("Forced closes and charges cost users nothing under ", Listed(tuple(nothing)), ".")
    clauses = [_about(results, name, f"{_money(results, name)} under {{}}") for name in named]
    return ("Forced closes and charges cost users ", Listed(tuple(clauses)), ".")


def _hedges(results: ScenarioResults) -> Prose:
    ranked = results.comparison.ranking.ranked
    lowest = min(_value(results, name, "mnf") for name in ranked)
    fewest = [name for name in ranked if _value(results, name, "mnf") == lowest]
    named = [name for name in ranked if name in {*_named(results), fewest[0]}]
    clauses = [_about(results, name, f"{notation.share(_value(results, name, 'mnf'))} under {{}}") for name in named]
    return (
        "Hedged books that failed because of the rule: ",
        Listed(tuple(clauses)),
        *_both(results, ranked[0], fewest),
    )


def _both(results: ScenarioResults, cheapest: str, fewest: Sequence[str]) -> Prose:
    """Whether one rule is lowest on both scores, and how certain its lead is."""
    if len(results.comparison.ranking.ranked) == 1:
        return ("; no other rule is ranked.",)
    if cheapest in fewest:
        sure = "" if _settled(results)[:1] == [True] else ", though its lead is not certain"
        return (
            _about(results, cheapest, f"; in these runs {{}} is lowest on weighted losses and on failures{sure}"),
            ".",
        )
    return ("; no rule is lowest on weighted losses and on failures.",)


def _burden(results: ScenarioResults) -> Words:
    paying = [name for name in _named(results) if _value(results, name, "loss") > 0]
    if not paying:
        return []
    clauses = [_about(results, name, f"{notation.share(_value(results, name, 'beta'))} under {{}}") for name in paying]
    return [
        "Of what the owner of the average lost dollar had before, the rule took ",
        Listed(tuple(clauses)),
        ".",
    ]


def _verdicts(results: ScenarioResults, place: int) -> Words:
    """What the paired comparison with the baseline says on one headline score; rules listed apart are left out."""
    said = [
        one
        for one in results.comparison.differences
        if one.score == PRIMARY[place].name and one.policy not in results.comparison.ranking.apart
    ]
    if not said or len(results.seeds) == 1:
        return []
    lists = [_judged(results, [one for one in said if one.verdict is verdict], verdict) for verdict in VERDICTS]
    subject = ("Weighted losses", "Failures of hedged books")[place]
    margin = (notation.dollars, notation.books)[place](said[0].margin)
    found = [one for one in lists if one.items]
    return [f"{subject} against the baseline are ", *found, f"differences within {margin} do not matter."]


def _judged(results: ScenarioResults, said: Sequence[Difference], verdict: Verdict) -> Listed:
    clauses = [_about(results, one.policy, f"{{}}{one.doubt and f' ({one.doubt})'}") for one in said]
    return Listed(tuple(clauses), VERDICTS[verdict], "; ")


def _order(results: ScenarioResults) -> Words:
    """Which neighbours of the ranking the runs do not tell apart."""
    neighbours = results.comparison.ranking.neighbours
    if not neighbours:
        return ["There is no order to speak of; "]
    if len(results.seeds) == 1:
        return ["One run settles no order; "]
    if all(_settled(results)):
        return ["The order by losses is settled at every step; "]
    doubts = {
        ", too little to matter lies ": [one for one in neighbours if one.verdict is Verdict.EQUIVALENT],
        ", it would turn over 15 minutes ": [one for one in neighbours if one.doubt],
        ", the runs do not decide ": [
            one for one in neighbours if one.verdict is Verdict.INCONCLUSIVE and not one.doubt
        ],
    }
    said = [Listed(tuple(_pair(results, one) for one in found), lead) for lead, found in doubts.items() if found]
    return ["In the order by losses", *said, "; "]


def _pair(results: ScenarioResults, one: Difference) -> About:
    return About(f"between {_rule(results, one.baseline)} and {_rule(results, one.policy)}", (one.baseline, one.policy))


def _settled(results: ScenarioResults) -> list[bool]:
    """Whether each ranked policy is clearly above the next."""
    return [one.verdict is Verdict.WORSE for one in results.comparison.ranking.neighbours]


def _coverage(results: ScenarioResults) -> Words:
    if not results.comparison.ranking.apart:
        return ["no rule left more than 0.1 % of its losses unpaid, kept markets shut or emptied them."]
    return [Listed(tuple(_apart(results)), "not ranked: ", ".")]


def _apart(results: ScenarioResults) -> list[About]:
    """Who is not ranked for what it did, with the figure that says so."""
    return [_about(results, name, f"{{}} ({why_apart(results, name)})") for name in results.comparison.ranking.apart]


def _fall(results: ScenarioResults) -> Words:
    """Whether the baseline deepens the crash, by each yardstick."""
    baseline = str(results.comparison.baseline)
    found = {name: one[baseline] for name, one in results.drawdowns.items() if baseline in one}
    if not found:
        return []
    said = [
        f"next to {YARDSTICKS.get(name, notation.quoted(results.title(name)))}, it {effect_on_fall(one)} "
        f"({notation.number(100 * one.value, 1, sign=True)} % of price)"
        for name, one in found.items()
    ]
    agree = len({effect_on_fall(one) for one in found.values()}) == 1
    lead = "Both yardsticks agree on the baseline" if agree else "The yardsticks disagree on the baseline"
    return [About(f"{lead if len(found) > 1 else 'On the baseline'}: {'; '.join(said)}.", (baseline,))]


def _limits(report: ReportInput, results: ScenarioResults) -> Words:
    found = validated(results.runs.scenario.name)
    met = "was not held against public figures"
    if found:
        met = f"meets {sum(one.hit for one in found.evidence)} of {len(found.evidence)} public figures of the crash"
    return [f"The model {met}, and intervals cover chance alone: ", Link("limits", "limits"), "."]


def _named(results: ScenarioResults) -> list[str]:
    """Rules named in sentences: the first two, the baseline and the last of the ranking."""
    ranking = results.comparison.ranking
    order = ranking.ranked or ranking.undefined
    wanted = {*order[: MANY - 2], results.comparison.baseline, *order[-1:]}
    return [name for name in order if name in wanted]


def _about(results: ScenarioResults, name: str, words: str) -> About:
    return About(words.replace("{}", _rule(results, name)), (name,))


def _rule(results: ScenarioResults, name: str) -> str:
    return notation.rule(results.title(name))


def _money(results: ScenarioResults, name: str) -> str:
    return notation.dollars(_value(results, name, "loss"))


def _value(results: ScenarioResults, name: str, score: str) -> float:
    return results.comparison.estimates[name][score].value
