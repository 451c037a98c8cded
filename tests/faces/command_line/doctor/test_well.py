"""An installation that is well is found well; what is wrong anywhere stops no other check."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from payments.domain.values.time import SECOND, Instant, later, to_seconds
from payments.infra.clock import system_clock
from payments.infra.finding import Finding, FindingState, ok, within_limit
from sandbox.stripe.webhooks import sign
from tests.faces.command_line.doctor.conftest import SIGNING, Installation
from tests.support.web import event_body


async def test_nothing_is_wrong_but_that_no_message_came_yet(well: Installation) -> None:
    found = await well.examine()
    assert [(each.check, each.state) for each in found.bad()] == [
        ("Last message of Stripe", FindingState.WARNING)
    ]
    assert [each.check for each in found.all] == [
        "Settings",
        "Files",
        "Database",
        "Database version",
        "Disk",
        "Queue",
        "Messages of Stripe",
        "Encryption",
        "Books",
        "Discord token",
        "Discord intents",
        "Discord commands",
        "Server The Guild",
        "Stripe key",
        "Stripe permissions",
        "Stripe endpoint",
        "Stripe deliveries",
        "Public address",
        "Webhook secret",
        "Last message of Stripe",
        "Clock",
    ]


async def test_a_message_of_stripes_proves_the_secret(well: Installation) -> None:
    body = event_body("customer.created").encode()
    headers = {"Stripe-Signature": sign(body, [SIGNING], to_seconds(system_clock()))}
    async with (
        aiohttp.ClientSession() as http,
        http.post(well.door, data=body, headers=headers) as answer,
    ):
        assert answer.status == 200
    assert (await well.examine()).bad() == []


async def test_looking_leaves_nothing_behind(well: Installation) -> None:
    """The message with which the door is tried is rejected, whoever is right about the secret."""
    await well.examine()
    await well.examine(stripe_webhook_secret="whsec_other")
    assert await well.running.queries.inbox_events_by_status(None, 1) == []
    written = {each.method for each in well.wire.requests} - {"GET"}
    assert written == {"PUT"}, "only the fixture told Discord the commands"
    assert well.stripe.state.refunds == {}


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(60, FindingState.WARNING), (-60, FindingState.WARNING), (400, FindingState.ERROR)],
)
async def test_a_wrong_clock_is_named(
    well: Installation, seconds: int, state: FindingState
) -> None:
    def clock() -> Instant:
        return later(system_clock(), seconds * SECOND)

    found = (await well.examine(clock=clock)).the("Clock")
    assert found.state == state
    assert "NTP" in found.remedy
    assert ("ahead of" if seconds > 0 else "behind") in found.words


async def test_a_clock_that_the_door_does_not_believe_is_named(well: Installation) -> None:
    def clock() -> Instant:
        return later(system_clock(), -400 * SECOND)

    assert "too old" in (await well.examine(clock=clock)).the("Webhook secret").words


async def test_all_away_at_once_is_told_at_once(well: Installation, tmp_path: Path) -> None:
    async with asyncio.timeout(60):
        found = await well.examine(
            discord_api_url="http://127.0.0.1:9/api/v10",
            stripe_api_url="http://127.0.0.1:9",
            public_url="http://127.0.0.1:9",
            database_url=f"sqlite:///{tmp_path}/nowhere/books.db",
        )
    assert {each.check for each in found.bad(FindingState.ERROR)} == {
        "Database",
        "Discord token",
        "Stripe key",
    }
    assert {each.check for each in found.bad(FindingState.WARNING)} == {"Public address", "Clock"}


async def test_a_check_that_takes_too_long_is_ended() -> None:
    async def slow() -> list[Finding]:
        await asyncio.sleep(60)
        return [ok("Slow", "It was worth it.")]

    (found,) = await within_limit("Slow", slow(), seconds=0.01)
    assert (found.check, found.state) == ("Slow", FindingState.ERROR)
    assert "0.01 seconds" in found.words


async def test_a_check_that_fails_is_a_finding_without_the_errors_own_words() -> None:
    async def broken() -> list[Finding]:
        raise ValueError("with a secret in it")

    (found,) = await within_limit("Broken", broken())
    assert "ValueError" in found.words
    assert "secret" not in repr(found)


def test_names_that_others_chose_cannot_move_the_cursor() -> None:
    assert ok("x", "a\x1b[2Jb\nc").words == "a [2Jb c"


@pytest.mark.parametrize("wrong", ["integration.strpe=off", "checkout.provider=papyal", "a=b"])
async def test_a_flag_that_nothing_reads_is_named(well: Installation, wrong: str) -> None:
    right = "integration.stripe=on", "checkout.provider=stripe"
    assert not (await well.examine(flags=right)).of("Flags")
    found = (await well.examine(flags=(*right, wrong))).the("Flags")
    assert found.words == f"Nothing reads {wrong}."
