"""On which file system a path lies, and whether SQLite can be trusted there."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/mounts")
"""Where Linux lists what is mounted; other systems have none."""

_SHARED: Final = {
    "nfs": "NFS",
    "nfs4": "NFS",
    "cifs": "CIFS (a Windows share)",
    "smb2": "SMB (a Windows share)",
    "smb3": "SMB (a Windows share)",
    "smbfs": "SMB (a Windows share)",
    "ncpfs": "a NetWare share",
    "afs": "AFS",
    "ceph": "Ceph",
    "lustre": "Lustre",
    "beegfs": "BeeGFS",
    "glusterfs": "GlusterFS",
    "9p": "9p (a folder of the host)",
    "drvfs": "DrvFs (a folder of Windows)",
    "virtiofs": "virtiofs (a folder of the host)",
    "fakeowner": "a folder of the host, as Docker Desktop mounts it",
    "vboxsf": "a shared folder of VirtualBox",
    "vmhgfs": "a shared folder of VMware",
    "prl_fs": "a shared folder of Parallels",
    "fuse": "FUSE",
    "fuseblk": "FUSE",
}
"""Kinds of file systems where locks and shared memory do not reach all who use a file, or where a
write that was acknowledged may be lost; in people's words."""

_ESCAPED = re.compile(r"\\([0-7]{3})")


def kind_of(path: Path, mounts: str) -> str | None:
    """The kind of file system on which a path lies, as the system calls it; None if unknown.

    Args:
        path: An absolute path without symbolic links.
        mounts: What `/proc/mounts` says. Of two that are mounted at one place the later one counts.
    """
    found: tuple[int, str] | None = None
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:  # noqa: PLR2004 - what is mounted, where, and its kind
            continue
        place = Path(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[1]))
        if path.is_relative_to(place) and (found is None or len(place.parts) >= found[0]):
            found = len(place.parts), fields[2]
    return None if found is None else found[1]


def shared_kind(path: Path, mounts: str) -> str | None:
    """In people's words, a file system where SQLite is not safe; None if the path is on no such."""
    kind = kind_of(path, mounts)
    if kind is None:
        return None
    if kind.startswith("fuse."):
        return f"{_SHARED['fuse']} ({kind.removeprefix('fuse.')})"
    return _SHARED.get(kind)


def read_mounts() -> str:
    """What is mounted; nothing where the system does not say."""
    try:
        return MOUNTS.read_text(errors="surrogateescape")
    except OSError:
        return ""


def why_unsafe(file: Path, *, mounts: Callable[[], str] = read_mounts) -> str | None:
    """A sentence for the owner if a database must not lie where this file is; None if it may."""
    kind = shared_kind(Path(os.path.realpath(file)), mounts())
    if kind is None:
        return None
    return (
        f"{file} lies on {kind}, where SQLite can neither lock it reliably nor be sure of what it "
        "wrote: the books could be damaged."
    )


REMEDY: Final = (
    "Move the database to a disk of this machine (in a container: to a named volume), or use "
    "PostgreSQL."
)
"""What the owner can do about it."""
