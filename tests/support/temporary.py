"""Where tests keep their files: in memory, where there is room for them."""

import os
import tempfile
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - the place of Linux for files in memory
ROOM: Final = 4 * 1024**3
"""Bytes that must be free there, many times what all workers keep at one time."""


def keep_files_in_memory() -> None:
    """Let this process, its workers and all that they start make temporary files in memory.

    Each database is a file or two that are gone after the test, and a disk takes milliseconds to
    make one and to remove it. Whoever names a folder (TMPDIR) gets that.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    found = os.statvfs(MEMORY)
    if found.f_bavail * found.f_frsize < ROOM:
        return
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # what was found before is looked for again
