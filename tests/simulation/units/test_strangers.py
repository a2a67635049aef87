"""Around an answer of a rule that is not built in: whatever it raises, keeps, changes or leaves behind is its loss."""

import contextlib
import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.contract import Allocation, JointAllocation, LossEvent, MechanismError, Payer
from lastresort.plugins.testing.builders import candidates, joint_loss, loss_event
from lastresort.simulation.waterfall import time_limit
from lastresort.simulation.waterfall.demands import Demands
from lastresort.simulation.waterfall.strangers import is_built_in, unguarded
from lastresort.simulation.waterfall.taken_answers import ALLOWED
from lastresort.simulation.waterfall.time_limit import interruptible

Rule = Callable[[Any], Any]


def event() -> LossEvent:
    return loss_event(candidates([-10.0, -30.0], account=[3, 8]), contracts=20.0, dollars=6.0, mark=0.8)


def ask(rule: Rule) -> Any:
    return Demands("rule", "allocate", 60.0).ask(rule, event(), Allocation)


def refusal(rule: Rule) -> str:
    with pytest.raises(MechanismError) as caught:
        ask(rule)
    return re.sub(r"^test_strangers\.py, line \d+, ", "", caught.value.rule)


def doing(deed: Callable[[], Any]) -> Rule:
    """A rule without an opinion that does something else."""

    def rule(_: LossEvent) -> None:
        deed()

    return rule


def raising(error: BaseException) -> Rule:
    def rule(_: LossEvent) -> None:
        raise error

    return rule


def numbered(rows: list[Any]) -> list[Any]:
    return [pytest.param(*row, id=str(k)) for k, row in enumerate(rows)]


def allocation(**changes: Any) -> Allocation:
    usual: dict[str, Any] = {"close": np.zeros(2), "charge": np.zeros(2), "winner_price": 0.9, "loser_price": 0.9}
    return Allocation(**usual | changes)


# -- what it raises -------------------------------------------------------------------------------------------------


class MuteError(BaseException):
    def __str__(self) -> str:
        raise SystemExit(0)


class EndlessError(Exception):
    def __str__(self) -> str:
        while True:
            pass


@pytest.mark.parametrize(
    ("error", "rule"),
    numbered(
        [
            (KeyboardInterrupt("mine"), "raised KeyboardInterrupt: mine"),
            (SystemExit(0), "raised SystemExit: 0"),
            (GeneratorExit(), "raised GeneratorExit"),
            (MuteError(), "raised MuteError, whose text cannot be read"),
            (EndlessError(), "raised EndlessError, whose text cannot be read"),
            (ValueError("\x1b[2J\u202e"), "raised ValueError: \\x1b[2J\\u202e"),
            (time_limit.OutOfTime("never"), "took more than 0.2 s"),
        ]
    ),
)
def test_whatever_it_raises_is_its_failure(error: BaseException, rule: str) -> None:
    with interruptible(0.2):
        assert refusal(raising(error)) == rule


def test_the_user_s_interrupt_is_the_user_s() -> None:
    with interruptible(1.0), pytest.raises(KeyboardInterrupt):
        ask(doing(lambda: signal.raise_signal(signal.SIGINT)))


def test_a_rule_cannot_swallow_it() -> None:
    def swallow() -> None:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    with interruptible(1.0), pytest.raises(KeyboardInterrupt):
        ask(doing(swallow))
    with interruptible(1.0):
        assert refusal(raising(KeyboardInterrupt())) == "raised KeyboardInterrupt"


def test_an_answer_that_comes_late_all_the_same_is_late() -> None:
    def wait() -> None:
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        time.sleep(0.1)

    with interruptible(0.05):
        assert refusal(doing(wait)) == "took more than 0.05 s"


# -- what it is shown -----------------------------------------------------------------------------------------------


class Alias:
    """Memory of an array that may be written all the same."""

    def __init__(self, column: Any) -> None:
        self.kept = column
        self.__array_interface__ = {
            **column.__array_interface__,
            "data": (column.__array_interface__["data"][0], False),
        }


def write(column: Any) -> None:
    np.asarray(Alias(column))[:] = 1.0


def forget(view: Any, _: Any) -> None:
    object.__delattr__(view, "equity")


def unlock_base(view: LossEvent) -> None:
    base: Any = view.candidates.equity
    while not isinstance(base, bytes | bytearray):
        base = base.obj if isinstance(base, memoryview) else base.base
        if isinstance(base, np.ndarray) and base.flags.writeable:
            base[:] = 1.0


@pytest.mark.parametrize(
    ("deed", "rule"),
    numbered(
        [
            (lambda view: write(view.events[1].candidates.equity), "changed 'equity' of its Candidates"),
            (lambda view: write(view.pool_balance), "changed 'pool_balance' of its JointLoss"),
            (lambda view: object.__setattr__(view, "events", view.events[::-1]), "changed 'events' of its JointLoss"),
            (
                lambda view: object.__setattr__(view.events[0], "candidates", view.events[1].candidates),
                "changed 'candidates' of its LossEvent",
            ),
        ]
    ),
)
def test_what_is_done_to_events_in_a_joint_loss_is_seen(deed: Rule, rule: str) -> None:
    shown = joint_loss([event(), event()])
    before = [one.candidates.equity.tolist() for one in shown.events]
    with pytest.raises(MechanismError) as caught:
        Demands("rule", "allocate_jointly", 60.0).ask(
            lambda view: doing(lambda: deed(view))(view), shown, JointAllocation
        )
    assert caught.value.rule == rule
    assert [one.candidates.equity.tolist() for one in shown.events] == before


def test_a_joint_answer_is_taken_over_as_it_is_said() -> None:
    """A list that changes, and allocations whose columns somebody else holds, are copied."""
    close = np.ones(2)
    said: list[Any] = [allocation(close=close), None]
    answer = JointAllocation(said)  # type: ignore[arg-type]
    found = Demands("rule", "allocate_jointly", 60.0).ask(
        lambda view: answer, joint_loss([event(), event()]), JointAllocation
    )
    said.clear()
    close[:] = 9.0
    assert len(found.allocations) == 2
    assert found.allocations[0].close.tolist() == [1.0, 1.0]
    assert found.allocations[1] is None


@pytest.mark.parametrize(
    ("deed", "rule"),
    numbered(
        [
            (lambda view: write(view.candidates.equity), "changed 'equity' of its Candidates"),
            (
                lambda view: object.__setattr__(view, "mark", 9.0) if view.mark else None,
                "changed 'mark' of its LossEvent",
            ),
            (lambda view: object.__setattr__(view, "candidates", None), "changed 'candidates' of its LossEvent"),
            (
                lambda view: object.__setattr__(view.candidates, "equity", view.candidates.equity + 1),
                "changed 'equity' of its Candidates",
            ),
            (
                lambda view: forget(view.candidates, view.candidates.equity),
                "changed 'equity' of its Candidates",
            ),
            (lambda view: object.__setattr__(view, "_source", view), "replaced what its LossEvent reads from"),
        ]
    ),
)
def test_a_view_that_it_damages_is_named(deed: Rule, rule: str) -> None:
    assert refusal(lambda view: (deed(view), None)[1]) == rule


@pytest.mark.parametrize("deed", [lambda view: write(view.candidates.equity), unlock_base], ids=["alias", "base"])
def test_the_engine_s_own_columns_stay_as_they_were(deed: Rule) -> None:
    shown, kept = event(), event().candidates.equity.tobytes()
    with contextlib.suppress(MechanismError):
        Demands("rule", "allocate", 60.0).ask(lambda view: (deed(view), None)[1], shown, Allocation)
    assert shown.candidates.equity.tobytes() == kept


def test_what_it_keeps_outlives_the_question() -> None:
    kept: list[LossEvent] = []
    ask(lambda view: kept.append(view))
    assert kept[0].candidates.equity.tolist() == event().candidates.equity.tolist()


# -- what it says ---------------------------------------------------------------------------------------------------


class Overridden(np.ndarray):
    """An array whose own methods would lie."""

    def __array_finalize__(self, made: Any) -> None:
        self.seen = True

    def __array_ufunc__(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("it was asked")

    def __eq__(self, other: object) -> Any:
        raise AssertionError("it was asked")

    @property  # type: ignore[misc]
    def shape(self) -> Any:
        raise AssertionError("it was asked")


class Shifty(Allocation):
    """Says something else at the second reading."""

    times = 0

    @property
    def close(self) -> Any:
        type(self).times += 1
        return np.full(2, 0.5 if type(self).times == 1 else 1e9)


def test_a_field_is_read_once() -> None:
    Shifty.times = 0
    said = ask(lambda view: shifty())
    assert type(said) is Allocation
    assert (said.close.tolist(), Shifty.times) == ([0.5, 0.5], 1)


def shifty() -> Shifty:
    made = object.__new__(Shifty)
    for name, value in [("charge", np.zeros(2)), ("winner_price", 1.0), ("loser_price", 1.0)]:
        object.__setattr__(made, name, value)
    for name, value in [("gap_payer", Payer.FUND), ("assign", 0.0), ("claim", False)]:
        object.__setattr__(made, name, value)
    return made


def test_methods_of_a_subclass_of_arrays_are_not_run() -> None:
    assert ask(lambda view: allocation(close=np.ones(2).view(Overridden))).close.tolist() == [1, 1]


def test_an_answer_shares_no_memory_with_the_rule() -> None:
    mine = np.ones(2)
    said = ask(lambda view: allocation(close=mine, winner_price=mine))
    mine[:] = 1e9
    assert said.close.tolist() == said.winner_price.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("column", "found"),
    numbered(
        [
            (np.array([1.0, 2.0], dtype=object), "objects"),
            (np.array([1j, 2j]), "complex numbers"),
            (np.array(["1", "2"]), "texts"),
            (np.array([b"1", b"2"]), "bytes"),
            (np.array([1, 2], dtype="M8[s]"), "dates"),
            (np.array([1, 2], dtype="m8[s]"), "durations"),
            (np.zeros(2, dtype=[("a", float)]), "records"),
            (None, "objects"),
            ([10**30, 1], "objects"),
        ]
    ),
)
def test_other_than_real_numbers_are_refused(column: Any, found: str) -> None:
    assert refusal(lambda view: allocation(close=column)) == f"'close' holds {found}; {ALLOWED}"


@pytest.mark.parametrize(
    "column", [[1, 1], np.ones(2, np.float32), np.ones(2, bool), np.ones(2, np.uint8), 1, True], ids=str
)
def test_real_numbers_of_any_kind_are_heard(column: Any) -> None:
    assert np.broadcast_to(ask(lambda view: allocation(close=column)).close, 2).tolist() == [1, 1]


def test_a_field_that_is_missing_is_named() -> None:
    def lose(view: LossEvent) -> Allocation:
        said = allocation()
        object.__delattr__(said, "charge")
        return said

    assert refusal(lose) == "'charge' is missing in its Allocation"


class Odd:
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(Payer.FUND)

    def __repr__(self) -> str:
        return "\u202eodd"


def test_a_choice_is_a_member_or_a_number() -> None:
    assert refusal(lambda view: allocation(gap_payer=Odd())).startswith("'gap_payer' is \\u202eodd, allowed is Payer.")
    assert ask(lambda view: allocation(gap_payer=np.int64(0))).gap_payer == 0


class Claiming:
    """Claims to be what it is not."""

    @property
    def __class__(self) -> Any:
        return Allocation

    @__class__.setter
    def __class__(self, value: Any) -> None: ...


def test_what_claims_to_be_an_answer_is_none() -> None:
    assert refusal(lambda view: Claiming()) == "answered Claiming, allowed is Allocation or None"


# -- what it leaves behind ------------------------------------------------------------------------------------------


def profile(*_: Any) -> None: ...


@pytest.fixture
def outputs() -> Iterator[None]:
    before = sys.stdout, sys.stderr
    yield
    assert (sys.stdout, sys.stderr) == before


@pytest.mark.parametrize(
    ("deed", "rule"),
    numbered(
        [
            (lambda: sys.setprofile(profile), "set a hook that watches the program"),
            (lambda: setattr(sys, "excepthook", profile), "set a hook that watches the program"),
            (lambda: signal.signal(signal.SIGALRM, signal.SIG_IGN), "changed what a signal does"),
            (lambda: signal.signal(signal.SIGINT, signal.SIG_IGN), "changed what a signal does"),
            (lambda: signal.setitimer(signal.ITIMER_REAL, 0.0), "changed what a signal does"),
            (lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]), "blocked a signal"),
        ]
    ),
)
def test_a_deed_that_is_left_behind_is_named_and_undone(deed: Callable[[], Any], rule: str) -> None:
    def state() -> tuple[Any, ...]:
        handlers = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT)
        return *handlers, signal.pthread_sigmask(signal.SIG_BLOCK, []), sys.getprofile(), sys.excepthook

    with interruptible(5.0):
        before = state()
        assert refusal(doing(deed)) == rule
        assert state() == before
        ask(doing(lambda: None))


def test_what_harms_nobody_is_put_back_without_a_word(outputs: None) -> None:
    def untidy() -> None:
        sys.stderr = sys.stdout = open(os.devnull)  # noqa: SIM115
        sys.setrecursionlimit(5000)
        np.seterr(all="raise")

    before = sys.getrecursionlimit(), np.geterr()
    ask(doing(untidy))
    assert (sys.getrecursionlimit(), np.geterr()) == before


# -- what it may not do ---------------------------------------------------------------------------------------------

HERE = str(Path(__file__).resolve())


@pytest.mark.parametrize(
    ("deed", "rule"),
    numbered(
        [
            (os.fork, "starts a process (os.fork)"),
            (lambda: os.system("true"), "starts a process (os.system)"),
            (lambda: subprocess.run(["true"]), "starts a process (subprocess.Popen)"),
            (lambda: os.posix_spawn("/bin/true", ["true"], {}), "starts a process (os.posix_spawn)"),
            (lambda: os.execv("/bin/true", ["true"]), "starts a process (os.exec)"),
            (lambda: os.kill(os.getppid(), 0), "sends a signal (os.kill)"),
            (lambda: os.killpg(os.getpgrp(), 0), "sends a signal (os.killpg)"),
            (lambda: signal.pthread_kill(threading.get_ident(), 0), "sends a signal (signal.pthread_kill)"),
            (lambda: socket.socket().connect(("127.0.0.1", 9)), "uses the network (socket.connect)"),
            (lambda: os.remove(HERE + "x"), f"removes '{HERE}x'"),
            (lambda: os.rename(HERE + "x", HERE + "y"), f"renames '{HERE}x'"),
            (lambda: os.rmdir(HERE + "x"), f"removes '{HERE}x'"),
            (lambda: os.chmod(HERE + "x", 0), f"changes '{HERE}x'"),
            (lambda: os.truncate(HERE + "x", 0), f"changes '{HERE}x'"),
            (lambda: os.symlink(HERE, HERE + "x"), f"makes '{HERE}x'"),
            (lambda: os.mkdir(HERE + "x"), f"makes '{HERE}x'"),
            (lambda: Path(HERE + "x").write_bytes(b""), f"opens '{HERE}x' to write"),
            (lambda: os.open(HERE + "x", os.O_CREAT | os.O_WRONLY), f"opens '{HERE}x' to write"),
            (lambda: Path("/tmp/x").write_text("x"), "opens '/tmp/x' to write"),
            (lambda: os.chdir("/"), "changes the folder of its process (os.chdir)"),
            (lambda: ctypes.CDLL(None), "reaches for memory with ctypes (ctypes.dlopen)"),
            (lambda: ctypes.string_at(id(None), 1), "reaches for memory with ctypes (ctypes."),
        ]
    ),
)
def test_a_rule_that_is_asked_has_no_business_with(deed: Callable[[], Any], rule: str) -> None:
    assert refusal(doing(deed)).startswith(f"raised RefusedDeedError: it {rule}")


def test_a_thread_is_none_of_its_business() -> None:
    """Python tells of it from 3.12 on; before, those that are left are counted."""
    over = threading.Event()
    rule = refusal(doing(threading.Thread(target=over.wait).start))
    over.set()
    assert rule == "left a thread running" or rule.startswith("raised RefusedDeedError: it starts a thread (_thread.")


def test_a_rule_cannot_listen_to_the_program() -> None:
    heard: list[str] = []
    ask(doing(lambda: sys.addaudithook(lambda event, arguments: heard.append(event))))
    open(os.devnull).close()
    assert heard == []


def test_everybody_else_may(tmp_path: Path) -> None:
    ask(doing(lambda: None))
    (tmp_path / "a").write_text("a")
    (tmp_path / "a").rename(tmp_path / "b")
    (tmp_path / "b").unlink()
    assert subprocess.run(["true"]).returncode == 0


# -- who is a stranger ----------------------------------------------------------------------------------------------


class Heir(QueueAdl):
    """A stranger's rule that changes nothing."""

    name = "heir"


def test_built_in_rules_are_none() -> None:
    assert is_built_in(QueueAdl().allocate)
    assert not is_built_in(Heir().allocate)
    assert not is_built_in(QueueAdl.allocate)
    assert not is_built_in(lambda view: None)


def test_a_name_does_not_make_a_rule_ours() -> None:
    forged: Any = type("QueueAdl", (QueueAdl,), {"__module__": QueueAdl.__module__, "name": "queue-adl"})
    assert not is_built_in(forged().allocate)


def test_a_debugger_may_stay_as_long_as_it_likes() -> None:
    seen: list[LossEvent] = []

    def stop(view: LossEvent) -> None:
        seen.append(view)
        time.sleep(0.1)
        subprocess.run(["true"])

    with interruptible(0.05), unguarded():
        assert ask(stop) is None
    with interruptible(0.05):
        assert refusal(stop) == "took more than 0.05 s"
