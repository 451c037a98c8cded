"""Calls to providers from rows of their table, and back."""

from typing import Any

from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus, ProviderCall
from payments.domain.values.time import Instant
from payments.store.rows.row import Row


def call_from(row: Row) -> ProviderCall:
    """A row of `provider_calls`."""
    return ProviderCall(
        key=CallKey(row["provider"], CallKind(row["kind"]), row["object_id"]),
        guild=GuildId(row["guild_id"]),
        payment=PaymentId(row["payment_id"]),
        request=row["request"],
        until=None if row["until"] is None else Instant(row["until"]),
        attempt=row["attempt"],
        status=CallStatus(row["status"]),
        noted_at=Instant(row["noted_at"]),
    )


def call_row(call: ProviderCall) -> dict[str, Any]:
    """A row for `provider_calls`."""
    return {
        "provider": call.key.provider,
        "object_id": call.key.object,
        "kind": call.key.kind,
        "guild_id": call.guild,
        "payment_id": call.payment,
        "request": call.request,
        "until": call.until,
        "attempt": call.attempt,
        "status": call.status,
        "noted_at": call.noted_at,
    }
