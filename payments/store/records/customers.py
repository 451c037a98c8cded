"""Which customer a member is at a provider, and which purchase carries them: ids, nothing else."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_leave
from payments.store.tables import customers


class CustomerKey(NamedTuple):
    """Whose customer, where: live and test mode have their own."""

    provider: str
    livemode: bool
    member: MemberId


class KnownCustomer(NamedTuple):
    """A member's customer.

    Attributes:
        id: The provider's.
        lent_to: The last payment whose checkout was opened for it, if any.
        lent_until: When that checkout lapses at the latest.
    """

    id: str
    lent_to: PaymentId | None = None
    lent_until: Instant | None = None


class CustomerIds:
    """Keeps the ids of customers.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, key: CustomerKey) -> KnownCustomer | None:
        """The customer of a member, if there is one."""
        return await self._database.reader.read(lambda connection: _find(connection, key))

    async def keep(self, key: CustomerKey, made: str, *, instead_of: str | None) -> KnownCustomer:
        """Keep a customer that was made: the first one, or in the place of one that is gone.

        Returns:
            The one that counts: that of another purchase, if it came first.
        """
        row = {**_columns(key), "customer": made, "lent_to": None, "lent_until": None}

        def work(connection: Connection) -> KnownCustomer:
            insert_or_leave(connection, customers, [row])
            gone = _is(key), customers.c.customer == (instead_of or "")
            fresh = {"customer": made, "lent_to": None, "lent_until": None}
            connection.execute(update(customers).where(*gone).values(**fresh))
            found = _find(connection, key)
            if found is None:
                raise LookupError("a customer was kept and is not there")
            return found

        return await self._database.transact(work)

    async def lend(
        self, key: CustomerKey, seen: KnownCustomer, payment: PaymentId, until: Instant
    ) -> bool:
        """Let the checkout of a payment carry a customer, if nothing has changed since it was seen.

        Returns:
            Whether it may; False if another checkout was faster.
        """
        same = (
            customers.c.customer == seen.id,
            customers.c.lent_to.is_not_distinct_from(seen.lent_to),
        )

        def work(connection: Connection) -> bool:
            lent = {"lent_to": payment, "lent_until": until}
            done = connection.execute(update(customers).where(_is(key), *same).values(**lent))
            return done.rowcount == 1

        return await self._database.transact(work)

    async def forget_all(self) -> None:
        """Forget all: another installation has customers of its own."""
        await self._database.transact(lambda connection: connection.execute(delete(customers)))


def _columns(key: CustomerKey) -> dict[str, Any]:
    return {
        "provider": key.provider,
        "livemode": int(key.livemode),
        "member_id": key.member,
    }


def _is(key: CustomerKey) -> ColumnElement[bool]:
    return and_(*(customers.c[name] == value for name, value in _columns(key).items()))


def _find(connection: Connection, key: CustomerKey) -> KnownCustomer | None:
    columns = customers.c.customer, customers.c.lent_to, customers.c.lent_until
    row = connection.execute(select(*columns).where(_is(key))).first()
    return None if row is None else KnownCustomer(*row)
