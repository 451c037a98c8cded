"""All that `init` asks of Stripe is as published, and so is what it is answered."""

from tests.faces.command_line.init.conftest import Desk
from tests.support.asked import ALL, but
from tests.support.stripe_tour import record


async def test_what_init_asks_is_as_published(desk: Desk) -> None:
    tour = record(desk.stripe)
    await desk.ask(
        but(("key", [("key", "sk_test_wrong"), *(each for each in ALL if each[0] == "key")]))
    )
    assert tour.violations() == []
    assert tour.requests()["POST /v1/webhook_endpoints"] == 1
