"""From `/buy` to points by Square: paid at its link, whoever tells of it, and closed by us."""

from typing import Any

import pytest

from payments.domain.errors import Refused
from payments.domain.values.money import Money
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.time import DAY, HOUR, MINUTE
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.square.provider import SquareProvider
from sandbox.base.faults import Fault
from sandbox.square import LocalSquare
from tests.providers.square.shop import SquareShop, order_of
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite

LINKS = "/v2/online-checkout/payment-links"


async def call_of(shop: SquareShop, order: str) -> CallStatus | None:
    call = await shop.core.queries.provider_call(CallKey("square", CallKind.EXPIRE, order))
    return None if call is None else call.status


def ordered(shop: SquareShop, order: str) -> str:
    """How an order stands at Square."""
    return shop.square.state.orders[order].state


async def test_a_purchase_goes_all_the_way(shop: SquareShop) -> None:
    bought = await shop.buy()
    [link] = shop.square.state.links.values()
    assert bought.url == f"{link.url}#{link.id}"
    assert (await shop.visit(f"/pay/{bought.id}"))[0] == 303
    order = shop.square.state.orders[order_of(bought)]
    assert (order.reference_id, order.metadata["payment"]) == (bought.id, bought.id)
    assert link.back is not None
    assert bought.id in link.back
    assert (link.options or {})["allow_tipping"] is False
    await shop.square.pay(order.id)
    await shop.settle()
    paid = await shop.now(bought)
    assert (paid.state, await shop.points()) == (PaymentState.COMPLETED, 500)
    [payment] = shop.square.state.payments.values()
    assert (paid.intent, await shop.told("payment.success")) == (payment.id, 1)


async def test_without_message_and_buyer_the_reconciliation_is_enough(shop: SquareShop) -> None:
    bought = await shop.buy()
    shop.square.plan("lose", "*", times=9)
    await shop.square.pay(order_of(bought))
    assert "Waiting for the confirmation" in (await shop.visit(f"/pay/{bought.id}/success"))[1]
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    assert (await shop.points(), await shop.told("payment.success")) == (500, 1)


async def test_an_answer_that_is_lost_makes_no_second_link(shop: SquareShop) -> None:
    shop.square.faults.add(Fault(kind="drop", method="POST", path=LINKS, times=2, done=True))
    bought = await shop.buy()
    assert len(shop.square.state.links) == 1
    assert await shop.state(bought) is PaymentState.INITIATED


async def test_a_link_is_deleted_when_its_purchase_has_lapsed(shop: SquareShop) -> None:
    bought = await shop.buy()
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    assert len(shop.square.state.links) == 1, "it can still be paid"
    shop.clock.pass_(2 * DAY)
    assert await shop.reconcile() == ()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.EXPIRED, 0)
    assert shop.square.state.links == {}
    assert ordered(shop, order_of(bought)) == "CANCELED"
    assert await call_of(shop, order_of(bought)) is CallStatus.DONE


async def test_a_link_that_is_gone_already_counts_as_closed(shop: SquareShop) -> None:
    """Square has done it, and its answer was lost."""
    bought = await shop.buy()
    shop.clock.pass_(2 * DAY)
    fault = Fault(kind="drop", method="DELETE", path=f"{LINKS}/*", times=1, done=True)
    shop.square.faults.add(fault)
    await shop.reconcile()
    assert await shop.state(bought) is PaymentState.EXPIRED


async def test_what_was_paid_in_the_last_moment_counts(shop: SquareShop) -> None:
    """The link would have been deleted; deleting it must not cancel what was paid."""
    bought = await shop.buy()
    shop.clock.pass_(2 * DAY)
    shop.square.plan("lose", "*", times=9)
    await shop.square.pay(order_of(bought))
    assert await shop.reconcile() == ()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.COMPLETED, 500)
    assert ordered(shop, order_of(bought)) == "OPEN"


async def test_paid_links_are_never_deleted(
    provider: SquareProvider, shop: SquareShop, local: LocalSquare
) -> None:
    bought = await shop.buy()
    await local.pay(order_of(bought))
    update = await provider.checkouts.expire(
        order_of(bought), page=bought.url or "", idempotency_key="x"
    )
    assert (update.money, len(local.state.links)) == (MoneyStatus.PAID, 1)


async def test_a_link_that_is_being_paid_is_closed_later(
    provider: SquareProvider, shop: SquareShop, local: LocalSquare
) -> None:
    bought = await shop.buy()
    await local.pay(order_of(bought))
    [payment] = local.state.payments.values()
    payment.status = "APPROVED"
    with pytest.raises(ProviderUnavailable, match="just now"):
        await provider.checkouts.expire(
            order_of(bought), page=bought.url or "", idempotency_key="x"
        )
    assert len(local.state.links) == 1
    payment.status, payment.source = "FAILED", "BANK_ACCOUNT"
    update = await provider.checkouts.expire(
        order_of(bought), page=bought.url or "", idempotency_key="x"
    )
    assert (update.status, update.money) == (CheckoutStatus.EXPIRED, MoneyStatus.FAILED)
    assert local.state.links == {}


async def test_a_link_whose_address_nobody_stored_is_found_by_its_order(
    provider: SquareProvider, shop: SquareShop, local: LocalSquare
) -> None:
    bought, *others = [await shop.buy() for _ in range(3)]
    update = await provider.checkouts.expire(order_of(bought), idempotency_key="x")
    assert update.status is CheckoutStatus.EXPIRED
    left = {each.order for each in local.state.links.values()}
    assert left == {order_of(each) for each in others}
    again = await provider.checkouts.expire(order_of(bought), idempotency_key="x")
    assert (again.status, len(local.state.links)) == (CheckoutStatus.EXPIRED, 2)


async def test_a_link_that_square_does_not_list_is_not_said_to_be_closed(
    provider: SquareProvider, shop: SquareShop, local: LocalSquare
) -> None:
    bought = await shop.buy()
    local.state.links.clear()
    with pytest.raises(ProviderRefused, match="in its list"):
        await provider.checkouts.expire(order_of(bought), idempotency_key="x")


async def test_who_is_declined_pays_by_another_card_at_the_same_link(shop: SquareShop) -> None:
    bought = await shop.buy()
    await shop.square.decline(order_of(bought))
    await shop.settle()
    assert await shop.state(bought) is PaymentState.INITIATED
    assert len(shop.square.state.links) == 1
    await shop.square.pay(order_of(bought))
    await shop.settle()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.COMPLETED, 500)


async def test_slow_money_that_fails_closes_its_link(shop: SquareShop) -> None:
    """Nobody looks at that page any more, and the link would be open for ever."""
    bought = await shop.buy()
    await shop.square.pay_later(order_of(bought))
    await shop.settle()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.PROCESSING, 0)
    await shop.square.fail_payment(order_of(bought))
    await shop.settle()
    assert await shop.state(bought) is PaymentState.FAILED
    assert shop.square.state.links == {}


async def test_an_approval_is_no_money(shop: SquareShop) -> None:
    """Square tells of a card twice: approved, then completed."""
    bought = await shop.buy()
    await shop.square.pay(order_of(bought))
    created = shop.square.events("payment.created")
    assert created[0]["data"]["object"]["payment"]["status"] == "APPROVED"
    await shop.settle()
    await shop.square.send_again(created[0]["event_id"])
    await shop.settle()
    assert (await shop.points(), await shop.told("points.awarded")) == (500, 1)


@pytest.mark.parametrize("amount", [1, 498])
async def test_less_than_the_price_is_left_to_a_person(shop: SquareShop, amount: int) -> None:
    bought = await shop.buy()
    await shop.square.pay(order_of(bought))
    [payment] = shop.square.state.payments.values()
    payment.amount = amount
    await shop.settle()
    assert (await shop.points(), await shop.told("payment.error")) == (0, 1)


async def test_an_order_that_was_copied_with_our_words_brings_nothing(shop: SquareShop) -> None:
    """Whoever has the account can clone an order, with its metadata."""
    bought = await shop.buy()
    ours = shop.square.state.orders[order_of(bought)]
    link = shop.square.state.link(ours.id)
    ours.id = link.order = "COPY"
    shop.square.state.orders["COPY"] = ours
    await shop.square.pay("COPY")
    await shop.settle()
    assert await shop.points() == 0
    assert await shop.state(bought) is PaymentState.INITIATED
    ours.id = order_of(bought)


async def test_what_others_sell_at_the_same_location_is_left_alone(shop: SquareShop) -> None:
    bought = await shop.buy()
    order = shop.square.state.orders[order_of(bought)]
    order.metadata, order.reference_id = {}, None
    order.id = "POS1"
    shop.square.state.orders["POS1"] = order
    shop.square.state.link(order_of(bought)).order = "POS1"
    await shop.square.pay("POS1")
    await shop.settle()
    assert (await shop.points(), await shop.told("provider.event_stuck")) == (0, 0)
    order.id = order_of(bought)


async def test_another_currency_is_refused_in_a_sentence(provider: SquareProvider) -> None:
    with pytest.raises(Refused, match=r"Square sells only in EUR.*this is USD"):
        provider.checkouts.check_currency("USD")
    with pytest.raises(Refused, match="at least"):
        provider.checkouts.check_price(Money(minor=99, currency="EUR"))
    provider.checkouts.check_price(Money(minor=100, currency="EUR"))


@pytest.mark.parametrize("answer", [500, 503, None])
async def test_if_square_is_away_nothing_is_bought(shop: SquareShop, answer: int | None) -> None:
    kind: Any = {"kind": "drop"} if answer is None else {"kind": "error", "status": answer}
    shop.square.faults.add(Fault(**kind, method="POST", path=LINKS, times=99))
    with pytest.raises(Refused):
        await shop.buy()
    assert shop.square.state.links == {}


async def test_an_order_is_read_as_it_is(provider: SquareProvider, shop: SquareShop) -> None:
    bought = await shop.buy()
    opened = await provider.checkouts.retrieve(order_of(bought))
    assert (opened.update.status, opened.update.money) == (CheckoutStatus.OPEN, MoneyStatus.UNPAID)
    assert opened.update.call is None
    shop.clock.pass_(HOUR * 48)
    opened = await provider.checkouts.retrieve(order_of(bought))
    assert opened.update.call is not None
    assert opened.update.call.kind is CallKind.EXPIRE
