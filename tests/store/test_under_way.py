"""What is on its way and what is on hold, on both databases."""

from payments.domain.values.provider_updates import DisputeStatus, MoneyStatus, RefundStatus
from payments.runner.runner import Runner
from payments.store.queries import Coming, Held, Queries
from tests.support.commands import put_up
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    package,
    refund_update,
)


async def test_each_member_finds_what_is_theirs(runner: Runner, queries: Queries) -> None:
    await put_up(runner)
    for name, member, money in (
        ("slow", ADA, MoneyStatus.PROCESSING),
        ("both", ADA, MoneyStatus.PAID),
        ("lost", ADA, MoneyStatus.PAID),
        ("bens", BEN, MoneyStatus.PAID),
    ):
        await runner.run(initiate(name, member=member))
        await runner.run(event(checkout_update(name, member=member, money=money)))
    await runner.run(event(refund_update("both", "re_1", 100, RefundStatus.PENDING)))
    await runner.run(event(dispute_update("both", "dp_1", 399, DisputeStatus.OPEN)))
    await runner.run(event(dispute_update("lost", "dp_2", 499, DisputeStatus.LOST)))
    sold = package()
    assert await queries.coming(GUILD, ADA) == [
        Coming(package=sold.id, name=sold.name, points=500, price=sold.price, since=START)
    ]
    assert await queries.held(GUILD, ADA) == [
        Held(name=sold.name, points=500, own=True, refunded=True, disputed=True)
    ]
    for other in (BEN, EVE):
        assert await queries.coming(GUILD, other) == []
        assert await queries.held(GUILD, other) == []
