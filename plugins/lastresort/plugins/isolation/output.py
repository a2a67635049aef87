"""What plugin code writes to its standard streams: shown on our stderr, escaped, and cut where it becomes a flood."""

import os
import sys

from lastresort.mechanisms.contract.plain_text import escaped

MOST = 20_000
"""Bytes of a process that are shown."""

MOST_READS = 100
"""Readings at one time: whoever floods is not listened to for ever."""


class Output:
    """The end of a pipe that plugin code writes to; it is read while somebody waits for an answer."""

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe
        self._left = MOST
        os.set_blocking(pipe, False)

    def show(self) -> bool:
        """Show what has come on stderr; whether more can come."""
        try:
            for _ in range(MOST_READS):
                content = os.read(self.pipe, 2**16)
                if not content:
                    return False
                self._write(content)
        except BlockingIOError:
            pass
        return True

    def _write(self, content: bytes) -> None:
        if self._left <= 0:
            return
        sys.stderr.write(escaped(content[: self._left].decode(errors="backslashreplace")))
        self._left -= len(content)
        if self._left <= 0:
            sys.stderr.write(f"\n... (only the first {MOST:,} bytes are shown)\n")
