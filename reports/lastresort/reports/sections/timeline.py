"""The course of the crash, minute by minute, with a slider to walk through it."""

from lastresort.reports import plates
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Section


def timeline(chapter: Chapter) -> Section:
    """The figure and its scrubber."""
    figure, scrubber = plates.timeline(chapter)
    return Section(chapter.anchor("course"), "The course of the crash", [figure, scrubber])
