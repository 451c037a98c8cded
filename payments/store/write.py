"""Writing what a batch changed: one statement for each table."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, update

from payments.commands.base import Command
from payments.domain.books import Books, Slice
from payments.domain.events import Event
from payments.domain.guilds import Audience
from payments.domain.ids import AccountKey, LotId
from payments.domain.ledger import TransferKind
from payments.domain.time import later
from payments.store import rows, tables
from payments.store.codec import encode
from payments.store.dialect import DELIVERIES, notify
from payments.store.guilds import load_audiences, write_guilds
from payments.store.paces import write_paces
from payments.store.references import write_references
from payments.store.rowwise import insert, insert_or_add, insert_or_update, update_by_key
from payments.store.troubles import write_troubles

NONCE_BYTES: Final = 12
"""As hexadecimal digits just within the 25 characters that Discord takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where an event is to be delivered.

    Attributes:
        channel: The way there.
        queue: Which workers take it there: those of one queue never wait for another's.
        lane: Deliveries of one lane keep their order, if it is in one.
        target: To whom, if the channel leads to several.
        wait: How long it waits for others that are told in the same message. Microseconds.
    """

    channel: str
    queue: str
    lane: str | None = None
    target: str | None = None
    wait: int = 0


Route = Callable[[Event, Audience], Iterable[Destination]]
"""Where an event is delivered, given who else wants to hear of the guild's events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A command that succeeded, with its content and what it returned as JSON."""

    command: Command[Any]
    content: str
    result: str


def write(
    connection: Connection, loaded: Slice, books: Books, done: Sequence[Done], route: Route
) -> None:
    """Write all that the commands of a batch changed; the order satisfies the foreign keys."""
    _write_commands(connection, done)
    write_guilds(connection, books.guilds.changed.values())
    _write_payments(connection, loaded, books)
    _write_references(connection, loaded, books)
    write_troubles(connection, books.troubles.changed)
    _write_accounts(connection, books)
    write_paces(connection, books.paces.changed)
    _write_lots(connection, loaded, books)
    _write_transfers(connection, books)
    _write_holds(connection, loaded, books)
    _write_bars(connection, books)
    _write_incoming(connection, books)
    _write_events(connection, books, route)


def _write_commands(connection: Connection, done: Iterable[Done]) -> None:
    stored, audited = [], []
    for each in done:
        command = each.command
        common = {
            "command_key": command.key,
            "guild_id": command.guild,
            "actor": command.actor,
            "at": command.at,
        }
        stored.append(
            common | {"kind": command.kind, "content": each.content, "result": each.result}
        )
        audited.append(common | {"action": command.kind, "outcome": each.result})
    insert(connection, tables.commands, stored)
    insert(connection, tables.audit, audited)


def _write_payments(connection: Connection, loaded: Slice, books: Books) -> None:
    new, changed, refunds, disputes = [], [], [], []
    for payment in books.payments.changed.values():
        if payment is None:
            continue
        key = {"guild_id": payment.guild, "payment_id": payment.id}
        before = loaded.payments.get(payment.id)
        if before is None:
            new.append(rows.new_payment_row(payment))
        else:
            changed.append(key | rows.payment_facts(payment))
        known = {*before.refunds, *before.disputes} if before else set()
        refunds += [rows.refund_row(payment, x) for x in payment.refunds if x not in known]
        disputes += [rows.dispute_row(payment, x) for x in payment.disputes if x not in known]
    insert(connection, tables.payments, new)
    update_by_key(connection, tables.payments, changed)
    insert_or_update(connection, tables.refunds, refunds)
    insert_or_update(connection, tables.disputes, disputes)
    answers = [
        {"payment_id": each.payment, "sealed": each.sealed, "until": each.until}
        for each in books.changes.answers.values()
    ]
    insert(connection, tables.answers, answers)


def _write_references(connection: Connection, loaded: Slice, books: Books) -> None:
    write_references(
        connection,
        (
            (each, books.payment(payment).guild, payment)
            for each, payment in books.references.changed.items()
            if payment is not None and loaded.references.get(each) is None
        ),
    )


def _write_accounts(connection: Connection, books: Books) -> None:
    update_by_key(
        connection,
        tables.accounts,
        [
            {
                "guild_id": account.key.guild,
                "member_id": account.key.owner,
                "balance": account.balance,
                "debt": sum(books.holds[debt].owed for debt in account.debts),
                "reached": account.reached,
            }
            for account in books.accounts.changed.values()
        ],
    )


def _write_lots(connection: Connection, loaded: Slice, books: Books) -> None:
    moved: Counter[LotId] = Counter()
    for entry in books.changes.entries:
        moved[entry.lot] += entry.points
    open_before: dict[LotId, int] = {
        lot.id: lot.remaining
        for key in {lot.account for lot in books.changes.lots.values()}
        for lot in _lots_before(loaded, key)
    }
    known, others = [], []
    for lot_id, lot in books.changes.lots.items():
        if lot_id in open_before:
            remaining = open_before[lot_id] + moved[lot_id]
            known.append(
                {
                    "guild_id": lot.account.guild,
                    "lot_id": lot_id,
                    "remaining": remaining,
                    "opened_at": lot.opened_at,
                }
            )
        else:
            others.append(rows.lot_row(lot, moved[lot_id]))
    update_by_key(connection, tables.lots, known)
    insert_or_add(connection, tables.lots, others, "remaining", newest="opened_at")
    _add_lapsed(connection, books)


def _add_lapsed(connection: Connection, books: Books) -> None:
    lapses = {each.id for each in books.changes.transfers if each.kind is TransferKind.LAPSE}
    lapsed = [
        {
            "key_guild": books.changes.lots[entry.lot].account.guild,
            "key_lot": entry.lot,
            "more": -entry.points,
        }
        for entry in books.changes.entries
        if entry.transfer in lapses
    ]
    if lapsed:
        lots = tables.lots
        statement = (
            update(lots)
            .where(lots.c.guild_id == bindparam("key_guild"), lots.c.lot_id == bindparam("key_lot"))
            .values(lapsed=lots.c.lapsed + bindparam("more"))
        )
        connection.execute(statement, lapsed)


def _lots_before(loaded: Slice, key: AccountKey) -> Iterable[Any]:
    account = loaded.accounts.get(key)
    return account.lots if account else ()


def _write_transfers(connection: Connection, books: Books) -> None:
    changes = books.changes
    insert(connection, tables.transfers, [rows.transfer_row(each) for each in changes.transfers])
    guilds = {transfer.id: transfer.source.guild for transfer in changes.transfers}
    positions: Counter[str] = Counter()
    entries = []
    for entry in changes.entries:
        entries.append(
            {
                "guild_id": guilds[entry.transfer],
                "transfer_id": entry.transfer,
                "position": positions[entry.transfer],
                "lot_id": entry.lot,
                "points": entry.points,
                "debt": entry.debt,
            }
        )
        positions[entry.transfer] += 1
    insert(connection, tables.lot_entries, entries)


def _write_holds(connection: Connection, loaded: Slice, books: Books) -> None:
    new, changed = [], []
    for hold in books.holds.changed.values():
        row = rows.hold_row(hold)
        if hold.id not in loaded.holds:
            new.append(row)
        elif hold != loaded.holds[hold.id]:
            changed.append(
                {name: row[name] for name in ("guild_id", "hold_id", "released", "burned", "owed")}
            )
    insert(connection, tables.holds, new)
    update_by_key(connection, tables.holds, changed)
    insert_or_update(
        connection,
        tables.repayments,
        [
            {
                "guild_id": repayment.lot.account.guild,
                "debt": repayment.debt,
                "lot_id": lot,
                "points": repayment.points,
            }
            for repaid in books.repayments.changed.values()
            for lot, repayment in repaid.items()
        ],
    )


def _write_bars(connection: Connection, books: Books) -> None:
    bars = tables.bars
    for key, payments in books.bars.changed.items():
        theirs = (bars.c.guild_id == key.guild) & (bars.c.member_id == key.owner)
        connection.execute(delete(bars).where(theirs))
        barred = [
            {"guild_id": key.guild, "member_id": key.owner, "payment_id": each} for each in payments
        ]
        insert(connection, bars, barred)


def _write_incoming(connection: Connection, books: Books) -> None:
    insert_or_update(
        connection,
        tables.provider_events,
        [
            {
                "provider": each.provider,
                "event_id": each.id,
                "kind": each.kind,
                "body": each.body,
                "received_at": each.received_at,
                "status": each.status,
                "reason": each.reason,
                "attempts": each.attempts,
                "retry_at": each.retry_at,
            }
            for each in books.changes.incoming.values()
        ],
        never_less="attempts",
    )


def _write_events(connection: Connection, books: Books, route: Route) -> None:
    audiences = load_audiences(connection, {noted.event.guild for noted in books.changes.events})
    events, deliveries = [], []
    for noted in books.changes.events:
        event = noted.event
        key = {"guild_id": event.guild, "event_id": noted.id}
        events.append(
            key
            | {
                "name": event.name,
                "body": encode(type(event), event),
                "command_key": noted.command,
                "at": event.at,
            }
        )
        deliveries += [
            key
            | {
                "channel": destination.channel,
                "queue": destination.queue,
                "lane": destination.lane,
                "target": destination.target,
                "nonce": secrets.token_hex(NONCE_BYTES),
                "priority": event.priority,
                "status": "waiting",
                "attempts": 0,
                "postponements": 0,
                "created_at": event.at,
                "due_at": later(event.at, destination.wait),
            }
            for destination in route(event, audiences[event.guild])
        ]
    insert(connection, tables.events, events)
    insert(connection, tables.deliveries, deliveries)
    if deliveries:
        notify(connection, DELIVERIES)
