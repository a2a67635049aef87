"""One rule in full."""

from collections.abc import Sequence
from pathlib import Path

from lastresort.api.given_rules import with_rules
from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.explanation import Explanation, explanation
from lastresort.plugins.isolation.contained import contained


def explain(mechanism: str | Mechanism | type[Mechanism], plugins: Sequence[str | Path] = ()) -> Explanation:
    """Explain a mechanism: what it does, its formula, source and parameters, and what it says in a small crash.

    It is a name, or a class or an object of one, which may be of a notebook cell. `plugins` are Python files whose
    rules count too. InputError for an unknown name, and for a rule that breaks the contract.
    """
    given = () if isinstance(mechanism, str) else (mechanism,)
    with with_rules(given, plugins) as files:
        return explanation(mechanism if isinstance(mechanism, str) else str(mechanism.name), contained(files))
