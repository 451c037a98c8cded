"""What the shop knows, and the one place where its events are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from payments.domain.values.time import Clock, to_seconds
from sandbox.base.common import Json, NotPossible
from sandbox.base.ids import RandomTexts
from sandbox.discord_shop import errors
from sandbox.discord_shop.line import Line
from sandbox.discord_shop.objects import Entitlement, Sku
from sandbox.discord_shop.webhooks import Event, EventDispatcher, Signer, Webhook

CREATED, UPDATED, DELETED = "ENTITLEMENT_CREATE", "ENTITLEMENT_UPDATE", "ENTITLEMENT_DELETE"


@dataclass(slots=True, kw_only=True)
class State:
    """All objects by id, oldest first.

    Attributes:
        application: The id of the application that sells.
        new_id: A snowflake that was never used.
        people: The names of those who may buy, by id; read again for each purchase.
        line: Tells the bot by the gateway.
        signer: Signs webhook events.
        webhooks: The address that gets them, at most one, under the name `events`.
        changed: Called after everything that happens.
    """

    application: int
    clock: Clock
    new_id: Callable[[], int]
    people: Callable[[], Mapping[int, str]]
    line: Line
    signer: Signer
    changed: Callable[[], None] = lambda: None
    texts: RandomTexts = field(default_factory=RandomTexts)
    dispatcher: EventDispatcher | None = None
    skus: dict[int, Sku] = field(default_factory=dict)
    entitlements: dict[int, Entitlement] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)

    def now(self) -> int:
        """The time in whole Unix seconds."""
        return to_seconds(self.clock())

    def sku(self, identity: int, status: int = 404) -> Sku:
        """A SKU.

        Raises:
            Refused: There is none with this id.
        """
        if identity not in self.skus:
            raise errors.unknown_sku(status)
        return self.skus[identity]

    def entitlement(self, identity: int) -> Entitlement:
        """An entitlement, deleted or not.

        Raises:
            Refused: There is none with this id.
        """
        if identity not in self.entitlements:
            raise errors.unknown_entitlement()
        return self.entitlements[identity]

    def person(self, identity: int) -> str:
        """The name of somebody who may buy.

        Raises:
            NotPossible: There is nobody with this id.
        """
        people = self.people()
        if identity not in people:
            raise NotPossible(f"there is no user {identity}")
        return people[identity]

    async def emit(self, event_type: str, entitlement: Entitlement) -> None:
        """Tell what happened to an entitlement, by webhook and by the gateway."""
        self.post(event_type, entitlement.told())
        self.changed()
        await self.line.send(event_type, entitlement.render(), entitlement.guild)

    def post(self, event_type: str, data: Json) -> Event | None:
        """Send a webhook event; None if a plan prevents it."""
        if self.dispatcher is not None and self.dispatcher.prevents(event_type):
            return None
        event = Event(
            id=self.texts.uuid(),
            type=event_type,
            at=self.clock(),
            application=self.application,
            data=data,
        )
        self.events[event.id] = event
        if self.dispatcher is not None:
            self.dispatcher.dispatch(event)
        return event
