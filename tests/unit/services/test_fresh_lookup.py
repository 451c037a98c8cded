"""An answer of a provider counts only for the version known before; else it is asked again."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from payments.domain.errors import Refused
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import (
    DisputeStatus,
    DisputeUpdate,
    RefundStatus,
    RefundUpdate,
)
from payments.runner.runner import Runner
from payments.services.fresh_lookup import LOOKS, FreshLook, stamped, stand_otherwise
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.make import (
    checkout_update,
    dispute_update,
    event,
    found,
    initiate,
    refund_update,
)
from tests.support.sqlite import empty_sqlite

ONE = PaymentId("one")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what the store does on either database, its own tests say."""
    return empty_sqlite(tmp_path)


@pytest.fixture
async def fresh(runner: Runner, queries: Queries, clock: Time) -> FreshLook:
    await put_up(runner)
    await runner.run(initiate("one", at=clock()))
    await runner.run(event(checkout_update("one"), at=clock()))
    return FreshLook(runner=runner, queries=queries, clock=clock)


async def the_payment(queries: Queries) -> Payment:
    payment = await queries.payment(ONE)
    assert payment is not None
    return payment


class Provider:
    """Answers one at a time; meanwhile others may get updates of the same refund."""

    def __init__(self, runner: Runner, *, disturbed: int) -> None:
        self.runner = runner
        self.disturbed = disturbed
        self.asked = 0

    async def __call__(self) -> Sequence[RefundUpdate]:
        self.asked += 1
        if self.asked <= self.disturbed:
            status = (RefundStatus.PENDING, RefundStatus.FAILED)[self.asked % 2]
            update = refund_update("one", "re_1", 100 + self.asked, status, seen=self.asked - 1)
            await self.runner.run(event(update))
        return [refund_update("elsewhere", "re_1", 200 + self.asked)]


@pytest.mark.parametrize(("disturbed", "asked"), [(0, 1), (1, 2), (2, 3), (3, 3), (9, 3)])
async def test_an_answer_that_comes_too_late_is_asked_for_again_a_few_times(
    fresh: FreshLook, runner: Runner, queries: Queries, disturbed: int, asked: int
) -> None:
    assert LOOKS == 3
    provider = Provider(runner, disturbed=disturbed)
    updates = await fresh.take(await the_payment(queries), provider)
    assert provider.asked == asked
    assert [each.amount.minor for each in updates] == [200 + asked]
    refund = (await the_payment(queries)).refund("re_1")
    assert refund is not None
    taken = disturbed < LOOKS
    assert refund.amount.minor == (200 + asked if taken else 100 + asked)
    assert refund.version == min(disturbed, LOOKS) + taken


async def test_of_several_answers_each_is_taken_in_though_one_was_too_late(
    fresh: FreshLook, runner: Runner, queries: Queries
) -> None:
    asked = 0

    async def ask() -> Sequence[RefundUpdate]:
        nonlocal asked
        asked += 1
        if asked == 1:
            await runner.run(event(refund_update("one", "re_1", 1)))
        return [refund_update("one", "re_1", 10), refund_update("one", "re_2", 20)]

    await fresh.take(await the_payment(queries), ask)
    after = await the_payment(queries)
    assert {each.id: (each.amount.minor, each.version) for each in after.refunds} == {
        "re_1": (10, 2),
        "re_2": (20, 2),
    }
    assert asked == 2


async def test_whose_refund_it_is_says_the_payment_not_the_answer(
    fresh: FreshLook, queries: Queries
) -> None:
    update = refund_update("elsewhere", "re_1", 100)
    assert await fresh.apply(await the_payment(queries), update)
    assert (await the_payment(queries)).refunded == 100


async def test_two_answers_upon_one_version_are_not_both_taken_in(
    fresh: FreshLook, queries: Queries
) -> None:
    payment = await the_payment(queries)
    with capture_logs() as lines:
        assert await fresh.apply(payment, refund_update("one", "re_1", 100))
        assert not await fresh.apply(payment, refund_update("one", "re_1", 200))
        assert not await fresh.apply(payment, refund_update("one", "re_1", 300, seen=7))
        assert await fresh.apply(payment, refund_update("one", "re_1", 100)), "the same once more"
    assert (await the_payment(queries)).refunded == 100
    late = [line for line in lines if line["event"] == "claim.superseded"]
    assert [(line["claim"], line["why"]) for line in late] == [
        ("re_1", "KeyReused"),
        ("re_1", "Superseded"),
    ]


async def test_an_answer_that_does_not_fit_is_refused_with_a_sentence(
    fresh: FreshLook, queries: Queries
) -> None:
    odd = refund_update("one", "re_1", 100, currency="USD")
    with pytest.raises(Refused, match=r"It is about 1\.00 USD, the payment is in EUR"):
        await fresh.apply(await the_payment(queries), odd)
    assert (await the_payment(queries)).refunds == ()


def test_what_was_found_counts_upon_the_versions_read_before() -> None:
    checkout = found(checkout_update("one"))
    refund = found(refund_update("one", "re_1", 100))
    dispute = found(dispute_update("one", "dp_1", 100, DisputeStatus.OPEN))
    unknown = found(refund_update("one", "re_9", 100, seen=5))
    stamps = stamped([checkout, refund, dispute, unknown], {"re_1": 3, "dp_1": 4, "cs_one": 9})
    assert stamps[0] == checkout
    assert [
        each.update.seen for each in stamps if isinstance(each.update, RefundUpdate | DisputeUpdate)
    ] == [3, 4, 0]


async def test_only_how_a_claim_stands_makes_a_difference(
    fresh: FreshLook, queries: Queries
) -> None:
    before = await the_payment(queries)
    await fresh.apply(before, refund_update("one", "re_1", 100, RefundStatus.PENDING))
    once = await the_payment(queries)
    assert stand_otherwise(before, once)
    await fresh.apply(before, refund_update("one", "re_1", 100, RefundStatus.PENDING, seen=1))
    again = await the_payment(queries)
    assert again.refunds != once.refunds, "it was asked for once more"
    assert not stand_otherwise(once, again)
    for update in (
        dispute_update("one", "dp_1", 100, DisputeStatus.OPEN),
        dispute_update("one", "dp_1", 100, DisputeStatus.LOST, seen=1),
    ):
        here = await the_payment(queries)
        await fresh.apply(here, update)
        assert stand_otherwise(here, await the_payment(queries))
    assert Money(minor=100, currency="EUR") == again.refunds[0].amount
