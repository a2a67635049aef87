"""Sections of plugins."""

from collections.abc import Iterator

from lastresort.reports.additions import Grid, write_sections
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Block, Caution, Foreign, Note, Section


def additions(chapter: Chapter) -> Iterator[Section]:
    """Each section that a plugin brings, or the sentence that says why there is none."""
    for written in write_sections(chapter.additions.sections, chapter.results, chapter.table):
        blocks: list[Block] = [
            part.table(chapter.anchor(f"table-{written.name}-{place}"), f"From “{written.title}”.")
            if isinstance(part, Grid)
            else Foreign(part)
            for place, part in enumerate(written.parts)
        ]
        if written.problem:
            blocks.append(Caution((f"This section could not be written: {written.problem}",)))
        blocks.append(Note((f"From the plugin {written.origin}.",)))
        yield Section(chapter.anchor(f"plugin-{written.name}"), written.title, blocks)
