"""What dataclasses hold, as JSON has it."""

import math
from typing import Any


def plain(value: Any) -> Any:
    """Return dictionaries, lists and numbers in place of what `asdict` returns, None for NaN and infinity."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
