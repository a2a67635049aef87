"""What is said to a rule that reads a column which a view or a proposal does not have: its name, and what was meant."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from types import ModuleType
from typing import Any, NoReturn

WORDS: Mapping[str, tuple[str, ...]] = {
    "address": ("account",),
    "adl_score": ("leverage", "profit"),
    "balance": ("equity", "spendable", "pool_balance", "fund"),
    "bankruptcy": ("bankruptcy_price",),
    "cash": ("equity", "spendable", "amount", "dollars"),
    "capacity": ("spendable", "room"),
    "collateral": ("equity", "spendable"),
    "cost": ("dollars", "deficit"),
    "cost_basis": ("entry_value",),
    "default_price": ("bankruptcy_price",),
    "delta": ("net_delta",),
    "entry": ("entry_price",),
    "exposure": ("notional", "net_delta"),
    "fee": ("amount", "penalty"),
    "free_collateral": ("spendable",),
    "fund_balance": ("fund", "pool_balance"),
    "holder": ("account",),
    "id": ("account",),
    "insurance": ("fund", "pool_balance"),
    "insurance_fund": ("fund", "pool_balance"),
    "last": ("mark", "mid"),
    "lever": ("leverage",),
    "loss": ("dollars", "deficit", "profit"),
    "losses": ("dollars", "deficit"),
    "maintenance_margin": ("maintenance",),
    "margin": ("maintenance", "equity"),
    "margin_ratio": ("maintenance", "leverage"),
    "market_price": ("mark", "mid"),
    "mark_price": ("mark",),
    "mm": ("maintenance",),
    "net": ("net_delta", "unit_profit"),
    "now": ("time",),
    "oi": ("open_interest",),
    "oracle": ("index",),
    "owner": ("account",),
    "paid": ("pay", "charge"),
    "payment": ("pay", "charge"),
    "pnl": ("profit", "gain"),
    "position": ("quantity", "contracts", "inventory"),
    "price": ("mark", "winner_price", "limit"),
    "qty": ("quantity", "contracts", "inventory"),
    "realized_pnl": ("gain",),
    "rng": ("random",),
    "score": ("leverage", "profit"),
    "size": ("quantity", "contracts", "inventory", "amount"),
    "spot": ("index",),
    "timestamp": ("time",),
    "trader": ("account",),
    "unrealised_pnl": ("profit", "unit_profit"),
    "unrealized_pnl": ("profit", "unit_profit"),
    "upnl": ("profit", "unit_profit"),
    "user": ("account",),
    "value": ("notional", "equity", "dollars"),
    "wallet": ("equity", "spendable"),
}
"""Words of the field, and what the contract calls what they mean, most likely first."""

CLOSE = 0.6
"""How alike two names are, of 1, when one is taken for the other."""


_records: dict[str, type] = {}
"""Every view and proposal of the contract, by name."""


def tell_in(*modules: ModuleType) -> None:
    """From now on the records that some modules define say what may have been meant by a column they do not have."""
    for module in modules:
        for kind in [value for value in vars(module).values() if isinstance(value, type) and is_dataclass(value)]:
            _records[kind.__name__] = kind
            kind.__getattr__ = _refuse  # type: ignore[attr-defined]


def missing(kind: type, name: str) -> AttributeError:
    """Return the error of a record of `kind` that has no column `name`; it says which was probably meant."""
    return AttributeError(f"'{kind.__name__}' has no column '{name}'{_hint(kind, name)}")


def columns(kind: type) -> list[str]:
    """Return the names of a record's columns, and of those in the record that lies in it, as in `candidates.profit`."""
    own = [field.name for field in fields(kind)]
    inner = [(name, _records[name.capitalize()]) for name in own if name.capitalize() in _records]
    return [*own, *(f"{name}.{column}" for name, record in inner for column in columns(record))]


def _refuse(record: Any, name: str) -> NoReturn:
    kind = type(record)
    if name.startswith("_"):
        raise AttributeError(f"'{kind.__name__}' object has no attribute '{name}'")
    raise missing(kind, name)


def _hint(kind: type, name: str) -> str:
    known = columns(kind)
    meant = _meant(name.lower(), known)
    if meant:
        return f"; did you mean '{meant}'?"
    others = [other for other, record in _records.items() if name in columns(record)]
    return f"; {_listed(others)}" if others else f"; allowed: {', '.join(known)}"


def _meant(name: str, known: Iterable[str]) -> str:
    """The column that a word means: one that is spelled alike, or what the field calls so; own columns come first."""
    bare = {column.partition(".")[2] or column: column for column in reversed(list(known))}
    if name in bare:
        return bare[name]
    words = sorted((word for word in WORDS.get(name, ()) if word in bare), key=lambda word: "." in bare[word])
    close = words or get_close_matches(name, bare, n=1, cutoff=CLOSE)
    return bare[close[0]] if close else ""


def _listed(others: list[str]) -> str:
    return f"{others[0]} has it" if len(others) == 1 else f"{', '.join(others)} have it"
