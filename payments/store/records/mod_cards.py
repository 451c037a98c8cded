"""Cards in moderators' channels that are changed once what they say is not true any more."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from payments.domain.values.events import PaymentEvent
from payments.domain.values.ids import GuildId, PaymentId
from payments.store.engine.database import Database
from payments.store.records.order_cards import OrderCards
from payments.store.rows.codec import decode_event, encode
from payments.store.statements.bulk import insert_or_update
from payments.store.tables import mod_cards


@dataclass(frozen=True, slots=True, kw_only=True)
class ModCard:
    """A card that was posted.

    Attributes:
        nonce: That of its delivery: a repeat of it is the same card.
        channel: Where it stands: Discord's id of the channel or thread.
        message: Discord's id of the message.
        event: What it is about.
    """

    nonce: str
    channel: int
    message: int
    event: PaymentEvent


class ModCards:
    """Where cards about payments stand.

    Args:
        database: Where that is kept.

    Attributes:
        of_orders: Where those of orders stand.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.of_orders = OrderCards(database)

    async def keep(self, card: ModCard) -> None:
        """Remember where a card stands; the same card twice is one."""
        row = {
            "guild_id": card.event.guild,
            "payment_id": card.event.payment,
            "nonce": card.nonce,
            "channel": card.channel,
            "message": card.message,
            "name": card.event.name,
            "body": encode(type(card.event), card.event),
        }
        await self._database.transact(
            lambda connection: insert_or_update(connection, mod_cards, [row])
        )

    async def of_payment(self, guild: GuildId, payment: PaymentId) -> list[ModCard]:
        """The cards about a payment, in the order of their messages."""
        query = select(mod_cards).where(
            mod_cards.c.guild_id == guild, mod_cards.c.payment_id == payment
        )

        def read(connection: Connection) -> list[ModCard]:
            rows = connection.execute(query.order_by(mod_cards.c.message)).mappings()
            found = [(row, decode_event(row["name"], row["body"])) for row in rows]
            return [
                ModCard(
                    nonce=row["nonce"], channel=row["channel"], message=row["message"], event=event
                )
                for row, event in found
                if isinstance(event, PaymentEvent)
            ]

        return await self._database.reader.read(read)

    async def forget(self, card: ModCard) -> None:
        """A card is gone: somebody has deleted it."""
        gone = delete(mod_cards).where(
            mod_cards.c.guild_id == card.event.guild,
            mod_cards.c.payment_id == card.event.payment,
            mod_cards.c.nonce == card.nonce,
        )
        await self._database.transact(lambda connection: connection.execute(gone))
