"""Moderators' cards stay true: a deadline or a button that is over goes away by itself."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, Final

import discord
import pytest

from payments.domain.rules.payment_events import about
from payments.domain.values.events import (
    DisputeWon,
    Event,
    FraudWarned,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentInquired,
    PaymentRefunded,
    PointsGranted,
)
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import HOUR, later
from payments.notifications.errors import GiveUp, Postpone, WrongForm
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.mod_cards import ModCard, ModCards
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.make import GUILD, START, dispute_update, event, refund_update
from tests.support.town import town

__all__ = ["town"]

P1 = PaymentId("p1")

CLAIM: Final[dict[str, Any]] = {
    "dispute": "dp_1",
    "disputed": Money(minor=499, currency="EUR"),
    "reason": "fraudulent",
    "due_by": later(START, HOUR),
}
"""What a bank claims."""


async def of(kind: Callable[..., Event], queries: Queries, clock: Time, **more: object) -> Event:
    payment = await queries.payment(P1)
    assert payment is not None
    return kind(**about(payment, clock()), **more)


def posted(town: World) -> str:
    """The card that stands in the moderators' channel."""
    return said(town.mods.last_message)


async def test_a_fraud_card_loses_its_button_once_the_money_has_gone_back(
    town: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    await deliver("mod", await of(FraudWarned, queries, clock))
    first = town.mods.last_message
    assert "Refund…" in posted(town)
    await runner.run(event(refund_update("p1", "re_1", 499)))
    refunded = await of(
        PaymentRefunded,
        queries,
        clock,
        refunded=Money(minor=499, currency="EUR"),
        amount=Money(minor=499, currency="EUR"),
    )
    for _ in range(2):  # a repeat does no harm
        await deliver("card", refunded)
        assert getattr(town.mods.last_message, "id", None) == getattr(first, "id", 0)
        assert "An early fraud warning" in posted(town)
        for words in ("Refund…", "Nothing has moved", "A refund before it turns into a dispute"):
            assert words not in posted(town)


async def test_a_dispute_card_loses_its_deadline_once_it_is_decided(
    town: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN)))
    await deliver("mod", await of(PaymentDisputed, queries, clock, **CLAIM))
    assert "Answer it before" in posted(town)
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.WON, seen=1)))
    await deliver("card", await of(DisputeWon, queries, clock, **CLAIM))
    assert "Answer it before" not in posted(town)
    assert "It is over by now" in posted(town)
    assert "The points are on hold" not in posted(town)
    assert "The dispute was won: the money stays, and the points are back." in posted(town)


async def test_a_dispute_card_does_not_promise_points_once_it_is_lost(
    town: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN)))
    await deliver("mod", await of(PaymentDisputed, queries, clock, **CLAIM))
    assert "took the money back for now. The points are on hold." in posted(town)
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.LOST, seen=1)))
    await deliver("card", await of(PaymentChargedBack, queries, clock, **CLAIM))
    assert "The points are on hold" not in posted(town)
    assert "The dispute was lost: the money is gone, and so are its points." in posted(town)


async def test_a_card_about_an_inquiry_says_no_more_that_nothing_has_moved_once_it_has(
    town: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.INQUIRY)))
    await deliver("mod", await of(PaymentInquired, queries, clock, **CLAIM))
    assert "asks about it. Nothing has moved." in posted(town)
    assert "A refund now, or a good answer" in posted(town)
    await runner.run(event(refund_update("p1", "re_1", 499)))
    amount = Money(minor=499, currency="EUR")
    await deliver("card", await of(PaymentRefunded, queries, clock, refunded=amount, amount=amount))
    assert "Nothing has moved" not in posted(town)
    assert "A refund now" not in posted(town)
    assert "The buyer's bank asked about it." in posted(town)


async def test_a_card_that_somebody_deleted_is_forgotten(
    town: World, queries: Queries, clock: Time, deliver: Deliver, database: Database
) -> None:
    warned = await of(FraudWarned, queries, clock)
    await deliver("mod", warned)
    kept = ModCards(database)
    (known,) = await kept.of_payment(GUILD, P1)
    assert known.event == warned
    town.env.inject_error(
        "PATCH", "/channels/*/messages/*", status=404, code=10008, message="Unknown Message"
    )
    await deliver("card", warned)
    assert await kept.of_payment(GUILD, P1) == []
    await deliver("card", warned)  # there is nothing to change any more


async def test_a_channel_that_cannot_be_used_now_keeps_its_cards(
    town: World, queries: Queries, clock: Time, deliver: Deliver, database: Database
) -> None:
    warned = await of(FraudWarned, queries, clock)
    await deliver("mod", warned)
    town.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001)
    await deliver("card", warned)
    assert len(await ModCards(database).of_payment(GUILD, P1)) == 1


async def test_what_changes_while_a_card_is_posted_is_on_it(
    town: World,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep = ModCards.keep

    async def refunded_first(cards: ModCards, card: ModCard) -> None:
        """Discord made the card wait, and nobody knew yet that it would stand there."""
        await runner.run(event(refund_update("p1", "re_1", 499)))
        await keep(cards, card)

    monkeypatch.setattr(ModCards, "keep", refunded_first)
    await deliver("mod", await of(FraudWarned, queries, clock))
    assert "An early fraud warning" in posted(town)
    assert "Refund…" not in posted(town)
    assert "0 unspent" in posted(town)


async def test_what_changes_while_a_card_is_changed_is_on_it(
    town: World,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await deliver("mod", await of(FraudWarned, queries, clock))
    edit = discord.PartialMessage.edit
    updates = [event(refund_update("p1", "re_1", 499))]

    async def refunded_first(message: discord.PartialMessage, **parts: Any) -> object:
        while updates:
            await runner.run(updates.pop())
        return await edit(message, **parts)

    monkeypatch.setattr(discord.PartialMessage, "edit", refunded_first)
    await deliver("card", await of(DisputeWon, queries, clock, **CLAIM))
    assert "Refund…" not in posted(town)


async def test_what_changes_before_discord_is_asked_again_for_the_same_card_is_on_it(
    town: World,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its answer was lost: asked again, Discord tells of the message as it was posted first."""
    send, posted_first = discord.PartialMessageable.send, list[discord.Message]()

    async def lost(place: discord.PartialMessageable, **parts: Any) -> discord.Message:
        if posted_first:
            return posted_first[0]
        posted_first.append(await send(place, **parts))
        raise TimeoutError

    monkeypatch.setattr(discord.PartialMessageable, "send", lost)
    warned = await of(FraudWarned, queries, clock)
    with pytest.raises(Postpone):
        await deliver("mod", warned)
    assert "Refund…" in posted(town)
    await runner.run(event(refund_update("p1", "re_1", 499)))
    await deliver("mod", warned)
    assert "Refund…" not in posted(town)


async def test_a_card_that_shows_what_is_true_is_not_marked_as_edited(
    town: World, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    await deliver("mod", await of(FraudWarned, queries, clock))
    assert getattr(town.mods.last_message, "edited_at", "none") is None


async def test_a_card_that_was_posted_is_not_posted_again(
    town: World, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    """Discord drops a repeat for some minutes only."""
    warned = await of(FraudWarned, queries, clock)
    await deliver("mod", warned)
    first = town.mods.last_message
    await deliver("mod", warned)
    assert getattr(town.mods.last_message, "id", None) == getattr(first, "id", 0)


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, 50005), (404, 10008), (400, 50035), (400, 50083), (403, 20009)],
    ids=["another account's", "deleted", "wrong form", "archived thread", "refused"],
)
async def test_one_card_that_cannot_be_changed_stops_no_other(
    town: World,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
    database: Database,
    status: int,
    code: int,
) -> None:
    kept = ModCards(database)
    await deliver("mod", await of(FraudWarned, queries, clock))
    (known,) = await kept.of_payment(GUILD, P1)
    await kept.keep(replace(known, nonce="another", message=1))
    town.env.inject_error("PATCH", "/channels/*/messages/1", status=status, code=code)
    await runner.run(event(refund_update("p1", "re_1", 499)))
    won = await of(DisputeWon, queries, clock, **CLAIM)
    raised = {50035: WrongForm, 20009: discord.HTTPException}.get(code)
    with nullcontext() if raised is None else pytest.raises(raised):
        await deliver("card", won)
    assert "Refund…" not in posted(town)
    left = {each.message for each in await kept.of_payment(GUILD, P1)}
    assert left == ({known.message} if code in {50005, 10008} else {1, known.message})


async def test_what_is_about_no_payment_has_no_card(
    town: World, clock: Time, deliver: Deliver
) -> None:
    granted = PointsGranted(
        guild=GUILD, at=clock(), member=town.ada_id, points=3, note="", expires_at=None
    )
    with pytest.raises(GiveUp, match="no cards about points"):
        await deliver("card", granted)
