"""What was under way when an older version stopped is finished by this one."""

from typing import Any

import pytest

from payments.commands.payments.refund import ApproveRefund, DeclineRefund
from payments.commands.points.move import GrantPoints, SpendPoints
from payments.domain.errors import NotEnoughPoints, Refused
from payments.domain.values.ids import PackageId
from payments.domain.values.money import Money
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY, HOUR, MINUTE, later
from payments.notifications.subscribers.post import Address
from payments.store.verify.verify import verify
from tests.store.upgrade.revival import GUILD, MEMBERS, MIRA, NOA, OTHER, Revived
from tests.support.make import euros

LEFT = {"ben": 0, "dan": 0, "eve": -450, "fay": 500, "gus": 0, "ida": 500, "jon": 100, "kim": 2500}
LEFT |= {"ned": 300, "ola": 500, "pam": 300, "quin": 0, "rob": -500, "sue": 500, "tom": 300}
"""What members had when the older version stopped."""


async def test_a_stored_database_is_upgraded_and_nobody_has_other_points_than_before(
    revived: Revived,
) -> None:
    """The log of what was done is sealed on from where it was."""
    assert {name: await revived.points(name) for name in LEFT} == LEFT
    assert (await revived.points("hal"), await revived.points("hal", OTHER)) == (0, 500)
    found = await revived.core.database.snapshot(lambda connection: list(verify(connection)))
    assert found == []


async def test_an_open_checkout_is_paid(revived: Revived) -> None:
    await revived.stripe.pay(revived.life.sessions["ada"])
    await revived.settle()
    assert await revived.points("ada") == 500
    assert (await revived.payment("ada")).state is PaymentState.COMPLETED


async def test_an_open_checkout_lapses_and_a_bank_debit_under_way_arrives(
    revived: Revived,
) -> None:
    await revived.stripe.succeed_later(revived.life.sessions["leo"])
    revived.clock.pass_(2 * HOUR)
    revived.stripe.sweep()
    await revived.settle()
    assert await revived.points("leo") == 500
    assert (await revived.payment("ada")).state is PaymentState.EXPIRED


@pytest.mark.parametrize("name", ["ben", "cai"])
async def test_a_pending_refund_succeeds(revived: Revived, name: str) -> None:
    await revived.stripe.succeed_refund(revived.refund_at_stripe(name))
    await revived.settle()
    assert await revived.points(name) == 0
    assert (await revived.payment(name)).state is PaymentState.REFUNDED


async def test_a_pending_refund_fails_and_gives_the_points_back(revived: Revived) -> None:
    await revived.stripe.fail_refund(revived.refund_at_stripe("cai"))
    await revived.settle()
    assert (await revived.points("cai"), await revived.points("ben")) == (500, 0)
    assert (await revived.payment("cai")).state is PaymentState.COMPLETED


async def test_a_refund_from_the_dashboard_fails_and_gives_just_its_part_back(
    revived: Revived,
) -> None:
    await revived.stripe.fail_refund(revived.refund_at_stripe("pam"))
    await revived.settle()
    assert await revived.points("pam") == 500


async def test_a_refund_that_never_arrived_is_sent_once(revived: Revived) -> None:
    made = len(revived.stripe.state.refunds)
    revived.clock.pass_(10 * MINUTE)
    report = await revived.core.reconciliation.reconcile(later(revived.clock(), -DAY))
    await revived.settle()
    assert report.failed == ()
    assert len(revived.stripe.state.refunds) == made + 1
    (refund,) = (await revived.payment("quin")).refunds
    assert refund.status is RefundStatus.SUCCEEDED
    assert await revived.points("quin") == 0


async def test_an_open_dispute_is_lost_and_its_buyer_may_not_buy(revived: Revived) -> None:
    await revived.stripe.lose_dispute(revived.dispute_at_stripe("gus"))
    await revived.settle()
    assert (await revived.points("gus"), await revived.points("hal")) == (0, 0)
    assert (await revived.payment("gus")).is_charged_back
    with pytest.raises(Refused):
        await _buy(revived, "gus")


async def test_an_open_dispute_is_won_and_each_gets_what_was_theirs(revived: Revived) -> None:
    """Gus had passed 400 on to Hal."""
    await revived.stripe.win_dispute(revived.dispute_at_stripe("gus"))
    await revived.settle()
    assert (await revived.points("gus"), await revived.points("hal")) == (100, 400)


async def test_a_dispute_that_was_lost_is_won_late_and_its_debt_goes(revived: Revived) -> None:
    await revived.stripe.win_dispute(revived.dispute_at_stripe("eve"))
    await revived.settle()
    assert await revived.points("eve") == 50  # she had spent 450
    assert await _buy(revived, "eve")


async def test_a_dispute_that_was_won_is_lost_after_all(revived: Revived) -> None:
    """The older version knew no way back from won."""
    dispute = revived.stripe.state.disputes[revived.dispute_at_stripe("fay")]
    assert dispute.status == "won"
    await revived.stripe.appeal_dispute(dispute.id)
    await revived.settle()
    assert (await revived.payment("fay")).state is PaymentState.DISPUTED
    await revived.stripe.lose_dispute(dispute.id)
    await revived.settle()
    assert (await revived.payment("fay")).is_charged_back
    assert await revived.points("fay") == 0


async def test_debt_is_paid_by_what_comes_in(revived: Revived) -> None:
    """Rob may buy again: a moderator had said so."""
    await revived.core.runner.run(
        GrantPoints(member=MEMBERS["eve"], points=460, **revived.common(MIRA))
    )
    await revived.stripe.pay(await _buy(revived, "rob"))
    await revived.settle()
    assert (await revived.points("eve"), await revived.points("rob")) == (10, 0)


async def test_a_proposed_refund_is_approved_by_another_moderator_only(revived: Revived) -> None:
    payment = await revived.payment("kim")
    (proposed,) = payment.refunds
    asked: dict[str, Any] = {"guild": GUILD, "payment": payment.id, "refund": proposed.id}
    decide = revived.core.refunding.decide
    with pytest.raises(Refused, match="another moderator"):
        await decide(ApproveRefund, key=revived.press(), moderator=MIRA, **asked)
    done = await decide(ApproveRefund, key=revived.press(), moderator=NOA, **asked)
    assert done.refund.status is RefundStatus.SUCCEEDED
    await revived.settle()
    assert await revived.points("kim") == 0


async def test_a_proposed_refund_is_declined(revived: Revived) -> None:
    payment = await revived.payment("kim")
    (proposed,) = payment.refunds
    done = await revived.core.refunding.decide(
        DeclineRefund,
        key=revived.press(),
        moderator=NOA,
        guild=GUILD,
        payment=payment.id,
        refund=proposed.id,
    )
    assert done.refund.status is RefundStatus.WITHDRAWN
    assert (await revived.points("kim"), (await revived.payment("kim")).refundable) == (2500, 2000)


async def test_under_a_limit_without_a_currency_each_refund_needs_a_second_moderator(
    revived: Revived,
) -> None:
    """1000 of what? It was stored before limits had a currency."""
    for name, amount in (("tom", 300), ("ola", 1)):
        payment = revived.life.payments[name]
        currency = (await revived.payment(name)).price.currency
        money = Money(minor=amount, currency=currency)
        quote = await revived.core.refunding.quote(GUILD, MIRA, payment, money)
        assert quote.effect.needs_approval
        asked = await revived.core.refunding.ask(
            key=revived.press(), guild=GUILD, moderator=MIRA, payment=payment, amount=money
        )
        assert asked.refund.status is RefundStatus.PROPOSED
        assert await revived.points(name) == LEFT[name]


async def test_a_limit_in_a_currency_still_lets_one_moderator_refund_what_is_below_it(
    revived: Revived,
) -> None:
    done = await revived.core.refunding.ask(
        key=revived.press(),
        guild=OTHER,
        moderator=MIRA,
        payment=revived.life.payments["hal"],
        amount=euros(499),
    )
    assert done.refund.status is RefundStatus.SUCCEEDED
    assert await revived.points("hal", OTHER) == 0


async def test_a_payment_with_a_fraud_warning_is_refunded(revived: Revived) -> None:
    await revived.stripe.refund(revived.life.sessions["ida"])
    await revived.settle()
    assert (await revived.payment("ida")).fraud_warning is not None
    assert await revived.points("ida") == 0


async def test_an_inquiry_becomes_a_dispute(revived: Revived) -> None:
    await revived.stripe.escalate_inquiry(revived.dispute_at_stripe("sue"))
    await revived.settle()
    assert await revived.points("sue") == 0


async def test_messages_that_failed_while_stripe_was_away_are_taken_in(revived: Revived) -> None:
    """A part of Fay's payment was refunded meanwhile, and could not be looked up."""
    revived.clock.pass_(HOUR)
    await revived.settle()
    assert await revived.points("fay") == 500 - 500 * 100 // 499


async def test_messages_that_a_refused_key_had_left_to_a_person_are_taken_in(
    revived: Revived,
) -> None:
    """Ola's refund, made while the key was refused for hours."""
    assert await revived.points("ola") == 500
    revived.clock.pass_(10 * MINUTE)
    await revived.core.reconciliation.reconcile(later(revived.clock(), -DAY))
    await revived.settle()
    assert await revived.points("ola") == 0
    assert (await revived.payment("ola")).state is PaymentState.REFUNDED


async def test_points_lapse_when_their_time_has_come(revived: Revived) -> None:
    assert await revived.points("jon") == 100
    revived.clock.pass_(61 * DAY)
    jon = MEMBERS["jon"]
    with pytest.raises(NotEnoughPoints):
        await revived.core.runner.run(SpendPoints(member=jon, points=31, **revived.common(jon)))
    await revived.core.runner.run(SpendPoints(member=jon, points=30, **revived.common(jon)))


async def test_a_subscribers_address_is_still_readable(revived: Revived) -> None:
    (subscriber,) = await revived.core.queries.subscribers(GUILD)
    address = Address.decrypt(revived.core.encryptor, subscriber.encrypted)
    assert address.url == "https://listener.example/hook"


async def _buy(revived: Revived, name: str) -> str:
    """A member opens a checkout. Returns Stripe's id of it."""
    payment = await revived.core.buying.buy(
        key=revived.press(), guild=GUILD, member=MEMBERS[name], package=PackageId("starter")
    )
    assert payment.session is not None
    return payment.session
