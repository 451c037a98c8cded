"""An installation that sends mail, and the mail server that it sends to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from app.core import Services
from app.mail_desk import MailDesk
from payments.domain.values.buyer_address import BuyerAddress
from payments.domain.values.provider_updates import CheckoutUpdate
from payments.notifications.routing import MAIL, MAIL_QUEUE
from payments.providers.stripe import STRIPE
from payments.store.tables import deliveries
from sandbox.mail.server import LocalMail, Mailbox
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.make import ADA, GUILD, checkout_update, event, initiate
from tests.support.provider_shop import core_over
from tests.support.sending import deliver_all

ADDRESS: Final = "ada@example.org"
SERVER: Final = "Harbour Guild"


@dataclass(kw_only=True)
class PostOffice:
    """Who sends, and what arrived."""

    core: Services
    clock: Time
    mailbox: Mailbox

    @property
    def desk(self) -> MailDesk:
        """What sends mail."""
        assert self.core.mail is not None
        return self.core.mail

    def concealed(self, address: str = ADDRESS) -> BuyerAddress:
        """An address as a provider's update has it."""
        found = self.desk.addresses.conceal(address)
        assert found is not None
        return found

    def paid(self, payment: str, address: str | None = ADDRESS, **changes: Any) -> CheckoutUpdate:
        """A provider's update that a purchase was paid."""
        buyer = None if address is None else self.concealed(address)
        return replace(checkout_update(payment, **changes), buyer=buyer)

    async def buy(self, payment: str = "one", address: str | None = ADDRESS) -> None:
        """Ada buys 500 points for 4.99 euros."""
        await self.core.runner.run(initiate(payment, at=self.clock()))
        await self.core.runner.run(event(self.paid(payment, address), at=self.clock()))

    async def send(self, *, after: int = 0) -> list[tuple[str, int]]:
        """Let time pass, and all mails that are due be tried; how all deliveries stand."""
        self.clock.pass_(after)
        await deliver_all(self.core.workers[MAIL_QUEUE])
        return await self.standing()

    async def standing(self) -> list[tuple[str, int]]:
        """Statuses of the deliveries by mail, with their attempts."""
        table = deliveries.c
        query = select(table.status, table.attempts).where(table.channel == MAIL)
        found = await self.core.database.transact(
            lambda connection: connection.execute(query.order_by(table.delivery_id)).all()
        )
        return [(row.status, row.attempts) for row in found]


@asynccontextmanager
async def post_office(
    database_url: str, clock: Time, local: LocalMail, **settings: Any
) -> AsyncIterator[PostOffice]:
    """An installation that sends by a local mail server."""
    usual: dict[str, Any] = {
        "stripe_secret_key": "sk_test_1",
        "stripe_webhook_secret": "whsec_1",
        "mail_service": "smtp",
        "mail_from": f"{SERVER} <receipts@guild.example>",
        "mail_per_second": 1000,
        "smtp_host": "127.0.0.1",
        "smtp_port": local.port,
        "smtp_tls": "off",
    }
    async with core_over(STRIPE, database_url, clock, **(usual | settings)) as core:
        assert core.mail is not None
        await core.mail.start()
        await core.guild_names.remember({GUILD: SERVER})
        await put_up(core.runner)
        yield PostOffice(core=core, clock=clock, mailbox=local.mailbox)


__all__ = ["ADA", "ADDRESS", "PostOffice", "post_office"]
