"""Refunds that moderators ask for: the whole way, with the local Stripe as the provider."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import Connection

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.refund import ApproveRefund, DeclineRefund
from payments.commands.points.move import GrantPoints, TransferPoints
from payments.domain.values.claims import Refund
from payments.domain.values.errors import Refused
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import GuildId, House, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY, HOUR, MINUTE, later
from payments.providers.protocol import Refusal
from payments.providers.stripe import StripeProvider
from payments.services.reconciliation import Reconciliation
from payments.services.refund_sending import Refunded
from payments.services.refunds import RefundService
from payments.store.books.holds import load_payments_whole
from payments.store.records.provider_states import ProviderStates
from sandbox.stripe import Fault
from tests.providers.stripe.test_reversals import Shop, local, paid, provider, shop
from tests.support.make import ADA, BEN, EVE, GUILD, euros, key
from tests.support.web import PAYMENT

__all__ = ["local", "paid", "provider", "shop"]  # fixtures

MIRA = MemberId(200_000_000_000_000_001)
NOA = MemberId(200_000_000_000_000_002)
OURS = PaymentId(PAYMENT)


def fresh_id() -> str:
    """A UUID that says of itself that it is of version 7, as ours are."""
    return str(uuid.UUID(int=uuid.uuid4().int & ~(0xF << 76) | (7 << 76)))


@pytest.fixture
def refunding(shop: Shop, provider: StripeProvider) -> RefundService:
    return RefundService(
        runner=shop.runner,
        queries=shop.queries,
        providers={"stripe": provider},
        clock=shop.clock,
        new_id=fresh_id,
    )


@pytest.fixture
def reconciliation(
    shop: Shop, provider: StripeProvider, refunding: RefundService
) -> Reconciliation:
    return Reconciliation(
        runner=shop.runner,
        queries=shop.queries,
        states=ProviderStates(shop.database),
        inbox=shop.inbox,
        refunding=refunding,
        providers={"stripe": provider},
        clock=shop.clock,
    )


async def ask(refunding: RefundService, amount: int = 499, **changes: Any) -> Refunded:
    wanted: dict[str, Any] = {"key": key(), "guild": GUILD, "moderator": MIRA, "payment": OURS}
    return await refunding.ask(amount=euros(amount), **(wanted | changes))


async def set_limit(shop: Shop, limit: int) -> None:
    settings = GuildSettings(guild=GUILD, approval_limit=Money(minor=limit, currency="EUR"))
    await shop.runner.run(
        ChangeSettings(
            key=key(), at=shop.clock(), actor=by_member(EVE), guild=GUILD, settings=settings
        )
    )


async def refunds(shop: Shop) -> list[Refund]:
    def work(connection: Connection) -> list[Refund]:
        ((payment, _),) = load_payments_whole(connection, [OURS])
        return list(payment.refunds)

    return await shop.database.transact(work)


def made(shop: Shop) -> int:
    """How many refunds there are at Stripe."""
    return len(shop.stripe.state.refunds)


async def later_on(shop: Shop, reconciliation: Reconciliation) -> None:
    """The next reconciliation after things have settled."""
    shop.clock.pass_(10 * MINUTE)
    report = await reconciliation.reconcile(later(shop.clock(), -DAY))
    assert report.failed == ()
    await shop.settle()


async def test_a_refund_takes_the_points_and_stripes_own_events_change_nothing_more(
    paid: Shop, refunding: RefundService
) -> None:
    done = await ask(refunding, reason="asked kindly")
    assert done.refund.status is RefundStatus.SUCCEEDED
    assert done.payment.state is PaymentState.REFUNDED
    assert done.refund.order is not None
    assert (done.refund.order.by, done.refund.order.reason) == (MIRA, "asked kindly")
    assert await paid.points() == 0
    await paid.settle()
    for event in paid.stripe.events():
        paid.stripe.resend(event["id"])
    await paid.settle()
    assert [each.id for each in await refunds(paid)] == [done.refund.id]
    assert (await paid.house(House.HELD), await paid.house(House.ISSUED)) == (0, 0)
    assert await paid.times_emitted("payment.refunded") == 1


async def test_a_quote_says_what_would_happen_and_changes_nothing(
    paid: Shop, refunding: RefundService
) -> None:
    paid.clock.pass_(73 * HOUR)
    await paid.spend(100)
    await paid.runner.run(
        TransferPoints(
            key=key(),
            at=paid.clock(),
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            recipient=BEN,
            points=50,
        )
    )
    await paid.runner.run(
        GrantPoints(
            key=key(), at=paid.clock(), actor=by_member(EVE), guild=GUILD, member=ADA, points=30
        )
    )
    quote = await refunding.quote(GUILD, MIRA, OURS)
    effect = quote.effect
    assert (effect.amount.minor, effect.points) == (499, 500)
    assert (effect.now.unspent, effect.now.spent) == (350, 100)
    assert (effect.now.passed_on, effect.now.taken) == (((BEN, 50),), 0)
    assert (effect.from_payment, effect.from_others, effect.debt) == (350, 30, 120)
    assert effect.balance == -120
    assert quote.fee is not None
    assert (quote.fee.currency, quote.fee.minor > 0) == ("EUR", True)
    assert await paid.points() == 380
    assert await refunds(paid) == []
    done = await ask(refunding)
    assert done.refund.status is RefundStatus.SUCCEEDED
    assert await paid.points() == -120


async def test_a_quote_does_not_wait_for_a_provider_that_hangs(
    paid: Shop, refunding: RefundService
) -> None:
    paid.stripe.faults.add(Fault(kind="timeout", path="/v1/payment_intents/*", times=3))
    async with asyncio.timeout(5):
        quote = await refunding.quote(GUILD, MIRA, OURS)
    assert (quote.fee, quote.effect.points) == (None, 500)
    paid.stripe.faults.clear()


async def test_partial_refunds_that_add_up_take_exactly_the_packages_points(
    paid: Shop, refunding: RefundService
) -> None:
    for amount, left in ((166, 334), (166, 168), (167, 0)):
        await ask(refunding, amount)
        await paid.settle()
        assert await paid.points() == left
    with pytest.raises(Refused, match="refunded already"):
        await ask(refunding, 1)
    assert made(paid) == 3


async def test_more_than_was_paid_is_refused(paid: Shop, refunding: RefundService) -> None:
    with pytest.raises(Refused, match=r"At most 4\.99 EUR"):
        await ask(refunding, 500)
    await ask(refunding, 400)
    for wrong in (100, 0):
        with pytest.raises(Refused, match=r"At most 0\.99 EUR"):
            await ask(refunding, wrong)
    assert made(paid) == 1


async def test_an_amount_in_another_currency_is_refused(
    paid: Shop, refunding: RefundService
) -> None:
    """One yen is less than the price in euros, and is none of it."""
    yen = Money(minor=1, currency="JPY")
    with pytest.raises(Refused, match=r"At most 4\.99 EUR"):
        await refunding.quote(GUILD, MIRA, OURS, yen)
    with pytest.raises(Refused, match=r"At most 4\.99 EUR"):
        await refunding.ask(key=key(), guild=GUILD, moderator=MIRA, payment=OURS, amount=yen)
    assert made(paid) == 0


async def test_a_disputed_payment_is_not_refunded(paid: Shop, refunding: RefundService) -> None:
    await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    with pytest.raises(Refused, match="disputed"):
        await refunding.quote(GUILD, MIRA, OURS)
    with pytest.raises(Refused, match="disputed"):
        await ask(refunding)
    assert made(paid) == 0


async def test_a_payment_of_another_guild_is_none(paid: Shop, refunding: RefundService) -> None:
    del paid
    for work in (
        refunding.quote(GuildId(1), MIRA, OURS),
        ask(refunding, guild=GuildId(1)),
        ask(refunding, payment=PaymentId("no such")),
    ):
        with pytest.raises(Refused, match="no such payment"):
            await work


async def test_an_unpaid_payment_is_not_refunded(shop: Shop, refunding: RefundService) -> None:
    del shop
    with pytest.raises(Refused, match="has not been paid"):
        await refunding.quote(GUILD, MIRA, OURS)


async def test_above_the_limit_another_moderator_must_approve(
    paid: Shop, refunding: RefundService
) -> None:
    await set_limit(paid, 300)
    assert (await refunding.quote(GUILD, MIRA, OURS, euros(300))).effect.needs_approval is False
    await ask(refunding, 300)
    await paid.settle()
    quote = await refunding.quote(GUILD, MIRA, OURS)
    assert (quote.effect.amount.minor, quote.effect.needs_approval) == (199, True)
    asked = await ask(refunding, 199)
    assert asked.refund.status is RefundStatus.PROPOSED
    assert (await paid.points(), made(paid)) == (500 - 500 * 300 // 499, 1)
    decided: dict[str, Any] = {"guild": GUILD, "payment": OURS, "refund": asked.refund.id}
    with pytest.raises(Refused, match="another moderator"):
        await refunding.decide(ApproveRefund, key=key(), moderator=MIRA, **decided)
    done = await refunding.decide(ApproveRefund, key=key(), moderator=NOA, **decided)
    assert done.refund.status is RefundStatus.SUCCEEDED
    assert done.refund.order is not None
    assert (done.refund.order.by, done.refund.order.approved_by) == (MIRA, NOA)
    assert await paid.points() == 0
    with pytest.raises(Refused, match="approved already"):
        await refunding.decide(ApproveRefund, key=key(), moderator=EVE, **decided)


async def test_a_declined_refund_moves_nothing(paid: Shop, refunding: RefundService) -> None:
    await set_limit(paid, 0)
    asked = await ask(refunding)
    decided: dict[str, Any] = {"guild": GUILD, "payment": OURS, "refund": asked.refund.id}
    done = await refunding.decide(DeclineRefund, key=key(), moderator=NOA, **decided)
    assert done.refund.status is RefundStatus.WITHDRAWN
    for again in (ApproveRefund, DeclineRefund):
        with pytest.raises(Refused, match="declined already"):
            await refunding.decide(again, key=key(), moderator=EVE, **decided)
    assert (await paid.points(), made(paid)) == (500, 0)
    assert await paid.times_emitted("refund.failed") == 0


async def test_the_same_request_twice_is_one_refund(paid: Shop, refunding: RefundService) -> None:
    same = key()
    first, second = await ask(refunding, key=same), await ask(refunding, key=same)
    assert first.refund.id == second.refund.id
    assert made(paid) == 1


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
