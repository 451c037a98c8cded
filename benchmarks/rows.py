"""The rows that a paid purchase leaves behind, for the handlers that ours is compared with."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import RowMapping, Table

from benchmarks.senders import Paid
from payments.domain.values.ids import House
from payments.store import tables

MATURITY = 72 * 3600 * 1_000_000

Row = dict[str, Any]


def message(provider: str, paid: Paid, body: str, now: int) -> Row:
    """The provider's message as it came."""
    return {
        "provider": provider,
        "event_id": paid.event,
        "kind": paid.kind,
        "body": body,
        "received_at": now,
        "status": "handled",
        "reason": "",
        "attempts": 1,
    }


def arrived(paid: Paid, now: int) -> Row:
    """What changes of the payment."""
    return {
        "session": paid.checkout,
        "checkout": "complete",
        "money": "paid",
        "paid": paid.minor,
        "intent": paid.intent,
        "credited_at": now,
    }


def credited(
    provider: str, payment: RowMapping | Row, paid: Paid, now: int
) -> Iterator[tuple[Table, Row]]:
    """What is added, in an order that foreign keys allow; the account is there already."""
    guild, member, key = payment["guild_id"], payment["member_id"], paid.event
    ids = [hashlib.blake2b(f"{key}{n}".encode(), digest_size=16).hexdigest() for n in range(4)]
    about = {"guild": guild, "member": member, "at": now, "payment": payment["payment_id"]}
    common = {"guild_id": guild, "at": now, "actor": f"provider:{provider}", "command_key": key}
    yield (
        tables.commands,
        common | {"kind": "provider_event.record", "content": json.dumps(about), "result": "{}"},
    )
    yield tables.audit, common | {"action": "provider_event.record", "outcome": "{}"}
    for kind, name in (("checkout", paid.checkout), ("intent", paid.intent)):
        yield (
            tables.provider_references,
            {
                "provider": provider,
                "object_id": name,
                "kind": kind,
                "guild_id": guild,
                "payment_id": payment["payment_id"],
            },
        )
    yield from _point_rows(payment, ids, key, now)
    yield from _event_rows(guild, ids[2:], json.dumps(about), key, now)


def _point_rows(
    payment: RowMapping | Row, ids: list[str], key: str, now: int
) -> Iterator[tuple[Table, Row]]:
    """The lot, and the transfer into it."""
    guild, member, points = payment["guild_id"], payment["member_id"], payment["points"]
    yield (
        tables.lots,
        {
            "guild_id": guild,
            "lot_id": ids[0],
            "member_id": member,
            "kind": "paid",
            "payment_id": payment["payment_id"],
            "matures_at": now + MATURITY,
            "opened_at": now,
            "remaining": points,
            "lapsed": 0,
        },
    )
    yield (
        tables.transfers,
        {
            "guild_id": guild,
            "transfer_id": ids[1],
            "kind": "purchase",
            "source": House.ISSUED.value,
            "destination": member,
            "points": points,
            "at": now,
            "command_key": key,
            "payment_id": payment["payment_id"],
            "note": "",
        },
    )
    yield (
        tables.lot_entries,
        {
            "guild_id": guild,
            "transfer_id": ids[1],
            "position": 0,
            "lot_id": ids[0],
            "points": points,
        },
    )


def _event_rows(
    guild: int, ids: list[str], body: str, key: str, now: int
) -> Iterator[tuple[Table, Row]]:
    for event_id, name in zip(ids, ("payment.success", "points.awarded"), strict=True):
        yield (
            tables.events,
            {
                "guild_id": guild,
                "event_id": event_id,
                "name": name,
                "body": body,
                "command_key": key,
                "at": now,
            },
        )
    for channel in ("answer", "dm"):
        yield (
            tables.deliveries,
            {
                "guild_id": guild,
                "event_id": ids[0],
                "channel": channel,
                "priority": 1,
                "status": "waiting",
                "attempts": 0,
                "postponements": 0,
                "created_at": now,
                "due_at": now,
            },
        )
