"""A distribution around a mechanism: installable, tested, discovered through its entry point."""

from pathlib import Path

from lastresort.plugins.scaffold.names import Names, new_names
from lastresort.plugins.scaffold.rendering import render
from lastresort.plugins.scaffold.steps import Step, lines
from lastresort.plugins.scaffold.writing import write_new

FILES = {
    "pyproject.toml": "package/pyproject.toml",
    "README.md": "package/README.md",
    ".gitignore": "package/gitignore",
    ".github/workflows/tests.yml": "package/tests.yml",
    "small-crash.yaml": "package/small-crash.yaml",
    "src/{0.module}/__init__.py": "package/init.py",
    "src/{0.module}/py.typed": "package/py.typed",
    "src/{0.module}/registration.py": "package/registration.py",
    "src/{0.module}/rule.py": "mechanism/simple.py",
    "src/{0.module}/policies/{0.policy}.yaml": "package/policy.yaml",
    "tests/test_{0.module}.py": "package/test_rule.py",
}
"""Path of each file, with the names filled in, and its template."""


def new_package(name: str, folder: Path) -> tuple[Path, list[str]]:
    """Write a distribution to `folder / name`; return its path and what to type next, in `folder`.

    Raises InputError for a bad or taken name, and where the folder of that name exists.
    """
    names = new_names(name)
    root = folder / names.name
    steps = _steps(names)
    files = {path.format(names): render(template, names, steps) for path, template in FILES.items()}
    write_new([root], {root / path: text for path, text in files.items()})
    return root, lines((Step(f"cd {names.name}", "where the README repeats the steps below"), *steps))


def _steps(names: Names) -> tuple[Step, ...]:
    return (
        Step('python -m pip install --editable ".[test]"', "install it beside lastresort"),
        Step("python -m pytest", "does it pass its tests?"),
        Step("lastresort list plugins", "is it found?"),
        Step(f"lastresort check {names.name}", "does it keep the contract?"),
        Step(f"lastresort explain {names.name}", "what it says in a small crash"),
        Step("lastresort compare small-crash.yaml --seeds 2", "beside all core policies in another small crash"),
        Step("lastresort report results/small-crash", "the report again, from the same runs"),
    )
