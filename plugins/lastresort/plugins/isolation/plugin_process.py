"""The other end of a process that runs plugin code: starts it, asks it, watches it, and ends it."""

import contextlib
import os
import select
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from operator import itemgetter
from time import monotonic
from typing import IO, Any, TypeVar

from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.plugins.errors import InputError, PluginEndedError, PluginWarning
from lastresort.plugins.isolation.frames import BrokenMessageError, Message, receive, send
from lastresort.plugins.isolation.output import Output
from lastresort.plugins.isolation.plugin_set import PluginSet
from lastresort.plugins.isolation.pulse import Pulse

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")

ENVIRONMENT = ("HYPOTHESIS_STORAGE_DIRECTORY",)
"""Variables by which libraries are told to keep nothing where the user works."""

GRACE = 1.0
"""Seconds that a process has to end a late answer by itself, which says more."""

SILENCE = 2.0
"""Seconds more than the patience for which a process may show no life: the engine has loops in C too."""

START = 60.0
"""Seconds after which a process must have shown life."""

IDLE = 300.0
"""Seconds more than the patience for which a process may ask no rule and give no answer: the engine may be at work on a
large market, or code of the plugin that nobody asked, such as what a class does when it is copied."""

LOADING = 30.0
"""The same while plugins are imported: nothing large is done meanwhile."""

ANSWER = 5.0
"""Seconds more than the patience that an answer may take from its first byte to its last."""

MOST_WARNINGS = 20
"""Warnings of one answer that are told."""

LONGEST = 2_000
"""Characters of a sentence that are told."""

MOST_OF_THE_WAY = 10_000
"""Characters of a traceback that are kept."""

LOOK = 0.1
"""Seconds between two looks at a process that works."""

Service = Callable[..., Any]
Read = TypeVar("Read")


def _short(said: Any, longest: int = LONGEST) -> str:
    """What a process says in a sentence, escaped, and cut where it is none."""
    text = escaped(str(said)[: longest + 1])
    return text if len(text) <= longest else f"{text[:longest]} ..."


def believed(read: Callable[[Any], Read], said: Any) -> Read:
    """Return what `read` makes of an answer; PluginEndedError where it has another form than was asked for."""
    try:
        return read(said)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise PluginEndedError("its process said what nobody asked for") from error


def files_of(brought: Any) -> dict[str, str]:
    """Return the SHA-256 of each file that plugins were read from, by its path."""
    return {str(file): str(sha) for part in brought for file, sha in part["files"].items()}


class PluginProcess:
    """A process that imports some plugins when it starts, and does what it is asked, one thing after the other.

    `brought` is what each of its plugins brings, as `described` says, and `files` are those that this was read from.
    Raises InputError where one cannot be imported, and PluginEndedError where the process is gone or had to be ended;
    it is of no use any more then.
    """

    def __init__(self, plugins: PluginSet, patience: float) -> None:
        self.plugins, self.path = plugins, list(sys.path)
        self._pulse = Pulse()
        code = f"from lastresort.plugins.isolation.child import serve; serve({self._pulse.path!r})"
        environment = dict.fromkeys(ENVIRONMENT, os.devnull) | os.environ | dict.fromkeys(ONE_THREAD, "1")
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        self._started = self._asked_at = monotonic()
        self._idle = LOADING
        self._output = Output(self._pipe(self._process.stderr).fileno())
        message = {"path": self.path, "plugins": plugins.document(), "patience": patience}
        try:
            self.brought: Any = self._asked(Message(message), patience).document
            self.files = believed(files_of, self.brought)
        except BaseException:
            self.end()
            raise

    def ask(
        self, service: Service, arguments: Mapping[str, Any], patience: float, files: Mapping[str, bytes] | None = None
    ) -> Message:
        """Have a function of lastresort called there; it is given the catalogue of the plugins first.

        Arguments and answer are JSON, `files` come beside them in both directions. A rule that is asked meanwhile has
        `patience` seconds for each answer. Raises InputError where the function does, and PluginEndedError.
        """
        name = f"{service.__module__}:{service.__qualname__}"
        wanted = {"service": name, "arguments": dict(arguments), "patience": patience}
        self._idle = IDLE
        return self._asked(Message(wanted, files or {}), patience)

    def kill(self) -> None:
        """End it, from whatever thread: whoever waits for its answer hears that it is gone."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, 9)
        self._process.kill()

    def end(self) -> None:
        """Have done with it."""
        self.kill()
        self._process.wait()
        if not self._pipe(self._process.stderr).closed:
            self._output.show()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                self._pipe(pipe).close()
        self._pulse.remove()

    def _asked(self, message: Message, patience: float) -> Message:
        self._asked_at, self._answers_since = monotonic(), float("inf")
        try:
            self._send(message)
            said = receive(lambda size: self._read(size, patience))
            document = said.document
            for text in document["warnings"][:MOST_WARNINGS]:
                warnings.warn(_short(text), PluginWarning, stacklevel=2)
        except BrokenMessageError as error:
            self.end()
            raise PluginEndedError(f"its process said what nobody asked for: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            self.end()
            raise PluginEndedError("its process said what nobody asked for") from error
        way = _short(document.get("traceback", ""), MOST_OF_THE_WAY)
        if "refused" in document:
            raise InputError(_short(document["refused"]), way)
        if "left" in document:
            raise PluginEndedError(_short(document["left"]), final=True, traceback=way)
        if "raised" in document:
            raise PluginEndedError(_short(document["raised"]), traceback=way)
        return Message(believed(itemgetter("answer"), document), said.files)

    def _send(self, message: Message) -> None:
        try:
            send(message, self._pipe(self._process.stdin))
        except OSError as error:
            raise self._gone() from error

    def _read(self, size: int, patience: float) -> bytes:
        """So many bytes of its answer; PluginEndedError where they do not come."""
        pipe, parts = self._pipe(self._process.stdout).fileno(), list[bytes]()
        while size:
            self._wait_for(pipe, patience)
            part = os.read(pipe, min(size, 2**20))
            if not part:
                raise self._gone()
            self._answers_since = min(self._answers_since, monotonic())
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _wait_for(self, pipe: int, patience: float) -> None:
        """Come back when there is something to read, and show meanwhile what plugin code writes."""
        heard = [self._output.pipe]
        while True:
            ready, _, _ = select.select([pipe, *heard], [], [], LOOK)
            self._watch(patience)
            if heard and not self._output.show():
                heard = []
            if pipe in ready:
                return

    def _watch(self, patience: float) -> None:
        """End it where it is late, or silent for too long; what it says of itself is believed within bounds."""
        now, beat, due, told = monotonic(), self._pulse.beat, self._pulse.due, self._pulse.told
        late = due != 0.0 and not now <= due + GRACE
        silent = not now <= beat + patience + SILENCE if beat else now > self._started + START
        idle = not now <= max(told, self._asked_at) + patience + self._idle
        hesitant = now > self._answers_since + patience + ANSWER
        forged = not (beat <= now + GRACE and told <= now + GRACE and due <= now + patience + GRACE)
        if late or silent or idle or hesitant or forged:
            self.end()
            raise PluginEndedError(f"took more than {patience:g} s and had to be ended", final=True)

    def _gone(self) -> PluginEndedError:
        """Why it is there no more."""
        try:
            code = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            code = None
        self.end()
        if code is None:
            return PluginEndedError("its process closed its pipes")
        how = (
            f"exit code {code}" if code >= 0 else f"signal {-code}, out of memory?" if code == -9 else f"signal {-code}"
        )
        return PluginEndedError(f"its process ended unexpectedly ({how})")

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe
