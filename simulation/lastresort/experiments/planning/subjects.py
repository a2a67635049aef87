"""What can be varied: the numbers of a scenario, and the parameters of a policy's mechanisms."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from lastresort.experiments.planning.locations import Location
from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import ENGINE, Engine, Policy, Standing, Step
from lastresort.plugins.documents import accepted
from lastresort.simulation.scenario import Scenario

Item = TypeVar("Item", bound=Scenario | Policy)
ItemOut = TypeVar("ItemOut", bound=Scenario | Policy, covariant=True)
Model = TypeVar("Model", bound=BaseModel)

NOUNS = {"scenarios": "scenario", "policies": "policy"}

CHOSEN: Standing = "own design"
"""How well a parameter is known that a study sets: it is the study's own."""


class UnfitError(Exception):
    """A document is none that can be run: what stands at `location` is not what is `allowed`."""

    def __init__(self, location: Location, allowed: str) -> None:
        super().__init__(location, allowed)
        self.location = location
        self.allowed = allowed


class Subject(Protocol[ItemOut]):
    """A scenario or a policy as a document whose values can be set."""

    @property
    def noun(self) -> str:
        """What it is called: "scenario" or "policy"."""

    @property
    def item(self) -> ItemOut:
        """The scenario or policy itself."""

    @property
    def name(self) -> str:
        """Its name, which is not part of the document."""

    def document(self) -> dict[str, Any]:
        """Return a fresh copy of its values, as JSON has them."""

    def rebuilt(self, name: str, document: dict[str, Any], changed: Set[Location]) -> ItemOut:
        """Return what a document describes, under another name; raises UnfitError."""


@dataclass(frozen=True)
class ScenarioSubject:
    """All numbers of a scenario."""

    item: Scenario
    noun: str = "scenario"

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.item.name

    def document(self) -> dict[str, Any]:
        """Return the scenario without its name."""
        return self.item.model_dump(mode="json", exclude={"name"})

    def rebuilt(self, name: str, document: dict[str, Any], changed: Set[Location]) -> Scenario:
        """Return the scenario of a document."""
        return _fitted(Scenario, {**document, "name": name})


@dataclass(frozen=True)
class PolicySubject:
    """The parameters of a resolved policy, by stage or engine; which stages it has, and their order, stays."""

    item: Policy
    mechanisms: dict[str, type[Mechanism]]
    noun: str = "policy"

    @property
    def name(self) -> str:
        """The policy's name."""
        return self.item.name

    def document(self) -> dict[str, Any]:
        """Return the parameters of each stage, and of the engine."""
        steps = {step.stage: step.model_dump(mode="json")["parameters"] for step in self.item.waterfall}
        return {**steps, ENGINE: dict(self.item.engine.parameters)}

    def rebuilt(self, name: str, document: dict[str, Any], changed: Set[Location]) -> Policy:
        """Return the policy with the parameters of a document; those that changed are the study's own design."""
        own = {location[:2] for location in changed}
        steps = [self._step(step, document[step.stage], own) for step in self.item.waterfall]
        engine = self._engine(document[ENGINE], own)
        return _fitted(Policy, {**self.item.model_dump(), "name": name, ENGINE: engine, "waterfall": steps})

    def _engine(self, parameters: dict[str, Any], own: Set[Location]) -> Engine:
        before = self.item.engine
        chosen = {parameter: CHOSEN for parameter in parameters if (ENGINE, parameter) in own}
        content = {**before.model_dump(), **parameters, "figures": before.figures | chosen}
        return _fitted(Engine, content, (ENGINE,))

    def _step(self, step: Step, parameters: dict[str, Any], own: Set[Location]) -> Step:
        mechanism = _fitted(self.mechanisms[step.use], parameters, (step.stage,))
        chosen = {parameter: CHOSEN for parameter in parameters if (step.stage, parameter) in own}
        update = {"parameters": mechanism.model_dump(mode="json"), "figures": step.figures | chosen}
        return step.model_copy(update=update)


def _fitted(model: type[Model], content: dict[str, Any], inside: Location = ()) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        details = error.errors()[0]
        raise UnfitError((*inside, *details["loc"]), accepted(details)) from error
