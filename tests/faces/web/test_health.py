"""`/readyz` and `/metrics`: what is told to whoever watches the program."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import make_url

from payments.infra.outbound import Failure, Line, Outbound, Policy, Purpose
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.services import health
from payments.services.health import Check, Health, HealthLook, usual_checks
from payments.store.engine.readers import SqliteReader
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.databases import all_migrations, only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.web import Web, event_body, serve
from webhooks.app import create_metrics_app
from webhooks.keys import Parts
from webhooks.server.server import WebServer

pytestmark = only_on_sqlite


async def ready(web: Web) -> tuple[int, dict[str, Any]]:
    status, answer, _ = await web.get("/readyz")
    found: dict[str, Any] = json.loads(answer)
    return status, found


async def fail() -> str:
    raise ConnectionError


def checks(**looks: HealthLook) -> Health:
    return Health({name: Check(look=look) for name, look in looks.items()})


def usual(
    queries: Queries, outbound: Outbound, clock: Time, provider: FakeProvider | None = None
) -> Health:
    return Health(
        usual_checks(
            queries=queries,
            migrations=all_migrations(),
            providers={"stripe": provider or FakeProvider()},
            outbound=outbound,
            clock=clock,
        )
    )


@pytest.mark.parametrize(
    ("purpose", "check"), [(Purpose.MEMBERS, "provider"), (Purpose.BACKGROUND, "look-ups")]
)
async def test_a_breaker_that_is_open_is_named_and_the_program_stays_ready(
    parts: Parts, clock: Time, purpose: Purpose, check: str
) -> None:
    outbound = Outbound(Policy(failures_to_open=1))
    line = Line(integration="stripe", purpose=purpose)
    with pytest.raises(ConnectionError):
        await outbound.call(line, fail, classify_error=lambda _: Failure.AWAY)
    health_of = usual(parts.queries, outbound, clock)
    async with serve(replace(parts, outbound=outbound, health=health_of), clock) as web:
        status, answer = await ready(web)
        assert (status, answer["status"], answer["degraded"]) == (200, "degraded", [check])
        assert answer["checks"][check]["state"] == "breaker open"
        labels = {"integration": "stripe", "purpose": purpose.value}
        assert web.registry.get_sample_value("guildbank_breaker_open", labels) == 1


async def test_what_is_added_is_checked_too(parts: Parts, clock: Time) -> None:
    async def gateway() -> str:
        return "not connected"

    async with serve(replace(parts, health=checks(gateway=gateway)), clock) as web:
        status, answer = await ready(web)
        assert (status, answer["degraded"]) == (200, ["gateway"])
        assert answer["checks"]["gateway"]["state"] == "not connected"


async def test_a_check_that_fails_is_named_without_its_reason(parts: Parts, clock: Time) -> None:
    async with serve(replace(parts, health=checks(queue=fail)), clock) as web:
        status, answer = await ready(web)
        assert (status, answer["degraded"]) == (200, ["queue"])
        assert answer["checks"]["queue"]["state"] == "away"


async def test_a_check_that_hangs_is_given_up_and_the_others_are_told(
    parts: Parts, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> str:
        await asyncio.Event().wait()
        return "ok"

    monkeypatch.setattr(health, "LIMIT_SECONDS", 0.05)
    async with serve(replace(parts, health=checks(a=hang, b=hang)), clock) as web:
        _, answer = await ready(web)
        assert answer["checks"]["a"]["state"] == answer["checks"]["b"]["state"] == "slow"


async def test_checks_run_side_by_side(parts: Parts, clock: Time) -> None:
    """Each waits for the other: one at a time they would never end."""
    first, second = asyncio.Event(), asyncio.Event()

    async def one() -> str:
        first.set()
        await second.wait()
        return "ok"

    async def two() -> str:
        second.set()
        await first.wait()
        return "ok"

    async with serve(replace(parts, health=checks(one=one, two=two)), clock) as web:
        assert (await ready(web))[1]["status"] == "healthy"


async def test_what_was_found_just_now_is_told_again_without_a_look(
    parts: Parts, clock: Time
) -> None:
    looks = 0

    async def look() -> str:
        nonlocal looks
        looks += 1
        return "ok"

    async with serve(replace(parts, health=checks(one=look)), clock) as web:
        await asyncio.gather(*(ready(web) for _ in range(20)))
    assert looks == 1


async def test_a_provider_that_says_no_answers_and_one_that_is_away_does_not(
    queries: Queries, clock: Time
) -> None:
    provider = FakeProvider()
    provider.failures = [ProviderRefused("no permission", code="")]
    assert (await usual(queries, Outbound(), clock, provider).look()).status == "healthy"
    provider.failures = [ProviderUnavailable("time-out")]
    report = await usual(queries, Outbound(), clock, provider).look()
    assert (report.status, report.wrong) == ("degraded", ("provider",))


async def test_without_database_it_is_not_ready(parts: Parts, clock: Time, tmp_path: Path) -> None:
    """Its folder is gone, as when a disk is not mounted."""
    reader = SqliteReader(make_url(f"sqlite:///{tmp_path}/gone/books.db"))
    health_of = usual(Queries(reader), Outbound(), clock)
    async with serve(replace(parts, health=health_of), clock) as web:
        status, answer = await ready(web)
        assert (status, answer["status"]) == (503, "unhealthy")
        assert answer["degraded"] == ["database", "migrations", "access", "queue"]
        assert (await web.get("/healthz"))[0] == 200
    await reader.close()


async def test_metrics_are_on_their_own_port_only(web: Web) -> None:
    assert await web.post(event_body("invoice.paid")) == 200
    assert (await web.get("/metrics"))[0] == 404
    server = WebServer(create_metrics_app(web.registry, checks()), host="127.0.0.1", port=0)
    await server.start()
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{server.port}/metrics") as answer,
    ):
        shown = await answer.text()
    await server.close()
    assert 'guildbank_webhook_requests_total{provider="stripe",status="200"} 1.0' in shown
    assert 'guildbank_webhook_seconds_count{provider="stripe"} 1.0' in shown


async def test_a_port_that_is_taken_is_an_error_at_the_start(web: Web) -> None:
    port = int(web.url.rsplit(":", 1)[1])
    second = WebServer(
        create_metrics_app(CollectorRegistry(), checks()), host="127.0.0.1", port=port
    )
    with pytest.raises(OSError, match="Address already in use"):
        await second.start()
    await second.close()
