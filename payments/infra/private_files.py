"""Files that are ours alone: databases, archives, evidence, copies, and files with secrets."""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

UMASK: Final = 0o077
"""Takes every right from the group and from others, of each file that a process makes."""

OWNER_ONLY: Final = 0o600
"""The rights of our files: the owner reads and writes."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

_BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to a database's name for the files that it keeps beside it."""


_WRITTEN: Final = ("*.jsonl.gz", "evidence-*.html", "evidence-*.pdf")
"""How the files are called that `archive` and `evidence` write, unless they are told otherwise."""


def keep_files_private() -> None:
    """Make every file that this process makes from now on readable by its owner alone."""
    os.umask(UMASK)


def open_to_others(path: Path) -> bool:
    """Whether a file is there that others than its owner may read or write.

    Windows has no such rights.
    """
    if os.name != "posix":
        return False
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & _OTHERS)


def files_of_database(file: Path) -> Iterator[Path]:
    """A SQLite database's files, as far as they are there."""
    for suffix in _BESIDE:
        path = file.with_name(f"{file.name}{suffix}")
        if path.exists():
            yield path


def written_beside(file: Path | None) -> Iterator[Path]:
    """Archives and evidence by their usual names, here and in the folder of a database."""
    folders = {Path.cwd(), *([] if file is None else [file.absolute().parent])}
    for folder in sorted(folders):
        for pattern in _WRITTEN:
            yield from sorted(folder.glob(pattern))


def too_open(paths: Iterable[Path]) -> list[Path]:
    """Those files that others than their owner may read or write."""
    return [path for path in paths if open_to_others(path)]


def tighten(path: Path) -> bool:
    """Take others' rights to a file away. Returns whether that could be done: it is ours."""
    try:
        path.chmod(OWNER_ONLY)
    except OSError:
        return False
    return True


def write_private(path: Path, content: str | bytes) -> None:
    """Put a file there, whole or not at all, readable and writable by its owner alone.

    What is no file, such as `/dev/stdout`, is written to as it is.

    Raises:
        OSError: It cannot be written; what was there before is still there.
    """
    content = content.encode() if isinstance(content, str) else content
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    place = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f"{place.name}.", dir=place.parent)  # the owner's alone
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
