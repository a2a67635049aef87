"""YAML files: read as YAML 1.2, and refused in one sentence."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from lastresort.plugins.documents import read_document
from lastresort.plugins.errors import InputError


class Leg(BaseModel):
    model_config = ConfigDict(extra="forbid")
    venue: str
    size: float = Field(1.0, gt=0)


class Book(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    role: Literal["maker", "taker"] = "maker"
    legs: tuple[Leg, ...] = ()
    spare: dict[str, Leg] | None = None


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "book.yaml"
    path.write_bytes(text.encode("latin-1"))
    return path


def test_numbers_and_words_are_those_of_yaml_1_2(tmp_path: Path) -> None:
    book = read_document(written(tmp_path, "name: off\nlegs: [{venue: no, size: 1e-3}]\n"), Book)
    assert book.name == "off"
    assert book.legs[0] == Leg(venue="no", size=0.001)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: a\nlegs: [\n", "book.yaml, line 3: not valid YAML: "),
        ("name: a\nname: b\n", 'book.yaml, line 2: not valid YAML: found duplicate key "name"'),
        ("name: a\n  role: b\n", "book.yaml, line 2: not valid YAML: mapping values are not allowed"),
        ("name: caf\xe9\n", "book.yaml: not valid YAML: UnicodeDecodeError"),
        ("name: \x07\n", "book.yaml: not valid YAML: "),
        ("name: 2025-13-45\n", "book.yaml: not valid YAML: "),
        ("", "book.yaml: found nothing, where a mapping of keys to values is needed"),
        ("- name\n", "book.yaml: found a list, where a mapping of keys to values is needed"),
        ("{}\n", "book.yaml: missing key 'name'; allowed: legs, name, role or spare"),
        ("nmae: a\n", "book.yaml: unknown key 'nmae'; allowed: legs, name, role or spare; did you mean 'name'?"),
        ("name: 3\n", "book.yaml: key 'name': found 3; allowed: a valid string"),
        ("name: a\nrole: makre\n", "key 'role': found 'makre'; allowed: 'maker' or 'taker'; did you mean 'maker'?"),
        ("name: a\nlegs: [{venue: b}, {venu: c}]\n", "unknown key 'legs.1.venu'; allowed: size or venue; did you mean"),
        ("name: a\nlegs: [{venue: b, size: 0}]\n", "key 'legs.0.size': found 0; allowed: greater than 0"),
        ("name: a\nspare: {x: {venue: b, sise: 1}}\n", "unknown key 'spare.x.sise'; allowed: size or venue; did you"),
    ],
)
def test_refusals(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(InputError) as refused:
        read_document(written(tmp_path, text), Book)
    assert expected in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path))
    assert "\n" not in str(refused.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.yaml: cannot be read \(No such file or directory\)"):
        read_document(tmp_path / "nowhere.yaml", Book)
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory\)"):
        read_document(tmp_path, Book)


def test_long_values_are_cut(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_document(written(tmp_path, f"name: a\nrole: {'x' * 500}\n"), Book)
    assert len(str(refused.value)) < 250 + len(str(tmp_path))


@pytest.mark.parametrize(
    "text",
    ["[" * 20_000 + "]" * 20_000, "{a: " * 200 + "1" + "}" * 200, "&it [*it]", "&it {a: *it}"],
    ids=["lists", "mappings", "a list in itself", "a mapping in itself"],
)
def test_what_nests_too_deep_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text(f"name: {text}\n", encoding="utf-8")
    with pytest.raises(InputError, match="found values that lie more than 100 deep in one another; allowed: fewer"):
        read_document(path, Leg)


def test_what_is_named_again_and_again_is_looked_at_once(tmp_path: Path) -> None:
    """A billion laughs: each of 60 lists holds the one before twice."""
    laughs = "\n".join(f"l{n + 1}: &l{n + 1} [*l{n}, *l{n}]" for n in range(60))
    path = tmp_path / "laughs.yaml"
    path.write_text(f"l0: &l0 [ha]\n{laughs}\n", encoding="utf-8")
    with pytest.raises(InputError, match="unknown key 'l0'"):
        read_document(path, Leg)
