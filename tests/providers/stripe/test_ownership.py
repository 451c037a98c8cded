"""What is ours is found by whatever names it; what is not is left alone, without a question."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from payments.domain.errors import Refused
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.providers.stripe.provider import StripeProvider
from payments.services.reconciliation import Reconciliation
from payments.services.refunds import RefundService
from sandbox.stripe import Fault
from tests.support.databases import only_on_sqlite
from tests.support.refunding import ask, refunds
from tests.support.shop import Shop
from tests.support.strangers import sell
from tests.support.web import Web, event_body

pytestmark = only_on_sqlite

ANOTHER = {
    "guildbank_payment": "0199a3c4-ffff-7000-8000-00000000ffff",
    "guildbank_installation": "11111111-2222-4333-8444-555555555555",
    "guildbank_guild": "1",
    "guildbank_member": "2",
    "guildbank_package": "3",
}
"""What a second Guildbank on the account writes."""


def edit_metadata(shop: Shop, metadata: dict[str, str] | None = None) -> None:
    """Somebody empties or changes it in Stripe's dashboard, of intents and charges."""
    for intent in shop.stripe.state.intents.values():
        intent.data = replace(intent.data, metadata=metadata or {})
    for charge in shop.stripe.state.charges.values():
        charge.data = replace(charge.data, metadata=metadata or {})


async def reasons(shop: Shop) -> set[str]:
    """Why messages were not believed."""
    found = await shop.queries.inbox_events_by_status(None, 100)
    return {each.reason for each in found if each.reason}


async def test_a_refund_of_an_intent_without_metadata_takes_the_points(paid: Shop) -> None:
    edit_metadata(paid)
    await paid.stripe.refund(paid.session, amount=200)
    await paid.settle()
    assert await paid.points() == 500 - 500 * 200 // 499
    assert await paid.outcomes("%refund%") == {"handled"}


async def test_a_dispute_and_a_warning_of_an_intent_without_metadata_are_ours(paid: Shop) -> None:
    edit_metadata(paid)
    await paid.stripe.warn_of_fraud(paid.session)
    await paid.settle()
    await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    assert await paid.points() == 0
    assert await paid.state() is PaymentState.DISPUTED
    assert await paid.times_emitted("payment.fraud_warned") == 1


async def test_a_dispute_that_names_only_a_charge_we_know_is_ours(paid: Shop) -> None:
    await paid.stripe.warn_of_fraud(paid.session)
    await paid.settle()  # the charge's id is stored with it
    edit_metadata(paid)
    paid.stripe.plan("hold", "*", times=None)
    opened = await paid.stripe.open_dispute(paid.session)
    paid.stripe.state.disputes[opened["id"]].payment_intent = None
    for charge in paid.stripe.state.charges.values():
        charge.payment_intent = None  # type: ignore[assignment]  # as of an older way to pay
    paid.stripe.release()
    await paid.settle()
    assert await paid.points() == 0


async def test_a_refund_of_ours_ends_although_the_intents_metadata_is_gone(
    paid: Shop, refunding: RefundService
) -> None:
    edit_metadata(paid)
    done = await ask(refunding)
    assert done.refund.status is RefundStatus.SUCCEEDED
    await paid.settle()
    assert await paid.points() == 0
    assert await paid.outcomes("%refund%") == {"handled"}


async def test_a_refund_whose_answer_was_lost_is_found_again_without_metadata(
    paid: Shop, refunding: RefundService, reconciliation: Reconciliation
) -> None:
    edit_metadata(paid)
    paid.stripe.plan("never", "*", times=None)
    paid.stripe.faults.add(
        Fault(kind="drop", method="POST", path="/v1/refunds", times=9, done=True)
    )
    asked = await ask(refunding)
    assert asked.refund.status is RefundStatus.PENDING
    paid.stripe.faults.clear()
    paid.clock.pass_(3_600_000_000)
    await reconciliation.reconcile(paid.clock())
    (refund,) = await refunds(paid)
    assert (refund.id, refund.status) == (asked.refund.id, RefundStatus.SUCCEEDED)
    assert len(paid.stripe.state.refunds) == 1


async def test_a_refund_that_carries_our_metadata_is_ours_before_its_intent_is_known(
    shop: Shop, provider: StripeProvider
) -> None:
    shop.stripe.plan("hold", "checkout.*", times=None)
    await shop.stripe.pay(shop.session)
    edit_metadata(shop)
    ours = dict(shop.stripe.state.sessions[shop.session].metadata)
    (intent,) = shop.stripe.state.intents
    await provider.refunds._client.v1.refunds.create_async(
        {"payment_intent": intent, "metadata": ours}
    )
    await shop.settle()
    assert await shop.outcomes("%refund%") <= {"handled", "ignored"}
    assert [each.status for each in await refunds(shop)] == [RefundStatus.SUCCEEDED]
    shop.stripe.release()
    await shop.settle()
    assert await shop.points() == 0


async def test_metadata_that_names_another_payment_is_quarantined(paid: Shop) -> None:
    edit_metadata(paid, ANOTHER)
    await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    assert await paid.outcomes("charge.dispute.%") == {"quarantined"}
    assert "It names two payments." in await reasons(paid)


async def test_a_second_guildbank_is_left_alone_from_sale_to_dispute(
    paid: Shop, provider: StripeProvider, web: Web
) -> None:
    """Its sales need no look-up; a refund needs one, for its intent's metadata; nobody is told."""
    before = await paid.times_emitted("provider_event.stuck")
    theirs = await sell(provider, web, ANOTHER)
    await paid.stripe.pay(theirs)
    await paid.stripe.refund(theirs, amount=100)
    await paid.stripe.warn_of_fraud(theirs)
    opened = await paid.stripe.open_dispute(theirs)
    await paid.stripe.lose_dispute(opened["id"])
    await paid.settle()
    found = await paid.queries.inbox_events_by_status(None, 100)
    others = [each for each in found if theirs in each.body or opened["id"] in each.body]
    assert {each.status for each in others} == {InboxStatus.IGNORED}
    assert {each.attempts for each in others if each.kind.startswith("checkout.")} == {1}
    assert max(each.attempts for each in found) == 2
    assert await paid.times_emitted("provider_event.stuck") == before == 0
    assert await paid.points() == 500


ODD: dict[str, Callable[[dict[str, object]], dict[str, object]]] = {
    "no mode": lambda each: {k: v for k, v in each.items() if k != "mode"},
    "a UUID as reference": lambda each: (
        each | {"client_reference_id": "5b1f6f0e-8c1c-4a57-9d0a-2f3b8c9d0e1f"}
    ),
    "one like ours as reference": lambda each: (
        each | {"client_reference_id": "0199a3c4-0000-7000-8000-00000000abcd"}
    ),
    "metadata in an odd form": lambda each: each | {"metadata": ["x"]},
    "no amounts": lambda each: each | {"amount_total": "1", "currency": 7, "status": None},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("version", ["2026-10-28.endive", "2019-02-19"])
async def test_a_strangers_session_is_ignored_before_it_is_validated(
    paid: Shop, web: Web, odd: Callable[[dict[str, object]], dict[str, object]], version: str
) -> None:
    session = odd({"id": "cs_theirs", "object": "checkout.session", "mode": "payment"})
    assert await web.post(event_body(id="evt_odd", session=session, api_version=version)) == 200
    kept = await paid.queries.inbox_event("evt_odd")
    assert kept is not None
    assert (kept.status, kept.attempts) == (InboxStatus.IGNORED, 1)


async def test_a_charge_refunded_without_our_metadata_needs_no_look_up(
    paid: Shop, web: Web
) -> None:
    charge = {"id": "ch_theirs", "object": "charge", "payment_intent": "pi_theirs", "metadata": {}}
    body = event_body("charge.refunded", id="evt_charge", session=charge)
    assert await web.post(body) == 200
    kept = await paid.queries.inbox_event("evt_charge")
    assert kept is not None
    assert (kept.status, kept.attempts) == (InboxStatus.IGNORED, 1)


async def test_a_payment_whose_provider_is_gone_is_not_refunded_and_says_so(paid: Shop) -> None:
    without = RefundService(
        runner=paid.runner,
        queries=paid.queries,
        providers={},
        clock=paid.clock,
        new_id=lambda: "0199a3c4-0000-7000-8000-0000000000ff",
    )
    with pytest.raises(Refused, match="can't be refunded here any more"):
        await ask(without)
    assert await paid.points() == 500
