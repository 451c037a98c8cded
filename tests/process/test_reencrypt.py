"""`guildbank reencrypt` as it is typed."""

from payments.infra.encryption import new_key
from payments.store.engine.database import open_database
from tests.process.conftest import Process
from tests.support.encrypted import fill


async def test_old_keys_are_not_needed_any_more_afterwards(process: Process) -> None:
    old, new = new_key(), new_key()
    assert (await process.typed("migrate")).code == 0
    database = open_database(process.environment["DATABASE_URL"])
    await fill(database, old, ["one", "two"])
    await database.close()
    lost = await process.typed("reencrypt", ENCRYPTION_KEYS=new)
    assert (lost.code, "Readable by none of ENCRYPTION_KEYS: 4." in lost.errors) == (1, True)
    done = await process.typed("reencrypt", ENCRYPTION_KEYS=f"{new},{old}")
    assert done.code == 0
    assert "Encrypted again: 4. Under the first key: 4." in done.output
    again = await process.typed("reencrypt", ENCRYPTION_KEYS=new)
    assert "Encrypted again: 0. Under the first key: 4." in again.output
