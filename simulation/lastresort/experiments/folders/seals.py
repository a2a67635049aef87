"""Whether stored bytes are as they were written: a seal that is made with them and checked whenever they are read.

A JSON document ends with its seal, the SHA-256 of all before it; a line of a journal ends with the CRC-32 of all before
it; other bytes are followed by the SHA-256 of their name and of themselves. Tables are sealed by the document that is
written after them, which holds their `digests`. A seal tells damage and not forgery: whoever forges can seal too.
"""

import hashlib
import json
import re
import sys
import zlib
from collections.abc import Callable, Mapping
from typing import Any

TAIL = ',\n  "seal": "%s"\n}\n'
"""How a document ends."""

TAIL_SIZE = len(TAIL % ("0" * 64))
TAIL_FORM = re.compile(rb',\n  "seal": "(?P<digest>[0-9a-f]{64})"\n\}\n')

LINE_END = b',"crc32":"%08x"}'
LINE_END_SIZE = len(LINE_END % 0)

DIGEST_SIZE = hashlib.sha256().digest_size


class DamagedFileError(ValueError):
    """Bytes are not as they were written, or carry no seal."""


def sealed(document: Mapping[str, Any]) -> bytes:
    """Return a document that is not empty as JSON, with its seal as the last member."""
    body = json.dumps(document, indent=2).removesuffix("\n}")
    return (body + TAIL % hashlib.sha256(body.encode()).hexdigest()).encode()


def parsed(content: bytes) -> Any:
    """Return what JSON says; ValueError where it is none, or holds a number that is larger than any measured one."""
    return json.loads(content, parse_int=_counted)


def _counted(text: str) -> int:
    number = int(text)
    if abs(number) > sys.float_info.max:
        raise ValueError("a number of more than 308 digits")
    return number


def opened(content: bytes, parse: Callable[[bytes], Any] = parsed) -> dict[str, Any]:
    """Return a sealed document without its seal; DamagedFileError where it is not as it was written."""
    end = TAIL_FORM.fullmatch(content[-TAIL_SIZE:])
    if not end:
        raise DamagedFileError("it has no seal")
    if hashlib.sha256(content[:-TAIL_SIZE]).hexdigest().encode() != end["digest"]:
        raise DamagedFileError("it is not what was written")
    try:
        document: dict[str, Any] = parse(content)
        del document["seal"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise DamagedFileError(f"it is no document: {error}") from error
    return document


def sealed_line(document: Mapping[str, Any]) -> bytes:
    """Return a document that is not empty as a line of a journal, with its end."""
    body = json.dumps(document, separators=(",", ":")).encode()[:-1]
    return body + LINE_END % zlib.crc32(body) + b"\n"


def opened_line(line: bytes) -> bytes | None:
    """Return the JSON in a line of a journal, given without its end; None where it is not as it was written."""
    body = line[:-LINE_END_SIZE]
    return body + b"}" if line[-LINE_END_SIZE:] == LINE_END % zlib.crc32(body) else None


def sealed_bytes(name: str, content: bytes) -> bytes:
    """Return bytes with a seal that binds them to a name."""
    return content + hashlib.sha256(name.encode() + content).digest()


def opened_bytes(name: str, content: bytes) -> bytes:
    """Return the bytes that were sealed for a name; DamagedFileError where they are others."""
    body = content[:-DIGEST_SIZE]
    if sealed_bytes(name, body) != content:
        raise DamagedFileError("it is not what was written")
    return body


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 (hex) of the content of files, by name: what a document says of tables to seal them."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
