"""Deliveries over real HTTP, by a bot without a gateway."""

from collections.abc import AsyncIterator, Callable

import pytest
from discord.http import Route

from bot.client import GuildbankBot
from payments.domain.values.events import (
    PaymentMismatch,
)
from payments.domain.values.ids import PaymentId
from payments.infra.encryption import Encryptor
from payments.notifications.errors import Postpone
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from tests.conftest import Time
from tests.support.deliveries_wire import (
    APPLICATION,
    DIRECT,
    MODS,
    TOKEN,
    Shop,
    open_shop,
    serve,
    too_many,
)
from tests.support.make import NONCE


@pytest.fixture
async def shop(
    new_bot: Callable[[], GuildbankBot],
    runner: Runner,
    database: Database,
    encryptor: Encryptor,
    clock: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Shop]:
    """A payment that has arrived, told over real HTTP by a bot that has no gateway."""
    async with serve() as (wire, address), new_bot() as bot:
        monkeypatch.setattr(Route, "BASE", address)
        await bot.login("a-token")
        yield await open_shop(
            bot, wire, runner=runner, database=database, encryptor=encryptor, clock=clock
        )


async def test_a_direct_message_needs_no_gateway(shop: Shop) -> None:
    await shop.deliver("dm")
    [(method, path, body)] = shop.wire.taken
    assert (method, path) == ("POST", f"/channels/{DIRECT}/messages")
    assert body["content"] == (
        "**500 points added.** Your payment of €4.99 for “500 for 499” was received. "
        "Your balance is **500 points**."
    )
    assert (body["nonce"], body["enforce_nonce"]) == (NONCE, True)
    assert body["allowed_mentions"] == {"parse": []}


async def test_a_card_for_moderators_needs_no_gateway(shop: Shop) -> None:
    await shop.deliver("mod", PaymentMismatch, reason="It was paid in USD.")
    [(method, path, body)] = shop.wire.taken
    assert (method, path) == ("POST", f"/channels/{MODS}/messages")
    assert (body["nonce"], body["enforce_nonce"]) == (NONCE, True)
    assert body["allowed_mentions"] == {"parse": []}


async def test_the_answer_is_changed_by_its_token_and_loses_its_button(shop: Shop) -> None:
    await shop.deliver("answer")
    [(method, path, body)] = shop.wire.taken
    assert (method, path) == ("PATCH", f"/webhooks/{APPLICATION}/{TOKEN}/messages/@original")
    [shown] = body["components"]
    assert "500 points added" in shown["components"][0]["content"]
    assert len(shown["components"]) == 1
    assert await shop.queries.answer(PaymentId("p1"), shop.clock()) is None


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("1800", 1800.0), ("0.5", 0.5), ("soon", 5.0)]
)
async def test_the_network_before_discord_says_how_long_to_wait(
    shop: Shop, retry_after: str, seconds: float
) -> None:
    shop.wire.answers.append(too_many(retry_after))
    with pytest.raises(Postpone) as raised:
        await shop.deliver("dm")
    assert raised.value.seconds == seconds
    assert len(shop.wire.taken) == 1, "it was not tried again at once"


async def test_a_discord_that_is_not_there_means_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve() as (_, address):
        gone = address
    monkeypatch.setattr(Route, "BASE", gone)
    with pytest.raises(Postpone, match="cannot be reached"):
        await shop.deliver("answer")
    assert await shop.queries.answer(PaymentId("p1"), shop.clock()) is not None
