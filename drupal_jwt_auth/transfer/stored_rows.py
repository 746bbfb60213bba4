"""The entries of a list of a site on disk: a large site is gone through several times."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import Any
from weakref import finalize

Row = Mapping[str, Any]

CHUNK = 2**20
"""How many bytes are read at once."""


class StoredRows(Collection[Row]):
    """Rows, each a dict of what JSON has, that were written to a temporary file.

    The file has no name: it is gone with the process, whatever becomes of that.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  it is open for as long as the rows are there
        finalize(self, self._file.close)
        self._count = 0
        for row in rows:
            self._file.write(json.dumps(row, ensure_ascii=False).encode(errors="surrogatepass"))
            self._file.write(b"\n")
            self._count += 1
        self._end = self._file.tell()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        position = 0
        while position < self._end:
            self._file.seek(position)
            lines = self._file.readlines(CHUNK)
            position = self._file.tell()
            yield from map(json.loads, lines)

    def __contains__(self, row: object) -> bool:
        return any(each == row for each in self)
