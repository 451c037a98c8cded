"""All that is encrypted comes under the first key, on both databases, also while others write."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, update

from payments.domain.values.items import ItemKind
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner
from payments.store import reencrypt as encrypted
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.reencrypt import EncryptionStanding, encrypt_under_first_key, look
from payments.store.tables import answers, subscribers
from tests.support.encrypted import ENCRYPTOR, LOST, NEW, OLD, fill
from tests.support.make import GUILD
from tests.support.shopping import add_codes, add_item, offer


async def readable(database: Database, key: str) -> list[str]:
    only = Encryptor([key])

    def work(connection: Connection) -> list[str]:
        return [
            only.decrypt(encrypted)
            for table in (answers, subscribers)
            for encrypted in connection.execute(
                table.select().with_only_columns(table.c.sealed).order_by(*table.primary_key)
            ).scalars()
        ]

    return await database.snapshot(work)


async def test_everything_is_under_the_first_key_and_says_what_it_said(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encrypted, "ROWS_AT_ONCE", 3)
    names = [f"{number:02}" for number in range(10)]
    await fill(database, OLD, names)
    await fill(database, NEW, ["new"])
    assert await look(database, ENCRYPTOR) == EncryptionStanding(newest=2, older=20)
    assert await encrypt_under_first_key(database, ENCRYPTOR) == 20
    assert await look(database, ENCRYPTOR) == EncryptionStanding(newest=22)
    assert await readable(database, NEW) == [
        f"{what} {name}" for what in ("token", "address") for name in [*names, "new"]
    ]
    assert await encrypt_under_first_key(database, ENCRYPTOR) == 0


async def test_what_was_interrupted_goes_on_with_what_is_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encrypted, "ROWS_AT_ONCE", 2)
    await fill(database, OLD, ["a", "b", "c", "d", "e"])

    def stop(changed: int) -> None:
        if changed >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await encrypt_under_first_key(database, ENCRYPTOR, stop)
    assert await look(database, ENCRYPTOR) == EncryptionStanding(newest=2, older=8)
    assert await encrypt_under_first_key(database, ENCRYPTOR) == 8


async def test_what_no_key_reads_stays_as_it_is_and_is_counted(database: Database) -> None:
    await fill(database, LOST, ["lost"])
    await fill(database, OLD, ["old"])
    assert await encrypt_under_first_key(database, ENCRYPTOR) == 2
    assert await look(database, ENCRYPTOR) == EncryptionStanding(newest=2, unreadable=2)
    await database.transact(
        lambda connection: connection.execute(
            update(answers).where(answers.c.payment_id == "lost").values(sealed="rubbish")
        )
    )
    assert (await look(database, ENCRYPTOR)).unreadable == 2


async def test_a_subscriber_that_was_removed_has_nothing_to_read(database: Database) -> None:
    await fill(database, NEW, ["one"])
    await database.transact(
        lambda connection: connection.execute(update(subscribers).values(sealed=""))
    )
    assert await look(database, ENCRYPTOR) == EncryptionStanding(newest=1)
    assert await encrypt_under_first_key(database, ENCRYPTOR) == 0


async def test_codes_are_read_by_the_new_key_alone(
    database: Database, runner: Runner, queries: Queries
) -> None:
    of, old, new = offer("Key", ItemKind.CODE), Encryptor([OLD]), Encryptor([NEW])
    await runner.run(add_item(of))
    added = add_codes(of, 2)
    codes = tuple((name, old.encrypt(f"code {name}")) for name, _ in added.codes)
    await runner.run(replace(added, codes=codes))
    assert await look(database, ENCRYPTOR) == EncryptionStanding(older=2)
    assert await encrypt_under_first_key(database, ENCRYPTOR) == 2
    assert await look(database, ENCRYPTOR) == EncryptionStanding(newest=2)
    stored = await queries.encrypted_codes(GUILD)
    assert sorted(map(new.decrypt, stored)) == sorted(f"code {name}" for name, _ in codes)
