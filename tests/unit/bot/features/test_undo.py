"""Who may undo what."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.features.undo.commands import _demand_owner
from bot.interaction.errors import Denied


def by(member: int) -> Any:
    """An interaction of somebody, in a server of 7's."""
    return SimpleNamespace(guild=SimpleNamespace(owner_id=7), user=SimpleNamespace(id=member))


def test_only_the_owner_gives_points_back_to_themselves() -> None:
    _demand_owner(by(7))
    with pytest.raises(Denied):
        _demand_owner(by(8))
