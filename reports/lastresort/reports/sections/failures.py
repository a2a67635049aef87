"""Policies that failed, and why."""

from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Cell, Column, Paragraph, Row, Section, Table


def failures(chapter: Chapter) -> Section:
    """Who is out of the ranking."""
    columns = [Column("Extent", align="left"), Column("What happened", align="left")]
    rows = [
        Row((failure.policy.title,), [Cell(failure.extent), Cell(failure.reason)], failure.policy.name)
        for failure in chapter.results.failed
    ]
    caption = "Policies that failed, and what ended the first of their failed runs."
    words = (
        "A policy of which any run failed is left out of every score, table and figure below. A run fails where a rule "
        "raises, answers too late, asks for too much memory or breaks the contract in another way."
    )
    table = Table(chapter.anchor("failed"), caption, columns, [("", rows)], "text")
    return Section(chapter.anchor("failures"), "Out of the ranking", [Paragraph((words,)), table])
