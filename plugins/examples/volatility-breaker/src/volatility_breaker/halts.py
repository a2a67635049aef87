"""What a halt costs: nobody can trade. A score of it for every policy, and a section with the markets."""

from collections.abc import Iterator

import pandas as pd

from lastresort.plugins.report_section import Findings, Part, ReportSection
from lastresort.plugins.score import Score
from lastresort.simulation.recording.record import RunRecord


def halted_time(run: RunRecord, reference: RunRecord) -> float:
    """Seconds for which a contract of open interest could not be traded, on average over all contracts."""
    weight = run.books["open_interest_start"]
    return float((weight * run.books["halted"]).sum() / weight.sum())


def write_halts(findings: Findings) -> Iterator[Part]:
    """One paragraph, and the halted minutes of each policy by tier of market, averaged over venues and seeds."""
    yield "Minutes for which markets were halted, averaged over venues and seeds. Who cannot trade cannot hedge either."
    rows = {policy.title: _by_tier(findings, policy.name) for policy in findings.policies}
    yield pd.DataFrame(rows).T.rename_axis(index="policy").round(2)


def _by_tier(findings: Findings, policy: str) -> "pd.Series[float]":
    books = pd.concat([findings.record(policy, seed).books for seed in findings.seeds])
    return books.groupby("tier", sort=False)["halted"].mean() / 60


HALTED_TIME = Score(
    name="time_halted",
    title="Halted time",
    meaning="Seconds for which a contract of open interest could not be traded, on average over all contracts.",
    formula="mean(sum(OI halted) / sum(OI))",
    unit="seconds",
    direction="lower is better",
    measure=halted_time,
)

HALTS = ReportSection(name="halts", title="Trading halts", write=write_halts)
