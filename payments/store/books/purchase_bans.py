"""Who may not buy for now, in the database."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Select, delete, or_, select

from payments.domain.books import ACCOUNTS, PURCHASE_BANS
from payments.domain.values.ids import AccountKey, GuildId, MemberId, PaymentId
from payments.store import tables
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.statements.bulk import insert
from payments.store.statements.compiled import read
from payments.store.statements.key_filter import KeyPairs, among


@loads(PURCHASE_BANS, guards=ACCOUNTS.all_of)
def load_purchase_bans(
    loading: Loading, members: AbstractSet[AccountKey]
) -> dict[AccountKey, tuple[PaymentId, ...]]:
    """The lost payments for which each member may not buy; guarded by the member's account."""
    banned: dict[AccountKey, tuple[PaymentId, ...]] = dict.fromkeys(members, ())
    if banned:
        wanted = KeyPairs("owner", banned)
        for row in read(loading.connection, _purchase_bans_query, wanted.guilds, **wanted.values):
            key = AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"]))
            banned[key] = (*banned[key], PaymentId(row["payment_id"]))
    return banned


def _purchase_bans_query(guilds: int) -> Select[Any]:
    bars = tables.bars
    theirs = among("owner", guilds, bars.c.guild_id, bars.c.member_id)
    return select(bars).where(or_(*theirs)).order_by(*bars.primary_key.columns)


@writes(PURCHASE_BANS)
def write_purchase_bans(
    writing: Writing, changed: Mapping[AccountKey, tuple[PaymentId, ...]]
) -> None:
    """Write for which payments members may not buy by now."""
    connection = writing.connection
    bars = tables.bars
    for key, payments in changed.items():
        theirs = (bars.c.guild_id == key.guild) & (bars.c.member_id == key.owner)
        connection.execute(delete(bars).where(theirs))
        banned = [
            {"guild_id": key.guild, "member_id": key.owner, "payment_id": each} for each in payments
        ]
        insert(connection, bars, banned)
