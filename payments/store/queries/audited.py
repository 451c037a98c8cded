"""What stands behind the rows of the audit log: what was asked for, and what it is about."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import select

from payments.commands.payments.adopt import AdoptPayment
from payments.commands.payments.apply_update import ApplyCheckoutLookup
from payments.commands.payments.buy import InitiatePayment
from payments.commands.payments.inbox import RecordProviderEvent
from payments.commands.points.grant_proposals import DECIDED, DeclineGrant
from payments.domain.values.guilds import Package
from payments.domain.values.ids import CommandKey, GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.store import tables
from payments.store.queries.audit import ActionQueries, AuditLine
from payments.store.queries.audited_orders import AuditedOrderQueries, OrderedItem
from payments.store.queries.payments import PaymentQueries

_UPDATES: Final = frozenset({RecordProviderEvent.kind, ApplyCheckoutLookup.kind})
"""Commands that return the payment whose points they moved."""

_BEGINNINGS: Final = frozenset({InitiatePayment.kind, AdoptPayment.kind})
"""Commands that return the payment that they begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditBody:
    """What of a command people want to know, whatever its kind; what it lacks is none.

    Attributes:
        member: Whose points it moves, or who may buy again.
        recipient: Who gets them from that member.
        asked_by: The moderator who asked for what another one approved.
        points: How many.
        note: Why, in somebody's words; so are reasons.
        amount: How much goes back; older versions kept the number alone, in the payment's currency.
        package: The package that is bought, or the id of the one that is changed.
        payment: Which one it is about.
        refund: Our id of the refund that it is about.
        is_fraud: Whether that refund is for fraud.
        provider: Who was asked, or refused something.
        integration: A service that did not do well; `is_over` if it does again.
        host: Of a subscriber.
        subscriber: Which one.
        name: What was added is called.
        number: How many codes were added.
        setting: Which setting is reported.
        channel: Which channel is.
        settings: What all settings are to be.
        before: What they were.
        undone: The key of what was taken back.
        item: Which item it is about.
        order: Which order it is about.
        role: Which role it is about.
        told: What a provider said of a refund or dispute, as the version of then stored it.
    """

    member: MemberId | None = None
    recipient: MemberId | None = None
    asked_by: MemberId | None = None
    points: int | None = None
    note: str = ""
    reason: str = ""
    amount: Money | int | None = None
    package: Package | str | None = None
    payment: PaymentId | None = None
    refund: str | None = None
    is_fraud: bool = False
    provider: str | None = None
    integration: str | None = None
    is_over: bool = False
    host: str | None = None
    subscriber: str | None = None
    name: str | None = None
    number: int | None = None
    setting: str | None = None
    channel: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None
    undone: CommandKey | None = None
    item: str | None = None
    order: str | None = None
    role: int | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


_BODIES: Final = TypeAdapter(AuditBody)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Something that was done, with what people want to know of it.

    Attributes:
        actor: Who did it: `member:123`, `provider:stripe`, `system`.
        action: What, by the command's kind.
        body: What was asked for.
        outcome: What came of it, as JSON has it.
        payment: The payment that it is about, if it is about one.
        host: Of the subscriber that it is about, if it is about one.
        item: What the item is called that it is about, if it is about one.
        order: What was ordered by whom, if it is about an order.
        about: What it took back or decided, if it did.
    """

    actor: str
    action: str
    body: AuditBody = AuditBody()
    outcome: Any = None
    payment: Payment | None = None
    host: str | None = None
    item: str | None = None
    order: OrderedItem | None = None
    about: "AuditEntry | None" = None


class _Stored(NamedTuple):
    """A command as the database has it."""

    actor: str
    action: str
    body: AuditBody
    outcome: Any

    @property
    def payment(self) -> PaymentId | None:
        """The payment that it is about, that it has begun, or whose points it moved."""
        if self.action in _BEGINNINGS:
            return PaymentId(self.outcome)
        moved = self.outcome.get("payment") if self.action in _UPDATES else None
        return self.body.payment if moved is None else PaymentId(moved)


class AuditedQueries(ActionQueries, PaymentQueries, AuditedOrderQueries):
    """What can be asked about what stands behind the audit log."""

    async def audited(self, guild: GuildId, lines: Sequence[AuditLine]) -> list[AuditEntry]:
        """What stands behind rows of the audit log, in their order.

        Args:
            guild: In whose books.
            lines: A page of its audit log.
        """
        stored = await self._stored(guild, {key for each in lines for key in _keys_of(each)})
        undone = {each.body.undone for each in stored.values() if each.body.undone}
        stored |= await self._stored(guild, undone - stored.keys())
        payments = await self._payments(guild, {each.payment for each in stored.values()})
        hosts = await self._hosts(guild, {each.body.subscriber for each in stored.values()})
        items = await self.item_names(guild, (each.body.item for each in stored.values()))
        orders = await self.ordered_items(guild, (each.body.order for each in stored.values()))

        def entry(action: str, actor: str, key: CommandKey) -> AuditEntry:
            found = stored.get(key)
            if found is None:
                return AuditEntry(actor=actor, action=action)
            about = _proposal_of(key) if action == DeclineGrant.kind else found.body.undone
            known = None if about is None else stored.get(about)
            return AuditEntry(
                actor=actor,
                action=action,
                body=found.body,
                outcome=found.outcome,
                payment=None if found.payment is None else payments.get(found.payment),
                host=found.body.host or hosts.get(found.body.subscriber or ""),
                item=items.get(found.body.item or ""),
                order=orders.get(found.body.order or ""),
                about=None
                if known is None or about is None
                else entry(known.action, known.actor, about),
            )

        return [entry(each.action, each.actor, each.key) for each in lines]

    async def _stored(
        self, guild: GuildId, keys: Collection[CommandKey]
    ) -> dict[CommandKey, _Stored]:
        commands = tables.commands
        query = select(commands).where(
            commands.c.guild_id == guild, commands.c.command_key.in_(sorted(keys))
        )
        return {
            CommandKey(row["command_key"]): _Stored(
                actor=row["actor"],
                action=row["kind"],
                body=_BODIES.validate_json(row["content"]),
                outcome=json.loads(row["result"]),
            )
            for row in (await self._mappings(query) if keys else ())
        }

    async def _payments(
        self, guild: GuildId, ids: Collection[PaymentId | None]
    ) -> dict[PaymentId, Payment]:
        payments, wanted = tables.payments, sorted(filter(None, ids))
        query = select(payments).where(
            payments.c.guild_id == guild, payments.c.payment_id.in_(wanted)
        )
        found = await self._whole(await self._mappings(query) if wanted else ())
        return {each.id: each for each in found}

    async def _hosts(self, guild: GuildId, ids: Collection[str | None]) -> dict[str, str]:
        subscribers, wanted = tables.subscribers, sorted(filter(None, ids))
        query = select(subscribers.c.subscriber_id, subscribers.c.host).where(
            subscribers.c.guild_id == guild, subscribers.c.subscriber_id.in_(wanted)
        )
        found = await self._mappings(query) if wanted else ()
        return {row["subscriber_id"]: row["host"] for row in found}


def _keys_of(line: AuditLine) -> tuple[CommandKey, ...]:
    """The keys of a row: its own, and that of the proposal that it decides."""
    if line.action == DeclineGrant.kind:
        return line.key, _proposal_of(line.key)
    return (line.key,)


def _proposal_of(decision: CommandKey) -> CommandKey:
    return CommandKey(decision.removesuffix(DECIDED))
