"""Refunds of the shop's payment: asked for, made, and what became of them."""

import uuid
from typing import Any

from sqlalchemy import Connection

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.values.claims import Refund
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.time import DAY, MINUTE, later
from payments.services.reconciliation import Reconciliation
from payments.services.refund_sending import Refunded
from payments.services.refunds import RefundService
from payments.store.books.holds import load_payments_whole
from tests.support.make import EVE, GUILD, euros, key
from tests.support.shop import Shop
from tests.support.web import PAYMENT

MIRA = MemberId(200_000_000_000_000_001)
NOA = MemberId(200_000_000_000_000_002)
OURS = PaymentId(PAYMENT)


def fresh_id() -> str:
    """A UUID that says of itself that it is of version 7, as ours are."""
    return str(uuid.UUID(int=uuid.uuid4().int & ~(0xF << 76) | (7 << 76)))


async def ask(refunding: RefundService, amount: int = 499, **changes: Any) -> Refunded:
    wanted: dict[str, Any] = {"key": key(), "guild": GUILD, "moderator": MIRA, "payment": OURS}
    return await refunding.ask(amount=euros(amount), **(wanted | changes))


async def set_limit(shop: Shop, limit: int) -> None:
    settings = GuildSettings(guild=GUILD, approval_limit=Money(minor=limit, currency="EUR"))
    await shop.runner.run(
        ChangeSettings(
            key=key(), at=shop.clock(), actor=by_member(EVE), guild=GUILD, settings=settings
        )
    )


async def refunds(shop: Shop) -> list[Refund]:
    def work(connection: Connection) -> list[Refund]:
        ((payment, _),) = load_payments_whole(connection, [OURS])
        return list(payment.refunds)

    return await shop.database.transact(work)


def made(shop: Shop) -> int:
    """How many refunds there are at Stripe."""
    return len(shop.stripe.state.refunds)


async def later_on(shop: Shop, reconciliation: Reconciliation) -> None:
    """The next reconciliation after things have settled."""
    shop.clock.pass_(10 * MINUTE)
    report = await reconciliation.reconcile(later(shop.clock(), -DAY))
    assert report.failed == ()
    await shop.settle()
