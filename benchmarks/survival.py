"""What a comparison survives: killed processes, a full disk, and a second process that does the same.

    python benchmarks/survival.py [--runs 200] [--kills 20] [--seed 1] [--jobs 2] [--parts kills twins disk]

Exit code 1 unless the score table comes out with the same bytes as without any of it, no finished run was done twice,
and no file is damaged or left over. The part about the disk mounts a file system in memory, which needs root.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lastresort.experiments import RunStore

PROGRAM = (sys.executable, "-c", "from lastresort.cli import main; main()")
SCENARIO = Path(__file__).with_name("tiny.yaml")
PAGE = 4096
LOOK = 0.01
PUBLICATION = 4.0
"""Seconds after the last run in which it may be killed too: scores, figures, report."""

STEPS = 12
"""Times that the full disk grows before all fits."""


class BrokenError(Exception):
    """Something did not survive."""


@dataclass(frozen=True)
class Comparison:
    """The comparison that is done again and again, in one folder."""

    out: Path
    seeds: int
    jobs: int

    def start(self) -> subprocess.Popen[str]:
        """Start the command, whatever is in the folder."""
        what = ("compare", str(SCENARIO), "--policies", "warehouse", "--seeds", str(self.seeds))
        command = (*PROGRAM, *what, "--jobs", str(self.jobs), "--out", str(self.out))
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    @property
    def store(self) -> RunStore:
        """Where its runs are."""
        return RunStore(self.out / "store")

    def done(self) -> int:
        """Number of finished runs."""
        return len(set(self.store.keys()))

    def finished(self) -> dict[str, tuple[int, int]]:
        """Identity of each finished run on the disk: another one if it was ever written again."""
        states = {key: (self.store.folder(key) / "log.json").stat() for key in set(self.store.keys())}
        return {key: (state.st_ino, state.st_mtime_ns) for key, state in states.items()}

    def scores(self) -> bytes:
        """The score table."""
        return (self.out / "scores.csv").read_bytes()

    def check_whole(self) -> None:
        """Read every run, and look for what does not belong there."""
        for key in set(self.store.keys()):
            self.store.read(key)
        left = [*self.store.unfinished.iterdir(), *(self.store.directory / "claims").iterdir()]
        left += [entry for entry in self.out.iterdir() if entry.name.startswith(".")]
        require(not left, f"left over: {', '.join(map(str, left))}")


def require(holds: bool, otherwise: str) -> None:
    """Raise BrokenError unless something holds."""
    if not holds:
        raise BrokenError(otherwise)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and stderr of a process."""
    _, said = process.communicate()
    return process.returncode, said


def counted(said: str) -> tuple[int, int]:
    """Runs that a process came to the end of, and how many of them it had not done itself; from its last line."""
    lines = re.findall(r"^(\d+)/\1 runs(?:, (\d+) kept from before)?", said, re.MULTILINE)
    return (int(lines[-1][0]), int(lines[-1][1] or 0)) if lines else (0, 0)


def workers(process: subprocess.Popen[str]) -> list[int]:
    """Processes that do the runs."""
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    except OSError:
        return []


def kill_at_random(comparison: Comparison, kills: int, dice: random.Random) -> str:
    """Kill the command or one of its workers at random moments, and start it again whenever it is gone."""
    runs = 2 * comparison.seeds
    moments = sorted(dice.choice([dice.randrange(runs), dice.randrange(runs), runs]) for _ in range(kills))
    process, deaths = comparison.start(), {"the command": 0, "a worker": 0}
    before: dict[str, tuple[int, int]] = {}
    for moment in moments:
        while comparison.done() < moment:
            process = process if process.poll() is None else comparison.start()
            time.sleep(LOOK)
        time.sleep(dice.uniform(0, PUBLICATION if moment == runs else 0.2))
        process = process if process.poll() is None else comparison.start()
        victim, pool = "the command", workers(process)
        if pool and dice.random() < 0.5:
            victim = "a worker"
        deaths[victim] += 1
        _kill(dice.choice(pool) if victim == "a worker" else process.pid)
        if victim == "the command":
            process.wait()
        before = _unrepeated(before, comparison)
    process.wait()
    _finish(comparison, before)
    return ", ".join(f"{victim} {count} times" for victim, count in deaths.items())


def _kill(process: int) -> None:
    try:
        os.kill(process, 9)
    except ProcessLookupError:
        return


def _unrepeated(before: dict[str, tuple[int, int]], comparison: Comparison) -> dict[str, tuple[int, int]]:
    now = comparison.finished()
    require(before.items() <= now.items(), "a finished run was done again or is gone")
    return now


def _finish(comparison: Comparison, before: dict[str, tuple[int, int]]) -> None:
    code, said = ended(comparison.start())
    require(code == 0, f"the last attempt ended with exit code {code}: {said}")
    _, kept = counted(said)
    require(kept >= len(before), f"{kept} runs were kept and {len(before)} were there")
    _unrepeated(before, comparison)


def fill_the_disk(comparison: Comparison, needed: int) -> str:
    """Give the comparison a disk that is too small, and a little more each time that it says so."""
    before: dict[str, tuple[int, int]] = {}
    stops = 0
    for step in range(1, STEPS + 1):
        subprocess.run(
            ["mount", "-o", f"remount,size={needed * step // STEPS}", str(comparison.out.parent)], check=True
        )
        code, said = ended(comparison.start())
        before = _unrepeated(before, comparison)
        if code:
            stops += 1
            told = [line for line in said.splitlines() if "kept from before" not in line and "error" in line]
            require(code == 1, f"exit code {code} on a full disk: {said}")
            require(len(told) == 1 and "No space left on device" in told[0], f"not one clear sentence: {said}")
    subprocess.run(["mount", "-o", f"remount,size={2 * needed}", str(comparison.out.parent)], check=True)
    _finish(comparison, before)
    return f"stopped {stops} times with one sentence"


def start_twice(comparison: Comparison) -> str:
    """Start the command twice at the same moment."""
    processes = [comparison.start(), comparison.start()]
    ends = [ended(process) for process in processes]
    require(all(code == 0 for code, _ in ends), "; ".join(said for _, said in ends))
    own = [total - kept for total, kept in (counted(said) for _, said in ends)]
    require(sum(own) == 2 * comparison.seeds, f"{sum(own)} runs were done instead of {2 * comparison.seeds}")
    return f"{own[0]} runs by one, {own[1]} by the other"


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system in memory."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def occupied(folder: Path) -> int:
    """Bytes of all files in whole pages."""
    return sum(-(-file.stat().st_size // PAGE) * PAGE for file in folder.rglob("*") if file.is_file())


def tried(name: str, comparison: Comparison, harm: Callable[[Comparison], str], expected: bytes) -> None:
    """Do harm, hold what comes out against what should, and print a line."""
    start = time.perf_counter()
    told = harm(comparison)
    require(comparison.scores() == expected, f"{name}: the score table is another")
    comparison.check_whole()
    print(f"{name:<22} {time.perf_counter() - start:6.0f} s   same bytes, none repeated, none damaged   {told}")


def main() -> None:
    """Do the comparison in peace, then what was asked for to it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("runs", 200), ("kills", 20), ("seed", 1), ("jobs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--parts", nargs="+", choices=("kills", "twins", "disk"), default=("kills", "twins", "disk"))
    asked = parser.parse_args()
    dice, seeds = random.Random(asked.seed), asked.runs // 2
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        expected, needed = in_peace(Comparison(base / "calm", seeds, asked.jobs))
        if "kills" in asked.parts:
            killed = Comparison(base / "killed", seeds, asked.jobs)
            tried(f"kill -9, {asked.kills} times", killed, lambda one: kill_at_random(one, asked.kills, dice), expected)
        if "twins" in asked.parts:
            tried("two at the same time", Comparison(base / "twins", seeds, 1), start_twice, expected)
        if "disk" in asked.parts:
            with small_disk(base / "disk"):
                full = Comparison(base / "disk" / "out", seeds, asked.jobs)
                tried("a full disk", full, lambda one: fill_the_disk(one, needed), expected)


def in_peace(comparison: Comparison) -> tuple[bytes, int]:
    """Score table of the comparison without any harm, and bytes that it needs on the disk."""
    start = time.perf_counter()
    code, said = ended(comparison.start())
    require(code == 0, said)
    comparison.check_whole()
    seconds = time.perf_counter() - start
    print(f"{'in peace':<22} {seconds:6.0f} s   {2 * comparison.seeds} runs, {comparison.jobs} processes")
    return comparison.scores(), occupied(comparison.out)


if __name__ == "__main__":
    try:
        main()
    except BrokenError as broken:
        sys.exit(f"broken: {broken}")
