"""The bot is told by the gateway and by webhook events, and bad luck meets both."""

from typing import Any

import pytest

from sandbox.base.common import NotPossible
from sandbox.discord_shop import LocalShop
from sandbox.discord_wire.world import ADA, BOT, STARTER_SKU
from tests.conftest import Time
from tests.sandbox.discord_shop.conftest import ENTITLEMENTS, Asking, Inbox

APPLICATION = "/applications/@me"
EVENTS = ["ENTITLEMENT_CREATE", "ENTITLEMENT_UPDATE", "ENTITLEMENT_DELETE"]


def told(shop: LocalShop) -> list[tuple[str, str]]:
    return [(each.event, each.fate) for each in shop.state.line.told]


async def saved(ask: Asking, inbox: Inbox) -> Any:
    given = {
        "event_webhooks_url": inbox.url,
        "event_webhooks_status": 2,
        "event_webhooks_types": EVENTS,
    }
    return await ask("PATCH", APPLICATION, given)


async def test_an_address_is_saved_after_a_ping_and_a_forged_one(
    ask: Asking, inbox: Inbox, shop: LocalShop
) -> None:
    status, application = await saved(ask, inbox)
    assert status == 200
    assert application["event_webhooks_url"] == inbox.url
    assert application["event_webhooks_status"] == 2
    assert application["event_webhooks_types"] == EVENTS
    assert application["verify_key"] == shop.verify_key
    assert inbox.pings == 1
    status, application = await ask("PATCH", APPLICATION, {"event_webhooks_status": 1})
    assert (status, application["event_webhooks_status"], inbox.pings) == (200, 1, 1)
    status, application = await ask("PATCH", APPLICATION, {"event_webhooks_url": None})
    assert (status, application["event_webhooks_url"]) == (200, None)


@pytest.mark.parametrize("fault", ["trusts anybody", "no content type", "not there", "no address"])
async def test_an_address_that_fails_the_checks_is_not_saved(
    ask: Asking, inbox: Inbox, fault: str
) -> None:
    inbox.trusting = fault == "trusts anybody"
    inbox.typed = fault != "no content type"
    if fault == "not there":
        inbox.url = "http://127.0.0.1:9/webhooks/discord"
    if fault == "no address":
        inbox.url = "https://"
    status, said = await saved(ask, inbox)
    assert (status, said["code"]) == (400, 50035)
    assert "event_webhooks_url" in said["errors"]
    assert (await ask("GET", APPLICATION))[1]["event_webhooks_url"] is None


async def test_fields_that_cannot_be_changed_here_are_refused(ask: Asking) -> None:
    for given in (
        {"description": "x"},
        {"event_webhooks_status": 3},
        {"event_webhooks_types": ["PARTY"]},
    ):
        status, said = await ask("PATCH", APPLICATION, given)
        assert (status, said["code"]) == (400, 50035), given


async def test_events_are_as_the_page_shows_them(
    ask: Asking, inbox: Inbox, shop: LocalShop, clock: Time
) -> None:
    await saved(ask, inbox)
    made = (await shop.buy(ADA, STARTER_SKU))["id"]
    await ask("POST", f"{ENTITLEMENTS}/{made}/consume")
    await shop.refund(int(made))
    await shop.drain()
    assert sorted(inbox.types()) == sorted(EVENTS)
    created = inbox.events[inbox.types().index("ENTITLEMENT_CREATE")]
    assert created == {
        "version": 1,
        "application_id": str(BOT),
        "type": 1,
        "event": {
            "type": "ENTITLEMENT_CREATE",
            "timestamp": created["event"]["timestamp"],
            "data": {
                "application_id": str(BOT),
                "consumed": False,
                "deleted": False,
                "gift_code_flags": 0,
                "id": made,
                "promotion_id": None,
                "sku_id": str(STARTER_SKU),
                "type": 1,
                "user_id": str(ADA),
            },
        },
    }
    assert "+" not in created["event"]["timestamp"]
    deleted = inbox.events[inbox.types().index("ENTITLEMENT_DELETE")]["event"]["data"]
    assert (deleted["deleted"], deleted["consumed"]) == (True, True)
    assert inbox.stamps[0] == clock() // 1_000_000
    assert told(shop) == [(each, "sent") for each in EVENTS]


async def test_an_event_is_sent_again_until_204(ask: Asking, inbox: Inbox, shop: LocalShop) -> None:
    await saved(ask, inbox)
    inbox.answers += [500, 200, 401]
    await shop.buy(ADA, STARTER_SKU)
    (event,) = shop.state.events
    while shop.dispatcher.pending(event):
        await shop.drain()
        shop.release()
    (delivery,) = shop.dispatcher.of(event)
    assert [each.status for each in delivery.attempts] == [500, 200, 401, 204]
    assert inbox.events == inbox.events[:1] * 4


async def test_events_are_lost_late_and_doubled_on_request(
    ask: Asking, inbox: Inbox, shop: LocalShop
) -> None:
    await saved(ask, inbox)
    shop.plan("lose", "ENTITLEMENT_CREATE")
    shop.plan("twice", "ENTITLEMENT_DELETE")
    shop.state.line.plan("hold", "ENTITLEMENT_CREATE")
    shop.state.line.plan("twice", "ENTITLEMENT_DELETE")
    made = int((await shop.buy(ADA, STARTER_SKU))["id"])
    await shop.refund(made)
    await shop.drain()
    assert inbox.types() == ["ENTITLEMENT_DELETE"] * 2
    assert await shop.state.line.release() == 1
    assert told(shop) == [
        ("ENTITLEMENT_CREATE", "held"),
        ("ENTITLEMENT_DELETE", "sent"),
        ("ENTITLEMENT_DELETE", "sent"),
        ("ENTITLEMENT_CREATE", "sent"),
    ]
    await shop.tell_again(made)
    assert told(shop)[-1] == ("ENTITLEMENT_CREATE", "sent")


async def test_a_gateway_that_is_away_loses_its_events(shop: LocalShop) -> None:
    await shop.state.line.let(be_away=True)
    made = int((await shop.buy(ADA, STARTER_SKU))["id"])
    await shop.state.line.let(be_away=False)
    await shop.refund(made, quietly=True)
    await shop.tell_again(made)
    assert told(shop) == [("ENTITLEMENT_CREATE", "lost"), ("ENTITLEMENT_CREATE", "sent")]


async def test_discord_removes_an_address_that_trusts_anybody(
    ask: Asking, inbox: Inbox, shop: LocalShop
) -> None:
    await saved(ask, inbox)
    assert await shop.probe()
    inbox.trusting = True
    assert not await shop.probe()
    assert (await ask("GET", APPLICATION))[1]["event_webhooks_url"] is None
    with pytest.raises(NotPossible, match="no address"):
        await shop.probe()


async def test_discord_stops_sending_after_too_many_failures(
    ask: Asking, inbox: Inbox, shop: LocalShop
) -> None:
    await saved(ask, inbox)
    shop.switch_off()
    await shop.buy(ADA, STARTER_SKU)
    await shop.drain()
    assert inbox.events == []
    _, application = await ask("GET", APPLICATION)
    assert application["event_webhooks_status"] == 3


async def test_any_event_can_be_forged(ask: Asking, inbox: Inbox, shop: LocalShop) -> None:
    await saved(ask, inbox)
    shop.forge("ENTITLEMENT_CREATE", {"id": "x"})
    await shop.drain()
    assert inbox.events[0]["event"]["data"] == {"id": "x"}
    shop.plan("never", "*")
    with pytest.raises(NotPossible, match="prevents"):
        shop.forge("ENTITLEMENT_CREATE", {})
