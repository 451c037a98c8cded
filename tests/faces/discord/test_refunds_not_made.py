"""Refunds that the provider did not make as they were asked for: what the card says."""

from dataclasses import replace

import pytest

from payments.providers.errors import ProviderRefused
from payments.providers.protocol import Refusal
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal
from tests.support.commands import put_up
from tests.support.fakes import FakeProvider
from tests.support.make import package, refund_update
from tests.support.outages import unreachable
from tests.support.refund_quotes import buy, court, payment, points, press, quote

__all__ = ["court"]  # fixtures


async def test_what_the_provider_refuses_is_said_and_moves_nothing(
    court: World, queries: Queries, clock: Time, provider: FakeProvider
) -> None:
    asked = await quote(court)
    provider.failures = [ProviderRefused("no", code="charge_expired")]
    words = await press(court.mira, asked.response, "Refund")
    assert "### Not refunded: €4.99" in words
    assert (
        r"The provider did not make this refund: charge\_expired. No money moved, and the points "
        "are back." in words
    )
    assert await points(court, queries, clock) == 500


def made_elsewhere(provider: FakeProvider, amount: int, payment: str = "p1") -> None:
    """A refund in the provider's dashboard, of which nothing was told yet."""
    update = refund_update(payment, f"re_{amount}", amount)
    provider.made["dashboard"] = replace(update, provider_id=f"re_{amount}")


async def test_a_refund_that_came_too_late_says_what_went_back_elsewhere(
    court: World, queries: Queries, clock: Time, provider: FakeProvider
) -> None:
    asked = await quote(court)
    made_elsewhere(provider, 499)
    provider.failures = [ProviderRefused("no", code="charge_already_refunded")]
    words = await press(court.mira, asked.response, "Refund")
    assert words.splitlines()[0] == "### Refunded already: €4.99"
    assert (
        "€4.99 of this payment has gone back already.\nIt was refunded at the provider.\n"
        "The points for it were taken back.\n" in words
    )
    assert "This refund moved no more money." in words
    assert "No money moved" not in words
    assert await points(court, queries, clock) == 0
    assert (await payment(queries)).refunded == 499


async def test_a_refund_of_more_than_is_left_says_what_went_back_and_what_still_can(
    court: World, queries: Queries, clock: Time, provider: FakeProvider
) -> None:
    asked = await quote(court)
    made_elsewhere(provider, 200)
    provider.failures = [ProviderRefused("no")]
    words = await press(court.mira, asked.response, "Refund")
    assert words.splitlines()[0] == "### Not refunded: €4.99"
    assert (
        "€2.00 of this payment has gone back already.\nIt was refunded at the provider.\n" in words
    )
    assert "At most €2.99 more can be refunded." in words
    assert await points(court, queries, clock) == 500 - 500 * 200 // 499


async def test_what_went_back_here_and_there_is_told_apart(
    court: World, provider: FakeProvider
) -> None:
    first = await quote(court, amount="1")
    await press(court.mira, first.response, "Refund")
    asked = await quote(court)
    made_elsewhere(provider, 399)
    provider.failures = [ProviderRefused("no", code="charge_already_refunded")]
    words = await press(court.mira, asked.response, "Refund")
    assert (
        "€4.99 of this payment has gone back already.\n"
        "€3.99 of that was refunded at the provider.\n" in words
    )


async def test_a_refund_that_met_a_dispute_says_that_the_bank_decides(
    court: World, queries: Queries, clock: Time, provider: FakeProvider
) -> None:
    asked = await quote(court)
    provider.failures = [
        ProviderRefused("no", code="charge_disputed", why=Refusal.DISPUTED),
    ]
    words = await press(court.mira, asked.response, "Refund")
    assert words.splitlines()[0] == "### Not refunded: €4.99"
    assert (
        "The provider says that the buyer's bank has disputed this payment. Its points are put "
        "on hold as soon as that is known here." in words
    )
    assert "No money moved" not in words
    assert await points(court, queries, clock) == 500


async def test_without_an_answer_the_points_are_set_aside(
    court: World, queries: Queries, clock: Time, provider: FakeProvider
) -> None:
    asked = await quote(court)
    provider.failures = [unreachable()]
    words = await press(court.mira, asked.response, "Refund")
    assert "### Refund of €4.99 is on its way" in words
    assert await points(court, queries, clock) == 0


@pytest.mark.parametrize(
    ("typed", "currency", "minor", "words"),
    [
        ("500.50", "ISK", 100_000, "Refunds in ISK go in steps of ISK1, and this is ISK500.50."),
        ("1.005", "KWD", 4990, "Refunds in KWD go in steps of KWD0.010, and this is KWD1.005."),
        (None, "KWD", 4995, "Refunds in KWD go in steps of KWD0.010, and this is KWD4.995."),
    ],
)
async def test_an_amount_that_the_provider_never_gives_back_is_refused_before_anything_moves(
    court: World,
    runner: Runner,
    queries: Queries,
    provider: FakeProvider,
    typed: str | None,
    currency: str,
    minor: int,
    words: str,
) -> None:
    bought = package(minor=minor, currency=currency)
    await put_up(runner, bought)
    await buy(court, runner, "p2", of=bought)
    amount = {} if typed is None else {"amount": typed}
    assert refusal(court, await quote(court, court.mira, payment="p2", **amount)) == words
    assert (await payment(queries, "p2")).refunds == ()
    assert not provider.made
