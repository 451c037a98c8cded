"""Nothing is changed before Discord has taken an answer: all commands, and all that can be pressed.

The local Discord answers the first callback with 404, as the real one does when it gave up.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from unittest.mock import Mock

import pytest
from discord import app_commands, ui

from bot.features.purchase_ban.button import LiftPurchaseBanButton
from bot.features.refunds.views import RefundButton
from bot.interaction.answer import change
from bot.ui.card import card
from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.guild.subscribers import AddSubscriber
from payments.commands.points.move import GrantPoints
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import ChannelUnusable
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import CommandKey, MemberId, PaymentId, SubscriberId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus
from sandbox.discord_wire import Fault, WireDiscord, default_world
from sandbox.discord_wire.components import EPHEMERAL
from sandbox.discord_wire.member_view import MemberAnswer
from sandbox.discord_wire.world import ADA, BEN, GENERAL, MIRA, MODERATORS, MODS, OWNER
from tests.support.make import (
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
)
from tests.support.shopping import add_item, offer
from tests.support.wired import TOKEN, Wired, buttons, open_wired

CALLBACKS: Final = "/interactions/*/callback"
GRANT: Final = "1400000000000000001"  # the action of a grant that can be undone


class Asked(NamedTuple):
    """A command as somebody gives it."""

    user: int
    channel: int
    options: Mapping[str, Any]


COMMANDS: Final[Mapping[str, Asked]] = {
    "buy": Asked(ADA, GENERAL, {"package": package().id}),
    "transfer": Asked(ADA, GENERAL, {"member": BEN, "points": 5, "note": "thanks"}),
    "notices": Asked(ADA, GENERAL, {"transfers": False}),
    "grant": Asked(MIRA, MODS, {"member": BEN, "points": 5, "reason": "for the map"}),
    "revoke": Asked(MIRA, MODS, {"member": ADA, "points": 5, "reason": "a mistake"}),
    "package add": Asked(OWNER, GENERAL, {"name": "Large", "points": 9, "price": "9.00"}),
    "package edit": Asked(OWNER, GENERAL, {"package": package().id, "points": 7}),
    "package sku": Asked(OWNER, GENERAL, {"package": package().id, "sku": "500 points"}),
    "package retire": Asked(OWNER, GENERAL, {"package": package().id}),
    "item add": Asked(OWNER, GENERAL, {"name": "Dinner", "price": 9, "kind": "person"}),
    "item edit": Asked(OWNER, GENERAL, {"item": "Dinner", "returned": "never"}),
    "item panel": Asked(OWNER, GENERAL, {"sells": "packages"}),
    "item restock": Asked(OWNER, GENERAL, {"item": "Dinner", "pieces": 5}),
    "item retire": Asked(OWNER, GENERAL, {"item": "Dinner"}),
    "setup set": Asked(OWNER, GENERAL, {"announcement_channel": GENERAL}),
    "setup announce": Asked(OWNER, GENERAL, {"purchases": True}),
    "setup checks": Asked(OWNER, GENERAL, {"hours": 12}),
    "setup clear": Asked(OWNER, GENERAL, {"setting": "announcement_channel"}),
    "setup sales": Asked(OWNER, GENERAL, {"on": False}),
    "subscriber add": Asked(OWNER, GENERAL, {"address": "https://127.0.0.1/hook"}),
    "subscriber key add": Asked(OWNER, GENERAL, {"name": "Game server"}),
    "subscriber key remove": Asked(OWNER, GENERAL, {"key": "Game server"}),
    "subscriber remove": Asked(OWNER, GENERAL, {"subscriber": "listener"}),
}
"""What changes something, in an order in which each can be carried out."""

READERS: Final = {
    "Refund a payment",
    "audit",
    "balance",
    "history",
    "item codes",
    "item list",
    "help",
    "order",
    "orders",
    "package list",
    "payments",
    "redeem",
    "refund",
    "setup panel",
    "setup show",
    "shop",
    "stats",
    "status",
    "subscriber key list",
    "subscriber list",
    "subscriber test",
    "undo",
}
"""What only shows something, or asks before it is done."""


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch, payment_providers="stripe,discord_skus") as running,
    ):
        at, owner = running.guildbank.services.clock(), by_member(MemberId(OWNER))
        await running.run(
            GrantPoints(
                key=CommandKey(f"discord:{GRANT}"),
                at=at,
                actor=by_member(MemberId(MIRA)),
                guild=GUILD,
                member=MemberId(ADA),
                points=30,
            )
        )
        await running.run(
            AddSubscriber(
                key=key(),
                at=at,
                actor=owner,
                guild=GUILD,
                subscriber=SubscriberId("listener"),
                host="listener.example",
                kinds=(ChannelUnusable.name,),
                encrypted="sealed",
            )
        )
        yield running


async def refused_and_then_taken(
    wired: Wired, act: Callable[[], Awaitable[MemberAnswer]]
) -> tuple[bool, bool]:
    """Whether something changed when Discord refused the answer, and when it took it."""
    before = await wired.books()
    wired.wire.faults.add(Fault(kind="unknown_interaction", method="POST", path=CALLBACKS))
    await act()
    assert not wired.wire.faults.waiting, "it was not answered at all"
    refused = await wired.books()
    await act()
    return refused != before, await wired.books() != refused


async def test_no_command_changes_anything_that_discord_took_no_answer_to(wired: Wired) -> None:
    """And each of them does change something when the answer is taken."""
    known = wired.guildbank.bot.tree.walk_commands()
    named = {each.qualified_name for each in known if isinstance(each, app_commands.Command)}
    assert named | {"Refund a payment"} == READERS | set(COMMANDS)
    ends = {}
    for name, asked in COMMANDS.items():

        async def act(name: str = name, asked: Asked = asked) -> MemberAnswer:
            return await wired.slash(asked.user, asked.channel, name, asked.options)

        ends[name] = await refused_and_then_taken(wired, act)
    assert ends == dict.fromkeys(COMMANDS, (False, True))


async def post(wired: Wired, *items: ui.Item[Any]) -> dict[str, Any]:
    """A card of ours in the moderators' channel, with these buttons."""
    channel = wired.guildbank.bot.get_partial_messageable(MODS, guild_id=GUILD)
    await channel.send(view=card(Sentence("A card"), buttons=items))
    return wired.wire.messages(MODS)[-1]


async def bought(wired: Wired, name: str) -> PaymentId:
    """Ada has bought something and paid for it."""
    run = wired.guildbank.runner.run
    await run(initiate(name, member=MemberId(ADA)))
    await run(event(checkout_update(name, member=MemberId(ADA)), at=START))
    return PaymentId(name)


async def settle(wired: Wired, **settings: Any) -> None:
    wanted: dict[str, Any] = {"mod_channel": MODS, "moderator_role": MODERATORS} | settings
    await wired.run(
        ChangeSettings(
            key=key(),
            at=START,
            actor=by_member(MemberId(OWNER)),
            guild=GUILD,
            settings=GuildSettings(guild=GUILD, **wanted),
        )
    )


async def pressed(
    wired: Wired, user: int, message: dict[str, Any] | None, label: str, *values: str
) -> tuple[bool, bool]:
    """As `refused_and_then_taken`, for a button or menu of a message."""
    assert message is not None
    custom_id = next(each for name, each in buttons(message).items() if name.startswith(label))

    async def act() -> MemberAnswer:
        return await wired.press(user, int(message["id"]), custom_id, list(values) or None)

    return await refused_and_then_taken(wired, act)


async def test_no_confirmation_acts_before_discord_has_taken_an_answer(wired: Wired) -> None:
    await wired.run(add_item(offer("Dinner")))
    await bought(wired, "p1")
    for name, asked, label in (
        ("transfer", Asked(ADA, GENERAL, {"member": BEN, "points": 1_001}), "Send"),
        ("redeem", Asked(ADA, GENERAL, {"item": "Dinner"}), "Order"),
        ("orders", Asked(ADA, GENERAL, {}), "Cancel order"),
        ("undo", Asked(MIRA, MODS, {"action": GRANT}), "Undo"),
        ("refund", Asked(OWNER, MODS, {"payment": "p1"}), "Refund"),
    ):
        question = await wired.slash(asked.user, asked.channel, name, asked.options)
        assert await pressed(wired, asked.user, question.message, label) == (False, True), name


@pytest.mark.parametrize("word", ["Approve", "Decline"])
async def test_no_second_look_decides_before_discord_has_taken_an_answer(
    wired: Wired, word: str
) -> None:
    await bought(wired, "p1")
    await settle(wired, approval_limit=Money(minor=0, currency="EUR"))
    quoted = await wired.slash(OWNER, MODS, "refund", {"payment": "p1"})
    asking = buttons(quoted.message)["Ask for approval"]
    assert quoted.message is not None
    proposed = await wired.press(OWNER, int(quoted.message["id"]), asking)
    assert await pressed(wired, MIRA, proposed.message or quoted.message, word) == (False, True)


async def test_no_button_of_a_card_acts_before_discord_has_taken_an_answer(wired: Wired) -> None:
    await bought(wired, "p1")
    await wired.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.LOST), at=START))
    banned = await post(wired, LiftPurchaseBanButton(MemberId(ADA)))
    assert await pressed(wired, MIRA, banned, "Let them buy again") == (False, True)
    await bought(wired, "p2")
    to_refund = await post(wired, RefundButton(PaymentId("p2")))
    assert await pressed(wired, MIRA, to_refund, "Refund") == (False, False), "it only asks"


async def test_nothing_on_the_panel_acts_before_discord_has_taken_an_answer(wired: Wired) -> None:
    opened = await wired.slash(OWNER, GENERAL, "setup panel")
    for label, value in (
        ("Moderators' channel", GENERAL),
        ("Announcements", GENERAL),
        ("Private threads", GENERAL),
        ("Moderators' role", MODERATORS + 1),
        ("What is announced?", "payment.success"),
    ):
        panel = wired.wire.answer(opened.interaction).message
        assert await pressed(wired, OWNER, panel, label, str(value)) == (False, True), label
    for label, filled in (("Names", {"many": "eggs"}), ("Limits", {"maturity": "7"})):
        panel = wired.wire.answer(opened.interaction).message
        assert panel is not None
        form = await wired.press(OWNER, int(panel["id"]), buttons(panel)[f"{label}…"])

        async def act(
            form: MemberAnswer = form, filled: Mapping[str, str] = filled
        ) -> MemberAnswer:
            return await wired.done(await wired.wire.submit(form.interaction, filled))

        assert await refused_and_then_taken(wired, act) == (False, True), label


async def test_a_change_without_an_answer_is_a_mistake_of_ours(wired: Wired) -> None:
    """Whoever forgets to answer first finds out at the first try."""

    class Unanswered:
        client = wired.guildbank.bot
        response = Mock(is_done=Mock(return_value=False))

    before = await wired.books()
    mira = by_member(MemberId(MIRA))
    grant = GrantPoints(
        key=key(), at=START, actor=mira, guild=GUILD, member=MemberId(ADA), points=1
    )
    with pytest.raises(RuntimeError, match=r"points\.grant comes before"):
        await change(Unanswered(), grant)  # type: ignore[arg-type]  # as far as it is read
    assert await wired.books() == before


async def test_what_is_refused_after_an_open_answer_is_read_by_one_alone(wired: Wired) -> None:
    """Discord would put it in the place of the answer that all see."""
    options = {"member": ADA, "points": 10**9, "reason": "too much"}
    answer = await wired.slash(MIRA, MODS, "revoke", options)
    assert answer.deleted
    (refusal,) = answer.followups
    assert refusal["content"].startswith("That takes 1,000,000,000 points, and only")
    assert refusal["flags"] & EPHEMERAL
    assert wired.wire.messages(MODS) == []
