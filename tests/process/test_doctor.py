"""`guildbank doctor` as it is typed."""

import json

from payments.providers.stripe.updates import API_VERSION
from sandbox.stripe import LocalStripe
from tests.process.conftest import SECRET_KEY, SIGNING, TOKEN, Process


async def test_what_is_wrong_is_said_with_the_way_out(
    process: Process,
    stripe: LocalStripe,
) -> None:
    assert stripe.url == process.environment["STRIPE_API_URL"]
    ended = await process.typed("doctor", STRIPE_SECRET_KEY="sk_test_wrong")
    assert ended.code == 1, ended.errors
    assert ended.errors == ""
    assert "error    Stripe key: Stripe refuses STRIPE_SECRET_KEY." in ended.output
    assert "nothing listens there" in ended.output
    assert "\x1b" not in ended.output, "colours are for terminals"
    assert not [each for each in (TOKEN, SIGNING, SECRET_KEY) if each in ended.output]


async def test_machines_read_json_and_warnings_are_no_failure(
    process: Process,
    stripe: LocalStripe,
) -> None:
    """A first look before anything was started: no database, nobody at the public address."""
    assert stripe.url == process.environment["STRIPE_API_URL"]
    ended = await process.typed("doctor", "--json")
    assert ended.code == 0, ended.output
    findings = json.loads(ended.output)
    assert {tuple(each) for each in findings} == {("check", "state", "words", "remedy")}
    assert {each["state"] for each in findings} == {"ok", "warning"}


async def test_while_it_runs_the_secret_is_proven(process: Process, stripe: LocalStripe) -> None:
    """The message that proves it is Stripe's own; after that nothing is left to be looked at."""
    (endpoint,) = stripe.state.endpoints.values()
    endpoint.api_version = API_VERSION
    assert (await process.typed("sync")).code == 0
    async with process.running():
        first = json.loads((await process.typed("doctor", "--json")).output)
    wrong = [each for each in first if each["state"] != "ok"]
    assert [each["check"] for each in wrong] == ["Server The Guild", "Last message of Stripe"]
    assert "webhook.rejected" in process.log
    assert SIGNING not in process.log


async def test_settings_that_cannot_be_used_are_another_matter(process: Process) -> None:
    process.without_books()
    ended = await process.typed("doctor", GUILD_IDS="mine")
    assert ended.code == 2
    assert len(ended.errors.strip().splitlines()) == 1
    ended = await process.typed("doctor", "--json", GUILD_IDS="mine")
    assert ended.code == 2
    (only,) = json.loads(ended.output)
    assert (only["check"], only["state"]) == ("Settings", "error")
    assert list(process.folder.iterdir()) == []
