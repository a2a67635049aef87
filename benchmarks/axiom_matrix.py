"""Which axioms the built-in rules keep: the table of docs/axioms.md.

    python benchmarks/axiom_matrix.py [--cases 100] [--only RULE...] [--write]

Prints a Markdown table, or with `--write` puts it between the markers in docs/axioms.md as well. `--only` asks the
rules named and leaves the rows of all others as they stand on the page.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from lastresort import api
from lastresort.plugins.testing.axioms import AXIOMS, CASES
from lastresort.reports.writers.marked_page import fill

PAGE = Path(__file__).parents[1] / "docs" / "axioms.md"
PART = "axioms"


def row(name: str, signs: Mapping[str, str]) -> str:
    """One rule: its name, then a number of books or `fails` for each axiom."""
    return "| " + " | ".join([f"`{name}`", *(signs[axiom] for axiom in AXIOMS)]) + " |"


def rows_of(page: Path) -> dict[str, str]:
    """Rows that stand on the page, by rule."""
    lines = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    return {line.split("`")[1]: line for line in lines if line.startswith("| `")}


def table(rows: Mapping[str, str]) -> list[str]:
    """All rows under one head, by name."""
    head = "| " + " | ".join(["rule", *(axiom.replace("-", " ") for axiom in AXIOMS)]) + " |"
    return [head, "|---" * (len(AXIOMS) + 1) + "|", *(rows[name] for name in sorted(rows))]


def asked(names: Sequence[str], cases: int) -> dict[str, str]:
    """Rows of the rules named, or of all to which axioms apply."""
    return {signs["mechanism"]: row(signs["mechanism"], signs) for signs in api.axioms(names, cases).rows}


def main() -> None:
    """Make the table that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    known = rows_of(PAGE) if arguments.only else {}
    lines = table(known | asked(arguments.only, arguments.cases))
    print("\n".join(lines), flush=True)
    if arguments.write:
        fill(PAGE, PART, lines)


if __name__ == "__main__":
    main()
