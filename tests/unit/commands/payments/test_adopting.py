"""What a member buys in a provider's own shop becomes a payment by its owner's mapping."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import Undo, by_member
from payments.commands.payments.adopt import AdoptPayment
from payments.commands.points.move import SpendPoints
from payments.domain.errors import CannotUndo, Refused
from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ids import AccountKey, PackageId, PaymentId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.money import NO_AMOUNT, Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
)
from payments.domain.values.references import ReferenceKind
from payments.domain.values.time import HOUR, later
from payments.domain.values.traces import MetadataClaim
from tests.support.adopted import (
    ENTITLEMENT,
    PAID,
    SHOP,
    adopting,
    adoption,
    disputed,
    taken_back,
    told,
)
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    euros,
    event,
    initiate,
    key,
    package,
)
from tests.support.memory_ledger import MemoryLedger

ID = PaymentId("adopted")


@pytest.fixture
def ledger() -> MemoryLedger:
    empty = MemoryLedger()
    empty.put_up(GUILD, [package()])
    return empty


@pytest.fixture
def credited(ledger: MemoryLedger) -> MemoryLedger:
    """Ada's purchase was adopted and paid."""
    ledger.run(adopting())
    ledger.run(told(PAID))
    return ledger


def points(ledger: MemoryLedger) -> int:
    return ledger.accounts[AccountKey(GUILD, ADA)].balance


def test_it_has_what_the_mapping_says_and_nothing_is_credited(ledger: MemoryLedger) -> None:
    assert ledger.run(adopting()) == ID
    assert ledger.payments == {
        ID: Payment(
            id=ID,
            guild=GUILD,
            member=ADA,
            provider=SHOP,
            livemode=True,
            package=PackageId("starter"),
            package_name="Starter",
            points=500,
            price=NO_AMOUNT,
            maturity=72 * HOUR,
            created_at=START,
            installation="this",
            adopted_as=ReferenceKind.ENTITLEMENT,
            session="ent_1",
            checkout=CheckoutStatus.COMPLETE,
        )
    }
    assert ledger.references == {ENTITLEMENT: ID}
    assert ledger.payments[ID].state is PaymentState.INITIATED
    assert ledger.updates == ["payment.initiated"]
    assert ledger.transfers == {}


@pytest.mark.parametrize(
    "again",
    [
        adopting("another id"),
        adopting("another id", points=700, member=BEN),
        replace(adopting("another id"), key=key()),
    ],
    ids=["the same", "by another mapping", "under another key"],
)
def test_the_same_thing_is_one_payment_as_it_was_adopted_first(
    ledger: MemoryLedger, again: AdoptPayment
) -> None:
    ledger.run(adopting())
    before = dict(ledger.payments)
    assert ledger.run(again) == ID
    assert ledger.payments == before
    assert ledger.updates == ["payment.initiated"]


def test_a_message_adopts_and_credits_at_once(ledger: MemoryLedger) -> None:
    for fresh in ("adopted", "not needed"):
        assert ledger.run(told(PAID, becomes=adoption(fresh))).status is InboxStatus.HANDLED
    assert list(ledger.payments) == [ID]
    assert points(ledger) == 500
    assert ledger.updates == ["payment.initiated", "payment.success", "points.awarded"]


@pytest.mark.parametrize(
    "traces",
    [
        {"elsewhere": True},
        {"claims": (MetadataClaim(payment="x", installation="of another Guildbank"),)},
        {"claims": (MetadataClaim(payment="x"),)},
    ],
    ids=["another account", "another installation", "somebody's payment"],
)
def test_what_names_somebody_else_is_adopted_by_nobody(
    ledger: MemoryLedger, traces: dict[str, Any]
) -> None:
    result = ledger.run(told(PAID, becomes=adoption(), **traces))
    assert result.status is InboxStatus.IGNORED
    assert ledger.payments == {}


def test_without_a_mapping_it_does_not_concern_us(ledger: MemoryLedger) -> None:
    assert ledger.run(told(PAID)).status is InboxStatus.IGNORED


def test_what_is_a_payment_of_ours_already_is_not_adopted(ledger: MemoryLedger) -> None:
    ledger.run(initiate("one"))
    ledger.run(event(checkout_update("one")))
    update = replace(checkout_update("one"), status=CheckoutStatus.EXPIRED)
    message = event(update)
    (found,) = message.found
    ledger.run(replace(message, found=(replace(found, adoption=adoption()),)))
    assert list(ledger.payments) == ["one"]


@pytest.mark.parametrize("bad", [0, -1, MAX_POINTS + 1])
def test_a_mapping_without_points_is_refused(ledger: MemoryLedger, bad: int) -> None:
    with pytest.raises(Refused, match="whole number of points"):
        ledger.run(adopting(points=bad))


@pytest.mark.parametrize(
    ("price", "paid"), [(None, 0), (euros(499), 499)], ids=["unknown", "the owner's"]
)
def test_what_was_paid_is_the_owners_price_where_nobody_tells(
    ledger: MemoryLedger, price: Money | None, paid: int
) -> None:
    ledger.run(adopting(price=price))
    ledger.run(told(PAID))
    payment = ledger.payments[ID]
    assert (payment.paid, payment.state, points(ledger)) == (paid, PaymentState.COMPLETED, 500)


def test_what_the_provider_tells_must_be_what_was_said(ledger: MemoryLedger) -> None:
    ledger.run(adopting(price=euros(499)))
    for update, why in (
        (replace(PAID, currency="EUR", subtotal=500, total=500), "amount is 500"),
        (replace(PAID, currency="USD", subtotal=499, total=499), "in USD"),
        (replace(PAID, subtotal=499), "in XXX"),
        (replace(PAID, payment_required=False), "discount"),
        (replace(PAID, session="ent_2"), "not what we gave it"),
    ):
        result = ledger.run(told(update))
        assert result.status is InboxStatus.QUARANTINED
        assert why in result.reason
    assert ledger.transfers == {}
    taxed = replace(PAID, currency="EUR", subtotal=499, total=594)
    assert ledger.run(told(taxed)).status is InboxStatus.HANDLED
    assert ledger.payments[ID].paid == 594


def test_a_payment_that_began_here_is_never_paid_by_an_unknown_amount(
    ledger: MemoryLedger,
) -> None:
    ledger.run(initiate("one"))
    silent = replace(checkout_update("one"), subtotal=None, total=None, currency="XXX")
    assert ledger.run(event(silent)).status is InboxStatus.QUARANTINED
    assert ledger.transfers == {}


@pytest.mark.parametrize("price", [None, euros(499)], ids=["unknown", "the owner's"])
def test_what_the_provider_takes_back_takes_all_points(
    ledger: MemoryLedger, price: Money | None
) -> None:
    """Also points that are spent: the buyer owes them. It was no fraud, so they may buy."""
    ledger.run(adopting(price=price))
    ledger.run(told(PAID))
    spend = SpendPoints(
        key=key(), at=START, actor=by_member(ADA), guild=GUILD, member=ADA, points=200
    )
    ledger.run(spend)
    assert ledger.run(told(taken_back())).status is InboxStatus.HANDLED
    assert ledger.payments[ID].state is PaymentState.REFUNDED
    assert points(ledger) == -200
    assert not ledger.purchase_bans.get(AccountKey(GUILD, ADA))


def test_a_dispute_about_all_of_it_bans_its_buyer_until_it_is_won(credited: MemoryLedger) -> None:
    states = []
    for seen, status in enumerate((DisputeStatus.OPEN, DisputeStatus.LOST, DisputeStatus.WON)):
        credited.run(told(replace(disputed(status), seen=seen)))
        banned = bool(credited.purchase_bans.get(AccountKey(GUILD, ADA)))
        states.append((credited.payments[ID].state, points(credited), banned))
    assert states == [
        (PaymentState.DISPUTED, 0, False),
        (PaymentState.CHARGED_BACK, 0, True),
        (PaymentState.COMPLETED, 500, False),
    ]


def test_a_claim_that_does_not_say_how_much_it_is_of_waits_for_a_person(
    credited: MemoryLedger,
) -> None:
    for amount in (NO_AMOUNT, euros(100)):
        result = credited.run(told(replace(taken_back(), share=None, amount=amount)))
        assert result.status is InboxStatus.QUARANTINED
        assert "how much of the payment" in result.reason
    assert points(credited) == 500


def test_only_its_provider_gives_an_unknown_amount_back(credited: MemoryLedger) -> None:
    why = credited.payments[ID].why_not_refundable
    assert str(why) == "What was paid is not known here: only its provider can refund it."


def test_it_is_given_up_until_money_comes(ledger: MemoryLedger) -> None:
    command = adopting()
    ledger.run(command)
    ledger.run(Undo.of(command, ID, at=later(START, HOUR), actor=by_member(EVE)))
    assert ledger.payments[ID].state is PaymentState.FAILED
    assert ledger.updates == ["payment.initiated", "payment.failed"]
    ledger.run(told(PAID))
    assert points(ledger) == 500


@pytest.mark.parametrize("money", [MoneyStatus.PAID, MoneyStatus.PROCESSING, MoneyStatus.FAILED])
def test_what_is_paid_or_under_way_is_not_given_up(
    ledger: MemoryLedger, money: MoneyStatus
) -> None:
    command = adopting()
    ledger.run(command)
    ledger.run(told(replace(PAID, money=money)))
    with pytest.raises(CannotUndo):
        ledger.run(Undo.of(command, ID, at=START))
