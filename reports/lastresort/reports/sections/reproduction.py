"""How to do the same again, and what identifies it."""

from lastresort.reports import provenance
from lastresort.reports.chapters import Dossier
from lastresort.reports.document import Block, Cell, Column, Listing, Note, Row, Section, Table


def reproduction(dossier: Dossier) -> Section:
    """Commands, and versions and hashes of every chapter."""
    blocks: list[Block] = [Listing("\n".join(dossier.commands))]
    for chapter in dossier.chapters:
        rows = [Row((name,), [Cell(value)]) for name, value in provenance.facts(chapter.results, chapter.table)]
        caption = f"What identifies the comparison on “{chapter.results.scenario.title}”."
        columns = [Column("Value", align="left")]
        blocks.append(Table(chapter.anchor("identity"), caption, columns, [("", rows)], "text", "What"))
    words = "The same version, command and plugin files give the same score table, byte for byte, on the same platform."
    return Section("reproduction", "How to reproduce this report", [*blocks, Note((words,))])
