"""How much of its payment a refund or dispute is: measured by its charge or by the balance."""

from typing import Any

import pytest

from payments.domain.values.provider_updates import RefundUpdate
from payments.domain.values.share import NOTHING, Share
from payments.providers.stripe.reversal_updates import read_refund
from payments.providers.stripe.shares import MeasuredCharge, measured, movements, returned, share_of
from tests.support.claim_objects import movement, refund

CHARGE = {
    "amount": 500,
    "currency": "eur",
    "presentment_details": {"presentment_amount": 540, "presentment_currency": "usd"},
    "balance_transaction": {"amount": 430, "currency": "gbp"},
}


@pytest.mark.parametrize(
    ("currency", "whole"), [("eur", 500), ("usd", 540), ("gbp", 430), ("jpy", None)]
)
def test_a_claim_is_measured_against_the_charge_in_its_own_currency(
    currency: str, whole: int | None
) -> None:
    charge = measured(CHARGE)
    assert charge is not None
    expected = None if whole is None else Share(part=108, whole=whole)
    assert share_of(108, currency, charge, []) == expected


def test_what_a_charge_was_itself_counts_before_what_was_seen_or_booked() -> None:
    same = {
        "amount": 500,
        "currency": "eur",
        "presentment_details": {"presentment_amount": 1, "presentment_currency": "eur"},
        "balance_transaction": {"amount": 2, "currency": "eur"},
    }
    charge = MeasuredCharge.model_validate(same)
    assert charge.whole_in("eur") == 500
    nothing = MeasuredCharge.model_validate(same | {"amount": 0})
    assert nothing.whole_in("eur") is None
    seen = MeasuredCharge.model_validate(same | {"currency": "usd"})
    assert (seen.whole_in("usd"), seen.whole_in("eur")) == (500, 1)


@pytest.mark.parametrize("charge", [None, {}, {"amount": -1, "currency": "eur"}, {"amount": 5}])
def test_a_charge_that_says_too_little_measures_nothing(charge: dict[str, Any] | None) -> None:
    assert measured(charge) is None
    update = read_refund(refund(currency="usd"), charge).update
    assert isinstance(update, RefundUpdate)
    assert update.share is None


def test_a_claim_of_which_the_charge_knows_nothing_is_measured_by_what_the_balance_lost() -> None:
    moved = [
        movement(-1, "fee", "gbp"),
        movement(-100, "dispute", "gbp"),
        movement(100, "dispute_reversal", "gbp"),
        movement(-215, "dispute", "gbp"),
        movement(3, "dispute", "gbp"),
    ]
    charge = measured(CHARGE)
    assert charge is not None
    assert share_of(30_000, "jpy", charge, movements(moved)) == Share(part=215, whole=430)
    elsewhere = movements([movement(-215, "dispute", "chf")])
    assert share_of(30_000, "jpy", charge, elsewhere) is None
    assert share_of(30_000, "jpy", charge, movements(moved[:1])) is None


@pytest.mark.parametrize(
    ("moved", "back"),
    [
        ([], NOTHING),
        ([movement(-499, "dispute")], Share(part=0, whole=499)),
        (
            [movement(-499, "dispute"), movement(100, "dispute_reversal")],
            Share(part=100, whole=499),
        ),
        (
            [
                movement(-499, "dispute"),
                movement(100, "dispute_reversal"),
                movement(99, "dispute_reversal"),
            ],
            Share(part=199, whole=499),
        ),
        (
            [movement(-499, "dispute"), movement(999, "dispute_reversal")],
            Share(part=499, whole=499),
        ),
        (
            [
                movement(-499, "dispute"),
                movement(499, "dispute_reversal"),
                movement(-250, "dispute"),
            ],
            Share(part=0, whole=250),
        ),
        ([movement(-499, "dispute"), movement(99, "fx")], Share(part=0, whole=499)),
        ([movement(-499, "dispute"), movement(99, "dispute")], Share(part=0, whole=499)),
        (
            [movement(-499, "dispute"), movement(-99, "dispute_reversal")],
            Share(part=0, whole=499),
        ),
        (
            [movement(-499, "dispute"), movement(99, "dispute_reversal", "usd")],
            Share(part=0, whole=499),
        ),
        ([movement(99, "dispute_reversal")], NOTHING),
    ],
)
def test_how_much_of_what_a_dispute_took_came_back(
    moved: list[dict[str, Any]], back: Share
) -> None:
    assert returned(movements(moved)) == back


@pytest.mark.parametrize(
    ("found", "read"),
    [
        (None, 0),
        ({}, 0),
        ("txn_1", 0),
        (["txn_1", movement(-1, "dispute")], 1),
        ([movement(-1, "dispute") | {"currency": "EUR"}], 0),
        ([movement(-1, "dispute") | {"amount": "-1"}], 0),
        ([movement(2**53, "dispute")], 0),
        ([movement(-(2**53), "dispute")], 0),
        ([movement(2**53 - 1, "dispute")], 1),
        ([{"amount": 1, "currency": "eur"}], 1),
    ],
)
def test_movements_in_an_odd_form_are_left_out(found: object, read: int) -> None:
    assert len(movements(found)) == read
