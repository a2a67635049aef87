"""How to get the same page again: the exact command, and the release."""

from importlib.metadata import version

from lastresort.reports.document import Block, Code, Listing, Note, Paragraph, Section

WORDS = "The same release, command and files give the same page, byte for byte, on the same processor and libraries."


def typed_command(command: str, hidden: str) -> Section:
    """The command as it was typed, `hidden` being what it looks like without ids."""
    blocks: list[Block] = [Listing(hidden)] if command else [Paragraph(("This page was written from Python.",))]
    if hidden != command:
        blocks.append(Note(("Values of ", Code("--account"), " and ", Code("--owner"), " are hidden, as all ids are.")))
    blocks.append(Note((f"lastresort {version('lastresort')}. {WORDS}",)))
    return Section("command", "The exact command", blocks)
