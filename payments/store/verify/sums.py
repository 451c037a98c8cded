"""Sums that several checks compare."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Subquery,
    func,
    select,
    union_all,
)

from payments.domain.values.orders import OrderState
from payments.store.tables import (
    transfers,
)

OPEN = [state.value for state in OrderState if state.is_open]
"""The states of orders that have not ended."""


def total_of(column: ColumnElement[int]) -> ColumnElement[int]:
    """A column's sum, 0 where there are no rows."""
    return func.coalesce(func.sum(column), 0)


def or_none(column: ColumnElement[int]) -> ColumnElement[int]:
    """A number that was not found is 0."""
    return func.coalesce(column, 0)


def movements() -> Subquery:
    """Each account's sum of transfers: what came in less what went out."""
    incoming = select(
        transfers.c.guild_id, transfers.c.destination.label("owner"), transfers.c.points
    )
    outgoing = select(
        transfers.c.guild_id,
        transfers.c.source.label("owner"),
        (-transfers.c.points).label("points"),
    )
    both = union_all(incoming, outgoing).subquery()
    return (
        select(both.c.guild_id, both.c.owner, func.sum(both.c.points).label("points"))
        .group_by(both.c.guild_id, both.c.owner)
        .subquery("movements")
    )


def member_sums(
    table: FromClause, column: ColumnElement[int], label: str, *where: ColumnElement[bool]
) -> Subquery:
    """A column's sum for each member of each guild, under a label."""
    query = select(table.c.guild_id, table.c.member_id, func.sum(column).label(label))
    return query.where(*where).group_by(table.c.guild_id, table.c.member_id).subquery(label)


def rows_of(connection: Connection, query: Any) -> Iterator[Any]:  # noqa: ANN401 - any select
    """The rows of a query, a thousand at a time."""
    yield from connection.execution_options(yield_per=1000).execute(query).mappings()
