"""What a profile that was read from a folder must hold, and what its groups are called."""

import numpy as np

from lastresort.scores.measures.failure_curves import DELTAS, LAMBDAS, TAUS
from lastresort.scores.measures.measurement import Profile
from lastresort.scores.measures.population import DECILES

LENGTHS = {
    "mnf_by_delta": len(DELTAS),
    "mnf_by_tau": len(TAUS),
    "mnf_by_lambda": len(LAMBDAS),
}
TEXTS = ("cohorts", "venues", "rehedge_cohort")


def group_labels(profile: Profile, grouping: str) -> tuple[str, ...]:
    """Labels of the groups by which a profile divides loss and endowment, in their order.

    `grouping` is "cohort", "venue", "decile" ("1" for the smallest tenth of owners) or "type" ("retail 1");
    KeyError for another.
    """
    deciles = [str(place + 1) for place in range(DECILES)]
    cohorts = [str(label) for label in profile["cohorts"]]
    if grouping == "decile":
        return tuple(deciles)
    if grouping == "type":
        return tuple(f"{cohort} {decile}" for cohort in cohorts for decile in deciles)
    return tuple(str(label) for label in profile[f"{grouping}s"])


def is_whole(profile: Profile) -> bool:
    """Whether a profile has the columns that a measurement leaves behind, each of the length it should have."""
    try:
        return all(_checks(profile))
    except KeyError:
        return False


def _checks(profile: Profile) -> list[bool]:
    texts = [profile[name].dtype.kind == "U" for name in TEXTS]
    fixed = [len(profile[name]) == length for name, length in LENGTHS.items()]
    grouped = [
        len(profile[f"{amount}_by_{grouping}"]) == len(group_labels(profile, grouping))
        for grouping in ("cohort", "decile", "venue", "type")
        for amount in ("loss", "endowment")
    ]
    spells = {len(profile[f"rehedge_{name}"]) for name in ("seconds", "observed", "cohort")}
    series = [column for name, column in profile.items() if name.startswith("series_")]
    steps = {len(column) for column in series} == {len(profile["series_time"])}
    kinds = all(column.dtype == np.float32 for column in series) and profile["rehedge_observed"].dtype == np.bool_
    return [*texts, *fixed, *grouped, len(spells) == 1, steps, kinds]
