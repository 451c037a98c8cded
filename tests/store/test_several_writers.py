"""Several processes write to one PostgreSQL: what one of them could not have seen is guarded."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.domain.errors import NotEnoughPoints
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import DisputeStatus
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.support.commands import grant
from tests.support.databases import only_on_postgres
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    refund_update,
)
from tests.support.writers import (
    LATER,
    Held,
    outcomes,
    overlapping,
    passing_on,
    points,
    proven,
    two,
)

__all__ = ["proven", "two"]  # fixtures

pytestmark = only_on_postgres


"""When what was bought can be passed on."""


@pytest.mark.usefixtures("proven")
async def test_the_same_points_are_passed_on_once(two: list[Runner], database: Database) -> None:
    await two[0].run(initiate("one"))
    await two[0].run(event(checkout_update("one")))
    found = await outcomes(two, [passing_on(500, (BEN, EVE)[n % 2]) for n in range(50)])
    assert sum(not isinstance(each, Exception) for each in found) == 1
    assert all(isinstance(each, NotEnoughPoints) for each in found if isinstance(each, Exception))
    assert await points(database, BEN) + await points(database, EVE) == 500


@pytest.mark.usefixtures("proven")
async def test_the_same_key_has_one_effect_and_one_answer(
    two: list[Runner], database: Database
) -> None:
    found = await outcomes(two, [grant(10, name="the same")] * 40)
    assert len(set(map(str, found))) == 1
    assert not isinstance(found[0], Exception)
    assert await points(database, ADA) == 10


@pytest.mark.usefixtures("proven")
async def test_the_same_message_of_the_provider_credits_once(
    two: list[Runner], database: Database
) -> None:
    for number in range(10):
        await two[0].run(initiate(f"p{number}"))
    events = [event(checkout_update(f"p{number}")) for number in range(10)]
    found = await outcomes(two, [each for each in events for _ in range(4)])
    assert not [each for each in found if isinstance(each, Exception)]
    assert await points(database, ADA) == 5000


@pytest.mark.usefixtures("proven")
async def test_members_who_give_to_one_another_do_not_lock_each_other_out(
    two: list[Runner], database: Database
) -> None:
    for member in (ADA, BEN):
        await two[0].run(grant(1000, member))
    there = [passing_on(1, BEN) for _ in range(60)]
    back = [passing_on(1, ADA, of=BEN) for _ in range(60)]
    found = await outcomes(two, [each for pair in zip(there, back, strict=True) for each in pair])
    assert not [each for each in found if isinstance(each, Exception)]
    assert await points(database, ADA) == await points(database, BEN) == 1000


@pytest.mark.usefixtures("proven")
async def test_a_dispute_finds_points_that_are_passed_on_at_that_moment(
    two: list[Runner], database: Database
) -> None:
    """Whoever has them, all are held, and nobody is left with debt for points that are there.

    The gift is written, and not committed, when the dispute begins to look where the points are.
    """
    await two[0].run(initiate("one"))
    await two[0].run(event(checkout_update("one")))
    held = Held(database)
    giving = Runner(held, route=route)
    giving.start()
    gifts: list[asyncio.Task[Any]] = []

    async def give() -> None:
        gifts.append(asyncio.create_task(giving.run(passing_on(300, BEN))))
        await held.there.wait()
        asyncio.get_running_loop().call_later(0.2, held.go.set)

    disputing = Runner(Held(database, before_second=give), route=route)
    disputing.start()
    await disputing.run(event(dispute_update("one", "dp_1", 499, DisputeStatus.OPEN), at=LATER))
    await asyncio.gather(*gifts)
    for runner in (giving, disputing):
        await runner.close()

    def read(connection: Connection) -> tuple[int, int]:
        lots = select(func.sum(tables.lots.c.remaining)).where(tables.lots.c.payment_id == "one")
        return (
            connection.execute(select(func.sum(tables.holds.c.owed))).scalar_one(),
            connection.execute(lots).scalar_one(),
        )

    assert gifts, "the dispute looked twice"
    assert await database.transact(read) == (0, 0)
    assert await points(database, BEN) == 0


@pytest.mark.usefixtures("proven")
async def test_a_refund_does_not_overwrite_a_credit_that_is_being_committed(
    two: list[Runner], database: Database
) -> None:
    await two[0].run(initiate("one"))
    paid, refunded = event(checkout_update("one")), event(refund_update("one", "re_1", 499))
    await overlapping(two, database, paid, refunded)
    payment = await Queries(database.reader).payment(PaymentId("one"))
    assert payment is not None
    assert payment.credited_at is not None
    assert payment.refunded == 499
    assert await points(database, ADA) == 0


@pytest.mark.usefixtures("proven")
async def test_a_command_that_is_given_again_before_its_commit_returns_the_same(
    two: list[Runner], database: Database
) -> None:
    one, other = await overlapping(
        two, database, grant(10, name="the same"), grant(10, name="the same")
    )
    assert one == other
    assert await points(database, ADA) == 10


@pytest.mark.usefixtures("proven")
async def test_two_owners_who_change_other_settings_do_not_undo_each_other(
    two: list[Runner], database: Database
) -> None:
    before = GuildSettings(guild=GUILD)

    def change(**wish: Any) -> ChangeSettings:
        return ChangeSettings(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            settings=replace(before, **wish),
            before=before,
        )

    await overlapping(two, database, change(mod_channel=1), change(moderator_role=2))
    after = await Queries(database.reader).settings(GUILD)
    assert (after.mod_channel, after.moderator_role) == (1, 2)


@pytest.mark.usefixtures("proven")
async def test_a_bar_that_is_being_lifted_does_not_come_back_with_another(
    two: list[Runner], database: Database
) -> None:
    for name in ("p0", "p1"):
        await two[0].run(initiate(name))
        await two[0].run(event(checkout_update(name)))
    await two[0].run(event(dispute_update("p0", "dp_0", 499, DisputeStatus.LOST)))
    lift = LiftPurchaseBan(key=key(), at=START, actor=by_member(BEN), guild=GUILD, member=ADA)
    lost = event(dispute_update("p1", "dp_1", 499, DisputeStatus.LOST))
    await overlapping(two, database, lift, lost)
    assert await Queries(database.reader).purchase_banned_by(GUILD, ADA) == ("p1",)
