"""Fill the packaged templates in."""

import inspect
from importlib.metadata import version

from jinja2 import Environment, PackageLoader, StrictUndefined

from lastresort.mechanisms.contract import QUESTIONS, Mechanism
from lastresort.plugins.scaffold.names import Names
from lastresort.plugins.scaffold.steps import Step


def render(template: str, names: Names, steps: tuple[Step, ...] = (), **told: object) -> str:
    """Return the text of a file: the names, what to type next, what the contract asks today, and more, filled in."""
    environment = Environment(
        loader=PackageLoader("lastresort.plugins.scaffold"),
        autoescape=False,  # the files are Python, TOML, YAML and Markdown
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(f"{template}.jinja").render(
        names=names, steps=steps, questions=_questions(), version=version("lastresort"), **told
    )


def _questions() -> dict[str, str]:
    """Every question of the contract, with the first line of what it says about itself."""
    return {question: (inspect.getdoc(getattr(Mechanism, question)) or "").split("\n")[0] for question in QUESTIONS}
