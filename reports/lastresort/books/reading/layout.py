"""How the table of a venue or a member becomes that of a book: where each column comes from, as data."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from lastresort.books.reading.table_columns import BY_NAME
from lastresort.plugins.documents import read_document
from lastresort.plugins.errors import InputError, did_you_mean, one_of

FOLDER = "lastresort.books.reading.layouts"


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression ({error})") from error
    return text


def _names(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Regex = Annotated[str, BeforeValidator(lambda text: _regex(text) if isinstance(text, str) else text)]
Headers = Annotated[tuple[str, ...], BeforeValidator(_names)]


class Sourced(BaseModel):
    """Where a column of the book comes from: headers of the file, and what is done with their cells.

    A number is (of - minus) * times / per * scale, without its sign where `absolute`. A text is that of `of`, or those
    of `joined` with "/" between, of which `pattern` keeps the first group where it matches, and which `words` replaces.
    `text` is the same in all rows.
    `remedy` is said where a position has nothing there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str | None = Field(default=None, description="header, or dotted path of JSON ('$.' from the file's top)")
    joined: Headers = Field(default=(), description="headers whose texts are put together with '/' between them")
    text: str | None = Field(default=None, description="the same text in all rows")
    pattern: Regex | None = Field(default=None, description="regular expression, whose first group is kept")
    words: dict[str, str] = Field(default={}, description="texts that are replaced, and by what")
    minus: str | None = Field(default=None, description="header of a number that is taken off")
    times: Headers = Field(default=(), description="headers of numbers that it is multiplied by")
    per: str | None = Field(default=None, description="header of a number that it is divided by")
    scale: float = Field(default=1, description="number that it is multiplied by")
    absolute: bool = Field(default=False, description="whether the number is taken without its sign")
    remedy: str | None = Field(default=None, description="what to do where a position has nothing there")

    @model_validator(mode="after")
    def _from_one_place(self) -> Self:
        given = [bool(self.of), bool(self.joined), self.text is not None]
        if sum(given) != 1:
            raise ValueError("a column needs exactly one of 'of', 'joined' and 'text'")
        return self

    def headers(self) -> tuple[str, ...]:
        """All headers that it reads."""
        single = [one for one in (self.of, self.minus, self.per) if one]
        return (*single, *self.joined, *self.times)


Source = Annotated[Sourced, BeforeValidator(lambda value: {"of": value} if isinstance(value, str) else value)]
Sources = dict[str, Source]


def _known(columns: Sources) -> Sources:
    for name in columns:
        if name not in BY_NAME:
            hint = did_you_mean(name, BY_NAME)
            raise ValueError(f"unknown column '{name}' of a book; allowed: {one_of(BY_NAME)}{hint}")
    return columns


class Case(BaseModel):
    """Rows in which every header matches its regular expression have other sources, or are refused unless flat."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: dict[str, Regex] = Field(min_length=1, description="regular expressions that are searched for, by header")
    columns: Sources = Field(default={}, description="sources that hold instead of the others")
    refuse: str | None = Field(default=None, description="why such rows cannot be read, unless they are flat")

    _known = field_validator("columns")(_known)


class Lookup(BaseModel):
    """A second list of records in the same JSON file, from which columns are read as 'name.header'."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    records: str = Field(description="dotted path of the list")
    key: str = Field(description="what its records are known by")
    of: str = Field(description="header of the first list that says which record is meant")


class Layout(BaseModel):
    """The layout of a file: where its records are, and where each column of the book comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(description="whose layout it is")
    records: Headers = Field(default=(), description="dotted paths of the lists in a JSON file; none is its top")
    lookups: dict[str, Lookup] = Field(default={}, description="further lists, by name")
    decimal: Literal[".", ","] | None = Field(default=None, description="decimal mark; without it, what the file shows")
    signs: Literal["given", "by side", "either"] = Field(
        default="given", description="whether quantities have signs, or sides, or some the one and some the other"
    )
    columns: Sources = Field(default={}, description="sources of the book's columns, by name")
    cases: tuple[Case, ...] = Field(default=(), description="rows that differ; of several that match the last holds")

    _known = field_validator("columns")(_known)

    def headers(self) -> tuple[str, ...]:
        """All headers that it reads, each once."""
        sources = [*self.columns.values(), *(one for case in self.cases for one in case.columns.values())]
        found = [header for one in sources for header in one.headers()]
        return tuple(dict.fromkeys([*found, *(header for case in self.cases for header in case.when)]))


def layout_schema() -> dict[str, Any]:
    """The JSON Schema of a layout's file."""
    return Layout.model_json_schema()


@cache
def layout_names() -> tuple[str, ...]:
    """Names of the layouts that come along."""
    names = [one.name for one in files(FOLDER).iterdir()]
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def layout(name: str | Path) -> Layout:
    """Return a layout by name, or that of a file; InputError where there is none such."""
    word = str(name).casefold()
    if word in layout_names():
        return read_document(Path(str(files(FOLDER).joinpath(f"{word}.yaml"))), Layout)
    if not Path(name).is_file():
        known = layout_names()
        raise InputError(
            f"--map: unknown layout '{name}'; allowed: {one_of(known)}, or a file{did_you_mean(word, known)}"
        )
    return read_document(Path(name), Layout)
