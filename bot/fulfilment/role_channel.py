"""The channel `role`: ordered roles are given, and taken when their time is over."""

from typing import Any, Final

import structlog

from bot.client import GuildbankBot
from bot.fulfilment.discord_roles import MemberGone, RoleTroubled
from bot.fulfilment.roles import RoleKeeper
from payments.commands.base import SYSTEM
from payments.commands.shop.end import FailOrder
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.order_command import OrderCommand
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import FulfilmentRequested, RoleChanged
from payments.domain.values.ids import CommandKey
from payments.domain.values.orders import Order, OrderState
from payments.domain.values.roles import RoleKey, RoleStanding, RoleTrouble
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.runner.errors import BooksUnavailable
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

MENDED_SECONDS: Final = 300.0
"""How often to look whether a role that could not be given can be given now."""

LEFT: Final = Sentence("The member is not on the server any more.")
NO_ROLE: Final = Sentence("The role is gone.")


class RoleChannel:
    """The channel `role`.

    Args:
        bot: Logged in.
        queries: Reads orders and roles.
    """

    name = "role"

    def __init__(self, bot: GuildbankBot, *, queries: Queries) -> None:
        self._bot = bot
        self._queries = queries
        self._keeper = RoleKeeper(bot, queries=queries)

    async def deliver(self, delivery: Delivery) -> None:
        """Give what was ordered, or make Discord agree with the books; again does no harm.

        Raises:
            Postpone: Not now: for an order until its own time is over.
            GiveUp: There is nothing to give.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if isinstance(event, RoleChanged):
            await self._make_true(RoleKey(event.guild, event.member, event.role))
            return
        if not isinstance(event, FulfilmentRequested):
            raise GiveUp(f"there is no role to give for {event.name}")
        try:
            await self._fulfil(event)
        except Postpone as reason:
            raise Postpone(str(reason), seconds=reason.seconds, lasting=True) from reason
        except BooksUnavailable as error:
            raise Postpone(str(error), lasting=True) from error

    async def _make_true(self, key: RoleKey) -> None:
        try:
            await self._keeper.make_true(key)
        except RoleTroubled as error:
            await self._keeper.report(key, error.trouble)
            raise Postpone(str(error), seconds=MENDED_SECONDS) from error

    async def _fulfil(self, event: FulfilmentRequested) -> None:
        order = await self._queries.order(event.order)
        if order is None or order.offer.role is None:
            raise GiveUp(f"order {event.order} gives no role")
        key = RoleKey(order.guild, order.member, order.offer.role.id)
        if not order.state.is_open:
            await self._make_true(key)  # it has ended, perhaps after the role was given
            return
        try:
            await self._give(order, key)
        except MemberGone:
            await self._fail(order, LEFT)
        except RoleTroubled as error:
            await self._keeper.report(key, error.trouble)
            if error.trouble is not RoleTrouble.GONE:
                raise Postpone(str(error), seconds=MENDED_SECONDS) from error
            await self._fail(order, NO_ROLE)
        except Refused as refused:
            log.info("role.order_has_ended", order=order.id, reason=str(refused))
            await self._make_true(key)

    async def _give(self, order: Order, key: RoleKey) -> None:
        seen = await self._keeper.roles.look(key)
        if order.state is OrderState.PLACED:
            await self._bot.runner.run(BeginFulfilment(**self._of(order, BeginFulfilment)))
        if order.offer.role is not None and not order.offer.role.dangerous:
            await self._keeper.roles.check_harmless(key)
        term = await self._queries.role_term(key)
        has = key.role in seen.roles
        if term.standing in {RoleStanding.NONE, RoleStanding.REMOVED}:
            await self._keeper.note(key, term, RoleStanding.GIVING, had=has)
        if not has:
            await self._keeper.roles.give(key)
        await self._bot.runner.run(FulfilOrder(**self._of(order, FulfilOrder)))
        log.info("role.given", order=order.id)

    async def _fail(self, order: Order, reason: Sentence) -> None:
        log.warning("role.not_given", order=order.id, reason=str(reason))
        try:
            await self._bot.runner.run(FailOrder(**self._of(order, FailOrder), reason=str(reason)))
        except Refused as refused:
            log.info("role.order_has_ended", order=order.id, reason=str(refused))

    def _of(self, order: Order, kind: type[OrderCommand]) -> dict[str, Any]:
        """What the commands about an order have in common; each is given once."""
        return {
            "key": CommandKey(f"{kind.kind}:{order.id}"),
            "at": self._bot.clock(),
            "actor": SYSTEM,
            "guild": order.guild,
            "order": order.id,
        }
