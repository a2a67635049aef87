"""What a rule has no business to do, as Python tells it to an audit hook: events, and what they are as deeds.

A rule may do none of it while it is asked or made. While its plugin is loaded, and for good in a process that contains
a plugin, what lies in the user's files is safe, and no process is begun or ended; libraries may load their own.
"""

import os
import sys
import tempfile
from functools import cache
from types import FrameType
from typing import Any

_PROCESSES = ("fork", "forkpty", "exec", "spawn", "posix_spawn", "system")

ALWAYS = {
    **dict.fromkeys((*(f"os.{one}" for one in _PROCESSES), "pty.spawn", "subprocess.Popen"), "starts a process"),
    **dict.fromkeys(("os.kill", "os.killpg", "signal.pthread_kill"), "sends a signal"),
    "sys.addaudithook": "sets an audit hook",
}
"""Deeds that no plugin may do."""

FILES = {
    **dict.fromkeys(("os.remove", "os.rmdir", "shutil.rmtree"), "removes"),
    **dict.fromkeys(("os.rename", "shutil.move"), "renames"),
    **dict.fromkeys(
        ("os.chmod", "os.chown", "os.lchmod", "os.lchown", "os.truncate", "os.setxattr", "os.removexattr"), "changes"
    ),
    **dict.fromkeys(("os.symlink", "os.link", "os.mkdir"), "makes"),
}
"""Deeds that a plugin may do in its caches and in the folder for temporary files, and a rule that is asked nowhere."""

ONE_PATH = ("os.truncate", "os.setxattr", "os.removexattr")
"""Those of them that name a file first, and then numbers and texts that are none."""

ASKED = {
    **dict.fromkeys(("_thread.start_new_thread", "_thread.start_joinable_thread"), "starts a thread"),
    **dict.fromkeys(("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"), "uses the network"),
    "os.chdir": "changes the folder of its process",
}
"""Deeds that a rule may not do while it is asked, and a plugin may while it is loaded."""

MEMORY = tuple(f"ctypes.{deed}" for deed in ("dlopen", "dlsym", "cdata", "cdata/buffer", "string_at", "wstring_at"))
"""Events of ctypes: an installed library may reach for memory while a rule is asked, and the rule itself may not."""

EVENTS = frozenset((*ALWAYS, *FILES, *ASKED, *MEMORY))

_CACHING = (
    os.path.join("numba", "core", "caching.py"),
    "<frozen importlib._bootstrap_external>",
    os.path.join("importlib", "_bootstrap_external.py"),
)
"""Code that keeps what it has compiled."""

_OURSELVES = os.path.dirname(__file__) + os.sep
_PYTHONS = os.path.dirname(os.__file__) + os.sep


class RefusedDeedError(OSError):
    """A rule or a plugin does what it has no business to do."""


def deed(event: str, arguments: tuple[Any, ...], asked: bool) -> str:
    """What an event is as a deed that is refused to whoever is asked, or loaded; "" where it is none."""
    if event in ALWAYS:
        return f"{ALWAYS[event]} ({event})"
    if event in FILES:
        told = arguments[:1] if event in ONE_PATH else arguments[event in ("os.symlink", "os.link") :]
        return _with_files(FILES[event], told, asked)
    if not asked:
        return ""
    if event in ASKED:
        return f"{ASKED[event]} ({event})"
    return f"reaches for memory with ctypes ({event})" if event in MEMORY and not _is_of_library() else ""


def _with_files(verb: str, arguments: tuple[Any, ...], asked: bool) -> str:
    names = [os.fsdecode(one) for one in arguments if isinstance(one, str | bytes | os.PathLike)]
    folder = _folder(arguments[-1])
    paths = [os.path.realpath(os.path.join(folder, name)) for name in names]
    bad = [path for path in paths if not (may_write(path, asked) or (verb == "makes" and _leads_to_cache(path)))]
    return f"{verb} '{bad[0]}'" if bad else ""


def _folder(descriptor: Any) -> str:
    """The folder that names are relative to: an open one, whose descriptor a deed names last, or the current one."""
    opened = f"/proc/self/fd/{descriptor}"
    return os.path.realpath(opened) if type(descriptor) is int and os.path.isdir(opened) else os.curdir


def _leads_to_cache(path: str) -> bool:
    """Whether a folder has to be there before a cache can."""
    return any(folder.startswith(path + os.sep) for folder in caches()) and _is_of_library()


def writes(mode: str | None, flags: int) -> bool:
    """Whether a file is opened so that it can be changed."""
    if mode:
        return not set(mode).isdisjoint("wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND))


def may_write(path: str, asked: bool) -> bool:
    """Whether a file may be changed by whoever is asked, or loaded: in caches by what keeps them, and nothing else."""
    if path == os.devnull or _is_caching():
        return True
    if asked:
        return _is_in(path, caches()) and _is_of_library()
    return _is_in(path, (*caches(), _temporary()))


def _is_in(path: str, folders: tuple[str, ...]) -> bool:
    return path.startswith(tuple(folder + os.sep for folder in folders)) or path in folders


def find_folders() -> None:
    """Find out now which folders are whose: whoever looks for that of temporary files writes there, to try it."""
    caches()
    _temporary()
    installed_folders()


@cache
def _temporary() -> str:
    """The folder of temporary files, whatever a plugin says later that it is."""
    return os.path.realpath(tempfile.gettempdir())


@cache
def caches() -> tuple[str, ...]:
    """Return the folders in which libraries keep what they have found out."""
    home = os.path.expanduser("~")
    folders = [os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")]
    folders += [os.environ[name] for name in ("MPLCONFIGDIR", "NUMBA_CACHE_DIR") if os.environ.get(name)]
    folders += [os.path.join(home, ".config", "matplotlib"), os.path.join(home, "Library", "Caches")]
    return tuple(map(os.path.realpath, folders))


def _is_caching() -> bool:
    return _doer().endswith(_CACHING)


def _is_of_library() -> bool:
    """Whether an installed library does it, and no rule."""
    doer = _doer()
    return doer.startswith("<frozen") or doer.startswith(installed_folders())


def _doer() -> str:
    """The file of the code that does what was heard: the first that is no part of Python, but for what imports."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        file = frame.f_code.co_filename
        if file.endswith(_CACHING) or not (file.startswith((_OURSELVES, "<frozen")) or _is_pythons(file)):
            return file
        frame = frame.f_back
    return "<frozen>"


def _is_pythons(file: str) -> bool:
    return file.startswith(_PYTHONS) and f"{os.sep}site-packages{os.sep}" not in file


@cache
def installed_folders() -> tuple[str, ...]:
    """Folders of Python, of what is installed beside it, and of ourselves."""
    folders = (sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.modules["lastresort"].__path__)
    return tuple({os.path.realpath(one) + os.sep for one in folders})
