"""The library behind the books, loaded on use."""

from types import ModuleType

from lastresort.plugins.errors import InputError


def generation() -> ModuleType:
    """The module that draws books; raises InputError where hypothesis is not installed."""
    try:
        from lastresort.plugins.axioms import generation as drawing
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise InputError("axioms need hypothesis; install it with: pip install 'lastresort[kit]'") from error
    return drawing
