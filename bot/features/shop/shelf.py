"""What a member can have for their points, in the order in which it is offered to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import discord

from bot.interaction.caller import Interaction, caller_of
from payments.domain.values.items import Item
from payments.domain.values.ledger import PointsKind
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All that is for sale, as one member sees it.

    Attributes:
        items: What can be ordered and afforded now, then what is too dear, then the rest; the
            cheapest first.
        points: How many of their points can be spent, by kind.
        now: When that was so.
        roles: The roles that they have.
    """

    items: Sequence[Item]
    points: Mapping[PointsKind, int]
    now: Instant
    roles: frozenset[int]

    def usable(self, item: Item) -> int:
        """How many points can pay for an item."""
        wanted = item.offer.paid_with
        return sum(self.points.values()) if wanted is None else self.points.get(wanted, 0)

    def lacking(self, item: Item) -> int:
        """How many points more one piece would take."""
        return max(0, item.offer.price - self.usable(item))

    def lets(self, item: Item) -> bool:
        """Whether the member has the role that an item asks for."""
        return item.offer.limits.role is None or item.offer.limits.role in self.roles

    def is_there(self, item: Item) -> bool:
        """Whether it can be ordered now, by somebody who has the points."""
        return not item.is_sold_out and item.is_open(self.now) and self.lets(item)


async def shelf_of(interaction: Interaction) -> Shelf:
    """What the caller can have."""
    bot, caller = interaction.client, caller_of(interaction)
    now, user = bot.clock(), interaction.user
    roles = user.roles if isinstance(user, discord.Member) else []
    shelf = Shelf(
        items=await bot.queries.items(caller.guild),
        points=await bot.queries.spendable(caller.guild, caller.member, now),
        now=now,
        roles=frozenset(role.id for role in roles),
    )
    offered = sorted(
        shelf.items,
        key=lambda item: (not shelf.is_there(item), shelf.lacking(item) > 0),
    )
    return Shelf(items=offered, points=shelf.points, now=now, roles=shelf.roles)
