"""What can be wrong with Discord's shop is named by `guildbank doctor`, with the way out."""

from typing import Any

import pytest

from payments.infra.encryption import new_key
from payments.infra.finding import Finding
from payments.infra.watches import Watches
from payments.providers.discord_skus import DISCORD_SKUS_KIND
from payments.providers.kind import Examined
from payments.providers.settings import load_settings
from tests.conftest import Time
from tests.providers.discord_skus.shop import DiscordShopping
from tests.providers.tiny import tiny
from tests.providers.tiny.shop import TinyShop
from tests.support.databases import only_on_sqlite
from tests.support.make import GUILD

pytestmark = only_on_sqlite


async def findings(shop: DiscordShopping, **changes: Any) -> list[Finding]:
    door = changes.pop("door", f"{shop.url}/webhooks/discord_skus")
    usual: dict[str, Any] = {
        "discord_token": "token",
        "discord_api_url": shop.discord.url,
        "payment_providers": "tiny,discord_skus",
        "tiny_key": "mine",
        "guild_ids": str(GUILD),
        "encryption_keys": new_key(),
        "_env_file": None,
    }
    settings = load_settings((), kinds=(tiny(TinyShop()), DISCORD_SKUS_KIND), **(usual | changes))
    assert DISCORD_SKUS_KIND.doctor is not None
    doctor = DISCORD_SKUS_KIND.doctor(
        Examined(
            settings=settings,
            door=door,
            http=shop.http,
            watches=Watches(Time()),
            clock=shop.clock,
        )
    )
    found = [*doctor.address(), *await doctor.account(None), *await doctor.door()]
    await doctor.close()
    assert all(each.remedy for each in found if each.state != "ok")
    return found


async def test_all_is_well_without_webhook_events_too(shop: DiscordShopping) -> None:
    found = await findings(shop)
    assert {str(each.state) for each in found} == {"ok"}
    assert found[0].words == "Consumable SKUs: 2."


@pytest.mark.parametrize(
    ("changes", "check", "words"),
    [
        ({"discord_token": "wrong"}, "Discord's shop", "Discord refuses DISCORD_TOKEN."),
        ({"payment_providers": "discord_skus"}, "Discord's shop", "sells only beside another"),
        ({"discord_skus_guild": "5"}, "Discord's shop", "may not sell by GUILD_IDS"),
        ({"discord_skus_public_key": "0" * 64}, "Discord's webhook events", "not the application"),
        ({"door": "http://127.0.0.1:9/webhooks/x"}, "Discord's door", "gave no answer"),
    ],
)
async def test_what_is_wrong_is_named(
    shop: DiscordShopping, changes: dict[str, Any], check: str, words: str
) -> None:
    assert any(
        words in each.words for each in await findings(shop, **changes) if each.check == check
    )


async def test_a_program_that_does_not_sell_so_is_named(shop: DiscordShopping) -> None:
    found = await findings(shop, door=f"{shop.url}/webhooks/nobody")
    assert "does not sell by Discord's shop" in found[-1].words
