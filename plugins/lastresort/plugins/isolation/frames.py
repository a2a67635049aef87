"""A message between processes: a JSON document and files, on a pipe; whoever reads believes no more than its form."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from json import dumps, loads  # as they are before any plugin is imported
from typing import IO, Any

LENGTH = struct.Struct("<Q")
LONGEST_DOCUMENT = 256 * 2**20
LARGEST_FILES = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Message:
    """A document as JSON has it, and files by name."""

    document: Any
    files: Mapping[str, bytes] = field(default_factory=dict)


def as_message(found: Any) -> Message:
    """Return what a function said as a message: that itself, or one of a document alone."""
    return found if isinstance(found, Message) else Message(found)


class BrokenMessageError(ValueError):
    """What came is no message."""


def send(message: Message, pipe: IO[bytes]) -> None:
    """Write a message; raises OSError where nobody reads any more."""
    sizes = {name: len(content) for name, content in message.files.items()}
    head = dumps([message.document, sizes], separators=(",", ":")).encode()
    pipe.write(LENGTH.pack(len(head)) + head)
    for content in message.files.values():
        pipe.write(content)
    pipe.flush()


def receive(read: Callable[[int], bytes]) -> Message:
    """Read a message, given how so many bytes are read; raises BrokenMessageError."""
    (length,) = LENGTH.unpack(read(LENGTH.size))
    if length > LONGEST_DOCUMENT:
        raise BrokenMessageError(f"a document of {length:,} bytes; allowed: {LONGEST_DOCUMENT:,}")
    try:
        document, sizes = loads(read(length))
        wanted = {str(name): int(size) for name, size in sizes.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BrokenMessageError("a document that is no JSON") from error
    if min(wanted.values(), default=0) < 0 or sum(wanted.values()) > LARGEST_FILES:
        raise BrokenMessageError(f"files of other sizes; allowed: {LARGEST_FILES:,} bytes in all")
    return Message(document, {name: read(size) for name, size in wanted.items()})
