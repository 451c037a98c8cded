"""A paid purchase passes few files before it is committed, in the order that the docs list."""

import itertools
import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from payments.store.engine.database import Database, SqliteDatabase
from tests.support.databases import only_on_sqlite
from tests.support.web import Web, event_body, session_object

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
WALK = re.findall(r"^ *\| [0-9] \| `([a-z_/.]+)` \|", PAGE, re.MULTILINE)
"""The files, in order."""

KEY = "key_of"
"""Makes a command's key, where the command is made."""


class Walk:
    """Which files of the program are entered, one at a time."""

    def __init__(self) -> None:
        self.entered: list[str] = []
        self._over = False

    def __call__(self, frame: FrameType, what: str, _: Any) -> None:
        code = frame.f_code
        if what != "call" or self._over or not code.co_filename.startswith(str(ROOT)):
            return
        self._over = code.co_name == "_observe"
        path = str(Path(code.co_filename).relative_to(ROOT))
        if KEY not in code.co_qualname and self.entered[-1:] != [path]:
            self.entered.append(path)


@only_on_sqlite
async def test_a_paid_purchase_passes_the_listed_files_in_order_and_one_way(
    web: Web, open_payment: str, database: Database
) -> None:
    del open_payment
    assert isinstance(database, SqliteDatabase)
    walk, before = Walk(), sys.getprofile()
    body = event_body("checkout.session.completed", id="evt_1", session=session_object())
    database._thread.submit(sys.setprofile, walk).result()
    sys.setprofile(walk)
    try:
        assert await web.post(body) == 200
    finally:
        sys.setprofile(before)
        database._thread.submit(sys.setprofile, None).result()
    spine = [each for each, _ in itertools.groupby(f for f in walk.entered if f in WALK)]
    assert len(WALK) == len(set(WALK)) <= 8
    assert list(dict.fromkeys(spine)) == WALK
    runner = "payments/runner/runner.py"  # entered again once the batch is committed
    before_the_runner = WALK[: WALK.index(runner)]
    assert [spine.count(path) for path in before_the_runner] == [1] * len(before_the_runner)
    assert spine[len(before_the_runner) + 1 : -1].count(runner) == 0
