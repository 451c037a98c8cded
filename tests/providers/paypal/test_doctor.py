"""What can be wrong at PayPal is named by `guildbank doctor`, with the way out."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

import aiohttp
import pytest

from payments.domain.values.time import HOUR, Instant, later
from payments.infra.encryption import new_key
from payments.infra.finding import Finding
from payments.infra.watches import Watches
from payments.providers.kind import Examined, Messages
from payments.providers.paypal import PAYPAL_KIND
from payments.providers.paypal.doctor import PayPalDoctor
from payments.providers.paypal.events import USED
from payments.providers.paypal.inspection import Inspector
from payments.providers.settings import load_settings
from sandbox.base.faults import Fault
from sandbox.paypal import LocalPayPal
from sandbox.paypal.api import webhooks
from tests.conftest import Time
from tests.providers.paypal.shop import CLIENT, SECRET, PayPalShop
from tests.support.databases import only_on_sqlite
from tests.support.make import GUILD

pytestmark = only_on_sqlite

DOOR = "https://bank.example/webhooks/paypal"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def doctor(http: aiohttp.ClientSession, clock: Time, api_url: str, **changes: Any) -> PayPalDoctor:
    door = changes.pop("door", DOOR)
    usual: dict[str, Any] = {
        "discord_token": "token",
        "payment_providers": "paypal",
        "paypal_client_id": CLIENT,
        "paypal_client_secret": SECRET,
        "paypal_webhook_id": "5GP028458E2496506",
        "paypal_api_url": api_url,
        "public_url": "https://bank.example",
        "guild_ids": str(GUILD),
        "encryption_keys": new_key(),
        "_env_file": None,
    }
    settings = load_settings((), kinds=(PAYPAL_KIND,), **(usual | changes))
    watches = Watches(clock)
    return PayPalDoctor(
        Examined(settings=settings, door=door, http=http, watches=watches, clock=clock)
    )


async def account(looking: PayPalDoctor, messages: Messages | None = None) -> dict[str, Finding]:
    found = await looking.account(messages)
    await looking.close()
    assert all(SECRET not in f"{each.words}{each.remedy}" for each in found)
    assert all(each.remedy for each in found if each.state != "ok")
    return {each.check: each for each in found}


async def test_all_is_well(http: aiohttp.ClientSession, local: LocalPayPal, clock: Time) -> None:
    webhook = local.add_webhook(DOOR)
    looking = doctor(http, clock, local.url, paypal_webhook_id=f"OLD1,{webhook.id}")
    found = await account(looking)
    assert {each.state for each in found.values()} == {"ok"}
    assert set(found) == {
        *("PayPal key", "PayPal permissions", "PayPal webhook", "PayPal currencies")
    }
    assert "Sandbox" in found["PayPal key"].words


async def test_a_wrong_key_is_named_and_nothing_beyond_is_asked(
    http: aiohttp.ClientSession, local: LocalPayPal, clock: Time
) -> None:
    found = await account(doctor(http, clock, local.url, paypal_client_secret="wrong"))
    assert list(found) == ["PayPal key"]
    assert "PayPal refuses PAYPAL_CLIENT_ID" in found["PayPal key"].words


async def test_a_paypal_that_is_away_is_named(
    http: aiohttp.ClientSession, local: LocalPayPal, clock: Time
) -> None:
    local.faults.add(Fault(kind="drop", times=9))
    found = await account(doctor(http, clock, local.url))
    assert "no answer of use" in found["PayPal key"].words


@pytest.mark.parametrize(
    ("path", "feature"),
    [("/v1/customer/disputes*", "Customer disputes"), ("/v2/checkout/orders/*", "Accept payments")],
)
async def test_a_feature_that_is_off_is_named(
    http: aiohttp.ClientSession, local: LocalPayPal, clock: Time, path: str, feature: str
) -> None:
    local.faults.add(Fault(kind="error", status=403, path=path, times=9))
    found = await account(doctor(http, clock, local.url))
    assert found["PayPal permissions"].words == f"PayPal's app lacks: {feature}."


async def test_webhooks_that_do_not_fit_are_named(
    http: aiohttp.ClientSession, local: LocalPayPal, clock: Time
) -> None:
    assert "no webhook" in (await account(doctor(http, clock, local.url)))["PayPal webhook"].words
    some = local.add_webhook(DOOR, sorted(USED)[1:])
    said = (await account(doctor(http, clock, local.url)))["PayPal webhook"]
    assert said.remedy == f"Set it to {some.id}; others may stay, after commas."
    said = (await account(doctor(http, clock, local.url, paypal_webhook_id=some.id)))[
        "PayPal webhook"
    ]
    assert said.words == f"The webhook does not send: {min(USED)}."


async def test_events_that_paypal_does_not_have_are_not_asked_for(
    http: aiohttp.ClientSession,
    local: LocalPayPal,
    clock: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One name that it does not know would have it refuse the webhook."""
    monkeypatch.setattr(webhooks, "EVENT_TYPES", tuple(sorted(USED)[1:]))
    inspector = Inspector(CLIENT, SECRET, api_url=local.url, timeout_seconds=10)
    made = await inspector.create_webhook(DOOR)
    await inspector.close()
    found = await account(doctor(http, clock, local.url, paypal_webhook_id=made))
    assert "every event" in found["PayPal webhook"].words


async def test_messages_that_did_not_come_are_counted(
    http: aiohttp.ClientSession, shop: PayPalShop, clock: Time
) -> None:
    await shop.paid()
    now: Instant = clock()

    async def known(ids: Sequence[str]) -> Collection[str]:
        return ids[1:]

    messages = Messages(since=later(now, -HOUR), until=later(now, HOUR), known=known)
    found = await account(doctor(http, clock, shop.paypal.url), messages)
    assert "1 have not come" in found["PayPal deliveries"].words


@pytest.mark.parametrize(
    ("api", "public", "state"),
    [
        ("https://api-m.paypal.com", "http://127.0.0.1:8080", "error"),
        ("https://api-m.sandbox.paypal.com", "http://127.0.0.1:8080", "warning"),
        ("https://api-m.paypal.com", "https://bank.example:8443", "error"),
        ("https://api-m.paypal.com", "http://bank.example", "error"),
        ("https://api-m.paypal.com", "https://bank.example", None),
        ("http://127.0.0.1:9", "http://127.0.0.1:8080", None),
    ],
)
async def test_an_address_that_paypal_sends_nothing_to_is_named(
    http: aiohttp.ClientSession, clock: Time, api: str, public: str, state: str | None
) -> None:
    looking = doctor(http, clock, api, public_url=public)
    assert [str(each.state) for each in looking.address()] == ([] if state is None else [state])
    assert "sandbox" in looking.proof()
    await looking.close()


async def test_the_door_refuses_what_paypal_has_not_signed(
    http: aiohttp.ClientSession, shop: PayPalShop, clock: Time
) -> None:
    for door, state in (("/webhooks/paypal", "ok"), ("/webhooks/none", "error")):
        looking = doctor(http, clock, shop.paypal.url, door=f"{shop.url}{door}")
        [found] = await looking.door()
        assert found.state == state
        await looking.close()
    looking = doctor(http, clock, shop.paypal.url, door="http://127.0.0.1:9/")
    assert [str(each.state) for each in await looking.door()] == ["warning"]
    await looking.close()
