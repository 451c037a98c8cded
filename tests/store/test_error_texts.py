"""What the database refuses is named in the log, without the values that were to be written."""

import contextlib
import logging

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

from payments.infra.logs import configure_logs, without_secrets
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from tests.support.commands import put_up
from tests.support.databases import writer_of
from tests.support.make import initiate

SECRET = "Zoe-and-her-pay-link"


async def _again(database: Database) -> None:
    """The same payment a second time: its key is taken."""

    def work(connection: Connection) -> None:
        row = dict(connection.execute(tables.payments.select()).mappings().one())
        row |= {"url": f"https://checkout.example/pay/{SECRET}", "package_name": SECRET}
        connection.execute(insert(tables.payments), [row])

    await database.transact(work)


async def _nothing(database: Database) -> None:
    """A row without something that must be there: PostgreSQL shows the whole row."""
    statement = text("INSERT INTO packages (guild_id, package_id, name) VALUES (1, 'p', :name)")
    await database.transact(lambda connection: connection.execute(statement, {"name": SECRET}))


async def _no_number(database: Database) -> None:
    """Words in the place of a number: PostgreSQL quotes them."""
    statement = text("UPDATE accounts SET balance = CAST(CAST(:words AS TEXT) AS BIGINT)")
    if writer_of(database).dialect.name == "sqlite":
        statement = text("INSERT INTO notice_threads VALUES (1, 2, :words, 4)")
    await database.transact(lambda connection: connection.execute(statement, {"words": SECRET}))


async def _no_text(database: Database) -> None:
    """A number for the driver that it cannot send."""
    statement = text("UPDATE accounts SET balance = 0 WHERE member_id = :member")
    value = {"member": SECRET}
    await database.transact(lambda connection: connection.execute(statement, value))


@pytest.mark.parametrize("wrong", [_again, _nothing, _no_number, _no_text])
@pytest.mark.parametrize("style", ["text", "json"])
async def test_an_error_of_the_database_says_no_values_in_the_log(
    database: Database,
    runner: Runner,
    wrong: object,
    style: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    configure_logs(level="DEBUG", style=style)  # type: ignore[arg-type]  # one of the two
    with contextlib.suppress(DBAPIError):
        try:
            await wrong(database)  # type: ignore[operator]  # one of the four
        except DBAPIError:
            logging.getLogger("test").exception("it went wrong")
            raise
    said = capsys.readouterr().err
    statement_went_through = wrong is _no_text and writer_of(database).dialect.name == "sqlite"
    assert ("it went wrong" in said) != statement_went_through
    assert ("Traceback" in said) != statement_went_through
    assert SECRET not in said


def test_what_no_line_says_whoever_words_it() -> None:
    class Strict(BaseModel):
        number: int

    with pytest.raises(ValidationError) as error:
        Strict.model_validate({"number": SECRET})
    said = "\n".join(
        (
            str(error.value),
            f"https://checkout.stripe.com/c/pay/cs_test_{SECRET}#x",
            f"https://discord.com/api/webhooks/12/{SECRET}/messages",
            "sk_live_abc whsec_abc rk_test_abc gbk_900000000000000001_abc",
        )
    )
    cut = without_secrets(said)
    assert SECRET not in cut
    assert "abc" not in cut
    assert "Input should be a valid integer" in cut
