"""A refund that a moderator asked for and that takes a while: its card says how it has ended."""

from typing import Any

import pytest
from simcord.results import ResponseMessage

from payments.domain.values.provider_updates import RefundStatus, RefundUpdate
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from payments.services.refund_sending import Refunded
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.fakes import FakeProvider
from tests.support.make import event, refund_update
from tests.support.refund_quotes import court, payment, press, quote
from tests.support.sending import deliver_all, ends, worker

__all__ = ["court", "ends", "worker"]  # fixtures

ON_ITS_WAY = "### Refund of €4.99 is on its way\n"


async def asked(court: World, provider: FakeProvider) -> ResponseMessage:
    """Mira's refund, which the provider has taken on."""
    provider.refund_status = RefundStatus.PENDING
    shown = (await quote(court)).response
    assert shown is not None
    words = await press(court.mira, shown, "Refund")
    assert words.startswith(ON_ITS_WAY)
    return shown


async def told(queries: Queries, status: RefundStatus) -> RefundUpdate:
    """The provider says how it stands."""
    (refund,) = (await payment(queries)).refunds
    return refund_update("p1", refund.id, 499, status, seen=1)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (RefundStatus.SUCCEEDED, "### Refunded: €4.99\n"),
        (RefundStatus.FAILED, "### Not refunded: €4.99\n"),
    ],
)
async def test_a_second_later_its_card_says_how_it_ended(
    court: World,
    provider: FakeProvider,
    runner: Runner,
    clock: Time,
    worker: Worker,
    queries: Queries,
    status: RefundStatus,
    words: str,
) -> None:
    card = await asked(court, provider)
    await deliver_all(worker)
    assert said(card).startswith(ON_ITS_WAY)
    (foot,) = (each for each in said(card).splitlines() if each.startswith("-# "))
    assert " · Action `" in foot
    await runner.run(event(await told(queries, status), at=clock()))
    await deliver_all(worker)
    assert said(card).startswith(words)
    assert foot in said(card).splitlines(), "which action it was is still known"


async def test_an_end_that_overtakes_the_answer_is_on_the_card(
    court: World,
    provider: FakeProvider,
    runner: Runner,
    clock: Time,
    queries: Queries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The webhook comes while the answer to the button goes out: nobody delivers after it."""
    carry_out = court.bot.refunding.ask

    async def overtaken(**given: Any) -> Refunded:
        done = await carry_out(**given)
        await runner.run(event(await told(queries, RefundStatus.SUCCEEDED), at=clock()))
        return done

    monkeypatch.setattr(court.bot.refunding, "ask", overtaken)
    provider.refund_status = RefundStatus.PENDING
    words = await press(court.mira, (await quote(court)).response, "Refund")
    assert words.startswith("### Refunded: €4.99\n")
