"""Moderators' cards about messages that are stuck, and a provider that refuses the bot."""

import pytest

from payments.domain.rules.payment_events import about
from payments.domain.values.events import (
    FraudWarned,
    IntegrationRecovered,
    IntegrationTroubled,
    ProviderAccessRefused,
    ProviderCallFailed,
    ProviderEventStuck,
)
from payments.domain.values.integration_trouble import IntegrationTrouble
from payments.domain.values.payment import Payment
from payments.notifications.errors import Postpone
from payments.runner.errors import BooksUnavailable
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.claim_cards import court
from tests.support.make import GUILD

__all__ = ["court"]  # fixtures


async def test_a_stuck_message_says_what_to_do(court: World, clock: Time, deliver: Deliver) -> None:
    await deliver(
        "mod",
        ProviderEventStuck(
            guild=GUILD,
            at=clock(),
            provider="stripe",
            event="evt_1",
            kind="refund.created",
            reason="It has the status *odd*.",
        ),
    )
    words = said(court.mods.last_message)
    assert r"It has the status \*odd\*." in words
    assert "`guildbank events show evt_1`" in words
    assert "-# Stripe · <t:" in words


async def test_a_provider_that_refuses_the_bot_is_told_with_what_it_refuses(
    court: World, clock: Time, deliver: Deliver
) -> None:
    await deliver("mod", refused(clock))
    words = said(court.mods.last_message)
    assert "The payment provider refuses the bot" in words
    assert "-# Stripe · <t:" in words
    assert "lacks the permission Disputes (read)." in words
    assert "Nothing is lost" in words
    assert "`guildbank doctor`" in words


async def test_a_provider_that_did_not_do_its_part_is_told_with_the_payment(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await deliver(
        "mod",
        ProviderCallFailed(
            **about(payment, clock()),
            provider="stripe",
            call="capture",
            object="order_1",
            reason="It could not be done *in time*.",
        ),
    )
    words = said(court.mods.last_message)
    assert "A payment provider did not do its part" in words
    assert r"It could not be done \*in time\*." in words
    assert "Stripe was asked for `capture` of `order_1`, which has not been done." in words
    assert payment.id in words


@pytest.mark.parametrize(
    ("integration", "trouble", "says"),
    [
        ("stripe", IntegrationTrouble.UNREACHABLE, ["Stripe can't be reached", "6 failed."]),
        ("stripe", IntegrationTrouble.FAILING, ["Stripe fails often", "Of 100 calls in the last"]),
        ("discord", IntegrationTrouble.TIMING_OUT, ["Discord often doesn't", "2 ran out of time."]),
        (
            "mail",
            IntegrationTrouble.SLOW,
            ["Mail is slow", "900 ms on average, and usually 300 ms"],
        ),
        ("tax", IntegrationTrouble.FALLING_BACK, ["Tax is often replaced", "happened 3 times."]),
    ],
)
async def test_a_service_that_does_not_do_well(
    court: World,
    clock: Time,
    deliver: Deliver,
    integration: str,
    trouble: IntegrationTrouble,
    says: list[str],
) -> None:
    event = IntegrationTroubled(
        guild=GUILD,
        at=clock(),
        integration=integration,
        trouble=trouble,
        made=100,
        failed=6,
        timed_out=2,
        fallbacks=3,
        milliseconds=900,
        usual_milliseconds=300,
    )
    await deliver("mod", event)
    words = said(court.mods.last_message)
    for each in says:
        assert each in words
    over = IntegrationRecovered(guild=GUILD, at=clock(), integration=integration, trouble=trouble)
    await deliver("mod", over)
    assert "again" in said(court.mods.last_message)


async def test_its_owner_is_told_too(court: World, clock: Time, deliver: Deliver) -> None:
    await deliver("owner", refused(clock))
    words = said(court.guild.owner.dm_channel.last_message)
    assert "the payment provider refuses me." in words
    assert "lacks the permission Disputes (read)." in words


def refused(clock: Time) -> ProviderAccessRefused:
    return ProviderAccessRefused(
        guild=GUILD,
        at=clock(),
        provider="stripe",
        reason="STRIPE_SECRET_KEY lacks the permission Disputes (read).",
    )


async def test_without_books_the_card_waits(
    court: World,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def away(_: object) -> None:
        raise BooksUnavailable("The database is away.")

    monkeypatch.setattr(court.bot.runner, "rehearse", away)
    with pytest.raises(Postpone, match="away"):
        await deliver("mod", FraudWarned(**about(payment, clock())))
