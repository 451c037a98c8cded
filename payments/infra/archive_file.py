"""The file that old rows leave for: lines of JSON, compressed, some rows in each gzip member.

Members are added and never changed. The last one may be torn, where the machine stopped while it
was written: its rows are still in the database, and it is cut off before more is added.
"""

import fcntl
import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Final

from payments.infra.errors import FileBusy, FileDamaged
from payments.infra.private_files import OWNER_ONLY

Row = dict[str, Any]

AT_ONCE: Final = 1 << 20
"""Number of bytes that are read together."""

TABLE: Final = "table"
"""The member of each line that names the table from which its row comes."""

AUDIT: Final = "audit"
PROVIDER_EVENTS: Final = "provider_events"

BEGINNINGS: Final = (f'{{"{TABLE}": "'.encode(), b'{"provider": "')
"""How an archive begins: with its first row's table, or in files of before with a message."""

_GZIP: Final = 16 + zlib.MAX_WBITS


Add = Callable[[str, Sequence[Row]], None]
"""Adds rows of the table that is named; they are on the disk once it returns. Raises OSError."""


class ArchiveFile:
    """One file with archived rows; an empty one if it is not there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def adding(self) -> Iterator[Add]:
        """Make the file where there is none, cut off what is torn at its end, and add to it.

        One that would be left empty is taken away: nothing was added, however that came.

        Raises:
            FileDamaged: It is no archive, or damaged.
            FileBusy: Somebody else is adding to it.
            OSError: It cannot be written.
        """
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, OWNER_ONLY), "r+b") as file:
            self._claim(file)
            try:
                end = self._end(file)
                os.fchmod(file.fileno(), OWNER_ONLY)  # an older version may have left more
                file.truncate(end)
                file.seek(end)
                _keep_name(self.path)
                yield partial(_add, file)
            finally:
                if os.fstat(file.fileno()).st_size == 0:
                    self.path.unlink(missing_ok=True)

    def _claim(self, file: IO[bytes]) -> None:
        """Lock the file against other writers; one that was just taken away is its taker's."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            taken = not os.path.samestat(os.fstat(file.fileno()), self.path.stat())
        except (BlockingIOError, FileNotFoundError):
            taken = True
        if taken:
            raise FileBusy(f"{self.path} is being written by another process.")

    def _end(self, file: IO[bytes]) -> int:
        """Where the last whole member ends, in a file that is empty or an archive."""
        whole = _Members(file, self.path)
        begun, enough = b"", max(map(len, BEGINNINGS))
        for piece in whole:
            if len(begun) == enough:
                continue
            begun = (begun + piece[:enough])[:enough]
            if not any(begun.startswith(each[: len(begun)]) for each in BEGINNINGS):
                raise FileDamaged(
                    f"{self.path} is no archive: it holds something else, which stays as it is. "
                    "Name another file, or one that is not there yet."
                )
        return whole.end

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of one table, in the order in which they were added; some may come twice.

        Raises:
            FileDamaged: It is no archive, or damaged.
            OSError: It cannot be read.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            for line in _lines(_Members(file, self.path)):
                row = self._parsed(line)
                if row.pop(TABLE, None) == table:
                    yield row

    def _parsed(self, line: bytes) -> Row:
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise FileDamaged(f"{self.path} is no archive: a line in it is no JSON object.")
        return row


def _add(file: IO[bytes], table: str, rows: Sequence[Row]) -> None:
    lines = "".join(f"{json.dumps({TABLE: table} | row)}\n" for row in rows)
    file.write(gzip.compress(lines.encode()))
    file.flush()
    os.fsync(file.fileno())


def _keep_name(path: Path) -> None:
    """Sync the folder, so that it knows the file after a power cut too."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def in_order(files: Iterable[ArchiveFile], table: str, by: str) -> Iterator[Row]:
    """The rows of one table in several files, one at a time as they left.

    Args:
        files: In any order; a file may have been gone on with after another one was begun.
        table: Whose rows.
        by: The column that counts up. What a file holds again, after a crash or a restore, comes
            after what it is a repetition of. Raises as reading them.
    """
    counted = (_counted(file.rows(table), by) for file in files)
    for _, row in merge(*counted, key=itemgetter(0)):
        yield row


def _counted(rows: Iterable[Row], by: str) -> Iterator[tuple[int, Row]]:
    """Rows with the highest number so far, which never goes back."""
    highest = 0
    for row in rows:
        number = row.get(by)
        highest = max(highest, number) if isinstance(number, int) else highest
        yield highest, row


class _Members:
    """The bytes of a file's members.

    Attributes:
        end: Where the last whole member ends, of those that were read.
    """

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self.end = 0

    def __iter__(self) -> Iterator[bytes]:
        member = zlib.decompressobj(_GZIP)
        while chunk := self._file.read(AT_ONCE):
            while chunk:
                try:
                    yield member.decompress(chunk)
                except zlib.error:
                    raise FileDamaged(
                        f"{self._path} is no archive, or damaged after byte {self.end}: write to "
                        "another file, and restore this one from a backup."
                    ) from None
                chunk = member.unused_data
                if member.eof:
                    self.end = self._file.tell() - len(chunk)
                    member = zlib.decompressobj(_GZIP)


def _lines(pieces: _Members) -> Iterator[bytes]:
    """Whole lines; the torn rest of a last one is left out."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
