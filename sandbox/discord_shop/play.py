"""What buyers, Discord and bad luck do, as coroutines and methods."""

import re
from collections.abc import Sequence

from sandbox.base.acts import MessageActs
from sandbox.base.common import Json, NotPossible
from sandbox.discord_shop import errors
from sandbox.discord_shop.objects import (
    AVAILABLE,
    GUILD_SUBSCRIPTION,
    USER_SUBSCRIPTION,
    Entitlement,
    Kind,
    Sku,
    SkuType,
)
from sandbox.discord_shop.state import CREATED, DELETED, UPDATED, State
from sandbox.discord_shop.webhooks import (
    OFF_BY_DISCORD,
    ON,
    Event,
    EventDispatcher,
    Webhook,
    is_sound,
)

GUILD_OWNER, USER_OWNER = 1, 2
"""Whose a test entitlement is to be."""


class Play(MessageActs[Event, Webhook]):
    """Makes things happen in the local shop.

    Acts return the object that they changed, as the API shows it, and raise `NotPossible` (a
    `ValueError`) when the state of things forbids them. The bot is told by the gateway before an
    act returns, webhooks go out in the background: `drain` waits for their answers.

    Args:
        state: What the shop knows.
        dispatcher: Sends the webhooks.
    """

    def __init__(self, state: State, dispatcher: EventDispatcher) -> None:
        super().__init__(state.events, dispatcher)
        self.state = state

    def add_sku(
        self,
        name: str,
        kind: SkuType = SkuType.CONSUMABLE,
        *,
        cents: int = 499,
        flags: int = AVAILABLE,
    ) -> Sku:
        """Put something up for sale."""
        sku = Sku(id=self.state.new_id(), name=name, type=kind, flags=flags, cents=cents)
        self.state.skus[sku.id] = sku
        return sku

    async def buy(self, user: int, sku: int, *, kind: Kind = Kind.PURCHASE) -> Json:
        """Buy a SKU once; in test mode (`TEST_MODE_PURCHASE`) nobody pays.

        Raises:
            NotPossible: It is not for sale once, or the user has one that is not consumed (which
                test mode does not mind).
        """
        self.state.person(user)
        found = self.state.sku(sku)
        if not found.for_sale:
            raise NotPossible(f"{found.name} is not for sale")
        if kind != Kind.TEST_MODE_PURCHASE and self._has(user, sku):
            raise NotPossible(f"{self.state.person(user)} has {found.name} and must use it first")
        return await self._created(found, user, kind)

    async def gift(self, giver: int, sku: int, to: int) -> Json:
        """Buy a SKU for somebody else.

        Raises:
            NotPossible: As for `buy`.
        """
        self.state.person(giver)
        self.state.person(to)
        found = self.state.sku(sku)
        if not found.for_sale or self._has(to, sku):
            raise NotPossible(f"{found.name} cannot be given to {self.state.person(to)}")
        return await self._created(found, to, Kind.USER_GIFT, gifter=giver)

    async def consume(self, entitlement: int) -> None:
        """Use an entitlement up, as the bot does.

        Raises:
            Refused: There is none, its SKU is no consumable, or it is used up.
        """
        found = self.state.entitlement(entitlement)
        if found.deleted:
            raise errors.unknown_entitlement()
        if self.state.sku(found.sku).type != SkuType.CONSUMABLE:
            raise errors.not_consumable()
        if found.consumed:
            raise errors.already_consumed()
        found.consumed = True
        await self.state.emit(UPDATED, found)

    async def refund(self, entitlement: int, *, quietly: bool = False) -> Json:
        """Give the buyer their money back: the entitlement is deleted, consumed or not.

        Args:
            entitlement: Which.
            quietly: Whether nobody is told; Discord does not promise that all deletions are.

        Raises:
            NotPossible: It is deleted already.
        """
        found = self.state.entitlement(entitlement)
        if found.deleted:
            raise NotPossible("it is deleted already")
        found.deleted = True
        self.state.changed()
        if not quietly:
            await self.state.emit(DELETED, found)
        return found.render()

    async def tell_again(self, entitlement: int) -> Json:
        """Tell the bot by the gateway once more that an entitlement was created."""
        found = self.state.entitlement(entitlement)
        await self.state.line.send(CREATED, found.render(), found.guild)
        return found.render()

    async def create_test(self, sku: int, owner: int, owner_type: int, creator: int) -> Json:
        """Make a test entitlement of a subscription, as the bot can.

        Args:
            sku: Which.
            owner: The id of the guild or user.
            owner_type: Which of the two.
            creator: The bot's user, whose a guild's test entitlement is as well.

        Raises:
            Refused: It is no subscription of this kind of owner, or they have one.
        """
        found = self.state.sku(sku, status=400)
        flag = GUILD_SUBSCRIPTION if owner_type == GUILD_OWNER else USER_SUBSCRIPTION
        if found.type != SkuType.SUBSCRIPTION or not found.flags & flag:
            raise errors.invalid_sku()
        guild = owner if owner_type == GUILD_OWNER else None
        user = creator if owner_type == GUILD_OWNER else owner
        if any(
            each.sku == sku and each.held and (each.guild, each.user) == (guild, user)
            for each in self.state.entitlements.values()
        ):
            raise errors.already_granted()
        return await self._created(
            found, user, Kind.APPLICATION_SUBSCRIPTION, guild=guild, made_by_api=True
        )

    async def delete_test(self, entitlement: int) -> None:
        """Delete a test entitlement, or one that was bought in test mode, as the bot can.

        Raises:
            Refused: There is none, or somebody has paid for it.
        """
        found = self.state.entitlement(entitlement)
        if found.deleted:
            raise errors.unknown_entitlement()
        if not found.made_by_api and found.kind != Kind.TEST_MODE_PURCHASE:
            raise errors.not_a_test()
        await self.refund(entitlement)

    async def register(
        self,
        url: str | None,
        types: Sequence[str] = (CREATED, UPDATED, DELETED),
        status: int = ON,
    ) -> bool:
        """Save the address for webhook events; whether it has passed Discord's checks."""
        if url is None:
            self.state.webhooks.clear()
            return True
        before = self.state.webhooks.get("events")
        known = before is not None and before.url == url
        if not known and not await self._is_sound(url):
            return False
        self.state.webhooks["events"] = Webhook(url=url, types=tuple(types), status=status)
        return True

    async def probe(self) -> bool:
        """Ask the address once more, as Discord does by itself; one that fails is removed."""
        webhook = self.state.webhooks.get("events")
        if webhook is None:
            raise NotPossible("there is no address for events")
        sound = await self._is_sound(webhook.url)
        if not sound:
            self.state.webhooks.clear()
        return sound

    def switch_off(self) -> None:
        """Stop sending events, as Discord does after too many failures."""
        for webhook in self.state.webhooks.values():
            webhook.status = OFF_BY_DISCORD

    def forge(self, event_type: str, data: Json) -> Event:
        """Send a webhook event about anything whatever, well signed; nothing else changes.

        Raises:
            NotPossible: A plan prevents it.
        """
        event = self.state.post(event_type, data)
        if event is None:
            raise NotPossible(f"a plan prevents {event_type}")
        return event

    def _has(self, user: int, sku: int) -> bool:
        return any(
            each.held and (each.user, each.sku) == (user, sku) and each.kind != _FREE
            for each in self.state.entitlements.values()
        )

    async def _is_sound(self, url: str) -> bool:
        if not re.match(r"https?://", url):
            return False
        return await is_sound(url, self.state.signer, self.state.application, self.state.now())

    async def _created(
        self,
        sku: Sku,
        user: int,
        kind: Kind,
        *,
        guild: int | None = None,
        gifter: int | None = None,
        made_by_api: bool = False,
    ) -> Json:
        made = Entitlement(
            id=self.state.new_id(),
            application=self.state.application,
            sku=sku.id,
            kind=kind,
            user=user,
            guild=guild,
            gifter=gifter,
            consumed=False if sku.type == SkuType.CONSUMABLE else None,
            made_by_api=made_by_api,
        )
        self.state.entitlements[made.id] = made
        await self.state.emit(CREATED, made)
        return made.render()


_FREE = Kind.TEST_MODE_PURCHASE
