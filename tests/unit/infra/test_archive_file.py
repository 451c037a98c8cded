"""The file that old rows leave for: what is in it is never lost, however a run ended."""

import fcntl
import gzip
import json
from pathlib import Path

import pytest

from payments.infra import archive_file
from payments.infra.archive_file import ArchiveFile, Row, in_order
from payments.infra.errors import FileBusy, FileDamaged


@pytest.fixture
def file(tmp_path: Path) -> ArchiveFile:
    return ArchiveFile(tmp_path / "old.jsonl.gz")


def add(file: ArchiveFile, *numbers: int, table: str = "audit") -> None:
    with file.adding() as keep:
        keep(table, [{"number": each} for each in numbers])


def numbers(file: ArchiveFile, table: str = "audit") -> list[int]:
    return [row["number"] for row in file.rows(table)]


def test_what_is_added_is_read_in_its_order_table_by_table(file: ArchiveFile) -> None:
    add(file, 1, 2)
    add(file, 7, table="provider_events")
    add(file, 3)
    assert numbers(file) == [1, 2, 3]
    assert numbers(file, "provider_events") == [7]


def test_any_tool_can_read_it_and_only_its_owner_may(file: ArchiveFile) -> None:
    add(file, 1)
    add(file, 2)
    lines = gzip.decompress(file.path.read_bytes()).splitlines()
    assert [json.loads(line) for line in lines] == [
        {"table": "audit", "number": 1},
        {"table": "audit", "number": 2},
    ]
    assert file.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_however_much_of_the_last_part_was_written_the_rest_is_whole(
    file: ArchiveFile, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine stops at any byte: what was on the disk before stays, and more can be added."""
    monkeypatch.setattr(archive_file, "AT_ONCE", chunk)
    add(file, 1, 2)
    whole = file.path.read_bytes()
    add(file, 3, 4)
    both = file.path.read_bytes()
    for length in range(len(whole), len(both)):
        file.path.write_bytes(both[:length])
        assert numbers(file)[:2] == [1, 2]
        add(file, 5)
        assert numbers(file) == [1, 2, 5]


def test_old_lines_that_name_no_table_are_passed_over(file: ArchiveFile) -> None:
    """Files of before hold messages of providers alone."""
    row: Row = {"provider": "stripe", "event_id": "evt_1"}
    file.path.write_bytes(gzip.compress(f"{json.dumps(row)}\n".encode()))
    add(file, 1)
    assert numbers(file) == [1]


@pytest.mark.parametrize(
    "content",
    [b"plain words", gzip.compress(b"[1]\n"), gzip.compress(b"words\n")],
    ids=["plain", "list", "words"],
)
def test_what_is_no_archive_is_refused_and_left_as_it_is(file: ArchiveFile, content: bytes) -> None:
    file.path.write_bytes(content)
    with pytest.raises(FileDamaged, match="no archive"):
        list(file.rows("audit"))


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"words\n"),
        gzip.compress(b"[1]\n"),
        gzip.compress(b'{"message": "started"}\n'),
        gzip.compress(b"words\n" * 1000)[:-9],
        gzip.compress(b'{"message": "started"}\n' * 1000)[:-9],
    ],
    ids=["words", "list", "other", "unfinished words", "other unfinished"],
)
@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_nothing_is_added_to_or_cut_off_what_is_no_archive(
    file: ArchiveFile, content: bytes, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_file, "AT_ONCE", chunk)
    file.path.write_bytes(content)
    with pytest.raises(FileDamaged, match="is no archive: it holds something else"), file.adding():
        pass
    assert file.path.read_bytes() == content


def test_an_archive_whose_first_part_is_torn_at_any_byte_is_begun_anew(file: ArchiveFile) -> None:
    add(file, *range(100))
    whole = file.path.read_bytes()
    for length in range(len(whole)):
        file.path.write_bytes(whole[:length])
        add(file, 5)
        assert numbers(file) == [5]


def test_files_that_were_added_to_in_turn_are_read_in_the_order_of_their_rows(
    file: ArchiveFile,
) -> None:
    """What one of them holds again, after a crash, comes where it fits too."""
    other = ArchiveFile(file.path.with_name("other.jsonl.gz"))
    add(file, 1, 2, 3)
    add(file, 2, 3)
    add(other, 4, 5)
    add(other, 4, 5, 6)
    add(file, 7, 8)
    add(file, 5, 6, 7, 8, 9)
    add(other, 10)
    for files in ([file, other], [other, file]):
        rows = [row["number"] for row in in_order(files, "audit", by="number")]
        assert rows == [1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 8, 5, 6, 7, 8, 9, 10]


def test_what_is_damaged_is_refused_and_left_as_it_is(file: ArchiveFile) -> None:
    add(file, 1)
    end = file.path.stat().st_size
    add(file, *range(100))
    damaged = bytearray(file.path.read_bytes())
    damaged[end + 20] ^= 0xFF
    file.path.write_bytes(damaged)
    with pytest.raises(FileDamaged, match=f"after byte {end}"), file.adding():
        pass
    assert file.path.read_bytes() == damaged
    with pytest.raises(FileDamaged):
        numbers(file)


def test_only_one_adds_at_a_time(file: ArchiveFile) -> None:
    with file.adding() as keep:
        keep("audit", [{"number": 1}])
        with pytest.raises(FileBusy), file.adding():
            pass
    add(file, 2)
    assert numbers(file) == [1, 2]


def test_a_file_to_which_nothing_was_added_is_taken_away(file: ArchiveFile) -> None:
    with file.adding():
        assert file.path.exists(), "nobody else shall add to it meanwhile"
    assert not file.path.exists()
    assert numbers(file) == []
    with pytest.raises(ZeroDivisionError), file.adding():
        raise ZeroDivisionError
    assert not file.path.exists()
    add(file, 1)
    with file.adding():
        pass
    assert numbers(file) == [1]


def test_what_is_torn_from_its_first_byte_on_is_taken_away(file: ArchiveFile) -> None:
    add(file, 1)
    file.path.write_bytes(file.path.read_bytes()[:-1])
    with file.adding():
        pass
    assert not file.path.exists()


@pytest.mark.parametrize("begun_anew", [False, True])
def test_a_file_that_was_taken_away_meanwhile_is_not_added_to(
    file: ArchiveFile,
    monkeypatch: pytest.MonkeyPatch,
    begun_anew: bool,  # noqa: FBT001 - a case
) -> None:
    """Else what is added would be in no file, and deleted from the database."""
    lock = fcntl.flock

    def late(handle: int, how: int) -> None:
        file.path.unlink()
        if begun_anew:
            file.path.touch()
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(FileBusy), file.adding():
        pass
