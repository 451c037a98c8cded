"""Each queue has workers, and they are woken by what is committed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from app.process import Guildbank
from app.roles import ProcessRole
from payments.domain.values.events import EVENTS
from payments.domain.values.guilds import EVERYTHING, Audience
from payments.domain.values.ids import SubscriberId
from payments.domain.values.panels import PanelKind
from payments.infra.encryption import new_key
from payments.notifications.routing import ANNOUNCEABLE, route
from payments.providers.settings import load_settings
from sandbox.stripe import LocalStripe
from tests.conftest import Time
from tests.support.approving import approved
from tests.support.commands import put_up
from tests.support.examples import example
from tests.support.make import GUILD, initiate
from tests.support.sqlite import empty_sqlite

SECRET_KEY = "sk_test_sandbox"
PATIENCE_SECONDS = 20.0


@pytest.fixture
async def working(tmp_path: Path, clock: Time) -> AsyncIterator[Guildbank]:
    """A process that is a worker alone, and has not logged in to Discord."""
    async with LocalStripe(secret_key=SECRET_KEY, clock=clock, retry_pauses=()) as stripe:
        settings = load_settings(
            _env_file=None,
            discord_token="token",
            stripe_secret_key=SECRET_KEY,
            stripe_webhook_secret="whsec_sandbox",
            stripe_api_url=stripe.url,
            database_url=empty_sqlite(tmp_path),
            metrics_port=0,
            guild_ids=str(GUILD),
            encryption_keys=new_key(),
        )
        roles = frozenset({ProcessRole.WORKER})
        async with Guildbank(settings, clock=clock, roles=roles) as guildbank:
            yield guildbank


async def test_whatever_is_routed_has_a_worker(working: Guildbank) -> None:
    everybody = Audience(
        announced=ANNOUNCEABLE,
        subscribers=((SubscriberId("one"), (EVERYTHING,)),),
        panels=tuple(PanelKind),
    )
    routed = {each.queue for kind in EVENTS.values() for each in route(example(kind), everybody)}
    assert routed == {*working.discord_workers, *working.services.workers}


async def test_a_call_is_taken_up_at_once(working: Guildbank) -> None:
    """Stripe captures by itself, so with these settings it waits, and says why."""
    await put_up(working.runner)
    await working.runner.run(initiate("one"))
    await working.runner.run(approved())
    query = text("SELECT status, last_error FROM deliveries WHERE channel = 'provider'")

    def read(connection: Connection) -> tuple[str, str | None]:
        row = connection.execute(query).one()
        return row.status, row.last_error

    async with asyncio.timeout(PATIENCE_SECONDS):
        while (found := await working.database.transact(read))[1] is None:  # noqa: ASYNC110 - a worker of the process writes it
            await asyncio.sleep(0.02)
    assert found == (
        "waiting",
        "Stripe cannot be asked for this with the settings as they are.",
    )
