"""`/order`: moderators look at any order, take it back, or give another code for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.staff.views import order_card
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.moderators import moderator_of
from bot.interaction.reader import reader_format_of
from bot.ui.completion import Completion, TypedOption
from bot.wording import text
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import MemberId, OrderId
from payments.domain.values.orders import Order

_RECENT: Final = 100
"""Number of the newest orders that are offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrder:
    """An order as moderators choose it.

    Attributes:
        order: The order.
        names: What members are called, as far as Discord tells.
    """

    order: Order
    names: Mapping[MemberId, str] = field(default_factory=dict)


class OrdersOfServer(Completion[ListedOrder]):
    """The newest orders of a server."""

    none = Sentence("There is no such order here. Its id stands at the foot of its card.")
    by_part = True

    async def check(self, interaction: Interaction) -> None:
        """They are offered to moderators in their channel."""
        await moderator_of(interaction)

    async def things(self, interaction: Interaction) -> Sequence[ListedOrder]:
        """The newest first."""
        guild = caller_of(interaction).guild
        found = await interaction.client.queries.newest_orders(guild, _RECENT)
        people = list({order.member for order in found})
        names = await interaction.client.people.names(interaction.guild, people)
        return [ListedOrder(order=order, names=names) for order in found]

    async def exact(self, interaction: Interaction, value: str) -> ListedOrder | None:
        """Any order of the server, however long ago."""
        order = await interaction.client.queries.order(OrderId(value))
        if order is None or order.guild != caller_of(interaction).guild:
            return None
        return ListedOrder(order=order)

    def value(self, thing: ListedOrder) -> str:
        """Its id, as it stands at the foot of its card."""
        return thing.order.id

    def label(self, thing: ListedOrder, reader: text.ReaderFormat) -> str:
        """What was ordered, by whom, and when."""
        order = thing.order
        who = thing.names.get(order.member, str(order.member))
        tail = f" · {text.shortened(who, 32)} · {text.day(order.placed_at, reader.locale)}"
        name = text.shortened(order.offer.name, max(text.CHOICE_LENGTH - len(tail), 1))
        return text.shortened(name + tail, text.CHOICE_LENGTH)


OF_SERVER: Final = OrdersOfServer()


class Desk(commands.Cog):
    """Moderators look at orders."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.describe(order="Which order: choose it, or type the id at the foot of its card.")
    async def order(self, interaction: Interaction, order: TypedOption) -> None:
        """Look at an order, take it back, or replace a code of it."""
        await moderator_of(interaction)
        found = await OF_SERVER.meant(interaction, order)
        await acknowledge(interaction, private=False)
        await answer(interaction, order_card(found.order, await reader_format_of(interaction)))

    @order.autocomplete("order")
    async def recent(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The newest orders; none for those who may not."""
        return await OF_SERVER.complete(interaction, typed)


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(Desk())
