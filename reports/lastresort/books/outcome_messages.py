"""A policy with code of plugins: its book goes to the process of these plugins, and what it took comes back."""

import io
from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import partial
from typing import Any

import numpy as np

from lastresort.books.allocating import Stress, outcome_of, taken_over
from lastresort.books.book import Book, Markets, Texts
from lastresort.books.column_reads import ColumnGapError
from lastresort.books.lost_positions import OutsideDeficit, OutsidePosition
from lastresort.books.policy_outcome import PAYERS, PolicyOutcome, Taken
from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import PluginEndedError
from lastresort.plugins.isolation.frames import Message
from lastresort.plugins.isolation.plugin_process import believed
from lastresort.plugins.isolation.rooms import ROOMS
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import interruptible

UNKNOWN = ("account", "owner", "owners", "reading", "given", "markets", "coin")
"""Columns of a book that no rule is shown, or that are handed over one by one."""


def outcome_elsewhere(
    book: Book, policy: Policy, catalogue: Catalogue, stress: Stress, patience: float
) -> PolicyOutcome:
    """Run a policy in the process of its plugins; whatever that does, it ends there, and its outcome is a failure."""
    wanted = {"policy": policy.model_dump(mode="json", by_alias=True), "stress": asdict(stress)}
    try:
        with ROOMS.borrowed(catalogue.needed(policy), patience) as process:
            said = process.ask(outcome_told, wanted | {"patience": patience}, patience, _packed(book))
        return believed(partial(_read, book, policy, stress), said)
    except PluginEndedError as error:
        return PolicyOutcome(policy, book, failure=str(error), traceback=error.traceback)


def outcome_told(
    catalogue: Catalogue, policy: dict[str, Any], stress: dict[str, Any], patience: float, files: Mapping[str, bytes]
) -> Message:
    """Run a policy in this process."""
    with interruptible(patience), rationed():
        try:
            done = outcome_of(_unpacked(files), Policy.model_validate(policy), catalogue, _stress(stress))
        except ColumnGapError as error:
            return Message({"gap": list(error.args)})
    words = {name: getattr(done, name) for name in ("needs", "failure", "used", "defaulted", "silent", "traceback")}
    if done.taken is None:
        return Message(words)
    taken = {one.name: getattr(done.taken, one.name) for one in fields(Taken)}
    columns = {name: value for name, value in taken.items() if isinstance(value, np.ndarray)}
    numbers = {name: value for name, value in taken.items() if name not in columns}
    return Message(words | {"taken": numbers}, {name: _bytes(column) for name, column in columns.items()})


def _read(book: Book, policy: Policy, stress: Stress, said: Message) -> PolicyOutcome:
    """What a process says of a policy, as far as it can be true: the dollars must add up."""
    told = said.document
    if "gap" in told:
        raise _gap(book, *told["gap"])
    words: dict[str, Any] = {
        name: tuple(escaped(str(one)) for one in told[name]) for name in ("needs", "used", "defaulted", "silent")
    }
    words |= {name: escaped(str(told[name])) for name in ("failure", "traceback")}
    taken = _taken(book, told["taken"], said.files) if "taken" in told else None
    if taken is not None and not taken.accounts_for(taken_over(book, stress), float(book.notional.sum())):
        raise ValueError("dollars that do not add up")
    return PolicyOutcome(policy, book, taken, **words)


def _gap(book: Book, name: Any, row: Any, gaps: Any) -> ColumnGapError:
    """A gap that the book really has."""
    found = ColumnGapError(str(name), int(row), int(gaps))
    if not np.isnan(book.given[found.name][found.row]):
        raise ValueError("a gap that is none")
    return found


def _taken(book: Book, numbers: Mapping[str, Any], files: Mapping[str, bytes]) -> Taken:
    positions, accounts = len(book.unit), len(book.account)
    columns = {name: _column(files[name], positions) for name in ("closed", "moved", "traded")}
    columns |= {name: _column(files[name], accounts) for name in ("loss", "charged")}
    amounts: dict[str, Any] = {name: float(numbers[name]) for name in ("assigned", "unpaid", "overshoot", "left_open")}
    return Taken(
        **columns,
        **amounts,
        asked=_column(files["asked"], accounts) > 0,
        paid={name: float(numbers["paid"][name]) for name in PAYERS.values()},
        passes=int(numbers["passes"]),
        unfinished=bool(numbers["unfinished"]),
    )


def _column(content: bytes, n: int) -> Any:
    column = np.load(io.BytesIO(content), allow_pickle=False).astype(np.float64)
    if column.shape != (n,) or not np.isfinite(column).all():
        raise ValueError("a column of another length, or with gaps")
    return column


def _packed(book: Book) -> Mapping[str, bytes]:
    """Columns of a book by name; texts as such, and what they are about in no rule's sight."""
    parts = {one.name: getattr(book, one.name) for one in fields(Book) if one.name not in UNKNOWN}
    parts |= {f"markets.{one.name}": getattr(book.markets, one.name) for one in fields(Markets)}
    parts |= {f"given.{name}": column for name, column in book.given.items()}
    return {name: _bytes(column.astype(str) if column.dtype == object else column) for name, column in parts.items()}


def _unpacked(files: Mapping[str, bytes]) -> Book:
    parts = {name: _loaded(content) for name, content in files.items()}
    inside = {"markets": dict[str, Any](), "given": dict[str, Any]()}
    own = dict[str, Any]()
    for name, column in parts.items():
        group, _, member = name.rpartition(".")
        (inside[group] if group else own)[member] = column
    nobody: Texts = np.full(len(own["account_venue"]), "", dtype=object)
    return Book(
        account=nobody,
        owner=np.arange(len(nobody)),
        owners=nobody,
        markets=Markets(**inside["markets"]),
        given=inside["given"],
        **own,
    )


def _loaded(content: bytes) -> Any:
    column = np.load(io.BytesIO(content), allow_pickle=False)
    return column.astype(object) if column.dtype.kind == "U" else column


def _stress(told: Mapping[str, Any]) -> Stress:
    return Stress(
        positions=tuple(OutsidePosition(*one) for one in told["positions"]),
        deficits=tuple(OutsideDeficit(*one) for one in told["deficits"]),
        fund=float(told["fund"]),
        capital=float(told["capital"]),
        own=bool(told["own"]),
        forced=bool(told["forced"]),
    )


def _bytes(column: Any) -> bytes:
    content = io.BytesIO()
    np.save(content, column, allow_pickle=False)
    return content.getvalue()
