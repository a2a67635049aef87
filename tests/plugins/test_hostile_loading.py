"""A plugin that leaves with what ends programs, or does what it may not, is refused in one sentence."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse
from lastresort.simulation.waterfall import deeds

Writer = Callable[[str], Path]

RULE = """
import os, signal, subprocess, sys
class R(Mechanism):
    "A rule\\u202e."
    name = 'r'
    source = 'a\\x1b[2J book'
    def model_post_init(self, context):
        {made}
    def allocate(self, event): return None
{loaded}
"""


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        rehearsed(path)
    return str(refused.value)


def rehearsed(path: Path) -> None:
    catalogue = Catalogue.load([path])
    rehearse([catalogue.policy("fund+r")], catalogue, [path])


HIDDEN = "property(lambda self: sys.exit(), lambda self, value: None)"
LEAVING = [
    ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ("sys.exit(0)", "SystemExit: 0"),
    ("raise GeneratorExit('out')", "GeneratorExit: out"),
    (
        "raise type('E', (Exception,), {'__str__': lambda self: sys.exit(0)})",
        "E, whose text cannot be read",
    ),
    (f"raise type('E', (RuntimeError,), {{'__traceback__': {HIDDEN}}})('x')", "E: x"),
    ("e = RuntimeError('\\u202ex'); e.__cause__ = e; raise e", "RuntimeError: \\u202ex"),
    ("os.system('true')", "RefusedDeedError: it starts a process (os.system), which a "),
    ("os.kill(os.getpid(), 0)", "RefusedDeedError: it sends a signal (os.kill), which a "),
    ("os.remove(__file__ + '/../../../../no')", "RefusedDeedError: it removes '"),
    ("open('/no', 'w')", "RefusedDeedError: it opens '/no' to write, which a "),
    ("os.rename('/no', '/none')", "RefusedDeedError: it renames '/no', which a "),
]
NUMBERS = [str(k) for k in range(len(LEAVING))]


@pytest.mark.parametrize(("deed", "told"), LEAVING, ids=NUMBERS)
def test_what_is_done_while_loading_is_refused(
    write_plugin: Writer, monkeypatch: pytest.MonkeyPatch, deed: str, told: str
) -> None:
    monkeypatch.setattr(deeds, "_temporary", lambda: "/nowhere")
    path = write_plugin(RULE.format(made="pass", loaded=deed))
    message = refusal(path)
    assert message.startswith(f"plugin {path}, line ")
    assert told in message


@pytest.mark.parametrize(("deed", "told"), LEAVING, ids=NUMBERS)
def test_what_is_done_while_a_rule_is_made_is_refused(write_plugin: Writer, deed: str, told: str) -> None:
    message = refusal(write_plugin(RULE.format(made=deed, loaded="")))
    assert told in message


@pytest.mark.parametrize(("deed", "told"), LEAVING[:6], ids=NUMBERS[:6])
def test_what_a_hook_leaves_with_is_told(write_plugin: Writer, deed: str, told: str) -> None:
    hook = f"@hookimpl\ndef lastresort_scores():\n    {deed}"
    message = refusal(write_plugin(RULE.format(made="pass", loaded=hook)))
    path = message.split(",")[0][7:]
    line = Path(path).read_text().count("\n")
    assert message == f"plugin {path}, hook 'lastresort_scores', {Path(path).name}, line {line}: {told}"


def test_the_user_s_interrupt_is_the_user_s(write_plugin: Writer) -> None:
    path = write_plugin(RULE.format(made="pass", loaded="signal.raise_signal(signal.SIGINT)"))
    with pytest.raises(KeyboardInterrupt):
        Catalogue.load([path])
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_temporary_files_and_caches_are_its_own(write_plugin: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")  # what is removed inside a folder is named from there
    deed = "import tempfile\nwith tempfile.TemporaryDirectory() as folder:\n    open(folder + '/a', 'w').write('a')"
    Catalogue.load([write_plugin(RULE.format(made="pass", loaded=deed))])
    assert os.system("true") == 0


KERNEL = """
from numba import njit
@njit(cache=True)
def twice(x):
    return 2 * x
"""


def test_a_rule_may_compile_its_kernels_when_it_is_asked(write_plugin: Writer) -> None:
    path = write_plugin(KERNEL + RULE.format(made="pass", loaded="").replace("return None", "twice(event.mark)"))
    rehearsed(path)
    assert list((path.parent / "__pycache__").glob("*.nbc"))


def test_what_it_says_of_itself_is_spelled_out(write_plugin: Writer) -> None:
    rule = Catalogue.load([write_plugin(RULE.format(made="pass", loaded=""))]).mechanisms["r"]
    assert (rule.source, rule.__doc__) == ("a\\x1b[2J book", "A rule\\u202e.")


def test_whoever_looks_for_the_temporary_folder_first_does_not_wait_for_itself(tmp_path: Path) -> None:
    """The search tries whether it may write there, which the guard hears, and the guard asks for the same folder."""
    code = (
        "import os, tempfile\nfrom lastresort.simulation.waterfall import file_guard\n"
        "file_guard.contain()\ntempfile.tempdir = None\n"
        f"os.mkdir(os.path.join(tempfile.gettempdir(), {tmp_path.name!r} + '-x'))\n"
        f"os.rmdir(os.path.join(tempfile.gettempdir(), {tmp_path.name!r} + '-x'))\nprint('done')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "done\n", done.stderr
