"""Standard output for one JSON document: whatever else is printed meanwhile, by whomever, goes to standard error."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TextIO

STDOUT, STDERR = 1, 2


class _Stream:
    """Where documents go; None: to standard output as it is."""

    reserved: TextIO | None = None


@contextmanager
def documents_only() -> Iterator[None]:
    """Within this block standard output is that of documents, also for what writes on its descriptor."""
    with _reserved() as stream, redirect_stdout(sys.stderr):
        before, _Stream.reserved = _Stream.reserved, stream
        try:
            yield
        finally:
            _Stream.reserved = before


def document_stream() -> TextIO:
    """Return where a document is printed."""
    return _Stream.reserved or sys.stdout


@contextmanager
def _reserved() -> Iterator[TextIO]:
    """A stream on standard output, whose descriptor leads to standard error meanwhile; a stream of a test stays."""
    if not _is_descriptor(sys.stdout):
        yield sys.stdout
        return
    sys.stdout.flush()
    with os.fdopen(os.dup(STDOUT), "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors) as stream:
        os.dup2(STDERR, STDOUT)
        try:
            yield stream
        finally:
            sys.stdout.flush()
            os.dup2(stream.fileno(), STDOUT)


def _is_descriptor(stream: TextIO) -> bool:
    try:
        return stream.fileno() == STDOUT
    except (AttributeError, io.UnsupportedOperation):
        return False
