"""Moderators' cards about refunds."""

from typing import Any

import pytest

from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentRefunded, RefundFailed
from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import ProviderUpdate
from payments.domain.values.time import MINUTE, later
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.claim_cards import GONE, court
from tests.support.make import event

__all__ = ["court"]  # fixtures

MIRA = MemberId(1)


async def test_a_refund_is_told_where_its_own_card_has_not_shown_it(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    money = Money(minor=200, currency="EUR")
    common: Any = {**about(payment, clock()), "refunded": money, "amount": money}
    await deliver("mod", PaymentRefunded(**common))
    words = said(court.mods.last_message)
    assert "### Refunded: €2.00\n" in words
    assert "\nMade at the provider.\nRefunded in all: €2.00." in words
    before = court.mods.last_message
    asked: dict[str, Any] = {"asked_by": MIRA, "asked_at": later(clock(), -MINUTE + 1)}
    await deliver("mod", PaymentRefunded(**common, **asked))
    assert court.mods.last_message == before
    asked["asked_at"] = later(clock(), -MINUTE)
    await deliver("mod", PaymentRefunded(**common, **asked))
    assert "Requested by <@1>." in said(court.mods.last_message)


async def test_a_failed_refund_says_how_much_and_who_asked(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await deliver(
        "mod", RefundFailed(**about(payment, clock()), amount=payment.price, asked_by=MIRA)
    )
    words = said(court.mods.last_message)
    assert "### A refund of €4.99 has failed" in words
    assert "\nThe money did not reach the buyer. The points were given back.\n" in words
    assert "Requested by <@1>." in words
    assert "Refund…" in words


@pytest.mark.parametrize(("meanwhile", "words"), GONE)
async def test_a_refund_that_failed_because_the_money_is_gone_says_where_it_is(
    court: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    meanwhile: list[ProviderUpdate],
    words: str,
) -> None:
    for update in meanwhile:
        await runner.run(event(update, at=clock()))
    await deliver(
        "mod", RefundFailed(**about(payment, clock()), amount=payment.price, asked_by=MIRA)
    )
    shown = said(court.mods.last_message)
    assert f"\nThe money did not reach the buyer by this refund.\n{words}\n" in shown
    assert "given back" not in shown
