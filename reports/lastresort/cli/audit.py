"""`lastresort audit`: does a conclusion hang on an order that means nothing, or on somebody else's random numbers?"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from lastresort.cli.options import CORES, Jobs, Json, Plugins, Without

if TYPE_CHECKING:
    from lastresort.mechanisms.policy import Policy
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.scores.orders.audit import Audited
    from lastresort.scores.orders.varied_runs import VariedSeed
    from lastresort.simulation.variation import Variation

LIMITS = (
    "Not covered: the length of a tick and what comes first inside it, which are choices of the model; the order of "
    "market makers and arbitrageurs, whose traits go by their number; and whether the model is right. A rule that "
    "levies or weighs all cash at a venue counts that of idle agents too, and fails their line without a fault."
)


def audit(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    policies: Annotated[
        str, typer.Option(metavar="A,B,...", help="Names, YAML files or suites; the reference always takes part.")
    ] = "core",
    seeds: Annotated[int, typer.Option(min=2, help="Number of seeds, from 1 on.")] = 4,
    jobs: Jobs = CORES,
    plugin: Plugins = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """Play a comparison again with idle agents added and with ties broken otherwise; exit code 1 if that matters.

    Idle agents must change no bit of anybody else's run. Another order of venues, markets, accounts or events of the
    same time may change the last digits, and what a crash makes of them, but no verdict.
    """
    from lastresort.cli.tables import print_document, print_table
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.plugins.errors import InputError
    from lastresort.scores.orders.varied_runs import VariedSeed
    from lastresort.simulation.other_orders import VARIATIONS
    from lastresort.simulation.variation import USUAL

    if jobs < 1:
        raise InputError(f"the number of jobs must be at least 1, found {jobs}")
    files = tuple(plugin or ())
    catalogue = Catalogue.load(files)
    world, chosen = catalogue.scenario(scenario), _with_reference(policies, catalogue)
    works = {
        variation: [VariedSeed(world, chosen, seed, variation, files) for seed in range(1, seeds + 1)]
        for variation in (USUAL, *VARIATIONS)
    }
    outcomes = _audit(works, chosen, jobs)
    if json:
        print_document([asdict(outcome) | {"passed": outcome.passed} for outcome in outcomes])
    else:
        print_table(f"{scenario}, {seeds} seeds, {len(chosen)} policies", [_row(outcome) for outcome in outcomes])
        for outcome in outcomes:
            for sentence in outcome.changed:
                typer.echo(f"{outcome.variation}: {sentence}")
        typer.echo(LIMITS)
    if not all(outcome.passed for outcome in outcomes):
        raise typer.Exit(1)


def _with_reference(words: str, catalogue: "Catalogue") -> "tuple[Policy, ...]":
    """The reference first, then everybody named; one that two words mean takes part once."""
    from lastresort.scores import REFERENCE

    named = [policy for word in words.split(",") if word.strip() for policy in catalogue.choice(word.strip())]
    chosen = {policy.name: policy for policy in (catalogue.policy(REFERENCE), *named)}
    return tuple(chosen.values())


def _audit(works: "Mapping[Variation, list[VariedSeed]]", policies: "tuple[Policy, ...]", jobs: int) -> "list[Audited]":
    """Play every variation, the usual order first, and compare each other one with it."""
    import pandas as pd

    from lastresort.scores.orders.audit import compare_orders
    from lastresort.scores.orders.varied_runs import play
    from lastresort.scores.plays import play_all

    flat = [work for several in works.values() for work in several]
    tables: dict[Variation, list[pd.DataFrame]] = {variation: [] for variation in works}
    for done, (work, table) in enumerate(zip(flat, play_all(play, flat, jobs), strict=True), 1):
        tables[work.variation].append(table)
        typer.echo(f"{done}/{len(flat)}  {work.variation.name}, seed {work.seed}", err=True)
    usual, *others = (pd.concat(played, ignore_index=True) for played in tables.values())
    _, *varied = works
    return [compare_orders(variation, usual, other, policies) for variation, other in zip(varied, others, strict=True)]


def _row(outcome: "Audited") -> dict[str, str]:
    return {
        "variation": outcome.variation,
        "same to the last bit": f"{outcome.identical} of {outcome.runs} runs{', all must' if outcome.exact else ''}",
        "largest change of LC or MNF, over the smallest of interest": f"{outcome.headline:.2g}",
        "of any score, relative": f"{outcome.relative:.2g} ({outcome.place})" if outcome.place else "none",
        "conclusions": "unchanged" if outcome.passed else "CHANGED",
    }
