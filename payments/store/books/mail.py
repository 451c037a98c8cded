"""Where buyers get mail, as their payments tell it."""

from typing import Any

from sqlalchemy import Select, select

from payments.store.books.writer import Writing
from payments.store.statements.bulk import insert_or_leave
from payments.store.statements.compiled import one_of, read
from payments.store.tables import mail_addresses, mail_stops


def write_addresses(writing: Writing) -> None:
    """Write addresses of payments, but for those that get no mail any more; the first one stays."""
    buyers = writing.books.changes.buyers
    if not buyers:
        return
    fingerprints = sorted({each.fingerprint for each in buyers.values()})
    found = read(writing.connection, _stopped_query, fingerprints=fingerprints)
    stopped = {row["fingerprint"] for row in found}
    rows = []
    for payment, buyer in buyers.items():
        if buyer.fingerprint in stopped:
            continue
        whose = writing.books.payment(payment)
        rows.append(
            {
                "guild_id": whose.guild,
                "payment_id": whose.id,
                "member_id": whose.member,
                "encrypted": buyer.encrypted,
                "fingerprint": buyer.fingerprint,
                "noted_at": buyer.noted_at,
                "ends_at": buyer.ends_at,
            }
        )
    insert_or_leave(writing.connection, mail_addresses, rows)


def _stopped_query() -> Select[Any]:
    return select(mail_stops.c.fingerprint).where(one_of(mail_stops.c.fingerprint, "fingerprints"))
