"""Whatever is stored of what was done has words."""

import json
from pathlib import Path

from bot.features.audit.words import ACTIONS

STORED = Path(__file__).parents[3] / "store" / "stored_names.json"


def test_each_kind_of_command_has_its_words() -> None:
    assert set(ACTIONS) == set(json.loads(STORED.read_text("utf-8"))["commands"])
    assert len({str(each) for each in ACTIONS.values()}) == len(ACTIONS)
