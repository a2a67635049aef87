"""The built-in scenarios, registered by the same hook as anybody's."""

from pathlib import Path

import pluggy

hookimpl = pluggy.HookimplMarker("lastresort")


@hookimpl
def lastresort_scenarios() -> list[Path]:
    """The YAML files of the built-in scenarios."""
    return sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
