"""Who may not buy for now, in the database."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Select, delete, or_, select

from payments.domain.books import ACCOUNTS, BARS
from payments.domain.values.ids import AccountKey, GuildId, MemberId, PaymentId
from payments.store import tables
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.statements.bulk import insert
from payments.store.statements.compiled import read
from payments.store.statements.key_filter import Keys, among


@loads(BARS, guards=ACCOUNTS.all_of)
def load_bars(
    loading: Loading, members: AbstractSet[AccountKey]
) -> dict[AccountKey, tuple[PaymentId, ...]]:
    """The lost payments for which each member may not buy; guarded by the member's account."""
    barred: dict[AccountKey, tuple[PaymentId, ...]] = dict.fromkeys(members, ())
    if barred:
        wanted = Keys("owner", barred)
        for row in read(loading.connection, _purchase_bans_query, wanted.guilds, **wanted.values):
            key = AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"]))
            barred[key] = (*barred[key], PaymentId(row["payment_id"]))
    return barred


def _purchase_bans_query(guilds: int) -> Select[Any]:
    bars = tables.bars
    theirs = among("owner", guilds, bars.c.guild_id, bars.c.member_id)
    return select(bars).where(or_(*theirs)).order_by(*bars.primary_key.columns)


@writes(BARS)
def write_bars(writing: Writing, changed: Mapping[AccountKey, tuple[PaymentId, ...]]) -> None:
    """Write for which payments members may not buy by now."""
    connection = writing.connection
    bars = tables.bars
    for key, payments in changed.items():
        theirs = (bars.c.guild_id == key.guild) & (bars.c.member_id == key.owner)
        connection.execute(delete(bars).where(theirs))
        barred = [
            {"guild_id": key.guild, "member_id": key.owner, "payment_id": each} for each in payments
        ]
        insert(connection, bars, barred)
