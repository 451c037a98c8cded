"""Where cards of orders stand, which are changed when the order does."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from payments.domain.values.ids import GuildId, OrderId
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_update
from payments.store.tables import order_cards


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """A card that was posted.

    Attributes:
        guild: On which server.
        order: About which order.
        nonce: That of its delivery: a repeat of it is the same card.
        channel: Where it stands: Discord's id of the channel or thread.
        message: Discord's id of the message.
    """

    guild: GuildId
    order: OrderId
    nonce: str
    channel: int
    message: int


class OrderCards:
    """Where cards of orders stand.

    Args:
        database: Where that is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, card: OrderCard) -> None:
        """Remember where a card stands; the same card twice is one."""
        row = {
            "guild_id": card.guild,
            "order_id": card.order,
            "nonce": card.nonce,
            "channel": card.channel,
            "message": card.message,
        }
        await self._database.transact(
            lambda connection: insert_or_update(connection, order_cards, [row])
        )

    async def of_order(self, guild: GuildId, order: OrderId) -> list[OrderCard]:
        """The cards of an order, in the order of their messages."""
        query = (
            select(order_cards)
            .where(order_cards.c.guild_id == guild, order_cards.c.order_id == order)
            .order_by(order_cards.c.message)
        )
        found = await self._database.reader.read(
            lambda connection: connection.execute(query).mappings().all()
        )
        return [
            OrderCard(
                guild=guild,
                order=order,
                nonce=row["nonce"],
                channel=row["channel"],
                message=row["message"],
            )
            for row in found
        ]

    async def forget(self, card: OrderCard) -> None:
        """A card is gone: somebody has deleted it."""
        gone = delete(order_cards).where(
            order_cards.c.guild_id == card.guild,
            order_cards.c.order_id == card.order,
            order_cards.c.nonce == card.nonce,
        )
        await self._database.transact(lambda connection: connection.execute(gone))
