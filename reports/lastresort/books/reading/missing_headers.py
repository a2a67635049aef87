"""Columns that a table lacks, and those that nobody knows."""

from lastresort.books.reading.layout import Layout, layout, layout_names
from lastresort.books.reading.raw_table import RawTable, quoted
from lastresort.books.reading.table_columns import BY_NAME, normalised
from lastresort.plugins.errors import InputError, did_you_mean, one_of

MOST = 5
"""Columns that a sentence names."""


def refuse_missing(table: RawTable, mapped: Layout | None, has_account: bool, has_money: bool) -> None:
    """Raise InputError where a column that a book needs is not there, and nobody gave what it would hold."""
    needed = [name for name, column in BY_NAME.items() if column.required and not (name == "account" and has_account)]
    if mapped is not None:
        _refuse_unmapped(table, mapped, needed, has_money)
        return
    missing = [name for name in needed if name not in table.columns]
    if missing:
        names = one_of(f"'{name}'" for name in missing)
        raise InputError(
            f"{table.source}: has no column {names}, but {_found(table)}{_layouts(table) or _near(table, missing)}"
        )
    if not (has_money or {"collateral", "equity"} & {*table.columns}):
        near = _near(table, ["collateral", "equity"])
        raise InputError(f"{table.source}: has no column 'collateral' or 'equity', but {_found(table)}{near}")


def _refuse_unmapped(table: RawTable, mapped: Layout, needed: list[str], has_money: bool) -> None:
    for name in needed:
        source = mapped.columns.get(name)
        headers = () if source is None else source.headers() if source.text is None else ()
        lacking = [one for one in headers if normalised(one) not in table.columns and not _is_joined(one)]
        if lacking and not table.size:
            continue
        if (source is None or lacking) and name == "account":
            raise InputError(f"{table.source}: {mapped.title} names no account; give it with --account")
        if source is None:
            raise InputError(f"{table.source}: the layout says nothing of the column '{name}', which a book needs")
        if lacking:
            near = did_you_mean(lacking[0], [cells.header for cells in table.columns.values()])
            raise InputError(
                f"{table.source}: has no '{lacking[0]}', from which {name} comes in {mapped.title}, but "
                f"{_found(table)}{near}"
            )
    money = [mapped.columns[name] for name in ("collateral", "equity") if name in mapped.columns]
    if not has_money and table.size and not any(normalised(one.of or "") in table.columns for one in money):
        cases = [case.columns.get(name) for case in mapped.cases for name in ("collateral", "equity")]
        if not any(one is not None and normalised(one.of or "") in table.columns for one in cases):
            raise InputError(f"{table.source}: {mapped.title} has no money of the account; give it with --equity")


def ignored(table: RawTable) -> tuple[str, ...]:
    """Notes on columns that are not known, those first which may be misspelt."""
    unknown = [cells.header for name, cells in table.columns.items() if name not in BY_NAME]
    close = {header: did_you_mean(normalised(header), BY_NAME) for header in unknown}
    near = [one for one in unknown if close[one]]
    notes = [f"{table.source}: column {quoted(one)} is not known and ignored{close[one]}" for one in near]
    others = [quoted(one) for one in unknown if not close[one]]
    if others:
        more = f" and {len(others) - MOST:,} more" if len(others) > MOST else ""
        what = "columns that are" if len(others) > 1 else "a column that is"
        notes.append(f"{table.source}: ignored {what} not known: {', '.join(others[:MOST])}{more}")
    return tuple(notes)


def _is_joined(header: str) -> bool:
    """Whether a header is of a second list, which may have nothing for a flat row."""
    return header.startswith("_")


def _found(table: RawTable) -> str:
    headers = [quoted(cells.header) for cells in table.columns.values()]
    more = f" and {len(headers) - 2 * MOST:,} more" if len(headers) > 2 * MOST else ""
    return f"{', '.join(headers[: 2 * MOST])}{more}" if headers else "none that has a name"


def _near(table: RawTable, missing: list[str]) -> str:
    unknown = [name for name in table.columns if name not in BY_NAME]
    close = [(name, did_you_mean(name, unknown)) for name in missing]
    found = [f"{hint.replace('did you mean', f'is {name} in')}" for name, hint in close if hint]
    return found[0] if found else ""


def _layouts(table: RawTable) -> str:
    """A layout whose headers the table has, as a hint."""
    for name in layout_names():
        columns = layout(name).columns
        wanted = [columns[one].of for one in ("market", "quantity", "entry_price") if one in columns]
        if all(one is not None and normalised(one.split(".")[-1]) in table.columns for one in wanted):
            return f"; it looks like {layout(name).title}, which needs --map {name}"
    return ""
