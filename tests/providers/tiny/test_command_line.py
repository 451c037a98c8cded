"""What the command line says where the tiny shop is the only provider, or one of two."""

import asyncio

import pytest

from app.doctor.examination import examine
from app.init.questions import Interview
from app.init.settings_file import blank
from bot.connection.login import point_discord_at
from payments.infra.asking import Questions
from payments.infra.settings import Addresses, load_addresses
from payments.providers.registry import PROVIDERS
from payments.providers.settings import load_settings
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.command_line.doctor.conftest import KEY as STRIPE_KEY
from tests.faces.command_line.doctor.conftest import TOKEN, addresses, stripe, wire
from tests.faces.command_line.init.conftest import Desk, Script, Scripted, desk
from tests.providers.tiny import tiny
from tests.providers.tiny.conftest import KEY
from tests.providers.tiny.shop import TinyShop
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.make import GUILD, START, checkout_update, event, initiate

__all__ = ["addresses", "desk", "stripe", "wire"]  # fixtures

pytestmark = only_on_sqlite


async def test_doctor_looks_at_the_provider_that_is_there_and_names_no_other(
    database_url: str, clock: Time, tiny_shop: TinyShop, desk: Desk
) -> None:
    kinds = (*PROVIDERS, tiny(tiny_shop))
    settings = load_settings(
        (),
        kinds=kinds,
        unused=frozenset({"discord_token"}),
        _env_file=None,
        payment_providers="tiny",
        tiny_key="mine",
        database_url=database_url,
        public_url="http://127.0.0.1:9",
        guild_ids=str(GUILD),
        encryption_keys=KEY,
    )
    found = await examine(settings, clock=clock, env_file=desk.file, kinds=kinds)
    checks = {each.check: str(each.state) for each in found}
    assert checks["Messages of Tiny"] == "ok"
    clocks = next(each for each in found if each.check == "Clock")
    assert clocks.words == "It could not be compared: neither Discord nor Tiny answered."
    assert "error" not in checks.values()
    assert "stripe" not in repr(found).casefold()


@pytest.mark.parametrize("sells_by", ["Stripe", "Tiny"])
async def test_of_two_providers_init_asks_which(
    sells_by: str, desk: Desk, tiny_shop: TinyShop
) -> None:
    """What is not wanted is not asked for; the tiny shop's key is written by hand."""
    by_stripe = sells_by == "Stripe"
    first: Script = [
        ("token", TOKEN),
        ("servers", ""),
        ("Currency", ""),
        ("Sell by Stripe?", by_stripe),
        ("Sell by Tiny?", not by_stripe),
    ]
    of_stripe: Script = [
        ("key", STRIPE_KEY),
        ("Where members and Stripe reach", "http://127.0.0.1:9"),
        ("Create the endpoint", True),
    ]
    of_tiny: Script = [("Where members reach", "http://127.0.0.1:9")]
    asker = Scripted([*first, *(of_stripe if by_stripe else of_tiny)])
    point_discord_at(load_addresses(Addresses, desk.file))
    kinds = (*PROVIDERS, tiny(tiny_shop))
    interview = Interview(Questions(asker, {}), desk.file, kinds)
    answers = await asyncio.to_thread(interview.answers)
    assert asker.script == []
    assert ("STRIPE_SECRET_KEY" in answers) is by_stripe
    assert answers["PAYMENT_PROVIDERS"] == sells_by.casefold()


async def test_init_asks_until_somebody_takes_the_money(desk: Desk, tiny_shop: TinyShop) -> None:
    """What was chosen before is offered again, in the order in which it stood in the file."""
    script: Script = [
        ("token", TOKEN),
        ("servers", ""),
        ("Currency", ""),
        ("Sell by Stripe?", False),
        ("Sell by Tiny?", False),
        ("Sell by Stripe?", ""),
        ("Sell by Tiny?", ""),
        ("key", STRIPE_KEY),
        ("Where members and Stripe reach", "http://127.0.0.1:9"),
        ("Create the endpoint", True),
    ]
    asker = Scripted(list(script))
    point_discord_at(load_addresses(Addresses, desk.file))
    before = Questions(asker, {"PAYMENT_PROVIDERS": "tiny, stripe"})
    interview = Interview(before, desk.file, (*PROVIDERS, tiny(tiny_shop)))
    answers = await asyncio.to_thread(interview.answers)
    assert "Choose at least one of them" in asker.words
    assert answers["PAYMENT_PROVIDERS"] == "tiny,stripe"


def test_an_empty_file_has_the_lines_of_the_providers_that_can_be_used(
    tiny_shop: TinyShop,
) -> None:
    text = blank((tiny(tiny_shop),))
    assert "\nTINY_KEY=\n" in text
    assert "stripe" not in text.casefold()
    assert blank().replace("STRIPE_", "") != blank()
    assert "PAYMENT_PROVIDERS" not in blank((tiny(tiny_shop),)), "there is no choice"
    assert "\nPAYMENT_PROVIDERS=stripe\n" in blank((*PROVIDERS, tiny(tiny_shop)))


async def test_the_last_message_is_that_of_one_provider(runner: Runner, queries: Queries) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))
    assert await queries.last_received() == ("stripe", START)
    assert await queries.last_received("stripe") == ("stripe", START)
    assert await queries.last_received("tiny") is None
