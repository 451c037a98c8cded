"""What is read of a purchase in a provider's own shop, which tells no amounts."""

import pytest

from payments.domain.values.money import Money
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.adopted import PAID, adoption, taken_back, told
from tests.support.moderating import decide
from tests.support.sending import deliver_all, ends, worker

__all__ = ["ends", "worker"]

PRICE = Money(minor=499, currency="EUR")


@pytest.mark.parametrize("price", [None, PRICE], ids=["unknown", "known"])
async def test_an_amount_that_nobody_knows_is_not_spoken_of(
    world: World, runner: Runner, clock: Time, worker: Worker, price: Money | None
) -> None:
    await decide(world, runner, clock)
    becomes = adoption(member=world.ada_id, price=price)
    await runner.run(told(PAID, becomes=becomes, at=clock()))
    await deliver_all(worker)
    of, back, title, bought = (" of €4.99", ": €4.99 went back to you", ": €4.99", " for €4.99")
    if price is None:
        of = back = title = bought = ""
    (message,) = world.ada_user.dm_channel.history()
    assert f"Your payment{of} for “Starter” was received." in said(message)
    await runner.run(told(taken_back(), at=clock()))
    await deliver_all(worker)
    message = world.ada_user.dm_channel.history()[-1]
    took = "and 500 points were taken back."
    assert f"Your payment for “Starter” was refunded{back}, {took}" in said(message)
    card = said(world.mods.last_message)
    assert card.startswith(f"### Refunded{title}\n")
    assert f"· 500 points{bought}\n" in card
    assert "unknown" not in card + said(message)
