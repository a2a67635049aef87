"""How a process shows that it is alive, and until when its rule has time: numbers in memory that its parent sees.

The parent only looks: no signal, thread or loop of the process keeps it from that. All times are of the monotonic
clock, which both processes share.
"""

import contextlib
import faulthandler
import mmap
import os
import struct
import tempfile
import threading
from time import monotonic, sleep

NUMBERS = struct.Struct("<ddd")
BEAT = 0.1
"""Seconds between two signs of life."""

ALONE = 600.0
"""Seconds without a sign of life after which a process ends itself, whoever has forgotten it: the parent is gone."""


class Pulse:
    """The memory of one process, in the file `path`; `beat` is when it last showed life, `due` when its rule is late.

    `told` is when it last began or ended to ask a rule. All are 0 before the process has begun, and `due` also while no
    rule is asked.
    """

    def __init__(self, path: str = "") -> None:
        if not path:
            handle, path = tempfile.mkstemp(prefix="lastresort-pulse-")
            os.write(handle, NUMBERS.pack(0.0, 0.0, 0.0))
            os.close(handle)
        self.path = path
        with open(path, "r+b") as file:
            self._memory = mmap.mmap(file.fileno(), NUMBERS.size)

    @property
    def beat(self) -> float:
        """When the process last showed life."""
        return float(NUMBERS.unpack(self._memory)[0])

    @property
    def due(self) -> float:
        """When the answer that is awaited is late."""
        return float(NUMBERS.unpack(self._memory)[1])

    @property
    def told(self) -> float:
        """When a rule was last asked, or last answered."""
        return float(NUMBERS.unpack(self._memory)[2])

    def tell(self, due: float) -> None:
        """Say when the answer that is awaited is late; 0 where none is."""
        struct.pack_into("<dd", self._memory, 8, due, monotonic())

    def start(self) -> None:
        """Show life from now on, on a thread: it falls silent where a loop in C lets no other thread run."""
        struct.pack_into("<d", self._memory, 0, monotonic())
        self._nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for as long as the process lasts
        threading.Thread(target=self._beat, daemon=True).start()

    def _beat(self) -> None:
        while True:
            struct.pack_into("<d", self._memory, 0, monotonic())
            faulthandler.dump_traceback_later(ALONE, exit=True, file=self._nowhere)
            sleep(BEAT)

    def remove(self) -> None:
        """Remove the file; who has the memory keeps it."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)
