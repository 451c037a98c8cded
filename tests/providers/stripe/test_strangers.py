"""Objects of others on the same account do nothing; each status of ours does what it says."""

from typing import Any

import pytest

from payments.domain.books import INSTALLATION, PAYMENTS, REFERENCES, THIS, Books, Slice
from payments.domain.rules.ownership import owner_of
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.references import ReferenceKind
from payments.providers.stripe.ownership import traces_of
from payments.providers.stripe.provider import StripeProvider
from payments.providers.stripe.reversal_updates import (
    read_dispute,
    read_fraud_warning,
    read_refund,
)
from tests.support.databases import only_on_sqlite
from tests.support.shop import Shop
from tests.support.strangers import sell
from tests.support.web import PAYMENT, Web

pytestmark = only_on_sqlite

STRANGERS = {
    "no metadata": {},
    "another key": {"payment": PAYMENT},
    "no id of ours": {"guildbank_payment": "order 7"},
    "a payment that is not here": {"guildbank_payment": "0199a3c4-ffff-7000-8000-00000000ffff"},
}


@pytest.mark.parametrize("metadata", STRANGERS.values(), ids=STRANGERS.keys())
async def test_what_happens_to_a_strangers_payment_moves_nothing_and_tells_nobody(
    paid: Shop, provider: StripeProvider, web: Web, metadata: dict[str, str]
) -> None:
    """Sale, warning, part of a refund, and dispute: none is of a payment of ours."""
    theirs = await sell(provider, web, metadata)
    await paid.stripe.pay(theirs)
    await paid.stripe.warn_of_fraud(theirs)
    await paid.stripe.refund(theirs, amount=100)
    disputed = await paid.stripe.open_dispute(theirs)
    await paid.stripe.lose_dispute(disputed["id"])
    await paid.settle()
    assert await paid.points() == 500
    assert await paid.state() is PaymentState.COMPLETED
    before = ("fraud_warned", "refunded", "disputed", "charged_back", "error", "inquired")
    assert [await paid.times_emitted(f"payment.{name}") for name in before] == [0] * len(before)
    shown = await paid.queries.payment(_ours(paid))
    assert shown is not None
    assert (shown.refunds, shown.disputes, shown.fraud_warning) == ((), (), None)


def _ours(shop: Shop) -> Any:
    return shop.stripe.state.sessions[shop.session].metadata["guildbank_payment"]


@pytest.mark.parametrize(
    "intent",
    [
        None,
        "pi_not_expanded",
        {"id": "pi_1"},
        {"id": "pi_1", "metadata": {}},
        {"id": "pi_1", "metadata": {"guildbank_payment": "order 7"}},
        {"id": "pi_1", "metadata": {"guildbank_payment": PAYMENT.replace("-7", "-4", 1)}},
    ],
)
def test_an_object_whose_intent_is_not_ours_or_not_known_is_foreign(intent: Any) -> None:
    """Whatever else names an intent: it may be an id alone."""
    charge = {"id": "ch_1", "payment_intent": intent}
    warning = {
        "id": "issfr_1",
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge,
    }
    dispute = {
        "id": "du_1",
        "object": "dispute",
        "amount": 499,
        "currency": "eur",
        "status": "lost",
        "reason": "general",
        "balance_transactions": [],
        "charge": charge,
    }
    refund = {
        "id": "re_1",
        "object": "refund",
        "amount": 499,
        "currency": "eur",
        "status": "succeeded",
        "payment_intent": intent,
        "charge": "ch_1",
    }
    for reading, found, kind in (
        (read_fraud_warning(warning), warning, ReferenceKind.FRAUD_WARNING),
        (read_dispute(dispute), dispute, ReferenceKind.DISPUTE),
        (read_refund(refund), refund, ReferenceKind.REFUND),
    ):
        assert reading.update is not None
        traces = traces_of(found, kind)
        nothing = Slice()
        nothing.put(REFERENCES, dict.fromkeys(traces.references))
        nothing.put(PAYMENTS, {PaymentId(each.payment): None for each in traces.claims})
        nothing.put(INSTALLATION, {THIS: "this"})
        assert owner_of(Books(nothing), traces).is_foreign


async def test_a_dispute_that_is_answered_still_holds_the_points(paid: Shop) -> None:
    """`under_review` is a status like any other."""
    opened = await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    await paid.stripe.answer_dispute(opened["id"])
    await paid.settle()
    assert paid.stripe.state.disputes[opened["id"]].status == "under_review"
    assert await paid.outcomes("charge.dispute.%") == {"handled"}
    assert (await paid.points(), await paid.state()) == (0, PaymentState.DISPUTED)


async def test_an_inquiry_that_is_answered_and_closed_moves_nothing(paid: Shop) -> None:
    asked = await paid.stripe.open_inquiry(paid.session)
    await paid.stripe.answer_dispute(asked["id"])
    await paid.settle()
    assert paid.stripe.state.disputes[asked["id"]].status == "warning_under_review"
    await paid.stripe.win_dispute(asked["id"])
    await paid.settle()
    assert await paid.outcomes("charge.dispute.%") == {"handled"}
    assert (await paid.points(), await paid.state()) == (500, PaymentState.COMPLETED)


async def test_a_fraud_warning_that_two_different_events_tell_of_is_told_once(paid: Shop) -> None:
    warning = await paid.stripe.warn_of_fraud(paid.session)
    await paid.settle()
    for kind in ("created", "updated", "updated"):
        paid.stripe.forge(f"radar.early_fraud_warning.{kind}", warning)
        await paid.settle()
    assert await paid.times_emitted("payment.fraud_warned") == 1


async def test_a_warning_of_what_cannot_be_refunded_any_more_is_told_to_nobody(
    paid: Shop,
) -> None:
    await paid.stripe.refund(paid.session)
    await paid.settle()
    await paid.stripe.warn_of_fraud(paid.session)
    await paid.settle()
    assert await paid.times_emitted("payment.fraud_warned") == 0
