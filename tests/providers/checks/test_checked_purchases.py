"""Purchases that a moderator checks, at the providers that can set money aside."""

import pytest

from payments.domain.errors import Refused
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import CallKind, CallStatus
from payments.domain.values.purchase_check import CheckReason, CheckStatus
from payments.domain.values.time import DAY, HOUR
from tests.providers.checks.shop import CheckedShop, check_of
from tests.support.make import ADA, package

PRICE = package().price.minor


async def test_nothing_is_charged_before_a_moderator_has_approved(shop: CheckedShop) -> None:
    held = await shop.held()
    assert (held.state, await shop.points(), shop.taken()) == (PaymentState.AUTHORIZED, 0, [])
    assert check_of(held).reasons == (CheckReason.AMOUNT,)
    assert await shop.told("payment.held") == 1
    status, page = await shop.visit(f"/pay/{held.id}/success")
    assert status == 200
    assert "Nothing has been charged" in page

    approved = await shop.approve(held)
    assert approved.state is PaymentState.COMPLETED
    assert (await shop.points(), shop.taken()) == (500, [PRICE])
    assert await shop.call(held, CallKind.COLLECT) is CallStatus.DONE
    assert await shop.told("payment.success") == 1


async def test_what_is_refused_is_released_and_stays_so(shop: CheckedShop) -> None:
    held = await shop.held()
    refused = await shop.refuse(held)
    assert (refused.state, await shop.points(), shop.taken()) == (PaymentState.FAILED, 0, [])
    assert await shop.told("payment.released") == 1
    assert await shop.told("payment.failed") == 0
    assert await shop.told("payment.refunded") == 0
    with pytest.raises(Refused, match="refused already"):
        await shop.approve(held)
    await shop.reconcile()
    assert (await shop.state(held), shop.taken()) == (PaymentState.FAILED, [])
    _, page = await shop.visit(f"/pay/{held.id}/success")
    assert "You were not charged" in page


async def test_what_nobody_decides_is_released_long_before_the_provider_lets_go(
    shop: CheckedShop,
) -> None:
    held = await shop.held()
    ends_at = check_of(held).ends_at
    assert ends_at == shop.clock() + DAY
    shop.clock.pass_(DAY - 1)
    await shop.time_passes()
    assert await shop.state(held) is PaymentState.AUTHORIZED
    shop.clock.pass_(1)
    with pytest.raises(Refused, match="Nobody decided in time"):
        await shop.approve(held)
    await shop.time_passes()
    lapsed = await shop.now(held)
    assert (lapsed.state, check_of(lapsed).status) == (PaymentState.FAILED, CheckStatus.LAPSED)
    assert shop.taken() == []


async def test_money_that_is_taken_at_the_provider_itself_brings_the_points(
    shop: CheckedShop,
) -> None:
    held = await shop.held()
    await shop.capture_elsewhere(held)
    await shop.settle()
    assert (await shop.state(held), await shop.points()) == (PaymentState.COMPLETED, 500)
    with pytest.raises(Refused, match="paid already"):
        await shop.approve(held)


async def test_a_part_that_is_taken_at_the_provider_itself_is_left_to_a_person(
    shop: CheckedShop,
) -> None:
    held = await shop.held()
    await shop.capture_elsewhere(held, 100)
    await shop.settle()
    assert await shop.points() == 0
    assert (await shop.now(held)).mismatch is not None


async def test_money_that_is_let_go_of_at_the_provider_itself_cannot_be_taken_any_more(
    shop: CheckedShop,
) -> None:
    held = await shop.held()
    await shop.void_elsewhere(held)
    await shop.settle()
    assert await shop.state(held) is PaymentState.FAILED
    assert (await shop.told("payment.released"), await shop.told("payment.refunded")) == (1, 0)
    with pytest.raises(Refused, match="no longer reserved"):
        await shop.approve(held)


async def test_an_approval_that_crosses_a_release_at_the_provider_charges_nobody(
    shop: CheckedShop,
) -> None:
    """The call finds that nothing is set aside: what is true there counts."""
    held = await shop.held()
    shop.deafen()
    await shop.void_elsewhere(held)
    after = await shop.approve(held)
    assert (after.state, await shop.points()) == (PaymentState.FAILED, 0)
    assert check_of(after).status is CheckStatus.APPROVED
    assert await shop.told("payment.released") == 1


async def test_a_refusal_that_crosses_a_capture_at_the_provider_brings_the_points(
    shop: CheckedShop,
) -> None:
    held = await shop.held()
    shop.deafen()
    await shop.capture_elsewhere(held)
    after = await shop.refuse(held)
    assert (after.state, await shop.points()) == (PaymentState.COMPLETED, 500)


async def test_of_an_outage_all_is_found_later(shop: CheckedShop) -> None:
    """No message of the provider's arrives: the look at what is open finds each step."""
    shop.deafen()
    bought = await shop.buy()
    await shop.pay(bought)
    shop.clock.pass_(HOUR // 6)
    assert await shop.reconcile() == ()
    assert await shop.state(bought) is PaymentState.AUTHORIZED
    await shop.approve(bought)
    assert (await shop.points(), shop.taken()) == (500, [PRICE])


async def test_what_the_provider_lets_go_of_by_itself_is_found(shop: CheckedShop) -> None:
    """Nobody decided, and no timer ran, because nothing of ours was running."""
    held = await shop.held()
    shop.deafen()
    shop.clock.pass_(shop.lets_go_after() + HOUR)
    assert await shop.reconcile() == ()
    assert (await shop.state(held), shop.taken()) == (PaymentState.FAILED, [])


async def test_one_s_own_purchase_is_approved_by_another_moderator(shop: CheckedShop) -> None:
    held = await shop.held()
    with pytest.raises(Refused, match="your own purchase"):
        await shop.approve(held, moderator=ADA)
    assert (await shop.approve(held, moderator=ADA, as_owner=True)).credited_at is not None


async def test_what_was_charged_is_refunded_as_any_other(shop: CheckedShop) -> None:
    held = await shop.held()
    with pytest.raises(Refused, match="Nothing has been charged yet"):
        await shop.refund(held, PRICE)
    await shop.approve(held)
    await shop.refund(held, PRICE)
    await shop.settle()
    assert (await shop.state(held), await shop.points()) == (PaymentState.REFUNDED, 0)
