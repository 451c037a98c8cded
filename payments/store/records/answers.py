"""Forgetting the tokens with which answers can be changed, once they are no longer needed."""

from sqlalchemy import Connection, delete

from payments.domain.values.ids import PaymentId
from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.tables import answers


class Answers:
    """The tokens that are kept; reads are in `Queries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(self, payment: PaymentId) -> None:
        """Delete the token of one payment's answer."""

        def work(connection: Connection) -> None:
            connection.execute(delete(answers).where(answers.c.payment_id == payment))

        await self._database.transact(work)

    async def forget_expired(self, now: Instant) -> int:
        """Delete all tokens that Discord has forgotten by now. Returns how many there were."""

        def work(connection: Connection) -> int:
            return connection.execute(delete(answers).where(answers.c.until <= now)).rowcount

        return await self._database.transact(work)
