"""The setup panel, where Discord does not show everything."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.features.setup.panel import look
from bot.interaction.errors import Denied


async def test_a_server_that_discord_does_not_show_is_asked_for_again_later() -> None:
    unseen: Any = SimpleNamespace(guild=None, guild_id=1, user=SimpleNamespace(id=2))
    with pytest.raises(Denied, match="I cannot see this server right now"):
        await look(unseen)
