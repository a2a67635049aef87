"""Bytes of a text file as UTF-8, whatever program wrote them."""

import codecs

from lastresort.plugins.errors import InputError

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

FORMATS = (
    (b"PK\x03\x04", "a spreadsheet or another zip file; save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet; save it as CSV"),
    (b"\x1f\x8b", "packed with gzip; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd; unpack it first"),
    (b"%PDF", "a PDF; save the table as CSV"),
    (b"ARROW1", "a Feather file; save it as Parquet"),
)

HEAD = 1 << 16
"""Bytes in which control characters show that a file is no text; a NUL does so anywhere."""

CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})


def as_utf8(data: bytes, source: str) -> tuple[bytes, str]:
    """Return a text in UTF-8 without a byte order mark, and a note where its encoding had to be guessed.

    Raises InputError for what is no text.
    """
    for magic, what in FORMATS:
        if data.startswith(magic):
            raise InputError(f"{source}: found {what}; allowed: CSV, Parquet or JSON")
    data, note = _decoded(data, source)
    if found := [at for one in CONTROLS if (at := data.find(one, 0, HEAD if one else None)) >= 0]:
        at = min(found)
        line = data.count(b"\n", 0, at) + 1
        raise InputError(
            f"{source}, line {line}: found the control character \\x{data[at]:02x}; allowed: CSV, Parquet or JSON"
        )
    return data, note


def _decoded(data: bytes, source: str) -> tuple[bytes, str]:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _transcoded(data[len(bom) :], encoding, source), ""
    for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(data) > 3 and not any(data[offset:100:2]) and all(data[1 - offset : 100 : 2]):
            return _transcoded(data, encoding, source), ""
    if data.isascii():
        return data, ""
    try:
        data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252" if _is_cp1252(data) else "latin-1")
        return text.encode(), "read as Windows-1252, since it is not UTF-8"
    return data, ""


def _is_cp1252(data: bytes) -> bool:
    return not any(bytes([one]) in data for one in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


def _transcoded(data: bytes, encoding: str, source: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        raise InputError(f"{source}: begins as {encoding.upper()} but is not ({error.reason})") from error
