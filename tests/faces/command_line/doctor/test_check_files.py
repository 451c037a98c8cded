"""Files that others on the machine can read are named, with the command that mends it."""

from payments.infra.finding import FindingState
from tests.faces.command_line.doctor.conftest import Installation


async def test_a_database_that_others_can_read_is_named_and_left_alone(well: Installation) -> None:
    file = well.folder / "books.db"
    file.chmod(0o644)
    found = (await well.examine()).the("Files")
    assert found.state == FindingState.WARNING
    assert str(file) in found.words
    assert f"chmod 600 {file}" in found.remedy
    assert file.stat().st_mode & 0o777 == 0o644


async def test_archives_and_evidence_beside_it_are_named(well: Installation) -> None:
    for name in ("old.jsonl.gz", "evidence-1.html", "evidence-1.pdf"):
        (well.folder / name).touch()
        (well.folder / name).chmod(0o640)
    (well.folder / "other.html").touch(mode=0o644)
    found = (await well.examine()).the("Files")
    assert "old.jsonl.gz" in found.words
    assert "evidence-1.html" in found.words
    assert "other.html" not in found.words
