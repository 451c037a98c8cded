"""`guildbank void`: a look at the test points, a question, and they are gone."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from payments.infra.encryption import new_key
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import open_database
from tests.support.commands import put_up
from tests.support.make import GUILD, checkout_update, event, initiate
from tests.support.sqlite import empty_sqlite


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A shop that sold 500 points in test mode, and has a live key now."""
    url = empty_sqlite(tmp_path)

    async def sell() -> None:
        database = open_database(url)
        runner = Runner(database, route=route)
        runner.start()
        await put_up(runner)
        await runner.run(initiate("p1"))
        await runner.run(event(checkout_update("p1")))
        await runner.close()
        await database.close()

    asyncio.run(sell())
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DISCORD_TOKEN": "token",
        "STRIPE_SECRET_KEY": "sk_live_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
        "DATABASE_URL": url,
        "GUILD_IDS": str(GUILD),
        "PUBLIC_URL": "https://shop.example",
        "ENCRYPTION_KEYS": new_key(),
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_it_shows_them_asks_and_removes_them_once(shop: pytest.MonkeyPatch) -> None:
    del shop
    line = f"Server {GUILD}: 500 points of 1 test payment, held by 1 member"
    for typed, end in (("n", "Nothing was removed."), ("y", "Points removed: 500")):
        done = CliRunner().invoke(app, ["void"], input=f"{typed}\n")
        assert (done.exit_code, line in done.output) == (0, True)
        assert done.output.strip().endswith(end)
    again = CliRunner().invoke(app, ["void", "--yes"])
    assert again.output.strip() == "There are no test points in the books."


def test_another_server_keeps_its_points_and_a_test_key_all(shop: pytest.MonkeyPatch) -> None:
    other = CliRunner().invoke(app, ["void", "--guild", "1", "--yes"])
    assert other.output.strip() == "There are no test points in the books."
    shop.setenv("STRIPE_SECRET_KEY", "sk_test_1")
    done = CliRunner().invoke(app, ["void", "--yes"])
    assert "A test key is in use" in str(done.exception)
    assert done.exit_code == 1
