"""What Square's objects tell, however odd they are."""

from itertools import permutations
from typing import Any

import pytest

from payments.domain.values.provider_updates import (
    UNNAMED,
    CheckoutStatus,
    CheckoutUpdate,
    DisputeStatus,
    DisputeUpdate,
    MoneyStatus,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.time import from_seconds
from payments.providers.reading import Reading
from payments.providers.square.dispute_updates import DISPUTE_STATUS, read_dispute
from payments.providers.square.order_updates import (
    ORDER_STATUS,
    PAYMENT_STATUS,
    read_order,
    tenders_of,
    traces_of_order,
)
from payments.providers.square.ownership import refund_of, written_reason
from payments.providers.square.pending import REFUSED
from payments.providers.square.refund_updates import REFUND_STATUS, read_refund
from tests.providers.square.objects import (
    DISPUTE,
    ORDER,
    OURS,
    PAYMENT,
    Json,
    dispute,
    eur,
    order,
    payment,
    refund,
)
from tests.support.schemas import published

BEFORE, AFTER = from_seconds(1_799_999_999), from_seconds(1_800_000_000)


def told(found: Json, *payments: Json, **how: Any) -> CheckoutUpdate:
    update = read_order(found, payments, how.pop("now", BEFORE), **how).update
    assert isinstance(update, CheckoutUpdate)
    return update


@pytest.mark.parametrize(
    ("status", "source", "money", "checkout"),
    [
        ("APPROVED", "CARD", MoneyStatus.UNPAID, CheckoutStatus.OPEN),
        ("APPROVED", "WALLET", MoneyStatus.UNPAID, CheckoutStatus.OPEN),
        ("PENDING", "CARD", MoneyStatus.UNPAID, CheckoutStatus.OPEN),
        ("PENDING", "BANK_ACCOUNT", MoneyStatus.PROCESSING, CheckoutStatus.COMPLETE),
        ("COMPLETED", "CARD", MoneyStatus.PAID, CheckoutStatus.COMPLETE),
        ("COMPLETED", None, MoneyStatus.PAID, CheckoutStatus.COMPLETE),
        ("FAILED", "CARD", MoneyStatus.UNPAID, CheckoutStatus.OPEN),
        ("CANCELED", "CARD", MoneyStatus.UNPAID, CheckoutStatus.OPEN),
        ("FAILED", "BANK_ACCOUNT", MoneyStatus.FAILED, CheckoutStatus.OPEN),
    ],
)
def test_payments(
    status: str, source: str | None, money: MoneyStatus, checkout: CheckoutStatus
) -> None:
    update = told(order(), payment(status, source_type=source))
    assert (update.money, update.status) == (money, checkout)
    assert (update.call is not None) is (money is MoneyStatus.FAILED)


def test_whose_it_is() -> None:
    update = told(order(), payment())
    assert (update.session, update.intent, update.currency) == (ORDER, PAYMENT, "EUR")
    said = update.reference
    assert (said.payment, said.guild, said.member) == (OURS, 900000000000000001, 100000000000000001)
    traces = traces_of_order(order(), PAYMENT)
    assert traces.claims[0].installation == "inst-1"
    assert told(order(metadata=None)).reference.payment == UNNAMED
    assert traces_of_order(order(metadata={"payment": 7})).claims == ()


def test_of_several_payments_what_came_counts() -> None:
    failed = payment("FAILED", id="P2", source_type="BANK_ACCOUNT")
    update = told(order(), failed, payment())
    assert (update.money, update.total, update.intent) == (MoneyStatus.PAID, 499, PAYMENT)
    halves = payment(amount_money=eur(200)), payment(id="P2", amount_money=eur(299))
    assert told(order(), *halves).total == 499
    assert tenders_of(order(tenders=[{"payment_id": PAYMENT}, {"id": "T2"}, 7, {}])) == [
        PAYMENT,
        "T2",
    ]


@pytest.mark.parametrize(
    ("tenders", "intent"),
    [(["P2", "P1", "P3"], "P2"), (["P3"], "P3"), ([], "P1"), (["P9"], "P1")],
)
def test_of_several_that_came_the_same_one_counts_whoever_told_of_it(
    tenders: list[str], intent: str
) -> None:
    """The message's payment comes first: refunds and fees would follow it from one to another."""
    found = order(tenders=[{"payment_id": each} for each in tenders])
    paid = [payment(id=f"P{number}") for number in (1, 2, 3)]
    for each in permutations(paid):
        assert told(found, *each).intent == intent
    failed = payment("FAILED", id="P0", source_type="BANK_ACCOUNT")
    assert told(found, failed, *paid).intent == intent


def test_tax_tips_and_discounts_are_no_price() -> None:
    found = order(
        total_money=eur(550),
        total_tax_money=eur(40),
        total_tip_money=eur(20),
        total_discount_money=eur(9),
    )
    update = told(found, payment(amount_money=eur(530)))
    assert (update.subtotal, update.total, update.discount) == (499, 530, 9)


@pytest.mark.parametrize(
    ("state", "money", "closes"),
    [("OPEN", None, True), ("DRAFT", None, True), ("CANCELED", None, False)],
)
def test_what_has_lapsed_is_closed(state: str, money: None, *, closes: bool) -> None:
    del money
    assert told(order(state)).call is None
    assert (told(order(state), now=AFTER).call is not None) is closes
    assert told(order(state), payment("APPROVED"), now=AFTER).call is None
    assert told(order(state), now=AFTER, is_closed=True).call is None
    assert told(order(state), is_closed=True).status is CheckoutStatus.EXPIRED
    assert told(order(state), payment(), is_closed=True).status is CheckoutStatus.COMPLETE


@pytest.mark.parametrize(
    ("found", "payments"),
    [
        ({}, []),
        (order("ON_THE_MOON"), []),
        (order(total_money=eur("499")), []),
        (order(total_money=eur(-1)), []),
        (order(total_money=eur(4.99)), []),
        (order(), [payment("ON_THE_MOON")]),
        (order(), [payment(amount_money=eur(currency="USD"))]),
        (order(), [payment(amount_money=None)]),
        (order(), [{}]),
    ],
)
def test_what_makes_no_sense_is_left_to_a_person(found: Json, payments: list[Json]) -> None:
    reading = read_order(found, payments, BEFORE)
    assert reading.update is None
    assert reading.wrong


def read_claim(reading: Reading) -> RefundUpdate | DisputeUpdate:
    assert isinstance(reading.update, RefundUpdate | DisputeUpdate)
    return reading.update


@pytest.mark.parametrize(("word", "status"), sorted(REFUND_STATUS.items()))
def test_refunds(word: str, status: RefundStatus) -> None:
    update = read_claim(read_refund(refund(word)))
    assert (update.status, update.amount.minor, update.intent) == (status, 100, PAYMENT)
    assert update.unknown == ""
    assert read_claim(read_refund(refund(payment_id=None), payment="P9")).intent == "P9"


def test_a_refunds_reason_names_ours() -> None:
    update = read_refund(refund(reason=written_reason(OURS))).update
    assert isinstance(update, RefundUpdate)
    assert update.refund == OURS
    for reason in (None, 7, "Guildbank refund", f"Guildbank refund {OURS} again"):
        assert refund_of(reason) is None


@pytest.mark.parametrize(("word", "status"), sorted(DISPUTE_STATUS.items()))
def test_disputes(word: str, status: DisputeStatus) -> None:
    update = read_dispute(dispute(word)).update
    assert isinstance(update, DisputeUpdate)
    assert (update.status, update.dispute, update.reason) == (status, DISPUTE, "no_knowledge")
    assert update.due_by is not None
    older = read_dispute(dispute(word, id=None, dispute_id=DISPUTE)).update
    assert isinstance(older, DisputeUpdate)
    assert older.dispute == DISPUTE


def test_what_is_not_known_holds_the_points() -> None:
    refunded, disputed = refund("ON_THE_MOON"), dispute("ON_THE_MOON")
    assert read_claim(read_refund(refunded)).status is RefundStatus.PENDING
    assert read_claim(read_dispute(disputed)).status is DisputeStatus.OPEN
    assert read_claim(read_refund(refunded)).unknown == "ON_THE_MOON"
    assert read_claim(read_dispute(disputed)).unknown == "ON_THE_MOON"
    assert read_refund({}).wrong
    assert read_dispute({}).wrong


def test_every_published_word_has_a_meaning() -> None:
    schemas = published("square-api.json")["components"]["schemas"]
    assert set(schemas["DisputeState"]["enum"]) == set(DISPUTE_STATUS)
    assert set(schemas["OrderState"]["enum"]) == set(ORDER_STATUS)
    assert set(REFUSED) <= set(schemas["ErrorCode"]["enum"])
    for name, known in (("Payment", PAYMENT_STATUS), ("PaymentRefund", REFUND_STATUS)):
        said = schemas[name]["properties"]["status"]["description"]
        assert all(word in said for word in known)
