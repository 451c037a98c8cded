"""Orders that wait for a person: their cards, and what staff do with them."""

from collections.abc import Callable

import pytest
from simcord.results import InteractionResult

from bot.client import GuildbankBot
from payments.commands.base import by_member
from payments.commands.shop.end import CancelOrder
from payments.commands.shop.fulfil import BeginFulfilment
from payments.domain.errors import Refused
from payments.domain.values.ids import OrderId
from payments.domain.values.items import ItemKind, RoleOffer
from payments.domain.values.orders import OrderState
from payments.domain.values.time import DAY, MINUTE
from tests.faces.discord.conftest import said
from tests.support.counter import add_real_codes, put_up_item
from tests.support.make import BEN, GUILD, key
from tests.support.presses import press
from tests.support.shopping import about, offer
from tests.support.staff import Staffed, staffed

__all__ = ["staffed"]


async def test_an_order_comes_as_a_card_with_what_its_buyer_wrote(staffed: Staffed) -> None:
    await staffed.order(quantity=2)
    card = staffed.shown()
    assert "An order waits" in card
    assert f"<@{staffed.world.ada_id}> ordered **2 of Dinner** for 200 points" in card
    assert "Which evening? “Friday”" in card
    assert "If it is not done by" in card
    assert "Done\nDeny\nNote\nTake\nAll done…" in card


async def test_done_by_who_has_the_role_alone(staffed: Staffed) -> None:
    await staffed.order()
    await staffed.press(staffed.carl, "Done")
    assert await staffed.state() is OrderState.FULFILLED
    assert f"Done by <@{staffed.carl.id}>." in staffed.shown()
    assert "Deny" not in staffed.shown()
    await staffed.tell()
    assert "Your order of **Dinner** on Harbour is fulfilled." in said(
        staffed.world.ada_user.dm_channel.last_message
    )


async def test_who_takes_an_order_is_on_the_card_and_its_buyer_cannot_cancel_it(
    staffed: Staffed,
) -> None:
    await staffed.order()
    await staffed.press(staffed.carl, "Take")
    assert f"<@{staffed.carl.id}> takes care of it." in staffed.shown()
    assert "\nTake" not in staffed.shown()
    with pytest.raises(Refused, match="being fulfilled"):
        await staffed.runner.run(cancelled(staffed))
    await staffed.press(staffed.carl, "Done")
    assert await staffed.state() is OrderState.FULFILLED


def cancelled(staffed: Staffed) -> CancelOrder:
    ada = staffed.world.ada_id
    return CancelOrder(
        key=key(), at=staffed.clock(), actor=by_member(ada), guild=GUILD, order=OrderId("o1")
    )


async def test_a_card_changes_when_its_buyer_takes_the_order_back(staffed: Staffed) -> None:
    await staffed.order()
    await staffed.runner.run(cancelled(staffed))
    await staffed.tell()
    assert "Its buyer took it back." in staffed.shown()
    assert "Done" not in staffed.shown()


async def test_half_of_its_time_reminds_and_at_its_end_everything_goes_back(
    staffed: Staffed,
) -> None:
    before = await staffed.points()
    await staffed.order()
    (first,) = staffed.kitchen.history()
    staffed.clock.pass_(7 * DAY)
    assert await staffed.end_what_is_due() == 1
    await staffed.tell()
    assert "Half of its time is over." in staffed.shown()
    assert (
        f"https://discord.com/channels/{GUILD}/{staffed.kitchen.id}/{first.id}" in staffed.shown()
    )
    staffed.clock.pass_(7 * DAY)
    assert await staffed.end_what_is_due() == 1
    await staffed.tell()
    assert await staffed.state() is OrderState.LAPSED
    assert await staffed.points() == before
    (card, _) = sorted(staffed.kitchen.history(), key=lambda each: each.id)
    assert "Nobody fulfilled it in time." in said(card)
    assert "Done" not in said(card)


async def test_a_card_that_somebody_deleted_is_posted_again_by_the_reminder(
    staffed: Staffed,
) -> None:
    await staffed.order()
    await staffed.card().delete()
    staffed.clock.pass_(7 * DAY)
    await staffed.end_what_is_due()
    await staffed.tell()
    assert "Half of its time is over." in staffed.shown()


@pytest.mark.parametrize("who", ["ada", "ben"])
async def test_others_cannot_press(staffed: Staffed, who: str) -> None:
    await staffed.order()
    person = getattr(staffed.world, who)
    (answer,) = answers(await staffed.press(person, "Done"))
    assert answer == "Only those who fulfil orders can do that."
    assert await staffed.state() is OrderState.PLACED


async def test_what_has_ended_meanwhile_is_said(staffed: Staffed) -> None:
    await staffed.order()
    await staffed.runner.run(cancelled(staffed))
    for label in ("Done", "Deny", "Take", "Note"):
        (answer,) = answers(await staffed.press(staffed.carl, label))
        assert answer == "This order was cancelled. Its points are back."
    assert await staffed.state() is OrderState.CANCELLED


def answers(result: InteractionResult) -> list[str]:
    """The sentences that only the person reads who pressed."""
    found = [each for each in (*result.followups, result.response) if each and each.content]
    assert all(each.ephemeral for each in found)
    return [each.content for each in found]


async def test_buttons_work_after_a_restart(
    staffed: Staffed, new_bot: Callable[[], GuildbankBot]
) -> None:
    await staffed.order()
    await staffed.world.env.restart_bot(new_bot())
    await staffed.press(staffed.carl, "Done")
    assert await staffed.state() is OrderState.FULFILLED


async def test_without_a_channel_of_its_own_orders_wait_in_the_moderators(
    staffed: Staffed,
) -> None:
    await staffed.set(mod_channel=staffed.world.mods.id, moderator_role=staffed.world.moderators.id)
    await staffed.order()
    card = staffed.card(staffed.world.mods)
    assert "An order waits" in said(card)
    await staffed.world.mira.click(card, label="Done")
    assert await staffed.state() is OrderState.FULFILLED


async def test_without_any_channel_the_owner_is_told_and_the_card_waits(staffed: Staffed) -> None:
    await staffed.set()
    await staffed.order()
    await staffed.tell()
    told = said(staffed.world.guild.owner.dm_channel.last_message)
    assert "could not tell anybody of an order that waits for a person: no channel is set." in told
    await staffed.set(fulfilment_channel=staffed.kitchen.id)
    await staffed.tell(after=10 * MINUTE)
    assert "An order waits" in staffed.shown()


async def test_a_channel_that_cannot_be_used_is_told_to_the_owner(staffed: Staffed) -> None:
    place = f"/channels/{staffed.kitchen.id}/messages"
    staffed.world.env.inject_error("POST", place, status=403, code=50013)
    await staffed.order()
    await staffed.tell()
    told = said(staffed.world.guild.owner.dm_channel.last_message)
    assert "an order that waits for a person: I may not write in the channel." in told
    await staffed.tell(after=10 * MINUTE)
    assert "An order waits" in staffed.shown()


async def test_done_on_a_code_gives_it_and_on_a_role_lets_the_bot_give_it(
    staffed: Staffed, encryptor: object
) -> None:
    code = offer("Key", ItemKind.CODE, by_person=True)
    role = offer("VIP", ItemKind.ROLE, by_person=True, role=RoleOffer(id=staffed.cooks.id))
    for each in (code, role):
        await put_up_item(staffed.runner, each)
    await add_real_codes(staffed.runner, code, encryptor, ["AAAA-1"])  # type: ignore[arg-type]
    await staffed.order("o1", code, answer="")
    await staffed.press(staffed.carl, "Done")
    await staffed.tell()
    assert "AAAA-1" in said(staffed.world.ada_user.dm_channel.last_message)
    await staffed.order("o2", role, answer="")
    await staffed.press(staffed.carl, "Take")
    await staffed.press(staffed.carl, "Done")
    assert await staffed.state("o2") is OrderState.FULFILLING


async def test_all_orders_of_one_item_are_done_at_once(staffed: Staffed) -> None:
    """One that is taken back while it is asked counts as not done."""
    lunch = offer("Lunch")
    await put_up_item(staffed.runner, lunch)
    for name in ("o1", "o2", "o3"):
        await staffed.order(name)
        staffed.clock.pass_(MINUTE)
    await staffed.order("other", lunch, answer="")
    await staffed.order("o4")
    asked = await staffed.press(staffed.carl, "All done…")
    assert "4 orders of **Dinner** wait, the first since" in said(asked.response)
    await staffed.runner.run(cancelled(staffed))
    await press(staffed.carl, asked, "All done")
    assert [await staffed.state(each) for each in ("o1", "o2", "o3", "o4", "other")] == [
        OrderState.CANCELLED,
        *[OrderState.FULFILLED] * 3,
        OrderState.PLACED,
    ]
    await staffed.tell()
    cards = [said(each) for each in staffed.kitchen.history()]
    assert sum(f"Done by <@{staffed.carl.id}>." in each for each in cards) == 3


async def test_status_lists_what_waits_for_a_person_the_oldest_first(staffed: Staffed) -> None:
    for number in range(7):
        await staffed.order(f"o{number}")
        staffed.clock.pass_(MINUTE)
    await staffed.runner.run(BeginFulfilment(**about("o1", staffed.clock())))
    shown = said((await staffed.world.olga.slash(staffed.world.general, "status")).response)
    assert "**7 orders wait for a person:**" in shown
    assert shown.count(f"Dinner for <@{staffed.world.ada_id}>, ordered") == 5
    assert f"taken by <@{BEN}>" in shown
    assert "- and 2 more" in shown


async def test_status_says_nothing_where_nothing_waits(staffed: Staffed) -> None:
    key_ = offer("Role", ItemKind.ROLE)
    await put_up_item(staffed.runner, key_)
    await staffed.order("o1", key_, answer="")
    shown = said((await staffed.world.olga.slash(staffed.world.general, "status")).response)
    assert "for a person" not in shown
