"""Purchases by PayPal and by Square as an older version left them: what was open is finished.

`make_0033.py` says who has bought what.
"""

import pytest

from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.time import DAY, HOUR
from payments.store.verify.verify import verify
from tests.store.upgrade.sellers import Sellers

LEFT = {"ada": 0, "ben": 0, "cai": 500, "dan": 0, "eve": 400, "fay": 0, "gus": 0, "hal": 0}
LEFT |= {"ida": 500, "jon": 500, "kim": 0, "leo": 400, "mia": 0, "ned": 0, "ola": 500}
LEFT |= {"pam": 0, "quin": 0, "rob": 500, "sue": 500, "tom": 500}
"""What members had when the older version stopped."""


async def state(sellers: Sellers, name: str, provider: str) -> PaymentState:
    return (await sellers.way(name, provider)).state


async def refunds(sellers: Sellers, name: str, provider: str) -> list[RefundStatus]:
    return [each.status for each in (await sellers.way(name, provider)).refunds]


async def refund_at(sellers: Sellers, name: str, provider: str) -> str:
    """The provider's id of a member's only refund."""
    (refund,) = (await sellers.way(name, provider)).refunds
    assert refund.provider_id is not None
    return refund.provider_id


async def dispute_at(sellers: Sellers, name: str, provider: str) -> str:
    """The provider's id of a member's only dispute."""
    (dispute,) = (await sellers.way(name, provider)).disputes
    return dispute.id


async def test_a_stored_database_is_upgraded_and_nobody_has_other_points_than_before(
    sellers: Sellers,
) -> None:
    assert {name: await sellers.points(name) for name in LEFT} == LEFT
    assert LEFT.keys() == sellers.bought.keys()
    found = await sellers.core.database.snapshot(lambda connection: list(verify(connection)))
    assert found == []


async def test_what_was_approved_is_taken_once_and_a_surplus_goes_back(sellers: Sellers) -> None:
    """Both calls waited when the older version stopped; nobody else has approved anything."""
    captured = set(sellers.paypal.state.captures)
    await sellers.settle()
    (taken,) = set(sellers.paypal.state.captures) - captured
    assert sellers.paypal.state.captures[taken].order == await sellers.at("ben", "paypal")
    assert (await sellers.points("ben"), await sellers.points("tom")) == (500, 500)
    assert await refunds(sellers, "tom", "square") == [RefundStatus.SUCCEEDED]
    assert await state(sellers, "tom", "paypal") is PaymentState.COMPLETED
    at_square = await sellers.at("tom", "square")
    assert sum(each.order == at_square for each in sellers.square.state.refunds.values()) == 1
    assert {name: await sellers.points(name) for name in LEFT} == LEFT | {"ben": 500}


async def test_what_was_open_is_paid(sellers: Sellers) -> None:
    await sellers.paypal.approve(await sellers.at("ada", "paypal"))
    await sellers.square.pay(await sellers.at("kim", "square"))
    await sellers.settle()
    assert (await sellers.points("ada"), await sellers.points("kim")) == (500, 500)


async def test_what_was_open_lapses(sellers: Sellers) -> None:
    """PayPal forgets its order; Square's link lives for ever, so it is deleted."""
    await sellers.settle()
    sellers.clock.pass_(DAY)
    report = await sellers.core.reconciliation.reconcile()
    assert report.failed == ()
    await sellers.settle()
    assert await state(sellers, "ada", "paypal") is PaymentState.EXPIRED
    assert await state(sellers, "kim", "square") is PaymentState.EXPIRED
    assert not {await sellers.at("kim", "square"), await sellers.at("quin", "square")} & {
        each.order for each in sellers.square.state.links.values()
    }


@pytest.mark.parametrize("arrives", [True, False])
async def test_money_on_its_way_arrives_or_does_not(sellers: Sellers, *, arrives: bool) -> None:
    paypal, square = sellers.paypal, sellers.square
    at_paypal, at_square = await sellers.at("dan", "paypal"), await sellers.at("pam", "square")
    await (paypal.complete_capture if arrives else paypal.deny_capture)(at_paypal)
    await (square.complete_payment if arrives else square.fail_payment)(at_square)
    await sellers.settle()
    points = 500 if arrives else 0
    assert (await sellers.points("dan"), await sellers.points("pam")) == (points, points)
    ended = PaymentState.COMPLETED if arrives else PaymentState.FAILED
    assert await state(sellers, "dan", "paypal") is ended
    assert await state(sellers, "pam", "square") is ended


async def test_pending_refunds_succeed(sellers: Sellers) -> None:
    await sellers.paypal.complete_refund(await refund_at(sellers, "fay", "paypal"))
    await sellers.square.complete_refund(await refund_at(sellers, "mia", "square"))
    await sellers.settle()
    for name, provider in (("fay", "paypal"), ("mia", "square")):
        assert await state(sellers, name, provider) is PaymentState.REFUNDED
        assert await sellers.points(name) == 0


async def test_pending_refunds_fail_and_give_the_points_back(sellers: Sellers) -> None:
    await sellers.paypal.fail_refund(await refund_at(sellers, "fay", "paypal"))
    await sellers.square.fail_refund(await refund_at(sellers, "mia", "square"))
    await sellers.settle()
    for name, provider in (("fay", "paypal"), ("mia", "square")):
        assert await refunds(sellers, name, provider) == [RefundStatus.FAILED]
        assert await sellers.points(name) == 500


async def test_the_rest_of_what_was_refunded_in_part_goes_back(sellers: Sellers) -> None:
    for name, provider in (("eve", "paypal"), ("leo", "square")):
        await sellers.give_back(name, provider, 399)
        await sellers.settle()
        assert await state(sellers, name, provider) is PaymentState.REFUNDED
        assert await sellers.points(name) == 0


@pytest.mark.parametrize("won", [True, False])
async def test_open_disputes_are_decided(sellers: Sellers, *, won: bool) -> None:
    outcome = "RESOLVED_SELLER_FAVOUR" if won else "RESOLVED_BUYER_FAVOUR"
    await sellers.paypal.resolve_dispute(await dispute_at(sellers, "gus", "paypal"), outcome)
    at_square = await dispute_at(sellers, "ned", "square")
    await sellers.square.resolve_dispute(at_square, "WON" if won else "LOST")
    await sellers.settle()
    ended = PaymentState.COMPLETED if won else PaymentState.CHARGED_BACK
    for name, provider in (("gus", "paypal"), ("ned", "square")):
        assert await state(sellers, name, provider) is ended
        assert await sellers.points(name) == (500 if won else 0)


async def test_disputes_that_were_decided_turn_round(sellers: Sellers) -> None:
    """Hal's was lost at PayPal, Ola's was won at Square."""
    hals, olas = (
        await dispute_at(sellers, "hal", "paypal"),
        await dispute_at(sellers, "ola", "square"),
    )
    await sellers.paypal.appeal(hals)
    await sellers.square.appeal(olas)
    await sellers.settle()
    await sellers.paypal.resolve_dispute(hals, "RESOLVED_SELLER_FAVOUR")
    await sellers.square.resolve_dispute(olas, "LOST")
    await sellers.settle()
    assert (await sellers.points("hal"), await sellers.points("ola")) == (500, 0)
    (dispute,) = (await sellers.way("hal", "paypal")).disputes
    assert dispute.status is DisputeStatus.WON


async def test_an_inquiry_becomes_a_claim(sellers: Sellers) -> None:
    await sellers.paypal.escalate(await dispute_at(sellers, "ida", "paypal"))
    await sellers.settle()
    assert await sellers.points("ida") == 0
    assert await state(sellers, "ida", "paypal") is PaymentState.DISPUTED


async def test_of_two_ways_that_were_open_the_one_that_is_paid_counts(sellers: Sellers) -> None:
    """The other one is approved afterwards, and never taken; PayPal lets nobody close it."""
    await sellers.square.pay(await sellers.at("quin", "square"))
    await sellers.settle()
    await sellers.paypal.approve(await sellers.at("quin", "paypal"))
    await sellers.settle()
    assert await sellers.points("quin") == 500
    left = await sellers.way("quin", "paypal")
    assert left.paid_instead == (await sellers.way("quin", "square")).id
    assert sellers.paypal.state.orders[left.session or ""].captures == []


async def test_what_was_paid_while_the_program_was_stopped_is_found(sellers: Sellers) -> None:
    """Its messages were lost, so only a look at what is open tells it."""
    for local in (sellers.paypal, sellers.square):
        local.plan("lose", "*", times=None)
    await sellers.paypal.approve(await sellers.at("ada", "paypal"))
    await sellers.square.pay(await sellers.at("kim", "square"))
    await sellers.square.complete_payment(await sellers.at("pam", "square"))
    sellers.clock.pass_(HOUR)
    report = await sellers.core.reconciliation.reconcile()
    await sellers.settle()
    assert report.failed == ()
    assert [await sellers.points(name) for name in ("ada", "kim", "pam")] == [500, 500, 500]
