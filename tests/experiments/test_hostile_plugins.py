"""Plugins that do what none should: each ends its own runs at most, and every other row is what it is without them.

All of them take part in one comparison, with one job and with two; the clean comparison knows none of them.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from lastresort.experiments import Results, Study, run_study
from lastresort.plugins.isolation.rooms import ROOMS
from lastresort.plugins.isolation.tampering import remember

RULE = """
import ctypes, gc, itertools, os, signal, subprocess, sys, threading, time
from collections import deque
from pathlib import Path

import numpy as np

from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism

{before}

class Stranger(Mechanism):
    "Nobody should have it."

    name = "{name}"

    def allocate(self, event: LossEvent) -> Allocation | None:
        held = event.candidates.quantity
        if {late} and len(held) <= 13:  # the rehearsal shows no more
            return None
        {deed}
        return None
"""

PATIENCE = 1.0


@dataclass(frozen=True)
class Deed:
    """What a plugin does when it is asked, what it does when it is imported, and what is told of it.

    It behaves in the rehearsal where it is `late`. Where nothing is told, its policy finishes.
    """

    deed: str
    told: str = ""
    late: bool = True
    before: str = ""


HELD = "took more than 1 s"
ENDED = "its process ended unexpectedly"
FRAME = "frame = sys._getframe()\n        while frame: {}; frame = frame.f_back"

DEEDS: Mapping[str, Deed] = {
    "exit-at-once": Deed("os._exit(0)", f"{ENDED} (exit code 0)", late=False),
    "exit-later": Deed("os._exit(3)", f"{ENDED} (exit code 3)"),
    "exit-politely": Deed("sys.exit(0)", "raised SystemExit: 0", late=False),
    "exit-after-exit": Deed("__import__('atexit').register(os._exit, 0); os._exit(1)", f"{ENDED} (exit code 1)"),
    "interrupt": Deed("raise KeyboardInterrupt", "raised KeyboardInterrupt", late=False),
    "kill-itself": Deed("signal.raise_signal(signal.SIGKILL)", f"{ENDED} (signal 9"),
    "kill-parent": Deed("os.kill(os.getppid(), signal.SIGTERM)", "sends a signal"),
    "mask-and-loop": Deed("signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n        while True: pass", HELD),
    "ignore-and-loop": Deed(
        "signal.signal(signal.SIGALRM, signal.SIG_IGN)\n        while True: pass", HELD, late=False
    ),
    "loop-in-c": Deed("deque(itertools.count(), maxlen=0)", HELD),
    "sum-for-ever": Deed("sum(itertools.repeat(1))", HELD, late=False),
    "thread": Deed("threading.Thread(target=time.sleep, args=(100,)).start()", "thread"),
    "thread-that-exits": Deed(
        "time.sleep(0.2)", ENDED, before="threading.Timer(3.0, os._exit, (0,)).start()\ntime.sleep(0)"
    ),
    "fork": Deed("os.fork()", "starts a process (os.fork)"),
    "child": Deed("subprocess.Popen(['sleep', '100'])", "starts a process"),
    "child-by-the-back-door": Deed(
        "import multiprocessing; multiprocessing.get_context('spawn').Process(target=time.sleep, args=(100,)).start()",
        "starts a process",
    ),
    "memory-at-once": Deed("bytearray(10**11)", "ran out of memory: 4 GiB are allowed"),
    "memory-by-and-by": Deed("more = [bytes(2**28) for _ in itertools.count()]", "ran out of memory"),
    "flood-of-print": Deed("print('flood ' * 10**5)", late=False),
    "flood-of-bytes": Deed("os.write(1, b'flood ' * 10**5); os.write(2, b'\\x1b[2J' * 10**4)"),
    "write-a-file": Deed("Path('{folder}/written').write_text('here')", "to write, which a rule may not"),
    "remove-a-file": Deed("os.remove('{folder}/small.yaml')", "removes"),
    "patch-ledger": Deed(
        "pass",
        "changed lastresort.simulation.accounts.ledger.Ledger.fill",
        before=("from lastresort.simulation.accounts.ledger import Ledger\nLedger.fill = lambda *given, **named: None"),
    ),
    "patch-numpy": Deed("pass", "changed numpy.", before="np.maximum = np.minimum"),
    "patch-rival": Deed(
        "pass",
        "changed lastresort.mechanisms.allocation.queue_adl.QueueAdl.allocate",
        before=(
            "from lastresort.mechanisms.allocation.queue_adl import QueueAdl\nQueueAdl.allocate = lambda *given: None"
        ),
    ),
    "patch-later": Deed(
        "sys.modules['lastresort.simulation.run'].Run.record = lambda *given: 1 / 0",
        "changed lastresort.simulation.run.Run.record",
    ),
    "patch-json": Deed("pass", "changed json", before="import json\njson.dumps = lambda *given, **named: '{{}}'"),
    "walk-to-money": Deed(
        "[one.pockets.treasury.__iadd__(1e9) for one in gc.get_objects() if type(one).__name__ == 'Ledger']",
        "does not balance",
    ),
    "walk-to-clock": Deed(
        FRAME.format("frame.f_globals.__setitem__('_patience', 0.0) if '_patience' in frame.f_globals else None")
        + "\n        while True: pass",
        HELD,
    ),
    "unlock": Deed("held.flags.writeable = True; held[:] = 0.0", "cannot set WRITEABLE flag"),
    "unlock-by-address": Deed(
        "ctypes.memset(held.__array_interface__['data'][0], 0, held.nbytes)", "changed 'quantity' of its Candidates"
    ),
    "forge-answers": Deed(
        "child = sys.modules['lastresort.plugins.isolation.child']; send = child.send\n        child.send = lambda "
        "said, pipe: send(child.Message({{'answer': {{'done': True}}, 'warnings': []}}), pipe)",
        "changed lastresort.plugins.isolation.child.send",
    ),
    "text-that-raises": Deed(
        "raise type('Mute', (Exception,), {{'__str__': lambda self: 1 / 0}})", "raised Mute, whose text cannot be read"
    ),
    "marks": Deed(r"raise ValueError('\x1b[31m\u202egnp.txt')", r"raised ValueError: \x1b[31m\u202egnp.txt"),
}
OTHERS = ("deep-pocket", "fund+queue-adl", "fund+socialized-loss")


def plugin(folder: Path, name: str) -> Path:
    """The file of a plugin, and how its rule behaves."""
    one = DEEDS[name]
    deed, before = (text.format(folder=folder) for text in (one.deed, one.before))
    file = folder / f"{name}.py"
    file.write_text(RULE.format(name=name, deed=deed, before=before, late=one.late), encoding="utf-8")
    return file


def rows(results: Results) -> dict[tuple[str, int], str]:
    """The sha256 of everything that a run of another policy left but its log."""
    found = {}
    for (policy, seed), key in results.keys.items():
        if policy in OTHERS:
            files = results.store.files(key)
            found[policy, seed] = sha256(b"".join(files[one] for one in sorted(files) if one != "log.json")).hexdigest()
    return found


def comparison(scenario: Path, out: Path, *plugins: Path, jobs: int) -> Study:
    """Other policies, and those of plugins."""
    policies = (*OTHERS, *(f"fund+{one.stem}" for one in plugins))
    return Study(str(scenario), (1,), out, policies, plugins, jobs, PATIENCE)


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_ends_its_own_runs_at_most(
    small_scenario: Path, tmp_path: Path, jobs: int, capfd: pytest.CaptureFixture[str]
) -> None:
    clean = rows(run_study(comparison(small_scenario, tmp_path / "clean", jobs=jobs)))
    assert len(clean) == len(OTHERS)
    before = remember()

    plugins = [plugin(tmp_path, name) for name in DEEDS]
    results = run_study(comparison(small_scenario, tmp_path / "poisoned", *plugins, jobs=jobs))
    assert rows(results) == clean
    assert before.changes() == []
    assert not [name for name in sys.modules if name.startswith("lastresort_plugin_")]
    assert not (tmp_path / "written").exists()

    told = {failure.policy.name.removeprefix("fund+"): failure.reason for failure in results.failed}
    wrong = {name: told.get(name, "finished") for name, one in DEEDS.items() if one.told not in told.get(name, "")}
    finished = {name for name in DEEDS if name not in told}
    assert wrong == {}
    assert finished == {name for name, one in DEEDS.items() if not one.told}
    assert all(reason.isprintable() for reason in told.values())
    assert len(capfd.readouterr().err) < 100_000
    ROOMS.end()

    again = run_study(comparison(small_scenario, tmp_path / "poisoned", jobs=jobs))
    assert rows(again) == clean
    assert json.loads((tmp_path / "poisoned" / "manifest.json").read_text(encoding="utf-8"))["failures"] == []
