"""Look-ups that go wrong: what is named, and what stops whom."""

from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from payments.commands.payments.buy import OpenCheckout
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import CheckoutStatus, DisputeStatus, MoneyStatus
from payments.domain.values.time import DAY
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.runner.errors import BooksUnavailable
from payments.services.lookups import Looked
from tests.support.databases import only_on_sqlite
from tests.support.looked_up import Asked, Shop, shop
from tests.support.make import GUILD, SYSTEM, checkout_update, dispute_update, initiate, key
from tests.support.outages import unreachable

__all__ = ["shop"]  # fixtures

pytestmark = only_on_sqlite


async def test_what_goes_wrong_with_one_is_named_and_stops_no_other(shop: Shop) -> None:
    for name in ("p1", "p2", "p3", "p4"):
        await shop.begin(name)
    shop.clock.pass_(DAY)
    shop.provider.wrong = {
        "cs_p1": unreachable(),
        "cs_p2": ProviderRefused("Stripe knows no such session."),
        "cs_p3": TypeError("a mistake of ours"),
    }
    shop.provider.checkouts_by_id["cs_p4"] = shop.provider.paid("cs_p4")
    with capture_logs() as lines:
        looked = await shop.checkouts()
    assert looked == Looked(
        asked=4,
        changed=1,
        failed=[
            "Payment p1: The provider cannot be reached.",
            "Payment p2: Stripe knows no such session.",
            "Payment p3: TypeError.",
        ],
    )
    errors = [line for line in lines if line["log_level"] == "error"]
    assert [(line["event"], line["payment"]) for line in errors] == [
        ("reconciliation.look_up_failed", "p3")
    ]


async def test_an_answer_that_does_not_fit_is_named(shop: Shop) -> None:
    await shop.buy("one")
    await shop.disputed("one", DisputeStatus.OPEN)
    odd = dispute_update("one", "dp_one", 100, DisputeStatus.LOST, currency="USD")
    shop.provider.disputed["dp_one"] = odd
    (failed,) = (await shop.disputes()).failed
    assert failed.startswith("Dispute of payment one: It is about 1.00 USD, the payment is in EUR")


async def test_a_provider_that_refuses_the_key_is_asked_no_more_and_others_are(
    shop: Shop,
) -> None:
    other = Asked("paypal")
    shop.providers["paypal"] = other
    for name in ("p1", "p2"):
        await shop.begin(name)
    begun = replace(initiate("p3", at=shop.clock()), provider="paypal")
    await shop.runner.run(begun)
    update = checkout_update("p3", status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID)
    await shop.runner.run(
        OpenCheckout(
            key=key(),
            at=shop.clock(),
            actor=SYSTEM,
            guild=GUILD,
            payment=PaymentId("p3"),
            url="https://pay.example",
            update=update,
        )
    )
    other.checkouts_by_id["cs_p3"] = update
    shop.clock.pass_(DAY)
    shop.provider.wrong = {"cs_p1": AccessRefused("The key is refused.")}
    looked = await shop.checkouts()
    assert looked == Looked(
        asked=2, failed=["Payment p1 and others at stripe: The key is refused."]
    )
    assert (shop.provider.asked, other.asked) == (["cs_p1"], ["cs_p3"])


@pytest.mark.parametrize(
    "providers", [{}, {"stripe": Asked(livemode=True)}], ids=["gone", "of real money"]
)
async def test_what_nobody_here_can_ask_for_is_left_alone(
    shop: Shop, providers: dict[str, Any]
) -> None:
    await shop.begin("one")
    shop.clock.pass_(DAY)
    shop.providers = providers
    assert await shop.checkouts() == Looked()


async def test_books_that_are_away_end_the_whole(shop: Shop) -> None:
    """Nothing that is found could be kept: the next run finds it again."""

    class Away:
        async def run(self, command: object) -> None:
            raise BooksUnavailable(f"The database is away, not {command}.")

    for name in ("p1", "p2"):
        await shop.begin(name)
        shop.provider.checkouts_by_id[f"cs_{name}"] = shop.provider.paid(f"cs_{name}")
    shop.clock.pass_(DAY)
    with pytest.raises(BooksUnavailable):
        await shop.look_ups(Away()).checkouts(shop.clock(), all_of_them=True, on_progress=shop.note)
    assert shop.provider.asked == ["cs_p1"]
