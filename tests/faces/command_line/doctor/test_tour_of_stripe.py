"""All that `doctor` asks of Stripe is as published, and so is what it is answered."""

from tests.faces.command_line.doctor.conftest import Installation
from tests.support.restricted_keys import JUST_ENOUGH
from tests.support.stripe_tour import record


async def test_what_doctor_asks_is_as_published(well: Installation) -> None:
    tour = record(well.stripe)
    found = await well.examine()
    assert not [each for each in found.bad() if each.check.startswith("Stripe")]
    well.stripe.add_restricted_key("rk_test_enough", JUST_ENOUGH)
    await well.examine(stripe_secret_key="rk_test_enough")
    await well.examine(stripe_secret_key="sk_test_wrong")
    assert tour.violations() == []
    asked = {"GET /v1/events", "GET /v1/webhook_endpoints", "GET /v1/customers", "POST /v1/refunds"}
    assert asked <= tour.requests().keys()
