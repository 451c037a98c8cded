"""What a checkout must be told as, to be that of a payment: anything else is a person's matter."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.payments.apply_update import find_mismatch
from payments.commands.points.move import TransferPoints
from payments.domain.books import ACCOUNTS, GUILDS, PACES, PAYMENTS, PURCHASE_BANS, UNPAID_PURCHASES
from payments.domain.values.ids import AccountKey, GuildId, PackageId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.quotas import PaceKey, PaceKind
from tests.support.make import ADA, BEN, GUILD, START, checkout_update, initiate, key
from tests.support.paid import paid_payment

OPEN = MoneyStatus.UNPAID
METADATA = "The checkout's metadata is not what we gave it."
ANOTHER = "The payment has another checkout."


def begun(**more: Any) -> Payment:
    """A payment whose checkout is known as `cs_p1`."""
    return paid_payment(**({"money": OPEN, "paid": None, "credited_at": None} | more))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, None),
        ({"total": 594}, None),
        ({"currency": "USD"}, "The checkout is in USD, the package in EUR."),
        ({"subtotal": 498}, "The checkout's amount is 498, the package's 499."),
        ({"subtotal": 500}, "The checkout's amount is 500, the package's 499."),
        ({"subtotal": None}, "The checkout's amount is None, the package's 499."),
        ({"subtotal": None, "money": OPEN}, None),
        ({"subtotal": 498, "money": OPEN}, "The checkout's amount is 498, the package's 499."),
        ({"total": 498}, "The checkout's total is 498, the package costs 499."),
        ({"total": None}, "The checkout's total is None, the package costs 499."),
        ({"total": 498, "money": OPEN}, None),
        ({"discount": 1}, "The checkout has a discount that is not ours."),
        ({"payment_required": False}, "The checkout has a discount that is not ours."),
        ({"session": "cs_other"}, ANOTHER),
        ({"session": "cs_other", "recovered_from": "cs_p1"}, None),
        ({"session": "cs_other", "recovered_from": "cs_third"}, ANOTHER),
    ],
)
def test_amount_currency_and_checkout_must_be_the_payments(
    told: dict[str, Any], why: str | None
) -> None:
    """Tax may come on top; what is not paid yet may leave out its amounts."""
    assert find_mismatch(begun(), replace(checkout_update("p1"), **told)) == why
    assert find_mismatch(begun(session=None), checkout_update("p1")) is None


OTHER: dict[str, Any] = {
    "payment": PaymentId("p2"),
    "guild": GuildId(GUILD + 1),
    "member": BEN,
    "package": PackageId("other"),
}


@pytest.mark.parametrize("part", sorted(OTHER))
def test_metadata_may_be_missing_where_the_checkout_is_known_but_never_another(part: str) -> None:
    told = checkout_update("p1")
    wrong = replace(told, reference=replace(told.reference, **{part: OTHER[part]}))
    nothing: Any = "" if part == "payment" else None
    gone = replace(told, reference=replace(told.reference, **{part: nothing}))
    known, unknown = begun(), begun(session=None)
    assert find_mismatch(known, wrong) == METADATA
    assert find_mismatch(unknown, wrong) == METADATA
    assert find_mismatch(known, gone) is None
    assert find_mismatch(unknown, gone) == METADATA
    recovered = replace(gone, session="cs_new", recovered_from="cs_p1")
    assert find_mismatch(known, recovered) is None


@pytest.mark.parametrize("limited", [True, False])
def test_only_what_is_limited_asks_how_often_it_was_done(limited: bool) -> None:  # noqa: FBT001 - both
    """What somebody did before is not read for what the program does itself."""
    account = AccountKey(GUILD, ADA)
    buying = replace(initiate("p1"), counts_for_quota=limited).needs()
    plain = GUILDS.of(GUILD) | PAYMENTS.of(PaymentId("p1")) | PURCHASE_BANS.of(account)
    paced = UNPAID_PURCHASES.of(account) | PACES.of(PaceKey(account, PaceKind.PURCHASE))
    assert buying == (plain | paced if limited else plain)
    passing = TransferPoints(
        key=key(),
        at=START,
        actor=by_member(ADA),
        guild=GUILD,
        member=ADA,
        recipient=BEN,
        points=1,
        counts_for_quota=limited,
    ).needs()
    both = ACCOUNTS.of(account, AccountKey(GUILD, BEN))
    pace = PACES.of(PaceKey(account, PaceKind.TRANSFER))
    assert passing == (both | pace if limited else both)
