"""All that `init` asks of Stripe is as published, and so is what it is answered."""

from tests.interview.conftest import Desk
from tests.interview.test_init import ALL, but
from tests.stripe_tour import record


async def test_what_init_asks_is_as_published(desk: Desk) -> None:
    tour = record(desk.stripe)
    await desk.ask(
        but(("key", [("key", "sk_test_wrong"), *(each for each in ALL if each[0] == "key")]))
    )
    assert tour.violations() == []
    assert tour.requests()["POST /v1/webhook_endpoints"] == 1
