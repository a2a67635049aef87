"""Plugin code in this very process, for a debugger: nothing is contained."""

import sys
from collections.abc import Mapping
from typing import Any

from lastresort.plugins.isolation.child import imported
from lastresort.plugins.isolation.description import described
from lastresort.plugins.isolation.frames import Message, as_message
from lastresort.plugins.isolation.plugin_process import Service, files_of
from lastresort.plugins.isolation.plugin_set import PluginSet


class Uncontained:
    """What looks like a process that has imported some plugins, and is this one."""

    def __init__(self, plugins: PluginSet) -> None:
        from lastresort.plugins.catalogue import Catalogue
        from lastresort.plugins.discovery import built_ins

        parts = imported(plugins)
        self._catalogue = Catalogue.of_rules([*built_ins(), *parts])
        self.plugins, self.path = plugins, list(sys.path)
        self.brought: Any = [described(part) for part in parts]
        self.files = files_of(self.brought)

    def ask(
        self, service: Service, arguments: Mapping[str, Any], patience: float, files: Mapping[str, bytes] | None = None
    ) -> Message:
        """Call a function; otherwise as that of a process, but that whatever it raises comes through."""
        return as_message(service(self._catalogue, **arguments, **({"files": files} if files else {})))

    def end(self) -> None:
        """There is nothing to end."""

    def kill(self) -> None:
        """There is nothing to end."""
