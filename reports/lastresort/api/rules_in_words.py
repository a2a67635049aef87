"""One rule in full."""

from collections.abc import Sequence
from pathlib import Path

from lastresort.api.given_parameters import parameters_in
from lastresort.api.given_rules import with_rules
from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.explanation import Explanation, explanation
from lastresort.plugins.isolation.contained import contained


def explain(
    mechanism: str | Mechanism | type[Mechanism], plugins: Sequence[str | Path] = (), settings: Sequence[str] = ()
) -> Explanation:
    """Explain a mechanism: what it does, its formula, source and parameters, and what it says in a small crash.

    It is a name, or a class or an object of one, which may be of a notebook cell. `plugins` are Python files whose
    rules count too; `settings` are parameters that the rule has in the small crash, as in `limit=3`. InputError for an
    unknown name, and for a rule that breaks the contract.
    """
    given = () if isinstance(mechanism, str) else (mechanism,)
    with with_rules(given, plugins) as files:
        name, catalogue = mechanism if isinstance(mechanism, str) else str(mechanism.name), contained(files)
        known = [catalogue.mechanisms[name]] if name in catalogue.mechanisms else []
        return explanation(name, catalogue, parameters_in(settings, known) if known else {})
