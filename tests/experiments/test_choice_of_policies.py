"""Which policies take part: names, files, suites and all, mixed; the reference always, and first."""

from pathlib import Path

import pytest

from lastresort.experiments import Study
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError

IDLE = """
from lastresort.mechanisms.contract import EventView, Mechanism

class Attentive(Mechanism):
    "Do nothing, attentively."
    name = "attentive"

    def observe(self, view: EventView) -> None:
        return None
"""


def chosen(tmp_path: Path, *words: str, plugins: tuple[Path, ...] = ()) -> list[str]:
    """Names of the policies of a comparison that is never run."""
    study = Study("calm-day", (1,), tmp_path / "out", words, plugin_files=plugins)
    return [policy.name for policy in study.design().policies]


def suite(name: str) -> list[str]:
    """Names of the policies of a suite."""
    return [policy.name for policy in Catalogue.load().suite(name)]


def own_policy(tmp_path: Path, name: str) -> str:
    """Path of a policy file."""
    file = tmp_path / "own.yaml"
    file.write_text(f"name: {name}\ntitle: T\nsummary: S.\nwaterfall: [{{use: full-takeover}}]\n")
    return str(file)


def test_without_a_word_the_core_suite_takes_part(tmp_path: Path) -> None:
    assert sorted(chosen(tmp_path)) == sorted(suite("core"))
    assert chosen(tmp_path)[0] == "deep-pocket"


def test_a_plugin_file_takes_part_without_being_named(tmp_path: Path) -> None:
    rule = tmp_path / "attentive.py"
    rule.write_text(IDLE)
    assert set(chosen(tmp_path, plugins=(rule,))) == {*suite("core"), "fund+attentive"}
    assert set(chosen(tmp_path, "own", plugins=(rule,))) == {"deep-pocket", "fund+attentive"}


def test_a_suite_gets_the_reference(tmp_path: Path) -> None:
    assert chosen(tmp_path, "clearing") == ["deep-pocket", *suite("clearing")]


def test_words_mix_and_a_policy_takes_part_once(tmp_path: Path) -> None:
    mixed = chosen(tmp_path, "warehouse", "clearing", "core", own_policy(tmp_path, "mine"))
    assert mixed[:2] == ["deep-pocket", "warehouse"]
    assert mixed[-1] == "mine"
    assert sorted(mixed) == sorted([*suite("core"), *suite("clearing"), "mine"])


def test_all_means_all(tmp_path: Path) -> None:
    assert sorted(chosen(tmp_path, "all")) == sorted(Catalogue.load().policies)


def test_a_file_may_not_pass_for_another_policy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="two policies are named 'warehouse'; allowed: a name of its own for each"):
        chosen(tmp_path, "core", own_policy(tmp_path, "warehouse"))


def test_a_word_may_not_be_said_twice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--policies: 'core' is named twice"):
        chosen(tmp_path, "core", "core")
