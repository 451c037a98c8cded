"""A refund that waits for a second moderator: its card stays true while the money is elsewhere."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from simcord.results import ResponseMessage

from payments.commands.base import SYSTEM
from payments.commands.guild.settings import ChangeSettings
from payments.domain.values.claims import CardPlace
from payments.domain.values.events import RefundProposalChanged
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus, ProviderUpdate, RefundStatus
from payments.notifications.errors import GiveUp
from payments.notifications.routing import DISCORD_QUEUE
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from payments.store.queries import Queries
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import ADA, MIRA, MODS
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.claim_cards import GONE
from tests.support.fakes import FakeProvider
from tests.support.make import (
    GUILD,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    refund_update,
)
from tests.support.moderating import decide
from tests.support.presses import press_at_once
from tests.support.refund_quotes import court, payment, points, press, quote
from tests.support.sending import Counted, deliver_all, ends, worker
from tests.support.wired import TOKEN, buttons, open_wired, shown

__all__ = ["court", "ends", "worker"]  # fixtures


@pytest.fixture
async def proposed(
    court: World, runner: Runner, clock: Time, worker: Worker, ends: Counted
) -> ResponseMessage:
    """Mira asks for €4.99 of p1; above €3 another moderator must approve."""
    await decide(court, runner, clock, approval_limit=Money(minor=300, currency="EUR"))
    asked = await quote(court, reason="half of *it*")
    assert asked.response is not None
    words = await press(court.mira, asked.response, "Ask for approval")
    assert words.splitlines()[0] == "### Refund of €4.99 needs approval"
    await deliver_all(worker)
    ends.ends.clear()
    return asked.response


def labels(message: ResponseMessage) -> list[str]:
    """The buttons of a card."""
    return [each for each in said(message).splitlines() if each in {"Approve", "Decline"}]


async def tell(runner: Runner, clock: Time, *updates: ProviderUpdate) -> None:
    for each in updates:
        await runner.run(event(each, at=clock()))


async def test_it_is_known_where_the_card_stands(
    court: World, proposed: ResponseMessage, queries: Queries
) -> None:
    (refund,) = (await payment(queries)).refunds
    assert refund.status is RefundStatus.PROPOSED
    assert refund.order is not None
    assert refund.order.card == CardPlace(channel=court.mods.id, message=proposed.id)


@pytest.mark.parametrize(("meanwhile", "words"), GONE)
async def test_once_the_money_is_gone_the_card_says_so_and_where(
    proposed: ResponseMessage,
    runner: Runner,
    clock: Time,
    worker: Worker,
    meanwhile: list[ProviderUpdate],
    words: str,
) -> None:
    await tell(runner, clock, *meanwhile)
    await deliver_all(worker)
    card = said(proposed)
    assert card.startswith("### Refund of €4.99 can't be made now\nTo <@")
    assert r"Reason: half of \*it\*" in card
    assert f"\n{words}\nSo it can't be approved now. It has moved nothing.\n" in card
    assert labels(proposed) == ["Decline"]


async def test_what_can_be_made_again_can_be_approved_again(
    court: World,
    proposed: ResponseMessage,
    runner: Runner,
    clock: Time,
    worker: Worker,
    queries: Queries,
) -> None:
    await tell(runner, clock, dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN))
    await deliver_all(worker)
    assert labels(proposed) == ["Decline"]
    await tell(runner, clock, dispute_update("p1", "dp_1", 499, DisputeStatus.WON, seen=1))
    await deliver_all(worker)
    assert said(proposed).startswith("### Refund of €4.99 needs approval\n")
    assert labels(proposed) == ["Approve", "Decline"]
    words = await press(court.olga, proposed, "Approve")
    assert "### Refunded: €4.99" in words
    assert await points(court, queries, clock) == 0


async def test_what_is_still_possible_leaves_the_card_alone(
    proposed: ResponseMessage,
    runner: Runner,
    clock: Time,
    worker: Worker,
    ends: Counted,
    court: World,
) -> None:
    before = said(proposed)
    court.env.http_requests.clear()
    await tell(runner, clock, dispute_update("p1", "dp_1", 499, DisputeStatus.INQUIRY))
    await deliver_all(worker)
    assert said(proposed) == before
    assert [each for each in court.env.http_requests if each.method == "PATCH"] == []
    assert ends.ends == ["delivered"], "the card about the inquiry alone"


async def test_pressing_before_the_card_was_changed_answers_with_a_sentence_and_changes_it(
    court: World,
    proposed: ResponseMessage,
    runner: Runner,
    clock: Time,
    queries: Queries,
    provider: FakeProvider,
) -> None:
    """As on cards of which an older version has not noted where they stand."""
    await tell(runner, clock, refund_update("p1", "re_1", 499))
    (pressed,) = await press_at_once(court, proposed, (court.olga, "Approve"))
    assert pressed.followups[-1].ephemeral
    assert pressed.followups[-1].content == (
        "All of this payment was refunded already, or is on its way back."
    )
    assert said(proposed).startswith("### Refund of €4.99 can't be made now\n")
    assert labels(proposed) == ["Decline"]
    assert (await payment(queries)).refunded == 499
    assert provider.made == {}


async def test_who_may_not_approve_changes_no_card(court: World, proposed: ResponseMessage) -> None:
    before = said(proposed)
    (pressed,) = await press_at_once(court, proposed, (court.mira, "Approve"))
    assert pressed.followups[-1].content.startswith("You asked for this refund")
    assert said(proposed) == before


async def test_what_cannot_be_made_can_be_declined(
    court: World,
    proposed: ResponseMessage,
    runner: Runner,
    clock: Time,
    worker: Worker,
    queries: Queries,
) -> None:
    await tell(runner, clock, refund_update("p1", "re_1", 499))
    await deliver_all(worker)
    words = await press(court.mira, proposed, "Decline")
    assert words.startswith("### Refund of €4.99 declined\n")
    (mine,) = (each for each in (await payment(queries)).refunds if each.order is not None)
    assert mine.status is RefundStatus.WITHDRAWN


async def test_what_was_decided_meanwhile_keeps_its_card(
    court: World,
    proposed: ResponseMessage,
    runner: Runner,
    clock: Time,
    worker: Worker,
) -> None:
    await tell(runner, clock, refund_update("p1", "re_1", 499))
    words = await press(court.olga, proposed, "Decline")
    await deliver_all(worker)
    assert said(proposed) == words


def changed(clock: Time, world: World, **changes: Any) -> RefundProposalChanged:
    message: dict[str, Any] = {
        "guild": GUILD,
        "member": world.ada_id,
        "at": clock(),
        "payment": PaymentId("p1"),
        "package": "500 for 499",
        "points": 500,
        "price": Money(minor=499, currency="EUR"),
        "refund": "r1",
        "amount": Money(minor=499, currency="EUR"),
        "asked_by": world.ada_id,
        "why_not": "",
    }
    return RefundProposalChanged(**(message | changes))


async def test_a_card_that_was_deleted_is_given_up(
    court: World,
    proposed: ResponseMessage,
    runner: Runner,
    clock: Time,
    queries: Queries,
    deliver: Deliver,
) -> None:
    del proposed
    await tell(runner, clock, refund_update("p1", "re_1", 499))
    mine = next(each for each in (await payment(queries)).refunds if each.order is not None)
    court.env.inject_error("PATCH", "/channels/*/messages/*", status=404, code=10008)
    with pytest.raises(GiveUp, match="the message is gone"):
        await deliver("proposal", changed(clock, court, refund=mine.id))


async def test_what_is_in_no_books_has_no_card(court: World, clock: Time, deliver: Deliver) -> None:
    for changes in ({}, {"payment": PaymentId("p9")}):
        with pytest.raises(GiveUp, match="is not in the books"):
            await deliver("proposal", changed(clock, court, **changes))


async def test_the_strict_discord_lets_the_bot_change_the_answer_in_the_channel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card was the answer to a command; once its token is over, it is a message of the bot."""
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch) as wired,
    ):
        guildbank = wired.guildbank
        clock = guildbank.services.clock
        settings = await guildbank.queries.settings(GUILD)
        limited = replace(settings, approval_limit=Money(minor=0, currency="EUR"))
        await wired.run(
            ChangeSettings(key=key(), at=clock(), actor=SYSTEM, guild=GUILD, settings=limited)
        )
        await wired.run(initiate("p1", member=MemberId(ADA), at=clock()))
        await wired.run(event(checkout_update("p1", member=MemberId(ADA)), at=clock()))
        asked = await wired.slash(MIRA, MODS, "refund", {"payment": "p1"})
        assert asked.message is not None
        await wired.press(
            MIRA, int(asked.message["id"]), buttons(asked.message)["Ask for approval"]
        )
        await wired.run(event(refund_update("p1", "re_1", 499), at=clock()))
        await deliver_all(guildbank.discord_workers[DISCORD_QUEUE])
        (card,) = (each for each in wire.messages(MODS) if each["id"] == asked.message["id"])
        assert "Refund of €4.99 can't be made now" in shown(card)
        assert buttons(card).keys() == {"Decline"}
