"""What all read: only what the owner chose, and only as long as it is true."""

from payments.domain.announcing import about
from payments.domain.events import PaymentSucceeded, PointsTransferred
from payments.domain.ids import MemberId
from payments.domain.payment import Payment
from payments.runner import Runner
from payments.store.deliveries import Deliveries
from payments.store.engine import Database
from payments.store.queries import Queries
from tests.bot.conftest import Deliver, World, refusal, said
from tests.conftest import Time
from tests.make import GUILD, checkout_told, event, refund_told


async def waiting_for(database: Database, channel: str, clock: Time) -> int:
    found = await Deliveries(database).claim(
        urgent=9, oldest=0, channels=(channel,), now=clock(), until=clock(), lease="x"
    )
    return len(found)


async def test_nothing_is_announced_unless_the_owner_wants_it(
    world: World, runner: Runner, database: Database, clock: Time, payment: Payment
) -> None:
    del payment
    changed = await world.olga.slash(world.general, "setup set", announcement_channel=world.general)
    assert "Announced there: **nothing yet: `/setup announce`**" in said(changed.response)
    await runner.run(event(checkout_told("p1", member=world.ada_id), at=clock()))
    assert await waiting_for(database, "announce", clock) == 0


async def test_purchases_are_announced_where_the_owner_wants_it(
    world: World,
    runner: Runner,
    database: Database,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
) -> None:
    refused = await world.olga.slash(world.general, "setup announce", purchases=True)
    assert "First choose where: `/setup set announcement_channel`" in refusal(world, refused)
    await world.olga.slash(world.general, "setup set", announcement_channel=world.general)
    changed = await world.olga.slash(world.general, "setup announce", purchases=True)
    assert "Announced there: **purchases**" in said(changed.response)

    await runner.run(event(checkout_told("p1", member=world.ada_id), at=clock()))
    assert await waiting_for(database, "announce", clock) == 1
    bought = PaymentSucceeded(**about(payment, clock()))
    await deliver("announce", bought)
    words = said(world.general.last_message)
    assert f"<@{world.ada_id}> bought “500 for 499”: 500 points." in words
    assert (world.env.http_requests[-1].json or {})["allowed_mentions"] == {"parse": []}

    before = world.general.last_message
    await runner.run(event(refund_told("p1", "re_1", 499), at=clock()))
    await deliver("announce", bought)
    assert world.general.last_message == before, "it is not true any more"


async def test_gifts_are_announced_without_what_was_written(
    world: World, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    await world.olga.slash(world.general, "setup set", announcement_channel=world.general)
    await world.olga.slash(world.general, "setup announce", gifts=True, purchases=True)
    gift = PointsTransferred(
        guild=GUILD,
        member=MemberId(world.ben.id),
        at=clock(),
        recipient=world.ada_id,
        points=5,
        note="a secret",
    )
    await deliver("announce", gift)
    words = said(world.general.last_message)
    assert f"<@{world.ben.id}> gave <@{world.ada_id}> 5 points." in words
    assert "secret" not in words

    before = world.general.last_message
    await world.olga.slash(world.general, "setup announce", gifts=False)
    assert (await queries.settings(GUILD)).announced == ("payment.success",)
    await deliver("announce", gift)
    assert world.general.last_message == before, "the owner has changed their mind"
