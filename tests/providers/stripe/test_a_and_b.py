"""A buys, passes half to B, B spends some, A disputes and loses: each account at each step."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints, TransferPoints
from payments.domain.values.ids import House, MemberId
from payments.domain.values.time import HOUR
from payments.store import tables
from payments.store.verify.verify import verify
from tests.support.make import ADA, BEN, GUILD, key
from tests.support.shop import Shop


class Account(NamedTuple):
    """What the database says of one member."""

    balance: int
    debt: int
    lots: tuple[int, ...]
    """Points in each open lot."""
    owed: tuple[int, ...]
    """Points in each piece of open debt."""


async def look(shop: Shop, member: MemberId) -> Account:
    """Read one account, and let all books prove themselves."""

    def work(connection: Connection) -> Account:
        assert list(verify(connection)) == []
        accounts, lots, holds = tables.accounts, tables.lots, tables.holds
        row = connection.execute(
            select(accounts.c.balance, accounts.c.debt).where(accounts.c.member_id == member)
        ).one_or_none()
        remaining = connection.execute(
            select(lots.c.remaining).where(lots.c.member_id == member, lots.c.remaining > 0)
        )
        owed = connection.execute(
            select(holds.c.owed).where(holds.c.member_id == member, holds.c.owed > 0)
        )
        return Account(
            balance=row.balance if row else 0,
            debt=row.debt if row else 0,
            lots=tuple(remaining.scalars()),
            owed=tuple(owed.scalars()),
        )

    return await shop.database.transact(work)


async def houses(shop: Shop) -> tuple[int, int, int]:
    """Held, issued, redeemed."""
    held, issued = await shop.house(House.HELD), await shop.house(House.ISSUED)
    return held, issued, await shop.house(House.REDEEMED)


async def test_each_account_lot_and_debt_at_each_step(paid: Shop) -> None:
    assert await look(paid, ADA) == Account(500, 0, (500,), ())
    assert await houses(paid) == (0, -500, 0)

    paid.clock.pass_(73 * HOUR)
    await paid.runner.run(
        TransferPoints(
            key=key(),
            at=paid.clock(),
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            recipient=BEN,
            points=250,
        )
    )
    assert await look(paid, ADA) == Account(250, 0, (250,), ())
    assert await look(paid, BEN) == Account(250, 0, (250,), ())

    await paid.runner.run(
        SpendPoints(
            key=key(), at=paid.clock(), actor=by_member(BEN), guild=GUILD, member=BEN, points=100
        )
    )
    assert await look(paid, BEN) == Account(150, 0, (150,), ())
    assert await houses(paid) == (0, -500, 100)

    opened = await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    assert await look(paid, ADA) == Account(-100, 100, (), (100,))
    assert await look(paid, BEN) == Account(0, 0, (), ())
    assert await houses(paid) == (500, -500, 100)

    await paid.stripe.lose_dispute(opened["id"])
    await paid.settle()
    assert await look(paid, ADA) == Account(-100, 100, (), (100,))
    assert await look(paid, BEN) == Account(0, 0, (), ())
    assert await houses(paid) == (0, 0, 100)

    await paid.stripe.win_dispute(opened["id"])
    await paid.settle()
    assert await look(paid, ADA) == Account(250, 0, (250,), ())
    assert await look(paid, BEN) == Account(150, 0, (150,), ())
    assert await houses(paid) == (0, -500, 100)
