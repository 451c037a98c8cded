"""A provider's own shop, as owners and members meet it here."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from payments.domain.values.adoption import Bought
from payments.domain.values.guilds import Package
from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.inbox import InboxEvent
from payments.domain.values.time import DAY, MINUTE, Clock, Instant, later
from payments.integrations.flags import Flags
from payments.providers.errors import ProviderError, WebhookRejected
from payments.providers.follow_up import Entitlements, Ware
from payments.providers.protocol import PaymentProvider
from payments.runner.errors import BooksUnavailable
from payments.services.inbox import Inbox
from payments.store.records.sku_choices import SkuChoices

log = structlog.get_logger(__name__)

SHOWN: Final = 30 * DAY
"""For how long it is shown that a purchase brought nothing. Microseconds."""

LOOK_SECONDS: Final = 1.5
"""How long a purchase waits to hear what is sold there: the member waits for its link."""

REMEMBERED: Final = MINUTE
"""For how long what is sold there is remembered, while somebody types. Microseconds."""


class ShopFront:
    """What is sold there, what members choose, and what they have bought.

    Args:
        provider: Whose shop.
        entitlements: What is bought there.
        inbox: Takes in what is told.
        choices: Where members want it to count.
        flags: Say whether it is switched on.
        clock: Tells the time.
    """

    def __init__(
        self,
        provider: PaymentProvider,
        entitlements: Entitlements,
        *,
        inbox: Inbox,
        choices: SkuChoices,
        flags: Flags,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._entitlements = entitlements
        self._inbox = inbox
        self._choices = choices
        self._flags = flags
        self._clock = clock
        self._wares: tuple[Instant, Sequence[Ware]] | None = None

    async def wares(self) -> Sequence[Ware]:
        """All that is sold there, as of a moment ago.

        Raises:
            ProviderError: It could not be asked.
        """
        now = self._clock()
        if self._wares is None or now - self._wares[0] >= REMEMBERED:
            self._wares = (now, await self._entitlements.wares())
        return self._wares[1]

    def forget(self) -> None:
        """Ask again what is sold there, the next time."""
        self._wares = None

    async def offered(self, package: Package) -> str | None:
        """As what a package can be bought there now; None if it cannot, or nobody can say.

        Discord refuses a whole message with a button for something that it does not know, and
        shows a button that never ends to load for what is not published.
        """
        if package.sku is None or not package.active:
            return None
        if not await self._flags.is_on(self._provider.name, package.guild):
            return None
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                wares = await self.wares()
        except (ProviderError, TimeoutError) as error:
            log.warning("own_shop.not_offered", package=package.id, error=repr(error))
            return None
        sold = any(each.id == package.sku.id and each.is_for_sale for each in wares)
        return package.sku.id if sold else None

    async def choose(self, member: MemberId, sku: str, guild: GuildId) -> None:
        """What a member buys there from now on counts in this guild."""
        await self._choices.keep(member, sku, guild, self._clock())

    async def waiting(self, member: MemberId, sku: str) -> Sequence[InboxEvent]:
        """What a member has bought there, and of which they have not said where it counts."""
        found = await self._inbox.waiting(self._provider.name)
        return [each for each in found if self._is_of(each, sku, member)]

    async def standing(self) -> tuple[int, Mapping[str, int]]:
        """How many purchases wait, and how many of late brought nothing, by the reason."""
        waiting = await self._inbox.waiting(self._provider.name)
        since = later(self._clock(), -SHOWN)
        left = await self._inbox.ignored(self._provider.name, since)
        return len(waiting), Counter(each.reason for each in left if self._bought(each))

    async def claim(self, member: MemberId, sku: str, guild: GuildId) -> None:
        """What they have bought counts in this guild."""
        waiting = await self.waiting(member, sku)
        await self.choose(member, sku, guild)
        for each in waiting:
            await self._inbox.retry(each)

    async def look_again(self, sku: str) -> None:
        """Take in all that was bought before it stood for a package, or while that was unclear."""
        try:
            for each in await self._entitlements.of_sku(sku):
                await self._inbox.receive(self._provider, each)
            for waiting in await self._inbox.waiting(self._provider.name):
                if self._is_of(waiting, sku):
                    await self._inbox.retry(waiting)
        except (ProviderError, BooksUnavailable) as error:
            log.warning("own_shop.not_looked_at", sku=sku, error=str(error))  # the next list will

    async def hear(self, kind: str, thing: Mapping[str, object]) -> None:
        """Take in what the gateway tells. What goes wrong is found in the next list."""
        try:
            event = self._entitlements.hear(kind, thing)
            await self._inbox.receive(self._provider, event)
        except (WebhookRejected, BooksUnavailable) as error:
            log.warning("own_shop.not_heard", kind=kind, error=str(error))

    def _is_of(self, inbox_event: InboxEvent, sku: str, member: MemberId | None = None) -> bool:
        """Whether a message that waits is about this SKU, and of this member."""
        return any(
            each.sku == sku and member in (None, each.member) for each in self._bought(inbox_event)
        )

    def _bought(self, inbox_event: InboxEvent) -> list[Bought]:
        """What a message says that was bought."""
        events = self._provider.events
        if events is None:
            return []
        try:
            found = events.read(inbox_event.body).found
        except WebhookRejected:
            return []
        return [each.bought for each in found if each.bought is not None]


def shop_front_of(
    providers: Mapping[str, PaymentProvider],
    inbox: Inbox,
    choices: SkuChoices,
    flags: Flags,
    clock: Clock,
) -> ShopFront | None:
    """The front of the provider that has a shop of its own; None if none has."""
    for each in providers.values():
        if each.entitlements is not None:
            return ShopFront(
                each,
                each.entitlements,
                inbox=inbox,
                choices=choices,
                flags=flags,
                clock=clock,
            )
    return None
