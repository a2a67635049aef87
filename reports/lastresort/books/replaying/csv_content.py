"""The bytes of a CSV file as text in UTF-8, and the names in its first row."""

import csv
from pathlib import Path

from lastresort.plugins.errors import InputError, did_you_mean

_BINARY = {b"PAR1": "a Parquet file", b"PK": "a zip or Excel file", b"\x1f\x8b": "a gzip file"}
_LEAST = 1_000
"""Bytes of a file that may be empty but for its marks and blanks."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def content_of(file: Path) -> bytes:
    """The bytes of a file that can be text; InputError otherwise."""
    try:
        if file.exists() and not file.is_file():
            raise InputError(f"{file}: is a folder, or no plain file; allowed: a CSV file")
        content = file.read_bytes()
    except FileNotFoundError:
        near = [one.name for one in file.parent.iterdir()] if file.parent.is_dir() else []
        raise InputError(f"{file}: there is no such file{did_you_mean(file.name, near)}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: it cannot be read ({type(error).__name__}); allowed: a CSV file") from None
    for mark, kind in _BINARY.items():
        if content.startswith(mark):
            raise InputError(f"{file}: found {kind}; allowed: a CSV file, as text")
    if len(content) < _LEAST and not content.strip(b"\xef\xbb\xbf\r\n\t ,;\x00"):
        raise InputError(f"{file}: the file is empty; allowed: a CSV file with a row of names and at least one row")
    return content


def in_unicode(file: Path, content: bytes) -> bytes:
    """The content in UTF-8, without its mark."""
    if content.startswith(_UTF16):
        try:
            return content.decode("utf-16").encode()
        except UnicodeError:
            raise InputError(f"{file}: its UTF-16 is damaged; allowed: a CSV file in UTF-8") from None
    plain = content.removeprefix(b"\xef\xbb\xbf")
    zero = plain.find(b"\x00")
    if zero >= 0:
        raise InputError(f"{file}, row {_row_at(plain, zero)}: found a zero byte; allowed: text in UTF-8")
    return plain


def _row_at(plain: bytes, position: int) -> int:
    return plain.count(b"\n", 0, position) + 1


def names_of(file: Path, plain: bytes) -> list[str]:
    """The names in the first row, without the blanks around them."""
    end = plain.find(b"\n")
    first = plain if end < 0 else plain[:end]
    try:
        return [name.strip() for name in next(csv.reader([first.decode().rstrip("\r")]))]
    except (UnicodeError, csv.Error, StopIteration):
        raise InputError(f"{file}, row 1: the names of the columns cannot be read; allowed: text in UTF-8") from None


def where_not_unicode(plain: bytes) -> str:
    """Where the first byte is that is no UTF-8, in words; empty where there is none."""
    try:
        plain.decode()
    except UnicodeDecodeError as error:
        row = _row_at(plain, error.start)
        return f", row {row}: found a byte that is no UTF-8 ({plain[error.start]:#04x}); allowed: text in UTF-8"
    return ""
