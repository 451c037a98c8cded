"""Refunds in a simulated Discord: the quote, the press, the second look."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.client import GuildbankBot
from bot.features.refunds.commands import NOTHING_TO_REFUND
from bot.interaction.moderators import NOT_A_MODERATOR
from bot.ui.confirm import CONFIRM_SECONDS
from bot.wording import text
from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints
from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.fakes import FakeProvider
from tests.support.make import (
    GUILD,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
)
from tests.support.moderating import decide, lose_role
from tests.support.presses import press_at_once
from tests.support.refund_quotes import MENU, buy, court, payment, points, press, quote

__all__ = ["court"]  # fixtures


async def test_a_quote_changes_nothing_and_says_everything(
    court: World, queries: Queries, clock: Time, runner: Runner, provider: FakeProvider
) -> None:
    provider.fee = Money(minor=47, currency="EUR")
    await runner.run(
        SpendPoints(
            key=key(),
            at=clock(),
            actor=by_member(court.ada_id),
            guild=GUILD,
            member=court.ada_id,
            points=120,
        )
    )
    asked = await quote(court, reason="they *asked*\n# kindly")
    assert not asked.ephemeral
    words = said(asked.response)
    for line in (
        "### Refund €4.99?",
        f"To <@{court.ada.id}> for “500 for 499”",
        "The 500 points of this payment: 380 unspent and 120 spent.",
        "**500 points** would be taken: 380 from this payment and 120 as debt.",
        "The balance would be **-120 points**.",
        "Gone already: 120 points. The buyer would owe them",
        "The provider keeps its fee of €0.47.",
        r"Reason: they \*asked\* # kindly",
        "Payment `p1` · Nothing has moved yet.",
    ):
        assert line in words
    assert await points(court, queries, clock) == 380
    assert (await payment(queries)).refunds == ()


async def test_the_card_turns_into_the_result_and_says_who_did_it(
    court: World, queries: Queries, clock: Time
) -> None:
    asked = await quote(court, amount="2,00", reason="half")
    words = await press(court.mira, asked.response, "Refund")
    for line in (
        "### Refunded: €2.00",
        f"Requested by <@{court.mira.id}>.",
        "**200 points** were taken: 200 from this payment. The balance is **300 points**.",
        "Reason: half",
        "Payment `p1` · Action `",
    ):
        assert line in words
    assert "Cancel" not in words
    assert await points(court, queries, clock) == 500 - 500 * 200 // 499
    (refund,) = (await payment(queries)).refunds
    assert (refund.status, refund.amount.minor) == (RefundStatus.SUCCEEDED, 200)


async def test_only_the_one_who_asked_may_press(
    court: World, queries: Queries, clock: Time
) -> None:
    asked = await quote(court)
    assert asked.response is not None
    for person in (court.olga, court.ben):
        (pressed,) = await press_at_once(court, asked.response, (person, "Refund"))
        assert pressed.response is not None
        assert "Only the moderator who asked" in pressed.response.content
    assert await points(court, queries, clock) == 500


async def test_pressing_many_times_at_once_refunds_once(
    court: World, queries: Queries, provider: FakeProvider
) -> None:
    asked = await quote(court, amount="1")
    assert asked.response is not None
    await press_at_once(court, asked.response, *[(court.mira, "Refund")] * 20)
    assert not court.env.errors
    assert len(provider.made) == 1
    assert len((await payment(queries)).refunds) == 1


async def test_cancelling_and_waiting_refund_nothing(court: World, queries: Queries) -> None:
    asked = await quote(court)
    words = await press(court.mira, asked.response, "Cancel")
    assert words == "### Nothing was refunded\nYou cancelled it."
    asked = await quote(court)
    await court.env.advance_time(CONFIRM_SECONDS + 1)
    assert "It was not confirmed in time." in said(asked.response)
    assert (await payment(queries)).refunds == ()


async def test_whoever_loses_the_role_before_pressing_may_not(
    court: World, queries: Queries
) -> None:
    asked = await quote(court)
    assert asked.response is not None
    lose_role(court, court.mira)
    (pressed,) = await press_at_once(court, asked.response, (court.mira, "Refund"))
    assert refusal(court, pressed) == str(NOT_A_MODERATOR)
    assert (await payment(queries)).refunds == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"amount": "5.00"}, "At most €4.99 of this payment can be refunded."),
        ({"amount": "0"}, "At most €4.99 of this payment can be refunded."),
        ({"amount": "much"}, "is not an amount"),
        ({"amount": "1.999"}, "has too many decimals"),
        ({"payment": "p9"}, "There is no such payment here."),
    ],
)
async def test_what_cannot_be_refunded_is_refused_with_a_sentence(
    court: World, options: dict[str, Any], words: str
) -> None:
    assert words in refusal(court, await quote(court, **options))


async def test_a_disputed_payment_is_not_refunded(court: World, runner: Runner) -> None:
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN)))
    assert "disputed" in refusal(court, await quote(court))


async def test_only_moderators_in_their_channel(court: World) -> None:
    assert refusal(court, await quote(court, court.ben)) == str(NOT_A_MODERATOR)
    court.env.errors.clear()
    assert "only in the moderators' channel" in refusal(
        court, await quote(court, channel=court.general)
    )


async def test_autocomplete_shows_what_can_be_refunded_to_moderators_only(
    court: World, runner: Runner
) -> None:
    await buy(court, runner, "p2")
    await runner.run(event(dispute_update("p2", "dp_2", 499, DisputeStatus.OPEN)))
    choices = await court.mira.autocomplete(court.mods, "refund", "payment", "")
    assert [
        (each["value"], each["name"].startswith("Ada · 500 for 499 · €4.99 · ")) for each in choices
    ] == [("p1", True)]
    for typed, found in (
        ("P1", 1),
        ("500 for", 1),
        ("ada", 1),
        (str(court.ada.id), 1),
        ("ben", 0),
    ):
        shown = await court.mira.autocomplete(court.mods, "refund", "payment", typed)
        assert len(shown) == found
    for person, channel in ((court.ben, court.mods), (court.mira, court.general)):
        assert not await person.autocomplete(channel, "refund", "payment", "")


async def test_a_member_narrows_the_list(court: World, runner: Runner) -> None:
    for name in ("p2", "p3"):
        await runner.run(initiate(name, member=MemberId(court.ben.id)))
        await runner.run(event(checkout_update(name, member=MemberId(court.ben.id))))
    for whose, found in ((None, ["p3", "p2", "p1"]), (court.ben, ["p3", "p2"]), (court.mira, [])):
        beside = {} if whose is None else {"member": whose}
        shown = await court.mira.autocomplete(court.mods, "refund", "payment", "", **beside)
        assert [each["value"] for each in shown] == found
    (named, _) = await court.mira.autocomplete(
        court.mods, "refund", "payment", "", member=court.ben
    )
    assert named["name"].startswith("Ben · 500 for 499 · ")
    asked = await quote(court, payment=named["name"], member=court.ben)
    assert "`p3`" in said(asked.response) or "`p2`" in said(asked.response)


async def test_a_payment_of_somebody_else_than_the_member_that_was_named_is_refused(
    court: World,
) -> None:
    """The list was made for another member before, and the choice stayed."""
    asked = await quote(court, payment="p1", member=court.ben)
    assert refusal(court, asked) == (
        f"This payment was made by <@{court.ada_id}>, not by <@{court.ben.id}>. "
        "Choose one of theirs, or leave the member out."
    )
    assert "Refund €4.99?" in said((await quote(court, payment="p1", member=court.ada)).response)


async def test_without_names_the_list_is_there_nevertheless(
    court: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("discord.Guild.query_members", away)
    (shown,) = await court.mira.autocomplete(court.mods, "refund", "payment", "")
    assert shown["name"].startswith("500 for 499 · €4.99 · ")


async def test_above_the_limit_another_moderator_decides_even_after_a_restart(
    court: World,
    queries: Queries,
    runner: Runner,
    clock: Time,
    new_bot: Callable[[], GuildbankBot],
) -> None:
    await decide(court, runner, clock, approval_limit=Money(minor=300, currency="EUR"))
    asked = await quote(court)
    assert "nother moderator must approve it" in said(asked.response)
    words = await press(court.mira, asked.response, "Ask for approval")
    assert "### Refund of €4.99 needs approval" in words
    assert (
        "**500 points** would be taken: 500 from this payment. The balance would be **0 points**.\n"
        f"Calculated {text.ago(clock())}. Points that move after that change it."
    ) in words
    assert await points(court, queries, clock) == 500
    await court.env.restart_bot(new_bot())
    assert asked.response is not None
    (pressed,) = await press_at_once(court, asked.response, (court.mira, "Approve"))
    assert pressed.followups[-1].content.startswith("You asked for this refund")
    (pressed,) = await press_at_once(court, asked.response, (court.ben, "Approve"))
    assert pressed.response is not None
    assert pressed.response.content == str(NOT_A_MODERATOR)
    words = await press(court.olga, asked.response, "Approve")
    assert "### Refunded: €4.99" in words
    assert f"Requested by <@{court.mira.id}>, approved by <@{court.olga.id}>." in words
    assert await points(court, queries, clock) == 0


async def test_a_declined_refund_moves_nothing(
    court: World, queries: Queries, runner: Runner, clock: Time
) -> None:
    await decide(court, runner, clock, approval_limit=Money(minor=0, currency="EUR"))
    asked = await quote(court)
    await press(court.mira, asked.response, "Ask for approval")
    words = await press(court.olga, asked.response, "Decline")
    assert "### Refund of €4.99 declined" in words
    assert await points(court, queries, clock) == 500


async def test_the_menu_of_a_member_leads_to_the_quote(court: World, runner: Runner) -> None:
    nothing = await court.mira.context_menu(court.mods, MENU, court.ben)
    assert refusal(court, nothing) == str(NOTHING_TO_REFUND)
    court.env.errors.clear()
    one = await court.mira.context_menu(court.mods, MENU, court.ada)
    assert "### Refund €4.99?" in said(one.response)
    await buy(court, runner, "p2")
    several = await court.mira.context_menu(court.mods, MENU, court.ada)
    assert several.ephemeral
    assert several.response is not None
    chosen = await court.mira.select(several.response, values=["p1"])
    assert "Payment `p1`" in said(chosen.response)
    assert not chosen.ephemeral


async def test_the_menu_is_for_moderators_in_their_channel(court: World) -> None:
    denied = await court.ben.context_menu(court.mods, MENU, court.ada)
    assert refusal(court, denied) == str(NOT_A_MODERATOR)
