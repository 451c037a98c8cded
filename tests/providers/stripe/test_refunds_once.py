"""Money goes back once, whatever is under way at the same time."""

from collections.abc import Collection
from typing import Any

from payments.commands.base import by_member, by_provider
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.refund_outcome import RetryRefund
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import CommandKey
from payments.domain.values.money import UNKNOWN_CURRENCY, Money
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY, MINUTE, later
from payments.providers.stripe.provider import StripeProvider
from payments.services.reconciliation import Reconciliation
from payments.services.refund_sending import Refunded
from payments.services.refunds import RefundService
from sandbox.stripe import Fault
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import EVE, GUILD, key
from tests.support.refunding import OURS, ask, later_on, made, refunds
from tests.support.shop import Shop
from tests.support.web import PAYMENT, Web

pytestmark = only_on_sqlite


async def count_on(shop: Shop, done: Refunded) -> None:
    """What another process commits after its try of a refund has led to nothing."""
    await shop.runner.run(
        RetryRefund(
            key=CommandKey(f"{done.refund.idempotency_key}:failed"),
            at=shop.clock(),
            actor=by_provider("stripe"),
            guild=GUILD,
            payment=OURS,
            refund=done.refund.id,
            failed=1,
        )
    )


async def test_a_key_that_is_in_use_or_brought_no_answer_is_kept(
    paid: Shop, refunding: RefundService, reconciliation: Reconciliation
) -> None:
    """An earlier try may be under way still: under a new key it would be a second refund."""
    paid.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds", times=3))
    await ask(refunding, 100)
    for fault in (
        Fault(kind="error", status=409, method="POST", path="/v1/refunds", times=3),
        Fault(kind="error", status=503, method="POST", path="/v1/refunds", times=3),
        Fault(kind="drop", method="POST", path="/v1/refunds", times=3),
        Fault(kind="malformed", method="POST", path="/v1/refunds", times=3),
    ):
        paid.stripe.faults.add(fault)
        paid.clock.pass_(10 * MINUTE)
        report = await reconciliation.reconcile(later(paid.clock(), -DAY))
        assert len(report.failed) == 1
        (refund,) = await refunds(paid)
        assert refund.order is not None
        assert refund.order.attempt == 1
        paid.stripe.faults.clear()
    await later_on(paid, reconciliation)
    (refund,) = await refunds(paid)
    assert (refund.status, made(paid)) == (RefundStatus.SUCCEEDED, 1)


async def test_pressing_again_looks_before_a_new_key_is_used(
    paid: Shop, refunding: RefundService
) -> None:
    paid.stripe.plan("never", "*", times=None)
    paid.stripe.faults.add(
        Fault(kind="error", status=500, done=True, method="POST", path="/v1/refunds")
    )
    press = key()
    done = await ask(refunding, 100, key=press)
    assert (done.refund.status, made(paid)) == (RefundStatus.PENDING, 1)
    await count_on(paid, done)
    again = await ask(refunding, 100, key=press)
    assert (again.refund.status, made(paid)) == (RefundStatus.SUCCEEDED, 1)


@on_both
async def test_a_look_up_uses_the_key_that_it_knew_before_it_looked(
    paid: Shop, refunding: RefundService, provider: StripeProvider, reconciliation: Reconciliation
) -> None:
    """What was done between the look and the sending must not be done again under another key."""
    paid.stripe.plan("never", "*", times=None)
    paid.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds", times=3))
    done = await ask(refunding, 100)
    assert done.refund.order is not None
    request = done.refund.order.request
    look = provider.refunds.of_payment

    async def overtaken(intent: str, pending: Collection[str]) -> list[Any]:
        found = await look(intent, pending)
        provider.refunds.of_payment = look  # type: ignore[method-assign]
        await provider.refunds.make(request, idempotency_key=done.refund.idempotency_key)
        await count_on(paid, done)
        return found

    provider.refunds.of_payment = overtaken  # type: ignore[method-assign]
    paid.clock.pass_(10 * MINUTE)
    await reconciliation.reconcile(later(paid.clock(), -DAY))
    await later_on(paid, reconciliation)
    (refund,) = await refunds(paid)
    assert (refund.status, made(paid)) == (RefundStatus.SUCCEEDED, 1)


@on_both
async def test_what_was_not_sent_before_a_dispute_is_not_sent_after_it(
    paid: Shop, refunding: RefundService, reconciliation: Reconciliation
) -> None:
    """The bank gives the money back: a refund beside it would give it back twice."""
    paid.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds", times=3))
    await ask(refunding, 100)
    dispute = await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    sent = paid.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds"))
    await later_on(paid, reconciliation)
    assert not sent.reached.is_set()
    (refund,) = await refunds(paid)
    assert refund.status is RefundStatus.WITHDRAWN
    assert await paid.times_emitted("refund.failed") == 1
    assert await paid.points() == 0
    await paid.stripe.win_dispute(dispute["id"])
    await paid.settle()
    assert (await paid.points(), made(paid)) == (500, 0)


async def test_a_refund_of_another_intent_takes_no_points_of_what_is_paid_afterwards(
    shop: Shop, provider: StripeProvider, web: Web
) -> None:
    """Another session with our metadata is paid and refunded before the purchase itself is paid."""
    metadata = {**shop.stripe.state.sessions[shop.session].metadata, "guildbank_payment": PAYMENT}
    copy = await provider.refunds._client.v1.checkout.sessions.create_async(
        {
            "mode": "payment",
            "client_reference_id": PAYMENT,
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 499,
                        "product_data": {"name": "A copy"},
                    },
                }
            ],
            "success_url": f"{web.url}/x",
        }
    )
    await shop.stripe.pay(copy.id)
    await shop.stripe.refund(copy.id)
    await shop.settle()
    await shop.stripe.pay(shop.session)
    await shop.settle()
    assert await shop.points() == 500
    assert await shop.state() is PaymentState.COMPLETED
    assert await shop.times_emitted("points.reverted") == 0


async def test_above_no_limit_of_another_currency_is_a_refund_made_by_one_alone(
    paid: Shop, refunding: RefundService
) -> None:
    """A limit of 50 yen says nothing of euros, whatever the guild sells in by now."""

    async def change(limit: Money | None, currency: str | None) -> None:
        settings = GuildSettings(guild=GUILD, approval_limit=limit, currency=currency)
        await paid.runner.run(
            ChangeSettings(
                key=key(), at=paid.clock(), actor=by_member(EVE), guild=GUILD, settings=settings
            )
        )

    for limit in ("JPY", UNKNOWN_CURRENCY):
        for currency in (None, "JPY", "EUR"):
            await change(Money(minor=100_000, currency=limit), currency)
            done = await ask(refunding, 100)
            assert done.refund.status is RefundStatus.PROPOSED
    await change(Money(minor=99, currency="EUR"), "JPY")
    assert (await ask(refunding, 100)).refund.status is RefundStatus.PROPOSED
    await change(Money(minor=100, currency="EUR"), "JPY")
    assert (await ask(refunding, 100)).refund.status is RefundStatus.SUCCEEDED


async def test_a_look_that_fails_spends_no_key(
    paid: Shop, refunding: RefundService, reconciliation: Reconciliation
) -> None:
    """The try under the key may be under way still, whatever became of a look before giving up."""
    paid.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds", times=3))
    await ask(refunding, 100)
    await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    paid.stripe.faults.add(
        Fault(kind="slow", seconds=0, method="GET", path="/v1/refunds")
    )  # the first look of a look-up goes well
    paid.stripe.faults.add(
        Fault(kind="error", status=500, method="GET", path="/v1/refunds", times=3)
    )
    paid.clock.pass_(10 * MINUTE)
    report = await reconciliation.reconcile(later(paid.clock(), -DAY))
    assert len(report.failed) == 1
    (refund,) = await refunds(paid)
    assert refund.order is not None
    assert (refund.status, refund.order.attempt) == (RefundStatus.PENDING, 1)


async def test_pressing_again_while_stripe_refuses_to_be_asked_leaves_it_pending(
    paid: Shop, refunding: RefundService
) -> None:
    paid.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds", times=3))
    press = key()
    done = await ask(refunding, 100, key=press)
    await count_on(paid, done)
    paid.stripe.faults.add(Fault(kind="error", status=403, method="GET", path="/v1/refunds"))
    again = await ask(refunding, 100, key=press)
    assert (again.refund.status, made(paid)) == (RefundStatus.PENDING, 0)


async def test_pressing_again_tells_a_refusal_from_a_moderators_no(
    paid: Shop, refunding: RefundService
) -> None:
    paid.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds", times=3))
    press = key()
    done = await ask(refunding, 100, key=press)
    await count_on(paid, done)
    paid.stripe.faults.add(Fault(kind="error", status=402, method="POST", path="/v1/refunds"))
    again = await ask(refunding, 100, key=press)
    assert again.refund.status is RefundStatus.WITHDRAWN
    assert again.problem
