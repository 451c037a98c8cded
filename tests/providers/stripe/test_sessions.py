"""What a Checkout Session tells: all of it, and what each odd part of it costs."""

import json
from typing import Any

import pytest

from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.provider_updates import (
    UNNAMED,
    CheckoutStatus,
    CheckoutUpdate,
    MoneyStatus,
    Reference,
)
from payments.domain.values.time import from_seconds
from payments.providers.errors import WebhookRejected
from payments.providers.requests import ProviderEvent
from payments.providers.stripe.reversal_updates import REVERSAL_EVENTS
from payments.providers.stripe.sessions import read_session
from payments.providers.stripe.updates import API_VERSION, read_event

PAYMENT = "0199a3c4-0000-7000-8000-000000000001"


def session(**changes: Any) -> dict[str, Any]:
    """A paid one, no two of whose numbers are alike."""
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "mode": "payment",
        "status": "complete",
        "payment_status": "paid",
        "amount_subtotal": 499,
        "amount_total": 594,
        "currency": "eur",
        "client_reference_id": PAYMENT,
        "metadata": metadata(),
        "payment_intent": "pi_1",
        "total_details": {"amount_discount": 5, "amount_tax": 100},
        "expires_at": 1_790_000_000,
        "recovered_from": "cs_0",
    } | changes


def metadata(**changes: Any) -> dict[str, Any]:
    return {
        "guildbank_payment": PAYMENT,
        "guildbank_guild": "901",
        "guildbank_member": "102",
        "guildbank_package": "package-1",
        "order": "of somebody else",
    } | changes


def reference(**changes: Any) -> Reference:
    facts: dict[str, Any] = {
        "payment": PaymentId(PAYMENT),
        "guild": GuildId(901),
        "member": MemberId(102),
        "package": PackageId("package-1"),
    }
    return Reference(**(facts | changes))


def update(**changes: Any) -> CheckoutUpdate:
    facts: dict[str, Any] = {
        "session": "cs_1",
        "reference": reference(),
        "status": CheckoutStatus.COMPLETE,
        "money": MoneyStatus.PAID,
        "subtotal": 499,
        "total": 594,
        "discount": 5,
        "tax": 100,
        "currency": "EUR",
        "payment_required": True,
        "intent": "pi_1",
        "recovered_from": "cs_0",
        "expires_at": from_seconds(1_790_000_000),
    }
    return CheckoutUpdate(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, {}),
        ({"mode": None}, {}),
        ({"amount_subtotal": None, "amount_total": None}, {"subtotal": None, "total": None}),
        ({"amount_total": 0}, {"total": 0}),
        ({"client_reference_id": None}, {}),
        ({"metadata": None}, {"reference": Reference(payment=UNNAMED)}),
        ({"metadata": {}}, {"reference": Reference(payment=UNNAMED)}),
        (
            {"metadata": {}, "client_reference_id": "of somebody else"},
            {"reference": Reference(payment=UNNAMED)},
        ),
        (
            {"metadata": metadata(guildbank_guild="0901x", guildbank_member="\u0661")},
            {"reference": reference(guild=GuildId(0), member=MemberId(0))},
        ),
        (
            {"metadata": metadata(guildbank_guild="1" * 20, guildbank_member="1" * 19)},
            {"reference": reference(guild=GuildId(0), member=MemberId(int("1" * 19)))},
        ),
        (
            {"metadata": metadata(guildbank_guild=None, guildbank_member=7)},
            {"reference": reference(guild=None, member=None)},
        ),
        (
            {"metadata": metadata(guildbank_package=None)},
            {"reference": reference(package=None)},
        ),
        ({"payment_intent": {"id": "pi_2"}}, {"intent": "pi_2"}),
        ({"payment_intent": None}, {"intent": None}),
        ({"payment_intent": 7}, {"intent": None}),
        ({"total_details": None}, {"discount": 0, "tax": None}),
        ({"total_details": {}}, {"discount": 0, "tax": 0}),
        ({"expires_at": None}, {"expires_at": None}),
        ({"expires_at": "soon"}, {"expires_at": None}),
        ({"expires_at": 0}, {"expires_at": from_seconds(0)}),
        ({"recovered_from": None}, {"recovered_from": None}),
        ({"currency": "jpy"}, {"currency": "JPY"}),
        (
            {"payment_status": "no_payment_required"},
            {"payment_required": False, "money": MoneyStatus.PROCESSING},
        ),
        ({"payment_status": "unpaid"}, {"money": MoneyStatus.PROCESSING}),
        (
            {"payment_status": "unpaid", "status": "open"},
            {"money": MoneyStatus.UNPAID, "status": CheckoutStatus.OPEN},
        ),
        (
            {"payment_status": "unpaid", "status": "expired"},
            {"money": MoneyStatus.UNPAID, "status": CheckoutStatus.EXPIRED},
        ),
    ],
)
def test_what_a_session_tells(changes: dict[str, Any], said: dict[str, Any]) -> None:
    reading = read_session(session(**changes))
    assert (reading.update, reading.wrong, reading.ignored) == (update(**said), None, None)


@pytest.mark.parametrize(
    ("kind", "payment_status", "money"),
    [
        ("checkout.session.completed", "unpaid", MoneyStatus.PROCESSING),
        ("checkout.session.completed", "paid", MoneyStatus.PAID),
        ("checkout.session.async_payment_failed", "unpaid", MoneyStatus.FAILED),
        ("checkout.session.async_payment_failed", "paid", MoneyStatus.PAID),
        ("checkout.session.async_payment_succeeded", "unpaid", MoneyStatus.PROCESSING),
        ("checkout.session.expired", "unpaid", MoneyStatus.PROCESSING),
        (None, "unpaid", MoneyStatus.PROCESSING),
    ],
)
def test_an_event_says_of_the_money_only_that_it_failed(
    kind: str | None, payment_status: str, money: MoneyStatus
) -> None:
    reading = read_session(session(payment_status=payment_status), event_type=kind)
    assert reading.update == update(money=money)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "The session makes no sense: id."),
        ({"object": "session"}, "The session makes no sense: object."),
        ({"status": "closed"}, "The session makes no sense: status."),
        ({"payment_status": "maybe"}, "The session makes no sense: payment_status."),
        (
            {"amount_subtotal": -1, "amount_total": 4.99},
            "The session makes no sense: amount_subtotal, amount_total.",
        ),
        ({"amount_total": 2**53}, "The session makes no sense: amount_total."),
        ({"currency": "EUR"}, "The session makes no sense: currency."),
        ({"client_reference_id": "another"}, "The session names two payments."),
        (
            {"metadata": metadata(guildbank_payment="p1"), "client_reference_id": None},
            "The session names a payment as we never name one.",
        ),
        (
            {
                "metadata": metadata(guildbank_payment=PAYMENT.replace("-7", "-4")),
                "client_reference_id": None,
            },
            "The session names a payment as we never name one.",
        ),
    ],
)
def test_a_session_that_makes_no_sense_is_named(changes: dict[str, Any], sentence: str) -> None:
    reading = read_session(session(**changes))
    assert (reading.update, reading.wrong, reading.ignored) == (None, sentence, None)


@pytest.mark.parametrize("mode", ["subscription", "setup"])
def test_a_session_for_something_else_is_left_alone(mode: str) -> None:
    reading = read_session(session(mode=mode, amount_total="odd"))
    assert (reading.update, reading.wrong) == (None, None)
    assert reading.ignored == f"The session is for a {mode}."


def envelope(kind: str = "checkout.session.completed", **changes: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "api_version": API_VERSION,
        "created": 1_790_000_123,
        "data": {"object": session()},
        "livemode": False,
        "type": kind,
    } | changes


def read(event: dict[str, Any], *, livemode: bool = False) -> ProviderEvent:
    body = json.dumps(event)
    return read_event(body, livemode=livemode, looked_up=REVERSAL_EVENTS)


def test_an_event_in_our_version_tells_at_once() -> None:
    event = envelope()
    found = read(event)
    assert (found.id, found.kind) == ("evt_1", "checkout.session.completed")
    assert (found.created, found.body) == (from_seconds(1_790_000_123), json.dumps(event))
    assert (found.ignored, found.look_up) == (None, None)
    (only,) = found.found
    assert only.update == update()
    assert not only.traces.elsewhere
    assert only.traces.whole


def test_an_event_that_failed_says_so_of_the_money() -> None:
    unpaid = {"object": session(payment_status="unpaid")}
    (found,) = read(envelope("checkout.session.async_payment_failed", data=unpaid)).found
    assert found.update == update(money=MoneyStatus.FAILED)


@pytest.mark.parametrize("version", ["2020-08-27", None, 7])
def test_an_event_in_another_version_is_looked_up(version: object) -> None:
    found = read(envelope(api_version=version))
    assert (found.look_up, found.ignored) == ("cs_1", None)
    assert [each.update for each in found.found] == [None]


@pytest.mark.parametrize(
    ("kind", "whole"),
    [("refund.updated", False), ("charge.refunded", True), ("charge.dispute.closed", False)],
)
def test_what_can_turn_round_is_always_looked_up(kind: str, *, whole: bool) -> None:
    found = read(envelope(kind, data={"object": {"id": "re_1"}}))
    assert found.look_up == "re_1"
    assert [each.traces.whole for each in found.found] == [whole]


@pytest.mark.parametrize("kind", ["invoice.paid", "checkout.session.other", "charge.succeeded"])
def test_a_kind_that_is_not_used_is_left_alone(kind: str) -> None:
    found = read(envelope(kind))
    assert (found.ignored, found.look_up) == ("This kind of event is not used.", None)
    assert found.found == ()


@pytest.mark.parametrize("name", ["account", "context", "user_id"])
def test_an_event_of_another_account_says_so(name: str) -> None:
    (found,) = read(envelope(**{name: "acct_1"})).found
    assert found.traces.elsewhere


@pytest.mark.parametrize(
    ("event", "reason", "words"),
    [
        ({"object": "v2.core.event"}, "thin", "payload style to snapshot"),
        ({"object": "charge"}, "body", "no event of Stripe's"),
        (envelope(id=7), "body", "no event of Stripe's"),
        (envelope(created=-1), "body", "no event of Stripe's"),
        (envelope(data={"object": "cs_1"}), "body", "no event of Stripe's"),
        (envelope(livemode=True), "mode", "of live mode, the key is not"),
    ],
)
def test_what_is_no_event_for_us_is_rejected(
    event: dict[str, Any], reason: str, words: str
) -> None:
    with pytest.raises(WebhookRejected, match=words) as rejected:
        read(event)
    assert rejected.value.reason == reason


def test_an_event_of_test_mode_is_rejected_where_real_money_moves() -> None:
    with pytest.raises(WebhookRejected, match="of test mode, the key is not") as rejected:
        read(envelope(), livemode=True)
    assert rejected.value.reason == "mode"
    (found,) = read(envelope(livemode=True), livemode=True).found
    assert found.update == update()
