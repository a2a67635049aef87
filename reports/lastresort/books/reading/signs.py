"""Signs of quantities: their own, or those of sides, and rows that have neither or both at odds."""

from typing import Literal

import numpy as np
import pyarrow.compute as pc

from lastresort.books.reading.bad_rows import BadRows
from lastresort.books.reading.id_cells import Coded
from lastresort.books.reading.raw_table import Cells, RawTable, quoted, trimmed
from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError

Signs = Literal["given", "by side", "either"]


def directions(side: Coded) -> Ints:
    """1 for long, -1 for short, 0 for neither, of each row."""
    found = [{"long": 1, "short": -1}.get(str(name), 0) for name in side.names]
    return np.array([*found, 0])[side.codes]


def signed(quantity: Floats, direction: Ints, cells: Cells, signs: Signs, bad: BadRows) -> Floats:
    """Return quantities with their signs; rows whose side contradicts, or that have no sign, are added to `bad`.

    A short row may count its contracts without a sign, unless other rows of the table have signs.
    """
    plus = _with_plus(cells)
    has_signs = signs == "given" and bool((quantity < 0).any() or plus.any())
    contradicted = ((direction > 0) & (quantity < 0)) | ((direction < 0) & (quantity > 0) & (has_signs | plus))
    bad.add(np.flatnonzero(contradicted), lambda row: _contradiction(cells, row, int(direction[row])))
    lacking = (direction == 0) & (quantity > 0)
    if signs == "by side" or (signs == "given" and not has_signs and direction.any()):
        bad.add(
            np.flatnonzero(lacking),
            lambda row: (
                f", column '{cells.header}': found {cells.shown(row)} without a sign, and the row has no side; "
                f"allowed: a side, such as long or short"
            ),
        )
    return np.where(direction == 0, quantity, np.where(direction > 0, np.abs(quantity), -np.abs(quantity)))


def refuse_unsigned(
    table: RawTable, cells: Cells, quantity: Floats, contracts: Bools, account: Ints, has_sides: bool
) -> None:
    """Raise InputError where texts count contracts of several accounts, and none has a sign or a side.

    One account may be long everywhere, and numbers of a typed file have a sign by themselves. The row that is named is
    the first of a second account.
    """
    if not cells.are_texts or cells.plain is not None or (quantity < 0).any() or _with_plus(cells).any():
        return
    rows = np.flatnonzero(contracts & (quantity > 0))
    others = rows[account[rows] != account[rows[0]]] if len(rows) else rows
    if len(others):
        row = int(others[0])
        why = "the side column is empty" if has_sides else "there is no side column"
        raise InputError(
            f"{table.where(row)}: quantity has no sign and {why}; found {cells.shown(row)}, and no sign in any other "
            f"row; write shorts as -5, longs as +5 if there are no shorts, or add a column 'side'"
        )


def _with_plus(cells: Cells) -> Bools:
    if not cells.are_texts:
        return np.zeros(len(cells.values), dtype=bool)
    found = pc.fill_null(pc.starts_with(trimmed(cells.values), "+"), False)
    return np.asarray(found.to_numpy(zero_copy_only=False))


def _contradiction(cells: Cells, row: int, direction: int) -> str:
    value = cells.values[row].as_py()
    side = "long" if direction > 0 else "short"
    return f", column '{cells.header}': found {quoted(str(value))}, whose sign contradicts the side, which is {side}"
