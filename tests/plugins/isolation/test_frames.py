"""Messages between processes: what is sent arrives, and whatever else arrives is refused."""

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.plugins.isolation import frames
from lastresort.plugins.isolation.frames import LENGTH, BrokenMessageError, Message, receive, send

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))


def reader(content: bytes) -> Callable[[int], bytes]:
    """How so many bytes of some content are read."""
    return io.BytesIO(content).read


@given(JSON, st.dictionaries(st.text(max_size=9), st.binary(max_size=99), max_size=3))
def test_what_is_sent_arrives(document: object, files: dict[str, bytes]) -> None:
    pipe = io.BytesIO()
    send(Message(document, files), pipe)
    said = receive(reader(pipe.getvalue()))
    assert (said.document, said.files) == (document, files)


def framed(head: bytes) -> bytes:
    """A document as it stands in a message."""
    return LENGTH.pack(len(head)) + head


@pytest.mark.parametrize(
    "content",
    [
        framed(b"no json"),
        framed(b"[1]"),
        framed(b"[1, 2, 3]"),
        framed(b'[1, {"file": -1}]'),
        framed(b'[1, {"file": "long"}]'),
        framed(json.dumps([1, {"file": frames.LARGEST_FILES + 1}]).encode()),
        framed(b"[" * 100_000),
        LENGTH.pack(frames.LONGEST_DOCUMENT + 1),
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenMessageError):
        receive(reader(content))
