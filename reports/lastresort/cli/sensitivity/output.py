"""What came of a sensitivity analysis, on the terminal."""

import math
from collections.abc import Sequence
from pathlib import Path

import typer

from lastresort.api import End, Factor, Output, RunError, Sensitivity
from lastresort.cli.tables import print_document, print_table

CHANCE = "chance (seeds)"


def tell(found: Sensitivity, directory: Path, json: bool, quiet: bool) -> None:
    """Print a result and its folder; raises RunError at the end where a policy failed."""
    if json:
        print_document({"directory": str(directory)} | found.document())
    else:
        if not quiet:
            _print(found)
        typer.echo(directory)
    if found.failed:
        first = found.failed[0]
        raise RunError(
            f"{len(found.failed)} runs failed, and their blocks of points are left out; policy '{first.policy}', "
            f"seed {first.seed}: {first.reason}"
        )


def _print(found: Sensitivity) -> None:
    for output in found.differences:
        if rows := _rows(found, output):
            print_table(f"{output.name} ({_size(found)})", rows)
    for output in found.differences:
        sentences = [one.sentence for one in found.flips if one.output == output.name]
        for sentence in (f"\n{output.name}", *sentences):
            typer.echo(sentence)
    for output in found.differences:
        if rows := _ends(found, output):
            print_table(f"{output.name}, one at a time, all else as it is; paired 95 % intervals", rows)
    for sentence in ("", *found.answers):
        typer.echo(sentence)


def _size(found: Sensitivity) -> str:
    parts = []
    if found.morris:
        parts.append(f"{found.morris.trajectories} trajectories of Morris{_left_out(found.morris.left_out)}")
    if found.sobol:
        parts.append(f"{found.sobol.samples} base samples of Sobol{_left_out(found.sobol.left_out)}")
    return f"{', '.join(parts)}; {found.runs:,} runs"


def _left_out(number: int) -> str:
    return f", {number} left out" if number else ""


def _rows(found: Sensitivity, output: Output) -> list[dict[str, str]]:
    """A row for each factor, the strongest first."""
    morris = found.morris.of(output.name) if found.morris else {}
    sobol = found.sobol.of(output.name) if found.sobol else {}
    outcomes = {one.factor: one.outcome for one in found.flips if one.output == output.name}
    rows = []
    for factor in _ordered(
        found.factors, {name: one.mu_star for name, one in morris.items()} or _totals(found, output)
    ):
        row = {"factor": CHANCE if factor.by_chance else factor.label, "range": _range(factor, found)}
        if found.morris:
            effect = morris.get(factor.name)
            row["mu*"] = _with(effect.mu_star, effect.mu_star_conf) if effect else ""
            row["mu"] = f"{effect.mu:+.3f}" if effect and not factor.by_chance else ""
            row["sigma"] = f"{effect.sigma:.3f}" if effect else ""
        if found.sobol:
            share = sobol.get(factor.name)
            row["S1"] = _with(share.S1, share.S1_conf) if share else ""
            row["ST"] = _with(share.ST, share.ST_conf) if share else ""
        rows.append(row | {"flips the sign": outcomes.get(factor.name, "")})
    return rows


def _totals(found: Sensitivity, output: Output) -> dict[str, float]:
    return {name: one.ST for name, one in found.sobol.of(output.name).items()} if found.sobol else {}


def _ordered(factors: Sequence[Factor], sizes: dict[str, float]) -> list[Factor]:
    return sorted(factors, key=lambda factor: -sizes.get(factor.name, -math.inf))


def _range(factor: Factor, found: Sensitivity) -> str:
    return f"{found.replicates} x {found.seeds_each} seeds" if factor.by_chance else factor.range


def _with(value: float, half: float) -> str:
    return f"{value:.3f} ± {half:.3f}"


def _ends(found: Sensitivity, output: Output) -> list[dict[str, str]]:
    """A row where everything is as it is, and one for each factor whose ends were run."""
    ends = {(end.factor, end.value): end for end in found.ends if end.output == output.name}
    usual = [
        {"factor": "", "range": "as it is", "low end": _end(end), "high end": "", "flips": ""}
        for (factor, _), end in ends.items()
        if not factor
    ]
    rows = []
    for one in found.confirmations:
        if one.output == output.name:
            factor = found.factor(one.factor)
            low, high = (_end(ends[factor.name, value]) for value in (factor.low, factor.high))
            row = {"factor": factor.label, "range": factor.range, "low end": low, "high end": high}
            rows.append(row | {"flips": one.outcome})
    return usual + rows


def _end(end: End) -> str:
    if math.isnan(end.difference):
        return end.verdict
    return f"{end.difference:+.3f} [{end.low:+.3f}, {end.high:+.3f}] {end.verdict}, {end.seeds} seeds"
