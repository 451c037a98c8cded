"""A purchase that is checked first is not sold by a way to pay that cannot wait for that."""

from typing import Any

import pytest

from app.core import Services
from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.errors import Refused
from payments.services.pricing import CANNOT_WAIT
from tests.providers.tiny.two import buy
from tests.support.checking import CHECK_ALL, MODERATOR
from tests.support.databases import only_on_sqlite
from tests.support.make import GUILD, key

pytestmark = only_on_sqlite


async def check_all(core: Services) -> None:
    await core.runner.run(
        ChangeSettings(
            key=key(),
            at=core.clock(),
            actor=by_member(MODERATOR),
            guild=GUILD,
            settings=CHECK_ALL,
        )
    )


async def test_where_no_way_can_wait_nothing_is_sold(both: Services) -> None:
    await check_all(both)
    with pytest.raises(Refused, match="no way to pay here can wait for that"):
        await buy(both)


async def test_a_way_that_cannot_wait_is_shown_with_the_reason_and_not_opened(
    both: Services,
) -> None:
    await check_all(both)
    waits: Any = both.providers["other"]
    waits.authorizations = object()  # only whether it can is asked here
    bought = await buy(both)
    choice = await both.ways.look(bought)
    assert {each.name: each.closed for each in choice.ways} == {"tiny": CANNOT_WAIT, "other": None}
    with pytest.raises(Refused, match="this way to pay can't wait"):
        await both.ways.choose(bought, "tiny", "")
