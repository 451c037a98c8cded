"""Refunds that another moderator decides on, and payments of which nothing is refunded."""

import pytest

from payments.domain.errors import Refused
from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.provider_updates import RefundStatus
from payments.runner.runner import Runner
from payments.services.refunds import RefundService
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.asked_refunds import (
    ONE,
    Asked,
    ask,
    decide,
    limit,
    provider,
    refunding,
    the_payment,
)
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, BEN, EVE, GUILD

__all__ = ["provider", "refunding"]  # fixtures

pytestmark = only_on_sqlite


async def test_what_another_approves_is_sent_and_what_they_decline_is_not(
    refunding: RefundService, provider: Asked, runner: Runner
) -> None:
    await limit(runner, 1)
    first, second = await ask(refunding), await ask(refunding)
    assert provider.calls == []
    declined = await decide(refunding, second, approve=False)
    assert (declined.refund.id, declined.refund.status) == ("refund-2", RefundStatus.WITHDRAWN)
    assert declined.problem == "", "nobody but a moderator said no"
    assert provider.calls == []
    approved = await decide(refunding, first)
    assert (approved.refund.id, approved.refund.status) == ("refund-1", RefundStatus.SUCCEEDED)
    assert provider.calls == [("refund", "refund-1:refund:1")]
    order = approved.refund.order
    assert order is not None
    assert (order.by, order.approved_by) == (BEN, EVE)


async def test_the_owner_approves_the_refund_of_their_own_purchase(
    refunding: RefundService, runner: Runner
) -> None:
    await limit(runner, 1)
    asked = await ask(refunding)
    with pytest.raises(Refused, match="your own purchase"):
        await decide(refunding, asked, moderator=ADA)
    approved = await decide(refunding, asked, moderator=ADA, as_owner=True)
    assert approved.refund.status is RefundStatus.SUCCEEDED


async def test_a_payment_of_another_server_is_none_whatever_is_asked(
    refunding: RefundService,
) -> None:
    elsewhere = GuildId(GUILD + 1)
    asked = await ask(refunding)
    for attempt in (
        refunding.quote(elsewhere, BEN, ONE),
        refunding.quote(GUILD, BEN, PaymentId("none")),
        ask(refunding, guild=elsewhere),
        decide(refunding, asked, guild=elsewhere),
        decide(refunding, asked, approve=False, guild=elsewhere),
    ):
        with pytest.raises(Refused, match=r"^There is no such payment here\.$"):
            await attempt


async def test_what_a_provider_that_is_gone_has_sold_is_not_refunded_but_can_be_declined(
    refunding: RefundService, runner: Runner, queries: Queries, clock: Time
) -> None:
    await limit(runner, 1)
    asked = await ask(refunding)
    gone = RefundService(
        runner=runner, queries=queries, providers={}, clock=clock, new_id=lambda: "new"
    )
    sentence = r"^Payments by Stripe can't be refunded here any more\.$"
    for attempt in (
        gone.quote(GUILD, BEN, ONE),
        ask(gone),
        decide(gone, asked),
        gone.look_up(await the_payment(queries)),
    ):
        with pytest.raises(Refused, match=sentence):
            await attempt
    assert (await decide(gone, asked, approve=False)).refund.status is RefundStatus.WITHDRAWN
