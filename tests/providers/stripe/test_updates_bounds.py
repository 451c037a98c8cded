"""Sessions and events at the bounds of what is read: the last id, amount and second that count."""

import json
from typing import Any

import pytest

from payments.domain.values.provider_updates import CheckoutUpdate, MoneyStatus
from payments.domain.values.references import ReferenceKind
from payments.domain.values.traces import MetadataClaim
from payments.providers.errors import WebhookRejected
from payments.providers.stripe.ownership import is_ours, traces_of
from payments.providers.stripe.sessions import CHECKOUT_EVENTS, StripeReading, read_session
from payments.providers.stripe.updates import read_event
from tests.support.web import PAYMENT, event_body, session_object

OTHER = "0199a3c4-0000-7000-8000-000000000002"


def told(**changes: Any) -> CheckoutUpdate:
    reading = read_session(session_object(**changes))
    assert isinstance(reading.update, CheckoutUpdate), reading
    return reading.update


def with_metadata(**changes: str | None) -> dict[str, Any]:
    ours = {f"guildbank_{name}": value for name, value in changes.items()}
    return {"metadata": session_object()["metadata"] | ours}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"id": "c" * 255}, None),
        ({"id": "c" * 256}, "id"),
        ({"id": ""}, "id"),
        ({"amount_total": 0}, None),
        ({"amount_total": -1}, "amount_total"),
        ({"amount_total": 2**53 - 1}, None),
        ({"amount_total": 2**53}, "amount_total"),
        ({"amount_total": "499"}, "amount_total"),
        ({"amount_total": 499.0}, "amount_total"),
        ({"amount_total": True}, "amount_total"),
        ({"amount_total": None}, None),
        ({"amount_subtotal": None}, None),
        ({"currency": "EUR"}, "currency"),
        ({"currency": "eu"}, "currency"),
        ({"currency": "euros"}, "currency"),
        ({"status": "closed"}, "status"),
        ({"payment_status": "maybe"}, "payment_status"),
        ({"object": "session"}, "object"),
        ({"status": "closed", "currency": ""}, "status, currency"),
    ],
)
def test_what_decides_about_points_is_read_strictly(
    changes: dict[str, Any], wrong: str | None
) -> None:
    reading = read_session(session_object(**changes))
    sentence = None if wrong is None else f"The session makes no sense: {wrong}."
    assert (reading.wrong, reading.update is None) == (sentence, wrong is not None)


@pytest.mark.parametrize("odd", [None, 7.5, "soon", -1, 2**40, [], {}])
def test_an_end_that_cannot_be_read_is_none(odd: Any) -> None:
    assert told(expires_at=odd).expires_at is None


@pytest.mark.parametrize(("seconds", "instant"), [(0, 0), (2**40 - 1, (2**40 - 1) * 1_000_000)])
def test_an_end_is_read_to_the_second(seconds: int, instant: int) -> None:
    assert told(expires_at=seconds).expires_at == instant


@pytest.mark.parametrize(
    ("details", "discount"),
    [
        ({"amount_discount": 7}, 7),
        ({}, 0),
        (None, 0),
        ({"amount_discount": -1}, 0),
        ({"amount_discount": "7"}, 0),
    ],
)
def test_a_discount_counts_where_it_can_be_read(details: Any, discount: int) -> None:
    assert told(total_details=details).discount == discount


@pytest.mark.parametrize(
    ("intent", "read"),
    [("pi_1", "pi_1"), ({"id": "pi_2"}, "pi_2"), (None, None), ("a b", None), ({"id": 7}, None)],
)
def test_an_intent_stands_as_an_id_or_whole(intent: Any, read: str | None) -> None:
    assert told(payment_intent=intent).intent == read


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("9" * 19, int("9" * 19)),
        ("9" * 20, 0),
        ("-7", 0),
        ("seven", 0),
        ("\u0667", 0),
        ("\u00b2", 0),
        ("", 0),
        (None, None),
    ],
)
def test_a_guild_and_a_member_are_numbers_of_discords(text: str | None, number: int | None) -> None:
    assert told(**with_metadata(guild=text)).reference.guild == number
    assert told(**with_metadata(member=text)).reference.member == number


def test_a_session_says_what_it_is_of_or_nothing() -> None:
    reference = told().reference
    assert (reference.payment, reference.package) == (PAYMENT, "package-500-499-EUR")
    nothing = told(metadata={}, client_reference_id=None).reference
    assert (nothing.guild, nothing.member, nothing.package) == (None, None, None)
    assert told(metadata=None).reference == nothing
    assert told(metadata="text").reference == nothing


@pytest.mark.parametrize(
    ("changes", "reading"),
    [
        ({"client_reference_id": None}, None),
        ({"client_reference_id": OTHER}, StripeReading(wrong="The session names two payments.")),
        (
            {"client_reference_id": None, **with_metadata(payment="of another")},
            StripeReading(wrong="The session names a payment as we never name one."),
        ),
        ({"mode": None}, None),
        ({"mode": "setup"}, StripeReading(ignored="The session is for a setup.")),
        ({"mode": "subscription"}, StripeReading(ignored="The session is for a subscription.")),
    ],
)
def test_a_session_that_is_not_of_one_payment_tells_nothing(
    changes: dict[str, Any], reading: StripeReading | None
) -> None:
    found = read_session(session_object(**changes))
    if reading is None:
        assert found.update is not None
    else:
        assert found == reading


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        (PAYMENT, True),
        (PAYMENT.upper(), False),
        (PAYMENT.replace("-7", "-4", 1), False),
        (PAYMENT.replace("-8", "-7", 1), False),
        (PAYMENT.replace("-8", "-b", 1), True),
        (PAYMENT.replace("-8", "-c", 1), False),
        (f"{PAYMENT}0", False),
        (f" {PAYMENT}", False),
        ("", False),
    ],
)
def test_an_id_of_ours_is_recognised(name: str, *, ours: bool) -> None:
    assert is_ours(name) is ours


@pytest.mark.parametrize(
    ("kind", "payment_status", "money"),
    [
        ("checkout.session.completed", "paid", MoneyStatus.PAID),
        ("checkout.session.completed", "no_payment_required", MoneyStatus.UNPAID),
        ("checkout.session.async_payment_succeeded", "unpaid", MoneyStatus.UNPAID),
        ("checkout.session.async_payment_failed", "unpaid", MoneyStatus.FAILED),
        ("checkout.session.async_payment_failed", "paid", MoneyStatus.PAID),
        ("checkout.session.expired", "unpaid", MoneyStatus.UNPAID),
        (None, "unpaid", MoneyStatus.UNPAID),
        (None, "paid", MoneyStatus.PAID),
    ],
)
def test_whether_the_money_is_there_is_said_by_the_session_then_by_the_event(
    kind: str | None, payment_status: str, money: MoneyStatus
) -> None:
    session = session_object(payment_status=payment_status, status="open")
    reading = read_session(session, event_type=kind)
    assert isinstance(reading.update, CheckoutUpdate)
    assert reading.update.money is money
    assert reading.update.payment_required is (payment_status != "no_payment_required")
    assert kind is None or kind in CHECKOUT_EVENTS


def of(field: str, value: str | None) -> dict[str, Any]:
    return {field: value}


@pytest.mark.parametrize("field", ["account", "context", "user_id"])
def test_an_event_of_another_account_says_so(field: str) -> None:
    event = read_event(event_body(**of(field, "acct_1")), livemode=False)
    assert [each.elsewhere for each in event.traces] == [True]
    usual = read_event(event_body(**of(field, None)), livemode=False)
    assert [each.elsewhere for each in usual.traces] == [False]


@pytest.mark.parametrize(
    ("version", "look_up"), [("2026-10-28.endive", None), ("2025-01-01", True), (None, True)]
)
def test_an_object_of_another_version_is_fetched_again(
    version: str | None, *, look_up: bool | None
) -> None:
    event = read_event(event_body(api_version=version), livemode=False)
    assert event.look_up == (f"cs_{PAYMENT}" if look_up else None)
    assert bool(event.updates) is not bool(look_up)


@pytest.mark.parametrize(
    ("kind", "looked_up", "used"),
    [
        ("checkout.session.completed", frozenset[str](), True),
        ("checkout.session.unheard_of", frozenset[str](), False),
        ("refund.updated", frozenset({"refund.updated"}), True),
        ("refund.updated", frozenset[str](), False),
        ("invoice.paid", frozenset({"invoice.paid"}), False),
    ],
)
def test_a_kind_that_is_not_used_is_left_alone(
    kind: str, looked_up: frozenset[str], *, used: bool
) -> None:
    event = read_event(event_body(kind), livemode=False, looked_up=looked_up)
    assert event.kind == kind
    assert event.ignored == (None if used else "This kind of event is not used.")
    assert bool(event.found) is used


@pytest.mark.parametrize(("livemode", "word"), [(True, "live"), (False, "test")])
def test_an_event_of_the_other_mode_says_of_which(word: str, *, livemode: bool) -> None:
    body = event_body(livemode=livemode)
    assert read_event(body, livemode=livemode).id == "evt_1"
    with pytest.raises(WebhookRejected, match=f"of {word} mode, the key is not") as raised:
        read_event(body, livemode=not livemode)
    assert raised.value.reason == "mode"


def test_a_session_and_a_charge_tell_all_of_whose_they_are_themselves() -> None:
    for kind, whole in (("checkout.session.completed", True), ("refund.updated", False)):
        event = read_event(event_body(kind), livemode=False, looked_up=frozenset({kind}))
        assert [each.whole for each in event.traces] == [whole]


@pytest.mark.parametrize(
    ("changes", "claims"),
    [
        ({}, (MetadataClaim(payment=PAYMENT),)),
        ({"client_reference_id": OTHER}, (MetadataClaim(payment=PAYMENT),)),
        ({"metadata": {}}, (MetadataClaim(payment=PAYMENT),)),
        ({"metadata": {}, "client_reference_id": None}, ()),
        ({"metadata": {}, "client_reference_id": "a b"}, ()),
        ({"metadata": {}, "client_reference_id": "x" * 255}, (MetadataClaim(payment="x" * 255),)),
        ({"metadata": {}, "client_reference_id": "x" * 256}, ()),
    ],
)
def test_the_reference_claims_only_what_no_metadata_claims(
    changes: dict[str, Any], claims: tuple[MetadataClaim, ...]
) -> None:
    found = session_object(**changes)
    assert traces_of(found, ReferenceKind.CHECKOUT).claims == claims


def test_the_same_claim_twice_is_one() -> None:
    ours = {"guildbank_payment": PAYMENT, "guildbank_installation": "this"}
    found = {"id": "re_1", "metadata": ours, "payment_intent": {"id": "pi_1", "metadata": ours}}
    traces = traces_of(found, ReferenceKind.REFUND)
    assert traces.claims == (MetadataClaim(payment=PAYMENT, installation="this"),)
    assert traces.whole
    assert not traces.elsewhere


@pytest.mark.parametrize(
    "changes",
    [{"id": "e" * 256}, {"created": -1}, {"created": 2**40}, {"type": ""}, {"object": "events"}],
)
def test_an_envelope_out_of_its_bounds_is_no_event(changes: dict[str, Any]) -> None:
    with pytest.raises(WebhookRejected, match="This is no event of Stripe's") as raised:
        read_event(json.dumps(json.loads(event_body()) | changes), livemode=False)
    assert raised.value.reason == "body"


def test_an_envelope_at_its_bounds_is_one() -> None:
    changes = {"id": "e" * 255, "created": 2**40 - 1}
    event = read_event(json.dumps(json.loads(event_body()) | changes), livemode=False)
    assert event.created == (2**40 - 1) * 1_000_000
