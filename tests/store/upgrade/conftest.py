"""Each stored database, on both engines, taken over by the program as it is now."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uuid_utils
from prometheus_client import CollectorRegistry

from app.core import Services
from payments.domain.values.time import Instant
from payments.providers.settings import load_settings
from payments.services.health import Health
from payments.store.engine.database import open_database
from payments.store.verify.verify import verify
from sandbox.stripe import LocalStripe
from tests.conftest import Time
from tests.store.upgrade.revival import (
    ENCRYPTION_KEY,
    GUILD,
    OTHER,
    SECRET_KEY,
    STORED,
    WEBHOOK_SECRET,
    Revived,
    fill_postgres,
    live_again,
    put_sqlite,
    read_life,
    unpacked,
)
from tests.store.upgrade.sellers import Sellers, opened
from tests.support.databases import all_migrations
from tests.support.postgres import Postgres
from tests.support.web import serve
from webhooks.app import load_templates
from webhooks.keys import Parts, webhooks_of
from webhooks.metrics import WebMetrics

COMMUNITIES = sorted(path.parent.name for path in STORED.glob("*/life.json.gz"))
"""The versions of which a community with a Stripe is stored."""

SELLERS = sorted({path.parent.name for path in STORED.glob("*/providers-*.json.gz")})
"""The versions of which purchases by PayPal and Square are stored."""

SHOPS = sorted(
    {path.parent.name for path in STORED.glob("*/books.db.gz")} - {*COMMUNITIES, *SELLERS}
)
"""The versions of which a shop is stored."""


def on_each_engine(versions: Sequence[str]) -> list[tuple[str, str]]:
    """A fixture's parameters: each version on each database."""
    return [(engine, version) for version in versions for engine in ("sqlite", "postgresql")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A database as an older version left it.

    Attributes:
        url: Where it is.
        version: Which version it is at.
    """

    url: str
    version: str


@pytest.fixture(params=on_each_engine(COMMUNITIES), ids="-".join)
async def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stored]:
    """A community, brought to the newest version: once for each worker, then copied."""
    engine, version = request.param
    if engine == "postgresql":
        async with copied(request, version, upgrade=True) as url:
            yield Stored(url=url, version=version)
        return
    known: dict[str, bytes] = request.getfixturevalue("upgraded_files")
    if version not in known:
        await bring_up(put_sqlite(version, tmp_path), version)
        known[version] = (tmp_path / "books.db").read_bytes()
    (tmp_path / "books.db").write_bytes(known[version])
    yield Stored(url=f"sqlite:///{tmp_path}/books.db", version=version)


@pytest.fixture(params=on_each_engine(SHOPS), ids="-".join)
async def stored_shop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stored]:
    engine, version = request.param
    if engine == "sqlite":
        yield Stored(url=put_sqlite(version, tmp_path), version=version)
        return
    async with copied(request, version, upgrade=False) as url:
        yield Stored(url=url, version=version)


@pytest.fixture(params=on_each_engine(SELLERS), ids="-".join)
async def sellers(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sellers]:
    """Purchases by PayPal and Square, taken over; both know what they knew."""
    engine, version = request.param
    async with AsyncExitStack() as stack:
        url = put_sqlite(version, tmp_path)
        if engine == "postgresql":
            url = await stack.enter_async_context(copied(request, version, upgrade=False))
        kept = unpacked(version, f"providers-{engine}.json.gz")
        clock = Time(Instant(0))
        new_id = lambda: str(uuid_utils.uuid7())  # noqa: E731 - as the program's
        yield await stack.enter_async_context(opened(url, clock, new_id, seed=7, kept=kept))


async def bring_up(url: str, version: str) -> None:
    """Bring a database to the newest version, from the one at which it was stored."""
    database = open_database(url)
    try:
        assert await all_migrations().apply(database) == version
    finally:
        await database.close()


@asynccontextmanager
async def copied(
    request: pytest.FixtureRequest, version: str, *, upgrade: bool
) -> AsyncIterator[str]:
    """A PostgreSQL database as it was stored, or as it is once it is upgraded; its address."""
    server: Postgres = request.getfixturevalue("postgres")
    filled: set[str] = request.getfixturevalue("filled")
    stored = template = f"{server.mark}_at_{version}"
    if stored not in filled:
        collation = "TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        await server.do(f"CREATE DATABASE {stored} {collation}")
        filled.add(stored)
        database = open_database(server.of(stored))
        await fill_postgres(version, database)
        await database.close()
    if upgrade and (template := f"{server.mark}_from_{version}") not in filled:
        await server.do(f"CREATE DATABASE {template} TEMPLATE {stored} STRATEGY FILE_COPY")
        filled.add(template)
        await bring_up(server.of(template), version)
    name = f"{server.mark}_stored"
    await server.do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield server.of(name)
    finally:
        await server.do(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def upgraded_files() -> dict[str, bytes]:
    """The files of SQLite that were upgraded already, by the version at which they were stored."""
    return {}


@pytest.fixture(scope="session")
def filled() -> set[str]:
    """The databases that hold stored rows already, to be copied."""
    return set()


@pytest.fixture
async def revived(upgraded: Stored) -> AsyncIterator[Revived]:
    """Taken over, with the Stripe that it knew; at the end the books must prove themselves."""
    life = read_life(upgraded.version)
    clock = Time(Instant(life.entries[0]["at"]))
    async with LocalStripe(secret_key=SECRET_KEY, clock=clock, retry_pauses=()) as stripe:
        await live_again(stripe, life, clock)
        settings = load_settings(
            _env_file=None,
            discord_token="token",
            stripe_secret_key=SECRET_KEY,
            stripe_webhook_secret=WEBHOOK_SECRET,
            stripe_api_url=stripe.url,
            database_url=upgraded.url,
            public_url="https://bank.example",
            guild_ids=f"{GUILD},{OTHER}",
            encryption_keys=ENCRYPTION_KEY,
        )
        core = Services(
            settings,
            clock=clock,
            new_id=lambda: str(uuid_utils.uuid7()),
            migrations=all_migrations(),
            wake=lambda: None,
        )
        assert await core.migrations.apply(core.database) == core.migrations.head
        core.runner.start()
        parts = Parts(
            webhooks=webhooks_of(core.providers.values()),
            inbox=core.inbox,
            program_orders=core.program_orders,
            queries=core.queries,
            outbound=core.outbound,
            health=Health(core.checks()),
            clock=clock,
            metrics=WebMetrics(CollectorRegistry()),
            trusted_proxies=(),
            templates=load_templates(),
            ways=core.ways,
        )
        async with serve(parts, clock) as web:
            stripe.add_webhook_endpoint(f"{web.url}/webhooks/stripe", WEBHOOK_SECRET)
            try:
                yield Revived(core=core, stripe=stripe, life=life, clock=clock)
                found = await core.database.snapshot(lambda connection: list(verify(connection)))
            finally:
                await core.close()
        assert found == []
