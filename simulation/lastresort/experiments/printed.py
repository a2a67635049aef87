"""What the rules of a run print: the beginning is kept, and the rest takes up nothing."""

import io

from lastresort.experiments.store.packing import LONGEST_PRINT
from lastresort.mechanisms.contract.plain_text import escaped


class Printed(io.TextIOBase):
    """A text stream that keeps the first `LONGEST_PRINT` characters written to it, and forgets the others."""

    def __init__(self, most: int = LONGEST_PRINT) -> None:
        self._left = most + 1  # one more, so that a longer text is told from one that fits
        self._kept: list[str] = []

    def writable(self) -> bool:
        """Yes, it is."""
        return True

    def write(self, text: str, /) -> int:
        """Take a text, and say that all of it was written."""
        if self._left and text:
            kept = str.__getitem__(text, slice(self._left))
            self._kept.append(kept)
            self._left -= len(kept)
        return str.__len__(text)

    @property
    def text(self) -> str:
        """What was kept, with marks that are not seen spelled out."""
        return escaped("".join(self._kept))
