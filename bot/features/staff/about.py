"""What all that staff do with an order begins with."""

from typing import Any

from bot.interaction.caller import Caller, Interaction, key_of
from payments.commands.base import by_member
from payments.domain.errors import Refused
from payments.domain.values.ids import OrderId
from payments.domain.values.orders import Order


def command_about(interaction: Interaction, caller: Caller, order: OrderId) -> dict[str, Any]:
    """What the commands about an order have in common that somebody gives."""
    return {
        "key": key_of(interaction),
        "at": interaction.client.clock(),
        "actor": by_member(caller.member),
        "guild": caller.guild,
        "order": order,
    }


async def order_of(interaction: Interaction, caller: Caller, name: OrderId) -> Order:
    """An order of the server.

    Raises:
        Refused: There is none such.
    """
    order = await interaction.client.queries.order(name)
    if order is None or order.guild != caller.guild:
        raise Refused("There is no such order.")
    return order
