"""A database with something encrypted in each column that keeps such."""

from sqlalchemy import Connection, insert

from payments.infra.encryption import Encryptor, new_key
from payments.store.engine.database import Database
from payments.store.tables import answers, subscribers
from tests.support.make import GUILD, START

OLD, NEW, LOST = new_key(), new_key(), new_key()
ENCRYPTOR = Encryptor([NEW, OLD])


async def fill(database: Database, key: str, names: list[str]) -> None:
    old = Encryptor([key])

    def work(connection: Connection) -> None:
        for name in names:
            connection.execute(
                insert(answers).values(
                    payment_id=name, sealed=old.encrypt(f"token {name}"), until=START
                )
            )
            connection.execute(
                insert(subscribers).values(
                    guild_id=GUILD,
                    subscriber_id=name,
                    host="example.com",
                    kinds="[]",
                    sealed=old.encrypt(f"address {name}"),
                    active=1,
                )
            )

    await database.transact(work)
