"""Which plugins a process imports."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class PluginSet:
    """Python files, and plugins of installed distributions by their origins; there may be none."""

    files: tuple[Path, ...] = ()
    installed: tuple[str, ...] = ()

    @classmethod
    def union(cls, sets: Iterable["PluginSet"]) -> "PluginSet":
        """All plugins of some sets, each once, in one order."""
        sets = tuple(sets)
        files = {file for one in sets for file in one.files}
        return cls(tuple(sorted(files)), tuple(sorted({name for one in sets for name in one.installed})))

    def __bool__(self) -> bool:
        """Whether there is any plugin."""
        return bool(self.files or self.installed)

    def document(self) -> dict[str, list[str]]:
        """The same as JSON has it."""
        return {"files": [str(file) for file in self.files], "installed": list(self.installed)}

    @classmethod
    def of(cls, document: dict[str, list[str]]) -> "PluginSet":
        """The set that `document` describes."""
        return cls(tuple(map(Path, document["files"])), tuple(document["installed"]))


NO_PLUGINS = PluginSet()
