"""Lists of what can be named: mechanisms, policies, scenarios, scores and installed plugins."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lastresort.api.shown import Shown
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.isolation.contained import contained

Row = Mapping[str, str]
Files = Sequence[str | Path]


@dataclass(frozen=True, repr=False)
class Listing(Shown):
    """Everything of one kind, a row each, with its name."""

    kind: str
    listed: tuple[Row, ...]

    @property
    def title(self) -> str:
        """What is listed, and how much of it there is."""
        return f"{len(self.listed)} {self.kind}"

    @property
    def rows(self) -> Sequence[Row]:
        """All that is known of each, as texts."""
        return self.listed

    @property
    def names(self) -> list[str]:
        """What each is called."""
        return [row["name"] for row in self.listed]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.listed)


def mechanisms(plugins: Files = ()) -> Listing:
    """List mechanisms by family with the questions they answer, their source, and how well it is known.

    `plugins` are Python files whose names count too. InputError where one is broken.
    """
    return Listing("mechanisms", tuple(_mechanisms(_catalogue(plugins))))


def policies(plugins: Files = ()) -> Listing:
    """List policies with their suites, waterfalls and engines; otherwise as `mechanisms`."""
    return Listing("policies", tuple(_policies(_catalogue(plugins))))


def scenarios(plugins: Files = ()) -> Listing:
    """List scenarios with their titles; otherwise as `mechanisms`."""
    return Listing("scenarios", tuple(_scenarios(_catalogue(plugins))))


def scores(plugins: Files = ()) -> Listing:
    """List scores with their units, directions, formulas and sources; otherwise as `mechanisms`."""
    return Listing("scores", tuple(_scores(_with_scores(plugins))))


def plugins() -> Listing:
    """List what the metadata of installed distributions says of their plugins; nothing of them is imported."""
    return Listing("plugins", tuple(_plugins()))


def kinds(plugins: Files = ()) -> Listing:
    """Count what there is of each kind."""
    catalogue = _with_scores(plugins)
    numbers = {
        "mechanisms": len(catalogue.mechanisms),
        "policies": len(catalogue.policies),
        "scenarios": len(catalogue.scenarios),
        "scores": len(catalogue.scores),
        "plugins": len(list(_plugins())),
    }
    rows = [
        {"kind": kind, "number": str(number), "command": f"lastresort list {kind}"} for kind, number in numbers.items()
    ]
    return Listing("kinds", tuple(rows))


def _catalogue(files: Files) -> Catalogue:
    return contained(tuple(map(Path, files)))


def _with_scores(files: Files) -> Catalogue:
    """The built-in scores take a while to load."""
    from lastresort.scores import registration

    return contained(tuple(map(Path, files)), (registration,))


def _plugins() -> Iterator[Row]:
    from lastresort.plugins.installed import installed, taking_part

    found = installed()
    chosen = taking_part(found)
    for plugin in found:
        yield {
            "name": plugin.entry_point.name,
            "distribution": plugin.distribution,
            "version": plugin.version,
            "takes part": "yes" if plugin in chosen else "no",
            "summary": plugin.summary,
        }


def _mechanisms(catalogue: Catalogue) -> Iterator[Row]:
    from lastresort.plugins.answers import answered
    from lastresort.plugins.explanation import family

    for name, mechanism in catalogue.mechanisms.items():
        yield {
            "family": family(mechanism, catalogue.origins[name]),
            "name": name,
            "answers": ", ".join(answered(mechanism)),
            "origin": catalogue.origins[name],
            "evidence": str(mechanism.evidence),
            "source": mechanism.source,
            "summary": inspect.cleandoc(mechanism.__doc__ or "").split("\n\n")[0].replace("\n", " "),
        }


def _policies(catalogue: Catalogue) -> Iterator[Row]:
    from lastresort.plugins.figures import engine_in_words

    for name, policy in catalogue.policies.items():
        yield {
            "name": name,
            "suite": policy.suite,
            "role": policy.role,
            "waterfall": " > ".join(step.stage for step in policy.waterfall),
            "engine": engine_in_words(policy.engine),
            "summary": policy.summary,
        }


def _scenarios(catalogue: Catalogue) -> Iterator[Row]:
    for one in map(catalogue.scenario, catalogue.scenarios):
        yield {"name": one.name, "title": one.title, "summary": one.summary}


def _scores(catalogue: Catalogue) -> Iterator[Row]:
    for origin, score in catalogue.scores.values():
        yield {
            "name": score.name,
            "title": score.title,
            "unit": score.unit,
            "direction": score.direction,
            "formula": score.formula,
            "meaning": score.meaning,
            "source": score.source,
            "origin": origin,
        }
