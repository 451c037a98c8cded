"""What members are told when a dispute takes their orders, and when it is won after all."""

from payments.commands.shop.fulfil import FulfilOrder
from payments.domain.values.items import ItemKind
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import DAY, to_seconds
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.buyer import Read, read
from tests.support.counter import put_up_item
from tests.support.make import checkout_update, dispute_update, event, initiate
from tests.support.sending import ends, worker
from tests.support.shopping import about, offer, place

__all__ = ["ends", "read", "worker"]

VIP = offer("Harbour VIP", ItemKind.ROLE)


async def test_a_dispute_takes_orders_back_and_a_late_win_gives_them_again(
    world: World, runner: Runner, read: Read, clock: Time
) -> None:
    await runner.run(initiate("p1", member=world.ada_id, at=clock()))
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    dinner, table = offer("Dinner", price=200), offer(price=300)
    for of, name in ((dinner, "waits"), (table, "done")):
        await put_up_item(runner, of)
        await runner.run(place(of, name, member=world.ada_id))
    await runner.run(FulfilOrder(**about("done")))
    await read()

    async def hear(status: DisputeStatus, seen: int) -> list[str]:
        told = dispute_update("p1", "dp_1", 499, status, seen=seen)
        await runner.run(event(told, at=clock()))
        return [each for each in await read() if "Your order" in each]

    assert await hear(DisputeStatus.OPEN, 0) == [
        (
            "Your order of **Dinner** on Harbour was cancelled: a payment for its points is "
            "disputed or was refunded as fraud. Your balance is **-300 points**."
        )
    ]
    assert await hear(DisputeStatus.LOST, 1) == [
        (
            "Your order of **Captain's table** on Harbour was taken back: a payment for its points "
            "was disputed or refunded as fraud. Your balance is **0 points**."
        )
    ]
    assert await hear(DisputeStatus.WON, 2) == [
        (
            "Your order of **Captain's table** on Harbour stands again: the dispute was won. "
            "Your balance is **200 points**."
        )
    ]


async def test_a_role_that_is_given_again_has_its_whole_time(
    world: World, runner: Runner, read: Read, clock: Time
) -> None:
    await runner.run(initiate("p1", member=world.ada_id, at=clock()))
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    await put_up_item(runner, VIP)
    await runner.run(place(VIP, "o1", member=world.ada_id, quantity=5, at=clock()))
    await runner.run(FulfilOrder(**about("o1", clock())))
    for seen, status in enumerate((DisputeStatus.LOST, DisputeStatus.WON)):
        clock.pass_(20 * DAY)
        await read()
        told = dispute_update("p1", "dp_1", 499, status, seen=seen)
        await runner.run(event(told, at=clock()))
    ends = to_seconds(clock()) + 150 * 86_400
    (words,) = [each for each in await read() if "stands again" in each]
    assert words == (
        "Your order of **Harbour VIP** on Harbour stands again: the dispute was won. You have the "
        f"role until <t:{ends}:f>: its time has started over. Your balance is **0 points**."
    )
