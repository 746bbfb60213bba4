"""Values that PHP has serialized, as Drupal's configuration and the options of links are kept.

Scalars and arrays alone: an object would be code of the site's that runs where the value is read,
and a reference has no place in data. Source: the format of PHP's ``serialize()``, in which the
length of a text is its number of bytes.
"""

from __future__ import annotations

from typing import Any

from drupal_jwt_auth.transfer.drupal.exceptions import SerializedValueError

MAX_DEPTH = 64
"""Of arrays in each other; Drupal's own configuration has a dozen."""


def unserialize(data: bytes) -> Any:
    """Return the value; raise SerializedValueError.

    An array with the keys 0, 1, 2 ... is a list, and so is an empty one; any other is a dict whose
    keys are texts, as in JSON. Bytes that are no UTF-8 are replaced.
    """
    reader = _Reader(data)
    value = reader.value(0)
    if reader.position != len(data):
        raise SerializedValueError(f"Something follows the value, at byte {reader.position}.")
    return value


class _Reader:
    """What is read of the bytes, and up to where."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def value(self, depth: int) -> Any:
        """Read a value in so many arrays."""
        kind = self.take(2)
        if kind == b"s:":
            return self.text()
        if kind == b"a:":
            return self.array(depth)
        if kind == b"i:":
            return self.number(int)
        if kind == b"b:":
            return bool(self.number(int))
        if kind == b"d:":
            return self.number(float)
        if kind == b"N;":
            return None
        raise SerializedValueError(f"Not read: {kind!r} at byte {self.position - 2}.")

    def text(self) -> str:
        """Read a text after its kind."""
        size = self.size(b':"')
        text = self.take(size)
        self.expect(b'";')
        return text.decode(errors="replace")

    def array(self, depth: int) -> Any:
        """Read an array after its kind."""
        if depth == MAX_DEPTH:
            raise SerializedValueError(f"More than {MAX_DEPTH} arrays are in each other.")
        items: dict[Any, Any] = {}
        for _ in range(self.size(b":{")):
            key = self.value(MAX_DEPTH)
            if isinstance(key, bool) or not isinstance(key, int | str):
                raise SerializedValueError(f"No key of an array ends at byte {self.position}.")
            items[key] = self.value(depth + 1)
        self.expect(b"}")
        if all(key == index for index, key in enumerate(items)):
            return list(items.values())
        return {str(key): item for key, item in items.items()}

    def size(self, end: bytes) -> int:
        """Read how much there is; it cannot be more than the bytes that are left."""
        digits = self.until(end)
        if not digits.isdigit() or len(digits) > len(str(len(self.data))):
            raise SerializedValueError(f"No length ends at byte {self.position}.")
        return int(digits)

    def number(self, kind: type[int] | type[float]) -> Any:
        """Read a number after its kind."""
        digits = self.until(b";")
        try:
            return kind(digits)
        except ValueError:
            raise SerializedValueError(f"No number ends at byte {self.position}.") from None

    def until(self, end: bytes) -> bytes:
        """Read what stands before an end, and the end."""
        start, found = self.position, self.data.find(end, self.position)
        if found < 0:
            raise SerializedValueError(f"Nothing ends what begins at byte {start}.")
        self.position = found + len(end)
        return self.data[start:found]

    def take(self, size: int) -> bytes:
        """Read so many bytes."""
        taken = self.data[self.position : self.position + size]
        if len(taken) < size:
            raise SerializedValueError(f"It ends at byte {len(self.data)}, within a value.")
        self.position += size
        return taken

    def expect(self, what: bytes) -> None:
        """Read what has to come."""
        if self.take(len(what)) != what:
            raise SerializedValueError(f"No {what!r} ends at byte {self.position}.")
