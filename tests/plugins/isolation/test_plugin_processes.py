"""A process that runs plugin code: what it is asked, how it ends, and when it is another."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lastresort.plugins.errors import InputError, PluginEndedError
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.isolation.plugin_set import NO_PLUGINS, PluginSet
from lastresort.plugins.isolation.rooms import ROOMS
from lastresort.plugins.rehearsal import rehearsed

RULE = """
import gc, os, signal, struct, sys, time
from collections import deque
from itertools import count
from lastresort.mechanisms.contract import LossEvent, Mechanism

class Stranger(Mechanism):
    "Nobody."
    name = "stranger"
    def allocate(self, event: LossEvent) -> None:
        {deed}
"""


LATE = r"^took more than 0\.5 s and had to be ended$"
DRIP = (
    "signal.signal(signal.SIGALRM, signal.SIG_IGN); os.write(4, (10**8).to_bytes(8, 'little'))\n"
    "        while os.write(4, b'x'): time.sleep(0.02)"
)
TRICKLE = "signal.signal(signal.SIGALRM, signal.SIG_IGN)\n        while os.write(4, b'x'): time.sleep(0.02)"
FORGED = (
    "memory = next(one for one in gc.get_objects() if type(one).__name__ == 'Pulse')._memory\n"
    "        memory[0:24] = struct.pack('<ddd', 1e18, 0.0, float('nan')); deque(count(), maxlen=0)"
)


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """No process outlives its test."""
    yield
    ROOMS.end()


def written(folder: Path, deed: str = "return None", before: str = "") -> Path:
    """A plugin file."""
    file = folder / "stranger.py"
    file.write_text(before + RULE.format(deed=deed), encoding="utf-8")
    return file


def process_of(file: Path) -> int:
    """The id of the process of a plugin file."""
    contained([file])
    with ROOMS.borrowed(PluginSet((file,)), 1.0) as process:
        return int(process.ask(os_id, {}, 1.0).document)


def os_id(catalogue: object) -> int:
    """Never called here: a service has to be one of ours."""
    raise NotImplementedError


def test_only_our_functions_are_called(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="allowed: functions of lastresort"):
        process_of(written(tmp_path))


def test_a_process_is_asked_again_until_its_files_change(tmp_path: Path) -> None:
    file, plugins = written(tmp_path), PluginSet((tmp_path / "stranger.py",))
    started = []
    for text in (None, None, "x = 1\n"):
        if text:
            written(tmp_path, before=text)
        contained([file])
        with ROOMS.borrowed(plugins, 1.0) as process:
            started.append(process)
    assert started[0] is started[1]
    assert started[1] is not started[2]


def test_a_changed_module_beside_it_is_a_change(tmp_path: Path) -> None:
    (tmp_path / "beside_it.py").write_text("number = 1\n", encoding="utf-8")
    file = written(tmp_path, before="import beside_it\n")
    first = contained([file]).fingerprints["stranger"]
    (tmp_path / "beside_it.py").write_text("number = 2\n", encoding="utf-8")
    assert contained([file]).fingerprints["stranger"] != first


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("os._exit(0)", r"^its process ended unexpectedly \(exit code 0\)$"),
        ("os._exit(7)", r"^its process ended unexpectedly \(exit code 7\)$"),
        ("os.abort()", r"^its process ended unexpectedly \(signal 6\)$"),
        ("deque(count(), maxlen=0)", r"^took more than 0\.5 s and had to be ended$"),
        ("os.write(4, (10**8).to_bytes(8, 'little'))", LATE),
        (
            "signal.signal(signal.SIGALRM, signal.SIG_IGN)\n        while os.write(4, b'x'): time.sleep(0.02)",
            "its process",
        ),
        (DRIP, LATE),
        (FORGED, LATE),
        ("os.close(3); os.close(4); os.close(5); os.close(6); time.sleep(60)", "its process|had to be ended"),
    ],
)
def test_its_end_is_told(tmp_path: Path, deed: str, said: str) -> None:
    catalogue = contained([written(tmp_path, deed)])
    wanted: dict[str, Any] = {"use": "stranger", "place": "here", "position": 1, "parameters": {}, "reference": False}
    began = time.monotonic()
    with pytest.raises(PluginEndedError, match=said):
        catalogue.ask("stranger", rehearsed, 0.5, bool, **wanted)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("import os; os._exit(0)\n", r"^plugin .*stranger\.py: its process ended unexpectedly \(exit code 0\)$"),
        ("raise SystemExit(3)\n", r"^plugin .*stranger\.py, line 1: SystemExit: 3$"),
        ("from itertools import count; sum(count())\n", r"^plugin .*stranger\.py: took more than 3 s"),
    ],
)
def test_a_plugin_that_leaves_while_it_is_imported(tmp_path: Path, before: str, said: str) -> None:
    with pytest.raises(PluginEndedError, match=said):
        contained([written(tmp_path, before=before)], patience=0.5)


def test_a_policy_in_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    hook = (
        "import pluggy, pathlib\n@pluggy.HookimplMarker('lastresort')\ndef lastresort_policies():\n"
        f"    return [pathlib.Path({str(tmp_path / 'pipe.yaml')!r})]\n"
    )
    with pytest.raises(InputError, match=r"pipe\.yaml: cannot be read \(no plain file\)"):
        contained([written(tmp_path, before=hook)])


def test_a_flood_is_cut_and_shown_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contained([written(tmp_path, before="print('\\x1b[31m' + 'flood ' * 10**6)\n")])
    shown = capsys.readouterr().err
    assert shown.startswith("\\x1b[31mflood flood")
    assert len(shown) < 25_000
    assert shown.endswith("bytes are shown)\n")


def test_without_plugins_there_is_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ROOMS, "borrowed", None)
    catalogue = contained()
    assert not any(map(catalogue.needed, catalogue.policies.values()))
    assert catalogue.needed(catalogue.policy("fund+queue-adl")) == NO_PLUGINS


def test_code_runs_here_for_a_debugger(tmp_path: Path) -> None:
    file = written(tmp_path, f"open({str(tmp_path / 'seen')!r}, 'w').write(str(os.getpid()))")
    with ROOMS.uncontained():
        catalogue = contained([file])
        with pytest.raises(InputError):  # files are still guarded
            catalogue.ask(
                "stranger",
                rehearsed,
                1.0,
                bool,
                use="stranger",
                place="here",
                position=1,
                parameters={},
                reference=False,
            )
    assert not ROOMS._idle
