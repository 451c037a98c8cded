"""The channel `mail`: one mail for each fact that a buyer should have in writing.

A mail that was handed over may go out once more if the process is killed before that is noted, or
if the server's answer is lost: it has the same `Message-ID` then, by which mailboxes tell a repeat.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from babel import Locale

from payments.domain.values.claims import Refund
from payments.domain.values.events import (
    Event,
    OrderEvent,
    OrderFulfilled,
    OrderReturned,
    PaymentEvent,
    PaymentRefunded,
    PaymentSucceeded,
)
from payments.domain.values.flags import MAIL
from payments.domain.values.orders import OrderState
from payments.domain.values.provider_updates import MoneyStatus, RefundStatus
from payments.domain.values.time import Clock
from payments.infra.errors import CannotDecrypt
from payments.integrations.flags import Flags
from payments.integrations.mail.addresses import Addresses
from payments.integrations.mail.errors import (
    AddressRefused,
    FormRefused,
    MailAccessRefused,
    MailLater,
    MailRefused,
)
from payments.integrations.mail.letter import Letter, as_html, as_text
from payments.integrations.mail.protocol import Mail, Mailer
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone, WrongForm
from payments.notifications.mail import words
from payments.notifications.mail.reader import MailReader
from payments.notifications.mail.words import Shop
from payments.providers.known import KNOWN, KnownProviders
from payments.store.queries import Queries
from payments.store.records.mail import KnownAddress, MailBook

log = structlog.get_logger(__name__)

MENDED_SECONDS: Final = 60.0
"""How long to wait for a person to mend account or settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What mails are written and sent with.

    Attributes:
        mailer: Sends them.
        addresses: Reads addresses.
        book: Where they are kept.
        language: Of all mails.
        stop_url: The page that stops mail, for a token.
    """

    mailer: Mailer
    addresses: Addresses
    book: MailBook
    language: Locale
    stop_url: Callable[[str], str]


class MailChannel:
    """The channel `mail`.

    Args:
        office: What mails are written and sent with.
        queries: Reads the books.
        flags: Say where mail is switched off.
        clock: Tells the time.
        known: What people read of providers.
    """

    name = MAIL

    def __init__(
        self,
        office: Office,
        *,
        queries: Queries,
        flags: Flags,
        clock: Clock,
        known: KnownProviders = KNOWN,
    ) -> None:
        self._office = office
        self._queries = queries
        self._flags = flags
        self._clock = clock
        self._known = known
        self._in_trouble = True
        """Whether the last one met trouble: at first, an earlier process may have."""

    async def deliver(self, delivery: Delivery) -> None:
        """Send the mail of an event, if it is still true and there is an address.

        Raises:
            Postpone: Not now.
            GiveUp: There is no address, it gets no mail, or what it would say is not true any more.
            WrongForm: What we send is refused.
            MailUncertain: Nobody knows whether it arrived.
        """
        event = delivery.event
        if not await self._flags.is_on(self.name, event.guild):
            raise GiveUp("mail is switched off there")
        known = await self._address_of(event)
        if known is None and await self._is_early(event):
            raise Postpone("the payment was not told yet", seconds=MENDED_SECONDS)
        if known is None:
            raise GiveUp("no address is known")
        if await self._office.book.is_stopped(known.fingerprint):
            raise GiveUp("the address gets no mail any more")
        letter = await self._letter(event, known)
        if letter is None:
            raise GiveUp("it is not true any more")
        try:
            await self._send(delivery, known, letter)
        except AddressRefused as error:
            await self._office.book.stop(known.fingerprint, "refused", self._clock())
            log.warning("mail.address_stopped", reason="refused", said=str(error))
            raise GiveUp(str(error)) from error

    async def _send(self, delivery: Delivery, known: KnownAddress, letter: Letter) -> None:
        settings = await self._queries.settings(delivery.event.guild)
        reader = MailReader(self._office.language, settings.points)
        try:
            mail = Mail(
                id=delivery.nonce,
                to=self._office.addresses.reveal(known.encrypted),
                subject=reader.say(letter.subject),
                text=as_text(letter, reader),
                html=as_html(letter, reader),
                language=str(reader.locale).replace("_", "-"),
                at=self._clock(),
            )
            await self._office.mailer.send(mail)
        except MailLater as error:
            raise Postpone(str(error), seconds=error.seconds) from error
        except (MailAccessRefused, CannotDecrypt) as error:
            await self._note_trouble(str(error))
            raise Postpone(str(error), seconds=MENDED_SECONDS, lasting=True) from error
        except FormRefused as error:
            raise WrongForm(str(error)) from error
        except MailRefused as error:
            raise GiveUp(str(error)) from error
        if self._in_trouble:
            await self._note_trouble(None)

    async def _note_trouble(self, trouble: str | None) -> None:
        """Note it once: each mail that waits meets the same."""
        before = (await self._office.book.state()).trouble
        if trouble != before:
            await self._office.book.note_trouble(trouble, self._clock())
            log.warning("mail.trouble", trouble=trouble)
        self._in_trouble = trouble is not None

    async def _address_of(self, event: Event) -> KnownAddress | None:
        book, now = self._office.book, self._clock()
        if isinstance(event, PaymentEvent):
            return await book.of_payment(event.payment, now)
        if isinstance(event, OrderEvent):
            return await book.of_member(event.guild, event.member, now)
        return None

    async def _is_early(self, event: Event) -> bool:
        """Whether a refund was told before its payment, which brings the address."""
        if not isinstance(event, PaymentRefunded):
            return False
        payment = await self._queries.payment(event.payment)
        return payment is not None and payment.money is not MoneyStatus.PAID

    async def _letter(self, event: Event, known: KnownAddress) -> Letter | None:
        """What is said, as things stand now; None if it is not true any more."""
        if isinstance(event, PaymentEvent):
            return await self._about_payment(event, known)
        if isinstance(event, OrderEvent):
            return await self._about_order(event, known)
        return None

    async def _about_payment(self, event: PaymentEvent, known: KnownAddress) -> Letter | None:
        payment = await self._queries.payment(event.payment)
        if payment is None:
            return None
        shop = await self._shop(event, known, provider=self._known.title(payment.provider))
        if isinstance(event, PaymentSucceeded):
            return words.receipt(payment, shop)
        if isinstance(event, PaymentRefunded) and _stands(payment.refund(event.refund)):
            return words.refund(event, payment, shop)
        return None

    async def _about_order(self, event: OrderEvent, known: KnownAddress) -> Letter | None:
        order = await self._queries.order(event.order)
        if order is None:
            return None
        shop = await self._shop(event, known)
        if isinstance(event, OrderFulfilled) and order.state is OrderState.FULFILLED:
            return words.fulfilled(order, shop)
        if isinstance(event, OrderReturned) and order.state is OrderState.RETURNED:
            return words.returned(order, shop)
        return None

    async def _shop(self, event: Event, known: KnownAddress, *, provider: str = "") -> Shop:
        token = self._office.addresses.stop_token(known.fingerprint)
        return Shop(
            server=await self._queries.guild_name(event.guild),
            provider=provider,
            stop_url=self._office.stop_url(token),
        )


def _stands(refund: Refund | None) -> bool:
    """Whether a refund's money is still on its way back: it may have failed since."""
    return refund is None or refund.status is RefundStatus.SUCCEEDED
