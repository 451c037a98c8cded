"""What Stripe answers when a refund is asked for, or does not, and what becomes of the refund."""

from typing import Any

import pytest

from payments.commands.payments.refund import ApproveRefund, DeclineRefund
from payments.domain.errors import Refused
from payments.domain.values.ids import House
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY, HOUR, MINUTE, later
from payments.providers.protocol import Refusal
from payments.providers.stripe.provider import StripeProvider
from payments.services.reconciliation import Reconciliation
from payments.services.refunds import RefundService
from sandbox.stripe import Fault
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import GUILD, key
from tests.support.refunding import MIRA, NOA, OURS, ask, later_on, made, refunds, set_limit
from tests.support.shop import Shop

pytestmark = only_on_sqlite


async def test_case_39_a_refund_on_its_way_holds_the_points_until_it_arrives(
    paid: Shop, refunding: RefundService
) -> None:
    paid.stripe.plan_refund("pending")
    done = await ask(refunding)
    assert done.refund.status is RefundStatus.PENDING
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 500)
    await paid.stripe.succeed_refund(str(done.refund.provider_id))
    await paid.settle()
    assert (await paid.house(House.HELD), await paid.house(House.ISSUED)) == (0, 0)
    assert await paid.state() is PaymentState.REFUNDED


async def test_case_40_a_refund_that_fails_later_gives_the_points_back_once(
    paid: Shop, refunding: RefundService
) -> None:
    done = await ask(refunding)
    await paid.settle()
    await paid.stripe.fail_refund(str(done.refund.provider_id))
    await paid.settle()
    assert await paid.points() == 500
    assert await paid.times_emitted("refund.failed") == 1
    again = await ask(refunding)
    assert again.refund.status is RefundStatus.SUCCEEDED
    assert again.refund.id != done.refund.id


async def test_what_stripe_refuses_gives_the_points_back_and_says_why(
    paid: Shop, refunding: RefundService
) -> None:
    paid.stripe.plan("lose", "*", times=None)  # we hear of no dispute
    await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    done = await ask(refunding)
    assert done.refund.status is RefundStatus.WITHDRAWN
    assert (done.problem, done.why) == ("charge_disputed", Refusal.DISPUTED)
    assert (await paid.points(), made(paid)) == (500, 0)
    assert await paid.times_emitted("refund.failed") == 1


async def test_what_was_refunded_in_the_dashboard_meanwhile_is_known_at_once(
    paid: Shop, refunding: RefundService
) -> None:
    paid.stripe.plan("lose", "*", times=None)  # we hear of nothing
    await paid.stripe.refund(paid.session)
    await paid.settle()
    done = await ask(refunding)
    assert done.refund.status is RefundStatus.WITHDRAWN
    assert (done.problem, done.why) == ("charge_already_refunded", Refusal.REFUNDED)
    assert (done.payment.refunded, done.payment.refunded_elsewhere) == (499, 499)
    assert done.payment.state is PaymentState.REFUNDED
    assert (await paid.points(), made(paid)) == (0, 1)


async def test_case_53_a_call_without_an_answer_leaves_it_pending_and_is_looked_up(
    paid: Shop, refunding: RefundService, reconciliation: Reconciliation
) -> None:
    paid.stripe.plan("never", "*", times=None)
    paid.stripe.faults.add(
        Fault(kind="drop", method="POST", path="/v1/refunds", done=True, times=3)
    )
    done = await ask(refunding)
    assert done.refund.status is RefundStatus.PENDING
    assert (await paid.points(), made(paid)) == (0, 1)
    await later_on(paid, reconciliation)
    (refund,) = await refunds(paid)
    assert refund.status is RefundStatus.SUCCEEDED
    assert refund.order is not None
    assert (refund.order.attempt, made(paid)) == (1, 1)


async def test_case_53_what_never_arrived_is_sent_again_under_its_key(
    paid: Shop, refunding: RefundService, reconciliation: Reconciliation
) -> None:
    paid.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds", times=3))
    await ask(refunding)
    assert made(paid) == 0
    await later_on(paid, reconciliation)
    (refund,) = await refunds(paid)
    assert refund.status is RefundStatus.SUCCEEDED
    assert refund.order is not None
    assert (refund.order.attempt, made(paid)) == (1, 1)


async def test_case_53_after_a_replayed_500_it_is_looked_up_before_a_new_key_is_used(
    paid: Shop, refunding: RefundService, reconciliation: Reconciliation
) -> None:
    paid.stripe.faults.add(Fault(kind="error", status=500, method="POST", path="/v1/refunds"))
    await ask(refunding)
    paid.clock.pass_(10 * MINUTE)
    report = await reconciliation.reconcile(later(paid.clock(), -DAY))
    assert len(report.failed) == 1  # the key replays its 500
    assert made(paid) == 0
    await later_on(paid, reconciliation)
    (refund,) = await refunds(paid)
    assert refund.status is RefundStatus.SUCCEEDED
    assert refund.order is not None
    assert (refund.order.attempt, made(paid)) == (2, 1)
    assert await paid.points() == 0


@on_both
async def test_case_53_the_exact_request_and_its_key_are_stored_before_the_call(
    paid: Shop, refunding: RefundService
) -> None:
    held = paid.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds", times=3))
    await ask(refunding, 100)
    assert held.reached.is_set()
    (refund,) = await refunds(paid)
    assert refund.order is not None
    assert refund.idempotency_key == f"{refund.id}:refund:1"
    assert f'"guildbank_refund": "{refund.id}"' in refund.order.request
    assert '"amount": 100' in refund.order.request


async def test_case_20_a_refund_whose_end_was_never_told_is_looked_up(
    paid: Shop, refunding: RefundService, reconciliation: Reconciliation
) -> None:
    paid.stripe.plan("never", "*", times=None)
    paid.stripe.plan_refund("pending")
    done = await ask(refunding)
    await paid.stripe.fail_refund(str(done.refund.provider_id))
    await later_on(paid, reconciliation)
    assert await paid.points() == 500
    elsewhere = await paid.stripe.refund(paid.session, amount=100)
    assert elsewhere
    assert await paid.points() == 500  # nothing says that there is anything to look up


async def test_a_payment_of_the_other_mode_is_refused_with_a_sentence(
    paid: Shop, refunding: RefundService, provider: StripeProvider
) -> None:
    await set_limit(paid, 0)
    proposed = await ask(refunding, 100)
    provider.livemode = True
    word: dict[str, Any] = {
        "guild": GUILD,
        "moderator": NOA,
        "payment": OURS,
        "refund": proposed.refund.id,
    }
    for refused in (
        refunding.quote(GUILD, MIRA, OURS),
        ask(refunding),
        refunding.decide(ApproveRefund, key=key(), **word),
    ):
        with pytest.raises(Refused, match="made in test mode"):
            await refused
    assert [each.status for each in await refunds(paid)] == [RefundStatus.PROPOSED]
    declined = await refunding.decide(DeclineRefund, key=key(), **word)
    assert declined.refund.status is RefundStatus.WITHDRAWN
    assert made(paid) == 0


async def test_reconciliation_leaves_payments_of_the_other_mode_alone(
    paid: Shop, refunding: RefundService, reconciliation: Reconciliation, provider: StripeProvider
) -> None:
    paid.stripe.plan_refund("pending")
    await ask(refunding, 100)
    paid.clock.pass_(HOUR)
    provider.livemode = True
    report = await reconciliation.reconcile(later(paid.clock(), -DAY))
    assert (report.refunds, report.failed) == (0, ())
    provider.livemode = False
    report = await reconciliation.reconcile(later(paid.clock(), -DAY))
    assert (report.refunds, report.failed) == (1, ())
