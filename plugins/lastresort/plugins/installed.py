"""Plugins of installed distributions: what their metadata says of them, and which of them take part.

The variable LASTRESORT_PLUGINS restricts them: `a,b` means these and no others, `-a` all but this one, and an empty
text none. A name is that of a distribution or of its entry point.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.plugins.errors import InputError, did_you_mean, one_of

GROUP = "lastresort"
VARIABLE = "LASTRESORT_PLUGINS"


@dataclass(frozen=True)
class Installed:
    """An entry point in the group `lastresort`, before anything of it is imported."""

    entry_point: EntryPoint

    @property
    def distribution(self) -> str:
        """Name of the distribution that brings it."""
        return self.entry_point.dist.name if self.entry_point.dist else "unknown distribution"

    @property
    def version(self) -> str:
        """Version of the distribution."""
        return self.entry_point.dist.version if self.entry_point.dist else ""

    @property
    def summary(self) -> str:
        """What the distribution says of itself in one line."""
        said = self.entry_point.dist.metadata.json if self.entry_point.dist else {}
        return escaped(str(said.get("summary", "")))

    @property
    def origin(self) -> str:
        """How messages and manifests call it: the distribution, and in brackets the entry point."""
        return f"{self.distribution} ({self.entry_point.name})"

    @property
    def names(self) -> set[str]:
        """What it can be called in LASTRESORT_PLUGINS, in one spelling."""
        return {_spelled(self.distribution), _spelled(self.entry_point.name)}

    @property
    def files(self) -> list[Path]:
        """Its files: what the distribution installed, and the module it names or the whole package around it."""
        spec = find_spec(self.entry_point.module.split(".")[0])
        folders = [Path(folder) for folder in spec.submodule_search_locations or ()] if spec else []
        found = {file for folder in folders for file in folder.rglob("*") if file.is_file()}
        found |= {Path(spec.origin)} if spec and spec.origin and not folders else set()
        listed = (self.entry_point.dist.files or []) if self.entry_point.dist else []
        found |= {Path(str(file.locate())) for file in listed if ".dist-info" not in str(file)}
        return sorted({file.resolve() for file in found if file.suffix != ".pyc" and file.is_file()})

    def fingerprint(self) -> str:
        """Return the sha256 (hex) of its files."""
        return sha256(b"".join(file.read_bytes() for file in self.files)).hexdigest()


def installed() -> list[Installed]:
    """Return every plugin that an installed distribution brings, taking part or not, by name; nothing is imported."""
    return sorted((Installed(entry_point) for entry_point in entry_points(group=GROUP)), key=lambda one: one.origin)


def taking_part(plugins: Sequence[Installed]) -> list[Installed]:
    """Return those that LASTRESORT_PLUGINS lets in; raises InputError where it names one that is not installed."""
    chosen = os.environ.get(VARIABLE)
    if chosen is None:
        return list(plugins)
    words = [_spelled(word) for word in chosen.split(",") if word.strip()]
    blocked = {_known(word[1:], plugins) for word in words if word.startswith("-")}
    wanted = {_known(word, plugins) for word in words if not word.startswith("-")}
    allowed = [plugin for plugin in plugins if (blocked and not wanted) or plugin.names & wanted]
    return [plugin for plugin in allowed if not plugin.names & blocked]


def without(names: Sequence[str]) -> str | None:
    """Return what LASTRESORT_PLUGINS must say to block some plugins too; None where it need not say anything."""
    before = os.environ.get(VARIABLE)
    if not names or before == "":
        return before
    return ",".join([*([before] if before else []), *(f"-{name}" for name in names)])


def _known(name: str, plugins: Sequence[Installed]) -> str:
    known = sorted({known for plugin in plugins for known in plugin.names})
    if name not in known:
        hint = did_you_mean(name, known)
        raise InputError(f"{VARIABLE} or --without: no plugin '{name}' is installed; allowed: {one_of(known)}{hint}")
    return name


def _spelled(name: str) -> str:
    """One spelling of a distribution's name, as packaging tools do it; a leading hyphen stays."""
    return re.sub(r"(?<=.)[-_.]+", "-", name.strip().lower())
