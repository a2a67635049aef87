"""What the catalogue holds, and that third parties enter by the same door as the built-ins."""

import inspect
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from lastresort.mechanisms import registration
from lastresort.mechanisms.allocation import queue_adl
from lastresort.mechanisms.registration import FAMILIES
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import PluginWarning
from lastresort.plugins.manager import build_waterfall

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "plugins" / "examples" / "largest_first.py"


def test_every_built_in_mechanism_has_a_file_of_its_name_in_a_family_folder() -> None:
    catalogue = Catalogue.load()
    folder = Path(str(registration.__file__)).parent
    for name, mechanism in catalogue.mechanisms.items():
        file = Path(inspect.getfile(mechanism))
        assert (file.stem.replace("_", "-"), file.parent.parent) == (name, folder)
        assert file.parent.name in FAMILIES
    assert {Path(inspect.getfile(mechanism)).parent.name for mechanism in catalogue.mechanisms.values()} == set(
        FAMILIES
    )
    assert set(catalogue.origins.values()) == {"built-in"}


def test_references_are_the_two_yardsticks() -> None:
    policies = Catalogue.load().policies
    assert {name for name, policy in policies.items() if policy.role == "reference"} == {"deep-pocket", "warehouse"}


def test_fingerprint_is_the_digest_of_the_source_file() -> None:
    source = Path(str(queue_adl.__file__)).read_bytes()
    assert Catalogue.load().fingerprints["queue-adl"] == sha256(source).hexdigest()


def test_built_in_scenarios_open_by_name_and_by_path() -> None:
    catalogue = Catalogue.load()
    assert "oct-2025" in catalogue.scenarios
    by_name = catalogue.scenario("oct-2025")
    assert by_name.name == "oct-2025"
    assert catalogue.scenario(str(catalogue.scenarios["oct-2025"])) == by_name


def test_every_built_in_scenario_is_named_like_its_file() -> None:
    catalogue = Catalogue.load()
    assert {name: catalogue.scenario(name).name for name in catalogue.scenarios} == {
        name: name for name in catalogue.scenarios
    }


def test_example_plugin_is_short_and_runs_after_takeover_and_fund() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 15
    catalogue = Catalogue.load([EXAMPLE])
    assert catalogue.origins["largest-first"] == str(EXAMPLE)
    policy = catalogue.policy("fund+largest-first")
    assert [step.use for step in policy.waterfall] == [
        "order-first",
        "full-takeover",
        "insurance-fund",
        "largest-first",
    ]
    assert policy.title == "Close the biggest opposite positions first"
    assert policy.role == "contender"
    waterfall = build_waterfall(policy, catalogue)
    assert waterfall.share_loss == ()
    assert [(answer.stage, answer.name) for answer in waterfall.allocate] == [(3, "largest-first")]


def test_plugin_file_with_hooks_brings_mechanism_and_policy(
    write_plugin: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "fund-lottery.yaml").write_text(
        "name: fund+lottery-later\ntitle: T\nsummary: S\nwaterfall: [{use: full-takeover}, {use: lottery}]\n"
    )
    path = write_plugin("""
        class Lottery(Mechanism):
            name = "lottery"
            def allocate(self, event):
                return None

        @hookimpl
        def lastresort_mechanisms():
            return [Lottery]

        @hookimpl
        def lastresort_policies():
            return [Path(__file__).parent / "fund-lottery.yaml"]
    """)
    catalogue = Catalogue.load([path])
    assert catalogue.origins["lottery"] == str(path)
    assert "fund+lottery-later" in catalogue.policies
    assert "fund+lottery" not in catalogue.policies, "a file that defines a policy for its mechanism gets no other"


def test_private_bases_of_a_plugin_file_are_not_collected(write_plugin: Callable[[str], Path]) -> None:
    path = write_plugin("""
        class _Shared(Mechanism):
            def allocate(self, event):
                return None

        class Rule(_Shared):
            name = "my-rule"
    """)
    assert set(Catalogue.load([path]).mechanisms) - set(Catalogue.load().mechanisms) == {"my-rule"}


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed distribution "stranger" whose entry point names the module `stranger_rules`."""
    info = tmp_path / "stranger-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[lastresort]\nrules = stranger_rules\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "stranger_rules.py"


@pytest.mark.usefixtures("fresh_modules")
def test_installed_distribution_enters_by_entry_point(distribution: Path) -> None:
    distribution.write_text("""
import pluggy
from lastresort.mechanisms.contract import Mechanism

class Stranger(Mechanism):
    name = "stranger"
    def allocate(self, event):
        return None

@pluggy.HookimplMarker("lastresort")
def lastresort_mechanisms():
    return [Stranger]
""")
    catalogue = Catalogue.load()
    assert catalogue.origins["stranger"] == "stranger (rules)"
    assert "fund+stranger" not in catalogue.policies, "only plugin files get a policy of their own"


@pytest.mark.usefixtures("fresh_modules")
def test_broken_distribution_is_named(distribution: Path) -> None:
    distribution.write_text("import no_such_library\n")
    with pytest.warns(
        PluginWarning,
        match=r"^plugin stranger \(rules\), entry point 'stranger_rules', stranger_rules.py, line 1: ModuleNotFound",
    ):
        Catalogue.load()


@pytest.fixture
def fresh_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the module of the distribution after each test."""
    monkeypatch.delitem(__import__("sys").modules, "stranger_rules", raising=False)
