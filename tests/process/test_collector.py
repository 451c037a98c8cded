"""A running process does not stand still for its garbage collector."""

from pathlib import Path

from tests.support.forked import Forking
from tests.support.typed import kept_environment


async def test_what_was_imported_is_not_looked_at_again(forking: Forking, tmp_path: Path) -> None:
    process = await forking.begin("tests.support.frozen", [], tmp_path, kept_environment())
    said, errors = await process.communicate()
    assert errors == b""
    spared, left = map(int, said.split())
    assert spared > 100_000
    assert left < 10_000
