"""The built-in scores, registered by the same hook as anybody's."""

import pluggy

from lastresort.plugins.score import Score
from lastresort.scores.registry import SCORES

hookimpl = pluggy.HookimplMarker("lastresort")


@hookimpl
def lastresort_scores() -> list[Score]:
    """Every built-in score, the two headline scores first."""
    return list(SCORES)
