"""What members have begun and how often, as their commands need it."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, or_, select

from payments.domain.books import ACCOUNTS, PACES, UNPAID_PURCHASES
from payments.domain.values.ids import AccountKey, GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.quotas import CHECKOUT_LIFE, PaceKey, PaceKind, Unpaid
from payments.domain.values.time import Instant, later
from payments.store import rows, tables
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.statements.bulk import insert_or_update
from payments.store.statements.compiled import read
from payments.store.statements.key_filter import KeyPairs, among
from payments.store.tables.payments import UNPAID


@loads(UNPAID_PURCHASES, guards=ACCOUNTS.all_of)
def load_unpaid(
    loading: Loading, wanted: AbstractSet[AccountKey]
) -> dict[AccountKey, tuple[Unpaid, ...]]:
    """Each member's purchases that were begun and not paid, also lapsed ones, the oldest first.

    They are guarded by the member's account.
    """
    grouped: defaultdict[AccountKey, list[Unpaid]] = defaultdict(list)
    if wanted:
        keys = KeyPairs("owner", wanted)
        for row in read(loading.connection, _unpaid_query, keys.guilds, **keys.values):
            grouped[_account(row)].append(_unpaid(row))
    return {key: _by_purchase(grouped[key]) for key in wanted}


@loads(PACES, guards=lambda keys: ACCOUNTS.all_of(key.account for key in keys))
def load_paces(loading: Loading, wanted: AbstractSet[PaceKey]) -> dict[PaceKey, Instant | None]:
    """Each pace as it was left; None if it was never begun. Guarded by the member's account."""
    found: dict[PaceKey, Instant | None] = dict.fromkeys(wanted)
    if found:
        owners = {(key.account.guild, key.account.owner) for key in found}
        keys = KeyPairs("owner", owners)
        for row in read(loading.connection, _paces_query, keys.guilds, **keys.values):
            key = PaceKey(_account(row), PaceKind(row["kind"]))
            if key in found:
                found[key] = Instant(row["full_at"])
    return found


@writes(PACES)
def write_paces(writing: Writing, changed: Mapping[PaceKey, Instant | None]) -> None:
    """Write the paces that commands left otherwise."""
    insert_or_update(
        writing.connection,
        tables.paces,
        [
            {
                "guild_id": key.account.guild,
                "member_id": key.account.owner,
                "kind": key.kind,
                "full_at": full_at,
            }
            for key, full_at in changed.items()
            if full_at is not None
        ],
    )


def _unpaid_query(guilds: int) -> Select[Any]:
    payments = tables.payments
    theirs = among("owner", guilds, payments.c.guild_id, payments.c.member_id)
    return (
        select(payments)
        .where(or_(*theirs), UNPAID, payments.c.paid_instead.is_(None))
        .order_by(payments.c.created_at, payments.c.payment_id)
    )


def _paces_query(guilds: int) -> Select[Any]:
    paces = tables.paces
    return select(paces).where(or_(*among("owner", guilds, paces.c.guild_id, paces.c.member_id)))


def _by_purchase(unpaid: list[Unpaid]) -> tuple[Unpaid, ...]:
    """Each purchase once, in however many ways it was begun to be paid; until the last one ends."""
    found: dict[PaymentId, Unpaid] = {}
    for each in unpaid:
        known = found.setdefault(each.payment, each)
        found[each.payment] = replace(known, until=max(known.until, each.until))
    return tuple(found.values())


def _account(row: rows.Row) -> AccountKey:
    return AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"]))


def _unpaid(row: rows.Row) -> Unpaid:
    lapses = row["expires_at"] or later(Instant(row["created_at"]), CHECKOUT_LIFE)
    return Unpaid(
        payment=PaymentId(row["purchase_id"] or row["payment_id"]),
        package=PackageId(row["package_id"]),
        price=Money(minor=row["price_minor"], currency=row["currency"]),
        until=Instant(lapses),
    )
