"""SQLite lies only where locks and writes can be relied on."""

from pathlib import Path

import pytest

from migrations import SCRIPTS
from payments.infra.errors import DatabaseUnusable
from payments.store.engine import migrate
from payments.store.engine.database import open_database
from payments.store.engine.migrate import Migrations
from payments.store.engine.mounts import kind_of, read_mounts, shared_kind, why_unsafe

LINUX = """\
/dev/vda1 / ext4 rw,relatime 0 0
proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
tmpfs /run tmpfs rw 0 0
nas:/volume1 /mnt/nas nfs4 rw,vers=4.2,addr=10.0.0.2 0 0
//nas/share /mnt/my\\040share cifs rw,vers=3.0 0 0
/dev/sdb1 /mnt/nas/local xfs rw 0 0
me@host:/ /home/me/remote fuse.sshfs rw,user_id=1000 0 0
/dev/sdc1 /media/stick fuseblk rw 0 0
C:\\134 /mnt/c 9p rw,aname=drvfs;path=C:\\ 0 0
broken
"""
DOCKER_DESKTOP = """\
overlay / overlay rw,lowerdir=/a:/b 0 0
/run/host_mark/Users /data fakeowner rw,nosuid,nodev,relatime,fakeowner 0 0
/dev/vda1 /var/lib/guildbank ext4 rw 0 0
"""
REMOUNTED = """\
/dev/vda1 / ext4 rw 0 0
nas:/books /srv nfs rw 0 0
/dev/sdb1 /srv btrfs rw 0 0
"""


@pytest.mark.parametrize(
    ("mounts", "path", "words"),
    [
        (LINUX, "/mnt/nas/books.db", "NFS"),
        (LINUX, "/mnt/my share/a/books.db", "CIFS (a Windows share)"),
        (LINUX, "/home/me/remote/books.db", "FUSE (sshfs)"),
        (LINUX, "/media/stick/books.db", "FUSE"),
        (LINUX, "/mnt/c/Users/me/books.db", "9p (a folder of the host)"),
        (DOCKER_DESKTOP, "/data/books.db", "a folder of the host, as Docker Desktop mounts it"),
        ("d / ext4 rw 0 0\nmnt0 /d virtiofs rw 0 0", "/d/x.db", "virtiofs (a folder of the host)"),
    ],
)
def test_file_systems_that_are_shared_are_named(mounts: str, path: str, words: str) -> None:
    assert shared_kind(Path(path), mounts) == words


@pytest.mark.parametrize(
    ("mounts", "path", "kind"),
    [
        (LINUX, "/srv/books.db", "ext4"),
        (LINUX, "/run/books.db", "tmpfs"),
        (LINUX, "/mnt/nas/local/books.db", "xfs"),
        (LINUX, "/mnt/nasty/books.db", "ext4"),
        (DOCKER_DESKTOP, "/var/lib/guildbank/books.db", "ext4"),
        (DOCKER_DESKTOP, "/app/books.db", "overlay"),
        (REMOUNTED, "/srv/books.db", "btrfs"),
        ("", "/books.db", None),
    ],
)
def test_disks_of_the_machine_are_fine(mounts: str, path: str, kind: str | None) -> None:
    assert kind_of(Path(path), mounts) == kind
    assert shared_kind(Path(path), mounts) is None


def test_a_link_is_followed(tmp_path: Path) -> None:
    real = tmp_path / "share"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    mounts = f"/dev/vda1 / ext4 rw 0 0\nnas:/ {real} nfs rw 0 0\n"
    assert "NFS" in (why_unsafe(tmp_path / "link" / "books.db", mounts=lambda: mounts) or "")
    assert why_unsafe(tmp_path / "books.db", mounts=lambda: mounts) is None


def test_this_machines_mounts_can_be_read() -> None:
    assert kind_of(Path("/proc/self"), read_mounts()) == "proc"


def test_a_system_that_does_not_say_what_is_mounted_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """macOS and Windows have no such list."""
    monkeypatch.setattr("payments.store.engine.mounts.MOUNTS", tmp_path / "mounts")
    assert read_mounts() == ""
    assert why_unsafe(tmp_path / "books.db") is None


async def test_the_program_does_not_start_on_a_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsafe(file: Path) -> str | None:
        return why_unsafe(file, mounts=lambda: "nas:/ / nfs rw 0 0")

    monkeypatch.setattr(migrate, "why_unsafe", unsafe)
    database = open_database(f"sqlite:///{tmp_path}/books.db")
    with pytest.raises(DatabaseUnusable, match=r"lies on NFS.*named volume"):
        await Migrations(SCRIPTS).apply(database)
    await database.close()
    assert not (tmp_path / "books.db").exists()
