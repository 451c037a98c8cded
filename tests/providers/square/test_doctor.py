"""What can be wrong at Square is named by `guildbank doctor`, with the way out."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from payments.infra.encryption import new_key
from payments.infra.finding import Finding
from payments.infra.watches import Watches
from payments.providers.kind import Examined
from payments.providers.settings import load_settings
from payments.providers.square import SQUARE_KIND
from payments.providers.square.doctor import SquareDoctor
from payments.providers.square.events import USED
from sandbox.base.faults import Fault
from sandbox.square import LocalSquare
from tests.conftest import Time
from tests.providers.square.shop import CURRENCY, SIGNATURE_KEY, TOKEN, SquareShop
from tests.support.databases import only_on_sqlite
from tests.support.make import GUILD

pytestmark = only_on_sqlite

DOOR = "https://bank.example/webhooks/square"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def doctor(
    http: aiohttp.ClientSession, clock: Time, local: LocalSquare, **changes: Any
) -> SquareDoctor:
    door = changes.pop("door", DOOR)
    usual: dict[str, Any] = {
        "discord_token": "token",
        "payment_providers": "square",
        "square_access_token": TOKEN,
        "square_location_id": local.location_id,
        "square_currency": CURRENCY,
        "square_webhook_signature_key": SIGNATURE_KEY,
        "square_api_url": local.url,
        "public_url": "https://bank.example",
        "guild_ids": str(GUILD),
        "encryption_keys": new_key(),
        "_env_file": None,
    }
    settings = load_settings((), kinds=(SQUARE_KIND,), **(usual | changes))
    return SquareDoctor(
        Examined(settings=settings, door=door, http=http, watches=Watches(clock), clock=clock)
    )


async def account(looking: SquareDoctor) -> dict[str, Finding]:
    found = await looking.account(None)
    await looking.close()
    said = "".join(f"{each.words}{each.remedy}" for each in found)
    assert TOKEN not in said
    assert SIGNATURE_KEY not in said
    assert all(each.remedy for each in found if each.state != "ok")
    return {each.check: each for each in found}


async def test_all_is_well(http: aiohttp.ClientSession, local: LocalSquare, clock: Time) -> None:
    local.add_subscription(DOOR, SIGNATURE_KEY)
    found = await account(doctor(http, clock, local))
    assert {each.state for each in found.values()} == {"ok"}
    assert set(found) == {
        *("Square token", "Square permissions", "Square location", "Square webhook")
    }
    assert "Sandbox" in found["Square token"].words


async def test_a_wrong_token_is_named_and_nothing_beyond_is_asked(
    http: aiohttp.ClientSession, local: LocalSquare, clock: Time
) -> None:
    found = await account(doctor(http, clock, local, square_access_token="wrong"))
    assert list(found) == ["Square token"]
    assert found["Square token"].state == "error"
    assert "SQUARE_API_URL" in found["Square token"].remedy


async def test_square_away(http: aiohttp.ClientSession, local: LocalSquare, clock: Time) -> None:
    local.faults.add(Fault(kind="drop", times=9))
    found = await account(doctor(http, clock, local))
    assert "no answer of use" in found["Square token"].words


async def test_a_permission_that_lacks(
    http: aiohttp.ClientSession, local: LocalSquare, clock: Time
) -> None:
    local.faults.add(Fault(kind="error", status=403, path="/v2/disputes", times=9))
    found = await account(doctor(http, clock, local))
    assert found["Square permissions"].words == "The token lacks: DISPUTES_READ."


async def test_the_location_and_its_currency(
    http: aiohttp.ClientSession, local: LocalSquare, clock: Time
) -> None:
    found = await account(doctor(http, clock, local, square_location_id="L1"))
    assert local.location_id in found["Square location"].words
    found = await account(doctor(http, clock, local, square_currency="USD"))
    words = "The location sells in EUR, and SQUARE_CURRENCY is USD."
    assert (found["Square location"].words, found["Square location"].state) == (words, "error")


async def test_the_subscription(
    http: aiohttp.ClientSession, local: LocalSquare, clock: Time
) -> None:
    local.add_subscription(f"{DOOR}/", SIGNATURE_KEY)
    found = await account(doctor(http, clock, local))
    assert "no subscription" in found["Square webhook"].words, "it is compared byte for byte"
    one = local.add_subscription(DOOR, SIGNATURE_KEY, sorted(USED)[1:])
    found = await account(doctor(http, clock, local))
    assert found["Square webhook"].words == f"The subscription does not send: {min(USED)}."
    one.types, one.enabled = (), False
    found = await account(doctor(http, clock, local))
    assert "is disabled" in found["Square webhook"].words


@pytest.mark.parametrize(
    ("public", "state"),
    [
        ("http://localhost:8080", "warning"),
        ("http://bank.example", "warning"),
        ("https://bank.example", None),
    ],
)
async def test_the_public_address(
    http: aiohttp.ClientSession, local: LocalSquare, clock: Time, public: str, state: str | None
) -> None:
    sandbox = "https://connect.squareupsandbox.com"
    looking = doctor(http, clock, local, public_url=public, square_api_url=sandbox)
    assert [each.state for each in looking.address()] == ([] if state is None else [state])
    await looking.close()
    looking = doctor(http, clock, local, public_url=public)
    assert looking.address() == [], "another server may reach it"
    await looking.close()


async def test_the_door_is_tried_with_each_key(
    http: aiohttp.ClientSession, shop: SquareShop, clock: Time
) -> None:
    changes = {
        "public_url": shop.proxy.url,
        "door": f"{shop.proxy.url}/webhooks/square",
        "square_webhook_signature_key": f"{SIGNATURE_KEY},another",
    }
    shop.proxy.target = shop.url
    looking = doctor(http, clock, shop.square, **changes)
    found = await looking.door()
    await looking.close()
    assert [each.state for each in found] == ["ok", "error"]
    assert "number 2" in found[1].words
