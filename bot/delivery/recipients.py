"""Direct messages to members about what others did with their points or rights."""

from collections.abc import Sequence
from typing import Final, TypeAlias

from bot.client import GuildbankBot
from bot.delivery.dms import send_dm
from bot.delivery.readers import reader_in
from bot.delivery.received import granted, received, received_together
from bot.delivery.rights import may_buy_again, purchase_banned, revoked
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import (
    PointsGranted,
    PointsRevoked,
    PointsTransferred,
    PurchaseBanLifted,
    PurchaseBanned,
)
from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.time import SECOND, Clock
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.store.queries import Queries

QUIET: Final = 30 * SECOND
"""How long transfers to a member who was just notified of one wait, to go in one message.

Shorter than what holds up its lane (`HOLD_UP`), so that nothing overtakes them. Microseconds.
"""


_AboutOne: TypeAlias = PointsGranted | PointsRevoked | PurchaseBanned | PurchaseBanLifted
_ABOUT_ONE: Final = (PointsGranted, PointsRevoked, PurchaseBanned, PurchaseBanLifted)


class Recipients:
    """The channel `recipient`: one message to a member about what somebody else did.

    Who gets points from many, or often, reads one message that sums them up.

    Args:
        bot: Logged in.
        queries: Reads how things stand now.
        clock: Tells the time.
    """

    name = "recipient"
    summed = (PointsTransferred.name,)

    def __init__(self, bot: GuildbankBot, *, queries: Queries, clock: Clock) -> None:
        self._bot = bot
        self._notices = bot.notices.transfers
        self._queries = queries
        self._clock = clock

    async def deliver(self, delivery: Delivery) -> None:
        """Send it, or keep it for the member's next command if they take no direct messages.

        Nothing that the sender's words link to is shown in it.

        Raises:
            Postpone: Not now.
            GiveUp: The member cannot be reached, or nobody was given anything.
            discord.HTTPException: Anything else that Discord refuses.
        """
        await self.deliver_all([delivery])

    async def deliver_all(self, together: Sequence[Delivery]) -> None:
        """Send one message about all; raises as `deliver`."""
        first = together[0]
        event = first.event
        if not isinstance(event, PointsTransferred):
            await self._tell_one(first)
            return
        whose = event.recipient
        wish = await self._notices.of(event.guild, whose)
        if wish.muted:
            return
        if wish.notified_at is not None and (wait := wish.notified_at + QUIET - self._clock()) > 0:
            raise Postpone("the member was told of another just now", seconds=wait / SECOND)
        balance, server = await self._standing(event.guild, whose)
        events = [each.event for each in together if isinstance(each.event, PointsTransferred)]
        if len(events) == 1:
            await self._send(first, whose, received(event, balance, server))
        else:
            lines = received_together(events, balance, server)
            await self._send(first, whose, lines, between="\n")
        await self._notices.note_notified(event.guild, whose, self._clock())

    async def _tell_one(self, delivery: Delivery) -> None:
        """Tell a member what a moderator did, or a payment of theirs; not what they did."""
        event = delivery.event
        if not isinstance(event, _ABOUT_ONE):
            raise GiveUp(f"nobody was given anything by {event.name}")
        if said := await self._said(event):
            await self._send(delivery, event.member, said)

    async def _said(self, event: _AboutOne) -> Sequence[Sentence]:
        """What is still true of it; nothing if it is not."""
        if isinstance(event, PurchaseBanned | PurchaseBanLifted):
            server = self._server(event.guild)
            is_banned = await self._queries.purchase_banned_by(event.guild, event.member)
            if isinstance(event, PurchaseBanned):
                return purchase_banned(server) if is_banned else []
            return [] if is_banned else may_buy_again(server)
        if event.by_self or await self._queries.was_undone(event.guild, event.transfer):
            return []
        balance, server = await self._standing(event.guild, event.member)
        if isinstance(event, PointsGranted):
            return granted(event, balance, server, self._clock())
        return revoked(event, balance, server)

    async def _standing(self, guild: GuildId, member: MemberId) -> tuple[int, str | None]:
        """The member's points now, and the guild's name if it is known."""
        balance = (await self._queries.balance(guild, member, self._clock())).points
        return balance, self._server(guild)

    def _server(self, guild: GuildId) -> str | None:
        known = self._bot.get_guild(guild)
        return None if known is None else known.name

    async def _send(
        self,
        delivery: Delivery,
        member: MemberId,
        said: Sequence[Sentence],
        between: str = " ",
    ) -> None:
        guild = delivery.event.guild
        reader = await reader_in(self._bot, guild)
        words = between.join(map(reader.say, said))
        await send_dm(
            self._bot, delivery, guild=guild, member=member, words=words, suppress_embeds=True
        )
