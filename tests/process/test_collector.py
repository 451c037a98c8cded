"""A running process does not stand still for its garbage collector."""

import subprocess
import sys

LOOK = """
import gc
import app.process
from app.cli.run import spare_the_collector

spare_the_collector()
assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()
assert len(gc.get_objects()) < 10_000, len(gc.get_objects())
"""


def test_what_was_imported_is_not_looked_at_again() -> None:
    subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", LOOK], check=True
    )
