"""The version of the contract, and which versions a mechanism may be written for.

New questions, columns and fields with a default are additions and leave the version as it is. A question has one
argument, its view, and never gets another: what is new comes as a column, which older rules do not read. A change that
takes away or changes the meaning of something raises API_VERSION by one. What was written for the version before is
served, with a warning, until OLDEST_API_VERSION is raised too, at least one release later.
"""

API_VERSION = 1
"""What this release serves; a mechanism that states nothing is taken to be written for it."""

OLDEST_API_VERSION = 1
"""The oldest version that this release still serves."""


def version_problem(needed: int) -> str | None:
    """Return why this release cannot serve a mechanism written for a version; None where it can."""
    served = f"this release serves {_span(OLDEST_API_VERSION, API_VERSION)}"
    if needed > API_VERSION:
        return f"needs version {needed} of the contract, {served}; install a newer lastresort"
    if needed < OLDEST_API_VERSION:
        return f"is written for version {needed} of the contract, {served}; see CHANGELOG.md for what to change"
    return None


def version_warning(needed: int) -> str | None:
    """Return what the author of a mechanism should know about a version that is served for the last time."""
    if not OLDEST_API_VERSION <= needed < API_VERSION:
        return None
    return f"is written for version {needed} of the contract, which a later release will not serve; use {API_VERSION}"


def _span(oldest: int, newest: int) -> str:
    return f"version {newest}" if oldest == newest else f"versions {oldest} to {newest}"
