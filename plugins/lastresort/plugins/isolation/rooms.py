"""Processes that run plugin code, kept from one question to the next: each is found by the plugins that it imported."""

import atexit
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lastresort.plugins.errors import InputError, PluginEndedError
from lastresort.plugins.isolation.digests import digest
from lastresort.plugins.isolation.plugin_process import PluginProcess
from lastresort.plugins.isolation.plugin_set import PluginSet
from lastresort.plugins.isolation.uncontained import Uncontained

MOST_IDLE = 32
"""Processes that are kept though nobody asks them."""


class Rooms:
    """The processes of this one: those that nobody asks at the moment, the latest last, and those that work."""

    def __init__(self) -> None:
        self._idle: list[PluginProcess | Uncontained] = []
        self._busy: list[PluginProcess | Uncontained] = []
        self._lock = threading.Lock()
        self._ends = 0
        self.contained = os.name == "posix"

    @contextmanager
    def uncontained(self) -> Iterator[None]:
        """Within this block plugin code runs in this very process."""
        self.end()
        before, self.contained = self.contained, False
        try:
            yield
        finally:
            self.end()
            self.contained = before

    def brought(self, plugins: PluginSet, patience: float) -> Any:
        """What some plugins bring as they are now: a process that imported what is another by now is ended."""
        for process in self._stale():
            process.end()
        with self.borrowed(plugins, patience) as process:
            return process.brought

    @contextmanager
    def borrowed(self, plugins: PluginSet, patience: float) -> Iterator[PluginProcess | Uncontained]:
        """A process of these plugins for as long as the block lasts; one that ends meanwhile is not kept."""
        process = self._taken(plugins) or self._started(plugins, patience)
        try:
            yield process
        except InputError:
            self._keep(process)
            raise
        except BaseException:
            with self._lock:
                self._busy.remove(process)
            process.end()  # nobody knows what it is doing
            raise
        self._keep(process)

    def end(self) -> None:
        """End all of them; whoever waits for one hears that it is gone."""
        with self._lock:
            ended, busy, self._idle = self._idle, list(self._busy), []
            self._ends += 1
        for process in ended:
            process.end()
        for process in busy:
            process.kill()

    def _started(self, plugins: PluginSet, patience: float) -> PluginProcess | Uncontained:
        ends = self._ends
        process = PluginProcess(plugins, patience) if self.contained else Uncontained(plugins)
        with self._lock:
            if self._ends == ends:
                self._busy.append(process)
                return process
        process.end()
        raise PluginEndedError("its process was ended before it began", final=True)

    def _taken(self, plugins: PluginSet) -> PluginProcess | Uncontained | None:
        with self._lock:
            found = next((one for one in reversed(self._idle) if one.plugins == plugins), None)
            if found:
                self._idle.remove(found)
                self._busy.append(found)
        return found

    def _keep(self, process: PluginProcess | Uncontained) -> None:
        with self._lock:
            self._busy.remove(process)
            self._idle.append(process)
            surplus, self._idle = self._idle[:-MOST_IDLE], self._idle[-MOST_IDLE:]
        for one in surplus:
            one.end()

    def _stale(self) -> list[PluginProcess | Uncontained]:
        with self._lock:
            stale = [one for one in self._idle if one.path != sys.path or _changed(one.files)]
            self._idle = [one for one in self._idle if one not in stale]
        return stale


def _changed(files: Mapping[str, str]) -> bool:
    return any(digest(Path(file)) != before for file, before in files.items())


ROOMS = Rooms()
"""All that this process has started."""

atexit.register(ROOMS.end)
