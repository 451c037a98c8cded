"""Orders of what another program gives, in few words."""

from itertools import count

from payments.domain.values.ids import OrderId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import OrderState
from payments.domain.values.time import DAY
from payments.runner.runner import Runner
from payments.services.program_orders import ProgramOrders
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.make import GUILD
from tests.support.shopping import add_item, offer, place

SWORD = offer("Sword", ItemKind.PROGRAM, wait=3 * DAY)
"""What a game server gives."""

_numbers = count(1)


def program_orders(runner: Runner, queries: Queries, clock: Time) -> ProgramOrders:
    return ProgramOrders(
        runner=runner,
        queries=queries,
        clock=clock,
        new_id=lambda: f"program-{next(_numbers):06}",
    )


async def ordered(runner: Runner, order: str, answer: str = "") -> OrderId:
    """Ada has ordered a sword."""
    if order == "sword":
        await runner.run(add_item(SWORD))
    return await runner.run(place(SWORD, order, answer=answer))


async def standing(queries: Queries, order: str) -> OrderState:
    found = await queries.order_standing(GUILD, OrderId(order))
    assert found is not None
    return found.state
