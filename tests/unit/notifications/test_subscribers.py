"""Other programs get events: signed, once each in effect, and never in private networks."""

import json
import socket
from dataclasses import replace

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from payments.commands.base import by_member
from payments.commands.guild.subscribers import (
    MAX_SUBSCRIBERS,
    DisableSubscriber,
    RemoveSubscriber,
)
from payments.domain.errors import Refused
from payments.domain.values.ids import SubscriberId
from payments.domain.values.time import DAY
from payments.infra.encryption import Encryptor, new_key
from payments.notifications.errors import GiveUp, NotTaken, Postpone
from payments.notifications.subscribers.channel import AT_ONCE
from payments.store.engine.database import Database
from tests.conftest import Time
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, BEN, GUILD, START, key
from tests.support.subscribed import Fixture


async def test_it_hears_of_what_it_asked_for_signed_after_standard_webhooks(
    there: Fixture,
) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    await there.deliver(waiting)
    await there.deliver(waiting)
    (headers, body), (again, _) = there.program.taken
    assert Webhook(there.address.secret).verify(body, headers) == json.loads(body)
    assert headers["webhook-id"] == again["webhook-id"], "a repeat is known by its id"
    message = json.loads(body)
    assert message["type"] == "payment.success"
    assert message["timestamp"] == "2026-09-21T14:13:20.000Z"
    assert message["data"] == {
        "guild": str(GUILD),
        "member": str(ADA),
        "payment": "p1",
        "package": "500 for 499",
        "points": 500,
        "price": {"amount": 499, "currency": "EUR"},
    }


async def test_one_that_wants_everything_hears_of_everything(there: Fixture) -> None:
    await there.add(kinds=("*",))
    await there.buy()
    names = {each.name for each in await there.waiting()}
    assert names == {"payment.initiated", "payment.success", "points.awarded"}


async def test_a_server_error_means_later_and_a_refusal_uses_an_attempt(there: Fixture) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=503, headers={"Retry-After": "7"})
    with pytest.raises(Postpone, match="it answered 503") as raised:
        await there.deliver(waiting)
    assert raised.value.seconds == 7
    there.program.answer = lambda: web.Response(status=404)
    with pytest.raises(NotTaken, match="it answered 404"):
        await there.deliver(waiting)


@pytest.mark.parametrize("status", [401, 403])
async def test_one_that_does_not_let_us_in_gets_it_once_it_does(
    there: Fixture, status: int
) -> None:
    """The message has no part in it, and uses no attempt."""
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=status)
    for _ in range(3):
        with pytest.raises(Postpone, match=f"it answered {status}"):
            await there.deliver(waiting)
    there.program.answer = web.Response
    await there.deliver(waiting)


async def test_an_address_that_we_cannot_decrypt_is_not_held_against_the_subscriber(
    there: Fixture, clock: Time
) -> None:
    """ENCRYPTION_KEYS lost a key: messages wait until it is back, and nobody is switched off."""
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    right = there.post._encryptor
    there.post._encryptor = Encryptor([new_key()])
    for _ in range(5):
        with pytest.raises(Postpone) as raised:
            await there.deliver(waiting)
        assert raised.value.seconds == 600
        clock.pass_(DAY)
    there.post._encryptor = right
    await there.deliver(waiting)


async def test_a_redirect_is_not_followed(there: Fixture) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=307, headers={"Location": there.url})
    with pytest.raises(NotTaken, match="it redirects"):
        await there.deliver(waiting)
    assert len(there.program.taken) == 1


async def test_one_that_is_not_there_means_later_and_its_address_is_not_told(
    there: Fixture,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    there.address = replace(there.address, url=f"http://127.0.0.1:{port}/secret-path")
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    with pytest.raises(Postpone, match="cannot be reached") as raised:
        await there.deliver(waiting)
    assert "secret-path" not in str(raised.value)
    assert str(port) not in str(raised.value)


async def test_one_that_fails_for_days_is_switched_off_and_moderators_hear_of_it(
    there: Fixture, clock: Time
) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=404)
    for _ in range(2):
        with pytest.raises(NotTaken):
            await there.deliver(waiting)
        clock.pass_(DAY)
    there.program.answer = web.Response
    await there.deliver(waiting)  # it is back: the days are counted again
    there.program.answer = lambda: web.Response(status=404)
    for _ in range(3):
        with pytest.raises(NotTaken):
            await there.deliver(waiting)
        clock.pass_(DAY)
    with pytest.raises(GiveUp, match="switched off: it answered 404"):
        await there.deliver(waiting)
    assert await there.queries.subscribers(GUILD) == []
    deliveries = await there.deliveries.claim(
        urgent=9, oldest=0, channels=("mod",), now=clock(), until=clock(), lease="x"
    )
    assert [each.name for each in deliveries] == ["subscriber.disabled"]
    with pytest.raises(GiveUp, match="removed"):
        await there.deliver(waiting)
    await there.buy("p2")
    assert [each.name for each in await there.waiting()] == ["payment.success"], "none is new"


async def test_one_that_is_gone_is_switched_off_at_once(there: Fixture) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=410)
    with pytest.raises(GiveUp, match="410"):
        await there.deliver(waiting)
    off = await there.queries.subscriber(GUILD, SubscriberId("s1"))
    assert off is not None
    assert (off.active, off.encrypted) == (False, "")


async def test_a_slow_one_leaves_room_for_others(there: Fixture) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.channel._busy["s1"] = AT_ONCE
    with pytest.raises(Postpone, match="busy"):
        await there.deliver(waiting)


async def test_what_cannot_be_added_or_removed_is_refused(there: Fixture) -> None:
    with pytest.raises(Refused, match=r"no event “payment\.sucess”"):
        await there.add(kinds=("payment.sucess",))
    with pytest.raises(Refused, match="Choose the events that it gets"):
        await there.add(kinds=())
    for number in range(MAX_SUBSCRIBERS):
        await there.add(f"s{number}")
    with pytest.raises(Refused, match="at most 10"):
        await there.add("one more")
    common = {"at": START, "actor": by_member(BEN), "guild": GUILD}
    gone = RemoveSubscriber(key=key(), subscriber=SubscriberId("s1"), **common)  # type: ignore[arg-type]  # common fields
    await there.runner.run(gone)
    for command in (
        replace(gone, key=key()),
        DisableSubscriber(key=key(), subscriber=SubscriberId("s1"), reason="", **common),  # type: ignore[arg-type]  # as above
    ):
        with pytest.raises(Refused, match="no such subscriber"):
            await there.runner.run(command)


@only_on_sqlite
async def test_nothing_secret_of_a_subscriber_is_readable_in_the_database(
    there: Fixture, database: Database
) -> None:
    await there.add()
    written = await database.transact(
        lambda connection: "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]  # SQLite's
    )
    assert "/hook" not in written
    assert there.address.secret not in written
