"""An installation that sends mail, and the mail server that it sends to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from app.core import Services
from app.mail_desk import MailDesk
from payments.domain.values.buyer_address import BuyerAddress
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import CheckoutUpdate
from payments.notifications.routing import MAIL, MAIL_QUEUE
from payments.providers.stripe import STRIPE
from payments.store.tables import deliveries, mail_addresses
from sandbox.mail.server import LocalMail, Mailbox
from sandbox.sendgrid import LocalSendGrid
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.make import ADA, GUILD, checkout_update, event, initiate
from tests.support.provider_shop import core_over
from tests.support.sending import deliver_all

ADDRESS: Final = "ada@example.org"
BY_SMTP: Final[dict[str, Any]] = {
    "mail_service": "smtp",
    "mail_from": "Harbour Guild <receipts@guild.example>",
    "mail_per_second": 1000,
    "smtp_host": "127.0.0.1",
    "smtp_tls": "off",
}
"""Settings that switch mail on."""
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

    async def stored(self) -> list[str]:
        """All addresses that are stored, in the clear."""
        found = await self.core.database.transact(
            lambda connection: list(
                connection.execute(select(mail_addresses.c.encrypted)).scalars()
            )
        )
        return [self.desk.addresses.reveal(each) for each in found]

    async def health(self) -> str:
        """What the check of mail finds."""
        return await self.core.checks()["mail"].look()

    async def standing(self) -> list[tuple[str, int]]:
        """Statuses of the deliveries by mail, with their attempts."""
        table = deliveries.c
        query = select(table.status, table.attempts).where(table.channel == MAIL)
        found = await self.core.database.transact(
            lambda connection: connection.execute(query.order_by(table.delivery_id)).all()
        )
        return [(row.status, row.attempts) for row in found]


def by_sendgrid(local: LocalSendGrid, verification_key: str | None = None) -> dict[str, Any]:
    """Settings that send by a local SendGrid."""
    return {
        "mail_service": "sendgrid",
        "mail_from": f"{SERVER} <receipts@guild.example>",
        "mail_per_second": 1000,
        "sendgrid_api_key": "SG.key",
        "sendgrid_api_url": local.url,
        "sendgrid_webhook_key": verification_key,
    }


@asynccontextmanager
async def post_office(
    database_url: str, clock: Time, local: LocalMail | None = None, **settings: Any
) -> AsyncIterator[PostOffice]:
    """An installation that sends by a local mail server, or as the settings say."""
    usual: dict[str, Any] = {
        "stripe_secret_key": "sk_test_1",
        "stripe_webhook_secret": "whsec_1",
    }
    by_smtp = {} if local is None else BY_SMTP | {"smtp_port": local.port}
    async with core_over(STRIPE, database_url, clock, **(by_smtp | usual | settings)) as core:
        assert core.mail is not None
        await core.mail.start()
        await core.guild_names.remember({GUILD: SERVER})
        await put_up(core.runner)
        mailbox = Mailbox() if local is None else local.mailbox
        yield PostOffice(core=core, clock=clock, mailbox=mailbox)


async def address_of(core: Services, payment: Payment) -> str | None:
    """Where the buyer of a payment gets mail, as it is stored."""
    assert core.mail is not None
    known = await core.mail.book.of_payment(payment.id, core.clock())
    return None if known is None else core.mail.addresses.reveal(known.encrypted)


__all__ = ["ADA", "ADDRESS", "PostOffice", "post_office"]
