"""How much can be asked back, whatever is under way; and a quote without the provider's fee."""

import pytest

from payments.domain.errors import Refused
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.services.refunds import RefundService
from sandbox.stripe import Fault
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import GUILD, euros
from tests.support.refunding import MIRA, OURS, ask, made, refunds
from tests.support.shop import Shop

pytestmark = only_on_sqlite


@on_both
async def test_what_is_on_its_way_back_cannot_be_asked_for_again(
    paid: Shop, refunding: RefundService
) -> None:
    paid.stripe.plan_refund("pending")
    first = await ask(refunding, 300)
    assert first.refund.status is RefundStatus.PENDING
    for amount in (200, 499):
        with pytest.raises(Refused, match=r"1\.99"):
            await ask(refunding, amount)
        with pytest.raises(Refused, match=r"1\.99"):
            await refunding.quote(GUILD, MIRA, OURS, euros(amount))
    assert (await refunding.quote(GUILD, MIRA, OURS)).effect.amount.minor == 199
    second = await ask(refunding, 199)
    assert second.refund.amount.minor == 199
    with pytest.raises(Refused, match="refunded already"):
        await ask(refunding, 1)
    assert made(paid) == 2


@on_both
async def test_what_failed_can_be_asked_for_again(paid: Shop, refunding: RefundService) -> None:
    paid.stripe.plan_refund("pending")
    await ask(refunding, 499)
    (refund,) = paid.stripe.state.refunds.values()
    await paid.stripe.fail_refund(refund.id)
    await paid.settle()
    assert (await ask(refunding, 499)).payment.state is PaymentState.REFUNDED
    assert [each.status for each in await refunds(paid)].count(RefundStatus.SUCCEEDED) == 1


@pytest.mark.parametrize("amount", [0, 500, 10**9])
async def test_nothing_and_more_than_was_paid_cannot_be_asked_for(
    paid: Shop, refunding: RefundService, amount: int
) -> None:
    with pytest.raises(Refused, match="At most"):
        await ask(refunding, amount)
    assert (made(paid), await paid.points()) == (0, 500)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
async def test_a_fee_that_stripe_will_not_tell_does_not_break_the_quote(
    paid: Shop, refunding: RefundService, status: int
) -> None:
    paid.stripe.faults.add(
        Fault(kind="error", status=status, method="GET", path="/v1/payment_intents/*", times=9)
    )
    quote = await refunding.quote(GUILD, MIRA, OURS, euros(499))
    assert quote.fee is None
    assert (quote.effect.points, quote.effect.balance) == (500, 0)
    paid.stripe.faults.clear()
    assert (await ask(refunding, 499)).refund.status is RefundStatus.SUCCEEDED


async def test_a_fee_that_is_late_does_not_hold_the_quote_up(
    paid: Shop, refunding: RefundService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.services.refunds.FEE_SECONDS", 0.01)
    paid.stripe.faults.add(
        Fault(kind="timeout", seconds=5, method="GET", path="/v1/payment_intents/*")
    )
    assert (await refunding.quote(GUILD, MIRA, OURS)).fee is None
    monkeypatch.setattr("payments.services.refunds.FEE_SECONDS", 60)
    assert (await refunding.quote(GUILD, MIRA, OURS)).fee is not None
