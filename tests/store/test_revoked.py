"""Points of a payment that moderators revoked are told apart from those that were spent."""

from typing import Any

from payments.commands.base import Undo, by_member
from payments.commands.points.move import RevokePoints, SpendPoints, TransferPoints
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.time import HOUR, later
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.support.commands import grant, put_up
from tests.support.make import ADA, BEN, EVE, GUILD, START, checkout_update, event, initiate, key

LATER = later(START, 73 * HOUR)


def common(member: MemberId, points: int) -> dict[str, Any]:
    return {
        "key": key(),
        "at": LATER,
        "actor": by_member(EVE),
        "guild": GUILD,
        "member": member,
        "points": points,
    }


async def revoked(queries: Queries) -> int:
    found = await queries.payment(PaymentId("one"))
    assert found is not None
    return await queries.revoked(found)


async def test_revoked_points_of_a_payment_are_counted_whoever_had_them(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    assert await revoked(queries) == 0
    await runner.run(event(checkout_update("one")))
    await runner.run(SpendPoints(**common(ADA, 10)))
    await runner.run(TransferPoints(**common(ADA, 50), recipient=BEN))
    await runner.run(grant(5))
    assert await revoked(queries) == 0
    first = RevokePoints(**common(ADA, 30))
    outcome = await runner.run(first)
    await runner.run(RevokePoints(**common(BEN, 20)))
    assert await revoked(queries) == 25 + 20  # given points go before bought ones
    undo = Undo.of(first, outcome, at=LATER, actor=by_member(EVE), key=key())
    await runner.run(undo)
    assert await revoked(queries) == 20
