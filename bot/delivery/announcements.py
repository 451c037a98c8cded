"""The announcement channel: good news that an owner wants all to see."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from discord import ui

from bot.client import GuildbankBot
from bot.delivery.lost_channel import report_lost
from bot.delivery.outcome import LostChannel, understood
from bot.delivery.readers import reader_in
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.sentences.parts import Person, Points
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import Event, PaymentEvent, PaymentSucceeded, PointsTransferred
from payments.domain.values.ids import MemberId
from payments.domain.values.payment_state import PaymentState
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp
from payments.store.queries import Queries


def _bought(event: PaymentSucceeded, reader: text.ReaderFormat) -> ui.LayoutView:
    line = Sentence(
        "{member} bought {package}: {points}.",
        member=Person(event.member),
        package=event.package,
        points=Points(event.points),
    )
    return card(Sentence("Thank you!"), line, reader=reader, mood=Mood.GOOD)


def _passed_on(event: PointsTransferred, reader: text.ReaderFormat) -> ui.LayoutView:
    line = _gave(event.member, event.recipient, [event.points])
    return card(Sentence("A gift"), line, reader=reader, mood=Mood.GOOD)


def _passed_on_together(
    events: Sequence[PointsTransferred], reader: text.ReaderFormat
) -> ui.LayoutView:
    """Several gifts, in their order; those between the same two members are one line."""
    pairs: dict[tuple[MemberId, MemberId], list[int]] = {}
    for event in events:
        pairs.setdefault((event.member, event.recipient), []).append(event.points)
    lines = [_gave(*pair, points) for pair, points in list(pairs.items())[:PAIRS]]
    if rest := [each for points in list(pairs.values())[PAIRS:] for each in points]:
        more = Sentence("And {n} more: {points}.", n=len(rest), points=Points(sum(rest)))
        lines.append(more)
    title = Sentence(
        "{n} gifts: {points}", n=len(events), points=Points(sum(event.points for event in events))
    )
    return card(title, *lines, reader=reader, mood=Mood.GOOD)


def _gave(sender: MemberId, recipient: MemberId, points: list[int]) -> Sentence:
    given, giver, taker = Points(sum(points)), Person(sender), Person(recipient)
    if len(points) == 1:
        return Sentence(
            "{member} gave {recipient} {points}.", member=giver, recipient=taker, points=given
        )
    return Sentence(
        "{member} gave {recipient} {points} in {n} gifts.",
        member=giver,
        recipient=taker,
        points=given,
        n=len(points),
    )


NEWS: Final[Mapping[type[Event], Callable[[Any, text.ReaderFormat], ui.LayoutView]]] = {
    PaymentSucceeded: _bought,
    PointsTransferred: _passed_on,
}
"""What all read; nothing of what one member wrote to another."""


PAIRS: Final = 10
"""Number of pairs of members whose gifts a card with several gifts names."""


class Announcements:
    """The channel `announce`: a card for everybody, about the kinds that the owner chose.

    Gifts that come soon after each other are one card that sums them up.

    Args:
        bot: Logged in.
        queries: Reads settings, and how things stand now.
    """

    name = "announce"
    summed = (PointsTransferred.name,)

    def __init__(self, bot: GuildbankBot, *, queries: Queries) -> None:
        self._bot = bot
        self._queries = queries

    async def deliver(self, delivery: Delivery) -> None:
        """Post it, unless the owner has changed their mind or it is not true any more.

        Raises:
            Postpone: Not now.
            GiveUp: The channel cannot be used (its owner is notified), or there is no such card.
            discord.HTTPException: Anything else that Discord refuses.
        """
        await self.deliver_all([delivery])

    async def deliver_all(self, together: Sequence[Delivery]) -> None:
        """Post one card about all; raises as `deliver`."""
        first = together[0]
        event = first.event
        settings = await self._queries.settings(event.guild)
        place = settings.announcement_channel
        if place is None or event.name not in settings.announced:
            return
        card_of = NEWS.get(type(event))
        if card_of is None:
            raise GiveUp(f"there is no announcement of {event.name}")
        if not await self._still_true(event):
            return
        reader = await reader_in(self._bot, event.guild)
        gifts = [each.event for each in together if isinstance(each.event, PointsTransferred)]
        view = _passed_on_together(gifts, reader) if len(gifts) > 1 else card_of(event, reader)
        channel = self._bot.get_partial_messageable(place, guild_id=event.guild)
        try:
            with understood():
                await channel.send(view=view, nonce=first.nonce)
        except LostChannel as error:
            await report_lost(self._bot, event.guild, "announcement_channel", place, error.wrong)
            raise

    async def _still_true(self, event: Event) -> bool:
        if not isinstance(event, PaymentEvent):
            return True
        payment = await self._queries.payment(event.payment)
        return payment is not None and payment.state is PaymentState.COMPLETED
