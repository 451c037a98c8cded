"""What staff write to orders that wait for a person."""

import pytest

from payments.domain.values.orders import OrderState
from tests.faces.discord.conftest import refusal, said
from tests.support.staff import Staffed, staffed

__all__ = ["staffed"]


async def test_a_denial_says_who_and_why_and_gives_everything_back(staffed: Staffed) -> None:
    before = await staffed.points()
    await staffed.order()
    await staffed.write(staffed.carl, "Deny", "The *stove* is broken")
    assert await staffed.state() is OrderState.DENIED
    assert await staffed.points() == before
    assert f"Denied by <@{staffed.carl.id}>: “The \\*stove\\* is broken”" in staffed.shown()
    await staffed.tell()
    dm = said(staffed.world.ada_user.dm_channel.last_message)
    assert f"<@{staffed.carl.id}>" in dm
    assert "stove" in dm


@pytest.mark.parametrize(
    ("label", "typed", "refused"),
    [
        ("Deny", " ", "Reason: write at least one letter, digit or sign that can be seen."),
        ("Note", " ", "Note: write at least one letter, digit or sign that can be seen."),
        ("Note", "a\u200bb", "Note: leave out `U+200B zero width space`. It can't be seen."),
    ],
)
async def test_words_that_say_nothing_decide_nothing(
    staffed: Staffed, label: str, typed: str, refused: str
) -> None:
    await staffed.order()
    await staffed.write(staffed.carl, "Note", "Table 4")
    answered = await staffed.write(staffed.carl, label, typed)
    assert refusal(staffed.world, answered) == refused
    assert await staffed.state() is OrderState.PLACED
    assert "Note: “Table 4”" in staffed.shown()


async def test_a_note_stands_on_the_card_and_is_read_by_the_buyer_in_the_end(
    staffed: Staffed,
) -> None:
    await staffed.order()
    await staffed.write(staffed.carl, "Note", "Table 4")
    await staffed.write(staffed.carl, "Note", "Table 5")
    assert "Note: “Table 5”" in staffed.shown()
    assert await staffed.state() is OrderState.PLACED
    await staffed.press(staffed.carl, "Done")
    await staffed.tell()
    assert "They wrote: “Table 5”" in said(staffed.world.ada_user.dm_channel.last_message)
