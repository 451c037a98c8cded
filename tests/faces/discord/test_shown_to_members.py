"""What members see, whole: buying, buying again, what became of it, and their notices."""

import pytest

from bot.delivery.outcome import ClosedDM
from bot.features.notices.commands import SHOWN
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentSucceeded
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import (
    MoneyStatus,
)
from payments.domain.values.time import MINUTE
from payments.notifications.channel import Delivery, DeliveryChannel
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.commands import put_up
from tests.support.make import (
    package,
)
from tests.support.presses import press
from tests.support.shown import Scene, language
from tests.support.town import buy, town

__all__ = ["language", "town"]


async def test_buying(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("buying", town)
    await put_up(runner, package(1, 100))
    one = package(1, 100).id

    async def see(what: str) -> None:
        scene.see(what, await town.ada.slash(town.general, "buy", package=one), privately=True)

    await see("/buy")
    await buy(town, runner, clock, "p2", money=MoneyStatus.PROCESSING)
    await see("/buy, while another package's payment is on its way")
    await buy(town, runner, clock, "p3", of=package(1, 100), money=MoneyStatus.PROCESSING)
    clock.pass_(MINUTE)
    await see("/buy, while the same package's payment is on its way")
    for label in ("Cancel", "Buy again"):
        asked = await town.ada.slash(town.general, "buy", package=one)
        scene.see(label, await press(town.ada, asked, label))
    scene.compare()


async def test_notices(
    town: World, channels: dict[str, DeliveryChannel], queries: Queries, clock: Time
) -> None:
    """One more than are shown at once, and then the last one."""
    scene = Scene("notices", town)
    for wanted in (False, True):
        chosen = await town.ada.slash(town.general, "notices", transfers=wanted)
        scene.see(f"/notices {wanted}", chosen, privately=True)
    payment = await queries.payment(PaymentId("p1"))
    assert payment is not None
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    for number in range(SHOWN + 1):
        clock.pass_(MINUTE)
        happened = PaymentSucceeded(**about(payment, clock()))
        with pytest.raises(ClosedDM):
            await channels["dm"].deliver(
                Delivery(id=number, nonce=str(number), event=happened, channel="dm", attempt=1)
            )
    for what in ("the next command", "the command after that", "one more"):
        scene.see(what, await town.ada.slash(town.general, "notices", transfers=True))
    scene.compare()
