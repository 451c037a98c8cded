"""Direct messages: only about what the member did themselves.

They are plain text, because that is what a phone shows of them in its notifications.
"""

import discord

from bot import text
from bot.client import GuildbankBot
from bot.deliveries.outcome import understood
from payments.domain.events import (
    PaymentDoubted,
    PaymentEvent,
    PaymentFailed,
    PaymentPending,
    PaymentRefunded,
    PaymentSucceeded,
)
from payments.domain.money import Money
from payments.domain.time import Clock
from payments.queue.channel import Delivery
from payments.store.queries import Queries


class DirectMessages:
    """The channel `dm`: one message to the member whom an event is about.

    Args:
        bot: Logged in.
        queries: Reads how things stand now.
        clock: Tells the time.
    """

    name = "dm"

    def __init__(self, bot: GuildbankBot, *, queries: Queries, clock: Clock) -> None:
        self._bot = bot
        self._queries = queries
        self._clock = clock

    async def deliver(self, delivery: Delivery) -> None:
        """Send it; Discord drops a repeat of the same delivery within a few minutes."""
        event = delivery.event
        words = await self._words(event) if isinstance(event, PaymentEvent) else None
        if words is None:
            return
        with understood():
            channel = await self._bot.create_dm(discord.Object(event.member))
            await channel.send(words, nonce=delivery.id)

    async def _words(self, event: PaymentEvent) -> str | None:
        """What the member reads; none where there is nothing to say, or not any more."""
        name = text.quoted(event.package)
        if isinstance(event, PaymentSucceeded):
            return await self._thanks(event)
        if isinstance(event, PaymentPending):
            return await self._pending(event)
        if isinstance(event, PaymentFailed):
            return (
                f"Your payment for {name} did not go through. You were not charged. "
                "You can try again with /buy."
            )
        if isinstance(event, PaymentRefunded):
            return (
                f"{text.money(event.refunded)} of your payment for {name} went back to you. "
                "The points that it bought were taken back."
            )
        if isinstance(event, PaymentDoubted):
            return (
                f"Something about your payment for {name} does not fit. Nothing is lost: "
                "a moderator looks at it, and you hear from us."
            )
        return None

    async def _thanks(self, event: PaymentSucceeded) -> str:
        payment = await self._queries.payment(event.payment)
        paid = event.price
        if payment is not None and payment.paid is not None:
            paid = Money(minor=payment.paid, currency=event.price.currency)
        balance = await self._queries.balance(event.guild, event.member, self._clock())
        where = self._where(event)
        return (
            f"**+{text.points(event.points)}** from {text.quoted(event.package)}{where}. "
            f"You paid {text.money(paid)}. "
            f"Your balance is **{text.points(balance.points)}**."
        )

    async def _pending(self, event: PaymentPending) -> str | None:
        payment = await self._queries.payment(event.payment)
        if payment is not None and payment.credited_at is not None:
            return None
        return (
            f"Your payment for {text.quoted(event.package)} is on its way. This method takes a "
            "while; the points come as soon as it has arrived."
        )

    def _where(self, event: PaymentEvent) -> str:
        guild = self._bot.get_guild(event.guild)
        return "" if guild is None else f" on {text.safe(guild.name)}"
