"""Look-ups whose answer comes too late: something newer was told meanwhile."""

from collections.abc import Callable

import pytest

from payments.commands.base import by_provider
from payments.commands.payments.apply_update import ApplyClaimLookup
from payments.domain.values.ids import PaymentId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import ClaimUpdate, DisputeStatus, DisputeUpdate
from payments.providers.errors import ProviderRefused
from payments.providers.requests import ProviderEvent
from payments.providers.stripe.provider import StripeProvider
from payments.services.fresh_lookup import LOOKS, FreshLook
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import GUILD
from tests.support.shop import Shop
from tests.support.shop_facts import dispute_of, payment_of
from tests.support.web import PAYMENT

pytestmark = only_on_sqlite


class Overtaken:
    """Lets other answers be applied while the provider is asked, a number of times."""

    def __init__(self, shop: Shop, times: int, on_progress: Callable[[int], ClaimUpdate]) -> None:
        self.shop = shop
        self.left = times
        self.overtaking = on_progress

    async def overtake(self) -> None:
        if not self.left:
            return
        self.left -= 1
        dispute = await dispute_of(self.shop)
        update = self.overtaking(dispute.version)
        await self.shop.runner.run(
            ApplyClaimLookup(
                key=ApplyClaimLookup.key_of(update),
                at=self.shop.clock(),
                actor=by_provider("stripe"),
                guild=GUILD,
                payment=PaymentId(PAYMENT),
                told=update,
            )
        )


async def look_ups_are_overtaken(
    shop: Shop, provider: StripeProvider, times: int, monkeypatch: pytest.MonkeyPatch
) -> Overtaken:
    """Each of the next look-ups finds that another answer was applied while it asked."""
    asked = (await payment_of(shop)).disputes[0]

    def open_again(version: int) -> ClaimUpdate:
        return DisputeUpdate(
            payment=PaymentId(PAYMENT),
            dispute=asked.id,
            status=DisputeStatus.OPEN,
            amount=asked.amount,
            intent=asked.intent,
            seen=version,
        )

    overtaken = Overtaken(shop, times, open_again)
    ask = provider.events.look_up

    async def look_up(event: ProviderEvent) -> ProviderEvent:
        found = await ask(event)
        await overtaken.overtake()
        return found

    monkeypatch.setattr(provider.events, "look_up", look_up)
    return overtaken


@pytest.mark.parametrize("times", [1, LOOKS - 1, LOOKS, LOOKS + 1])
async def test_an_answer_that_came_too_late_is_asked_for_again_without_an_attempt(
    paid: Shop, provider: StripeProvider, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    overtaken = await look_ups_are_overtaken(paid, provider, times, monkeypatch)
    await paid.stripe.lose_dispute(made["id"])
    await paid.stripe.drain()
    event = paid.stripe.events("charge.dispute.closed")[0]["id"]
    await paid.inbox.retry_due()
    waiting = await paid.queries.inbox_event(event)
    assert waiting is not None
    if times >= LOOKS:
        assert (waiting.status, waiting.attempts) == (InboxStatus.PENDING, 1)
        assert waiting.retry_at is not None
        assert await paid.inbox.retry_due() == 0  # it waits a little
        paid.clock.pass_(2_000_000)
        await paid.inbox.retry_due()
    after = await paid.queries.inbox_event(event)
    assert after is not None
    assert (after.status, after.attempts) == (InboxStatus.HANDLED, 2)
    assert (overtaken.left, await paid.state()) == (0, PaymentState.CHARGED_BACK)


@on_both
async def test_all_refunds_of_a_charge_are_asked_for_again_if_one_was_overtaken(
    paid: Shop,
) -> None:
    """`charge.refunded` names no refund: their versions are read for the second look."""
    paid.stripe.plan("hold", "*refund*", times=None)
    first = await paid.stripe.refund(paid.session, amount=100)
    await paid.stripe.refund(paid.session, amount=100)
    await paid.stripe.deliver(paid.stripe.events("charge.refunded")[0]["id"])
    await paid.settle()
    await paid.stripe.fail_refund(first["id"])
    await paid.stripe.deliver(paid.stripe.events("charge.refunded")[1]["id"])
    await paid.settle()
    assert await paid.points() == 500 - 500 * 100 // 499
    assert await paid.outcomes("charge.refunded") == {"handled"}
    assert {each.version for each in (await payment_of(paid)).refunds} == {2}


@on_both
async def test_a_dispute_is_looked_up_by_its_id(paid: Shop, provider: StripeProvider) -> None:
    """As reconciliation does it: no message is needed."""
    paid.stripe.plan("never", "charge.dispute.*", times=None)
    made = await paid.stripe.open_dispute(paid.session)
    look = FreshLook(runner=paid.runner, queries=paid.queries, clock=paid.clock)
    for turn in (None, paid.stripe.win_dispute, paid.stripe.lose_dispute):
        if turn is not None:
            await turn(made["id"])

        async def ask() -> list[DisputeUpdate]:
            return [await provider.disputes.retrieve(made["id"])]

        (update,) = await look.take(await payment_of(paid), ask)
        assert (await dispute_of(paid)).status is update.status
    assert (await paid.state(), await paid.points()) == (PaymentState.CHARGED_BACK, 0)
    with pytest.raises(ProviderRefused):
        await provider.disputes.retrieve("du_unknown")
