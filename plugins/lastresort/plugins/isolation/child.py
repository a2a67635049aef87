"""The process that runs plugin code: it imports some plugins, and does what it is asked until nobody asks any more.

What it is asked are functions of lastresort, by name, with the catalogue of its plugins as first argument.
"""

import _posixsubprocess
import gc
import os
import queue
import signal
import sys
import threading
import warnings
from collections.abc import Collection
from functools import partial
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, NoReturn

from lastresort.plugins.errors import InputError, PluginWarning
from lastresort.plugins.isolation.frames import LENGTH, BrokenMessageError, Message, as_message, receive, send
from lastresort.plugins.isolation.plugin_set import PluginSet
from lastresort.plugins.isolation.pulse import Pulse
from lastresort.plugins.isolation.tampering import Snapshot, remember
from lastresort.plugins.loading import patient
from lastresort.simulation.waterfall import own_frames
from lastresort.simulation.waterfall.deeds import RefusedDeedError

if TYPE_CHECKING:
    from lastresort.plugins.brought import Brought

OURS = "lastresort."

MOST_NAMED = 3
"""Changed names that are told; of others only the number is."""


def serve(pulse_file: str) -> None:
    """Answer messages until there is nobody any more who sends them; a rule that reads or prints has no part in it."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    gc.set_threshold(50_000)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks decides
    messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(incoming, messages), daemon=True).start()
    _show_life(pulse_file)
    state = _State()
    while True:
        send(state.answer(messages.get()), outgoing)


def _receive(incoming: IO[bytes], messages: "queue.SimpleQueue[Message]") -> None:
    """On a thread of its own, so that the process ends with its parent, whatever it is doing."""
    try:
        while True:
            messages.put(receive(partial(_exactly, incoming)))
    finally:
        os._exit(0)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise BrokenMessageError(f"{LENGTH.size} or more bytes are missing")
    return content


def _show_life(pulse_file: str) -> None:
    from lastresort.simulation.waterfall import time_limit

    pulse = Pulse(pulse_file)
    pulse.remove()  # nobody else looks for it, and nothing is left behind however this ends
    pulse.start()
    time_limit.tell_of(pulse.tell)


class _State:
    """What this process knows: the catalogue of its plugins, once it has imported them."""

    def __init__(self) -> None:
        self._catalogue: Any = None
        self._before: Snapshot | None = None
        self._homes: set[str] = set()

    def answer(self, message: Message) -> Message:
        """What came of a message; where plugin code has changed what is not its own, nothing is believed of it."""
        said = self._answer(message)
        if self._before is None or "plugins" in message.document or not (changed := self._before.changes()):
            return said
        return Message({"left": f"it changed {_listed(changed)}, which is not its own", "warnings": []})

    def _answer(self, message: Message) -> Message:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", PluginWarning)
            try:
                with patient(float(message.document["patience"])):
                    said = self._done(message)
            except InputError as error:
                left = error.__cause__ is not None and not isinstance(error.__cause__, Exception)
                said = Message({"left" if left else "refused": str(error), "traceback": error.traceback})
            except BaseException as error:
                said = Message(_raised(error, self._homes))
        texts = [str(one.message) for one in told if issubclass(one.category, PluginWarning)]
        return Message(said.document | {"warnings": texts}, said.files)

    def _done(self, message: Message) -> Message:
        wanted = message.document
        if "plugins" in wanted:
            return self._load(wanted)
        arguments = wanted["arguments"] | ({"files": message.files} if message.files else {})
        said = as_message(_service(wanted["service"])(self._catalogue, **arguments))
        return Message({"answer": said.document}, said.files)

    def _load(self, wanted: dict[str, Any]) -> Message:
        """Import the plugins, and describe what they bring."""
        sys.path[:] = wanted["path"]
        import lastresort.plugins.conformance
        import lastresort.simulation.run  # noqa: F401 - so that it is known what they were
        from lastresort.plugins.catalogue import Catalogue
        from lastresort.plugins.discovery import built_ins
        from lastresort.plugins.isolation.description import described
        from lastresort.simulation.waterfall.file_guard import contain

        ours, self._before = built_ins(), remember()
        contain()
        _posixsubprocess.fork_exec = _refused
        plugins = PluginSet.of(wanted["plugins"])
        self._homes = homes_of_installed(plugins)
        parts = imported(plugins)
        self._catalogue = Catalogue.of_rules([*ours, *parts])
        return Message({"answer": [described(part) for part in parts]})


def _raised(error: BaseException, homes: Collection[str]) -> dict[str, str]:
    """What ended a service that nobody expected to end: where in the plugin, if it was there, and the way."""
    return {"raised": own_frames.blamed(error, homes), "traceback": own_frames.told(error, homes)}


def _refused(*_: object) -> NoReturn:
    """What Python starts processes with, of which it tells no audit hook."""
    raise RefusedDeedError("it starts a process (fork_exec), which a plugin may not")


def imported(plugins: PluginSet) -> "list[Brought]":
    """Import some plugins, and return what they bring."""
    from lastresort.plugins.discovery import of_file, of_installed
    from lastresort.plugins.installed import installed

    known = {plugin.origin: plugin for plugin in installed()}
    for origin in plugins.installed:
        if origin not in known:
            raise InputError(f"plugin {origin} is not installed: install it there")
    return [*(of_installed(known[origin]) for origin in plugins.installed), *map(of_file, plugins.files)]


def homes_of_installed(plugins: PluginSet) -> set[str]:
    """Names of the top-level modules of the installed plugins among some."""
    from lastresort.plugins.installed import installed

    return {one.entry_point.module.partition(".")[0] for one in installed() if one.origin in plugins.installed}


def _listed(changed: list[str]) -> str:
    more = len(changed) - MOST_NAMED
    return ", ".join(changed[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _service(name: str) -> Any:
    module, _, function = name.partition(":")
    if not module.startswith(OURS):
        raise InputError(f"found the service '{name}'; allowed: functions of lastresort")
    return getattr(import_module(module), function)
