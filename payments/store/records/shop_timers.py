"""Which orders, reminders and roles are due."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    exists,
    select,
    text,
)

from payments.commands.base import SYSTEM, Command
from payments.commands.shop.end import EndOrder, RemindOfOrder
from payments.commands.shop.roles import EndRole
from payments.commands.timer import Due
from payments.domain.values.ids import GuildId, OrderId
from payments.domain.values.time import Instant
from payments.store import rows
from payments.store.engine.database import Database
from payments.store.rows.shop import role_key_from
from payments.store.tables import orders, refused_timers, role_terms

ORDER = "order"
REMINDER = "reminder"
ROLE = "role"


class _Rows:
    """Rows whose time has come."""

    def __init__(
        self,
        database: Database,
        query: Select[Any],
        make: Callable[[rows.Row, Instant], Due],
    ) -> None:
        self._database = database
        self._query = query
        self._make = make

    async def due(self, now: Instant, limit: int) -> list[Due]:
        """Those that are due, up to a limit, the longest due first."""
        found = await self._database.reader.read(
            lambda connection: (
                connection.execute(self._query, {"now": now, "most": limit}).mappings().all()
            )
        )
        return [self._make(row, now) for row in found]


class EndingOrders(_Rows):
    """Open orders whose time is over."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, _due(ORDER, orders, orders.c.order_id, orders.c.due_at), _end)


class RemindedOrders(_Rows):
    """Orders that wait for somebody, half of whose time is over."""

    def __init__(self, database: Database) -> None:
        query = _due(REMINDER, orders, orders.c.order_id, orders.c.remind_at)
        super().__init__(database, query, _remind)


class EndingRoles(_Rows):
    """Roles whose time is over."""

    def __init__(self, database: Database) -> None:
        name = cast(role_terms.c.member_id, Text) + ":" + cast(role_terms.c.role_id, Text)
        super().__init__(database, _due(ROLE, role_terms, name, role_terms.c.ends_at), _end_role)


def _due(kind: str, table: Table, name: Any, at: Column[int]) -> Select[Any]:  # noqa: ANN401 - an expression
    refused = exists().where(
        refused_timers.c.kind == text(f"'{kind}'"),
        refused_timers.c.guild_id == table.c.guild_id,
        refused_timers.c.object == name,
        refused_timers.c.due_at == at,
    )
    return (
        select(table)
        .where(at.is_not(None), at <= bindparam("now", type_=BigInteger), ~refused)
        .order_by(at, *table.primary_key.columns)
        .limit(bindparam("most"))
    )


def _of_order(
    row: rows.Row, now: Instant, kind: str, at: Instant, make: type[EndOrder | RemindOfOrder]
) -> Due:
    guild, order = GuildId(row["guild_id"]), OrderId(row["order_id"])
    command: Command[bool] = make(
        key=make.key_of(order, at), at=now, actor=SYSTEM, guild=guild, order=order, due=at
    )
    return Due(kind=kind, guild=guild, object=order, at=at, command=command)


def _end(row: rows.Row, now: Instant) -> Due:
    return _of_order(row, now, ORDER, Instant(row["due_at"]), EndOrder)


def _remind(row: rows.Row, now: Instant) -> Due:
    return _of_order(row, now, REMINDER, Instant(row["remind_at"]), RemindOfOrder)


def _end_role(row: rows.Row, now: Instant) -> Due:
    key, at = role_key_from(row), Instant(row["ends_at"])
    command = EndRole(
        key=EndRole.key_of(key, at),
        at=now,
        actor=SYSTEM,
        guild=key.guild,
        member=key.member,
        role=key.role,
        due=at,
    )
    name = f"{key.member}:{key.role}"
    return Due(kind=ROLE, guild=key.guild, object=name, at=at, command=command)
