"""`/payments` in a simulated Discord."""

from collections.abc import Callable

import pytest

from bot.client import GuildbankBot
from bot.features.payments.pages import LINES
from bot.interaction.moderators import NOT_A_MODERATOR
from payments.commands.base import by_member
from payments.commands.guild.packages import AddPackage
from payments.domain.values.guilds import MAX_POINTS, NAME_LENGTH
from payments.domain.values.ids import MemberId, PackageId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus, MoneyStatus
from payments.domain.values.time import SECOND, to_seconds
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.make import (
    BEN,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    refund_update,
)
from tests.support.moderating import court, lose_role
from tests.support.presses import press_at_once

__all__ = ["court"]  # fixtures


async def test_no_payments(court: World) -> None:
    result = await court.mira.slash(court.mods, "payments")
    assert result.ephemeral
    assert said(result.response) == "### Payments\nThere are none."


async def test_payments_say_where_they_stand(court: World, runner: Runner, clock: Time) -> None:
    for name in ("begun", "paid", "partly", "back", "disputed", "doubted"):
        await runner.run(initiate(name, member=court.ada_id, at=clock()))
        clock.pass_(SECOND)
        if name == "doubted":
            update = checkout_update(name, member=MemberId(court.ben.id))
            await runner.run(event(update, at=clock()))
        elif name != "begun":
            await runner.run(event(checkout_update(name, member=court.ada_id), at=clock()))
    await runner.run(event(refund_update("partly", "re_1", 200), at=clock()))
    await runner.run(event(refund_update("back", "re_2", 499), at=clock()))
    await runner.run(event(dispute_update("disputed", "dp", 499, DisputeStatus.OPEN), at=clock()))
    shown = await court.mira.slash(court.mods, "payments")
    words = said(shown.response)
    who = f"<@{court.ada.id}>"
    for state in (
        f"**Paid** · “500 for 499” · €4.99\n{who} · <",
        f"**Paid** · “500 for 499” · €4.99\nRefunded: €2.00\n{who} · <",
        f"**Refunded** · “500 for 499” · €4.99\n{who} · <",
        "**Disputed** · ",
        "**Needs a look** · ",
        "1 here was never paid.",
    ):
        assert state in words
    assert "Not paid yet" not in words
    assert shown.response is not None
    await court.mira.click(shown.response, label="Show them")
    words = said(shown.response)
    begun = f"**Not paid yet** · “500 for 499” · €4.99\n{who} · <t:{to_seconds(START)}:R> · `begun`"
    assert begun in words
    assert "never paid" not in words


async def test_each_payment_that_can_be_refunded_has_a_button_for_it(
    court: World, runner: Runner, clock: Time
) -> None:
    for name in ("begun", "paid", "back"):
        await runner.run(initiate(name, member=court.ada_id, at=clock()))
        if name != "begun":
            await runner.run(event(checkout_update(name, member=court.ada_id), at=clock()))
        clock.pass_(SECOND)
    await runner.run(event(refund_update("back", "re_2", 499), at=clock()))
    shown = await court.mira.slash(court.mods, "payments", member=court.ada)
    assert shown.response is not None
    (box,) = shown.response.components
    buttons = [each["accessory"] for each in box["components"] if "accessory" in each]
    assert [each["custom_id"] for each in buttons] == ["refund:quote:paid"]
    quoted = await court.mira.click(shown.response, custom_id="refund:quote:paid")
    assert not quoted.ephemeral
    assert "### Refund €4.99?" in said(quoted.response)


async def test_payments_of_one_member(court: World, runner: Runner, clock: Time) -> None:
    for name, person in (("a-1", court.ada), ("b-1", court.ben)):
        await runner.run(initiate(name, member=MemberId(person.id), at=clock()))
        update = checkout_update(name, member=MemberId(person.id), money=MoneyStatus.FAILED)
        await runner.run(event(update, at=clock()))
    result = await court.mira.slash(court.mods, "payments", member=court.ben)
    assert said(result.response) == (
        f"### Payments\nOf <@{court.ben.id}>\n1 here was never paid.\nShow them"
    )
    assert result.response is not None
    await court.mira.click(result.response, label="Show them")
    assert said(result.response) == (
        f"### Payments\nOf <@{court.ben.id}>\n"
        f"**Failed** · “500 for 499” · €4.99\n<t:{to_seconds(START)}:R> · `b-1`"
    )


@pytest.fixture
async def many(court: World, runner: Runner, clock: Time) -> list[str]:
    """Payments of two members, from new to old."""
    names = [f"p-{number:02}" for number in range(2 * LINES + 3)]
    for number, name in enumerate(names):
        member = MemberId(court.ben.id) if number % 10 == 0 else court.ada_id
        await runner.run(initiate(name, member=member, at=clock()))
        await runner.run(event(checkout_update(name, member=member), at=clock()))
        clock.pass_(SECOND)
    return names[::-1]


def ids(message: object) -> list[str]:
    return [line.split("`")[1] for line in said(message).splitlines() if "`" in line]


@pytest.mark.parametrize("one_member", [False, True])
async def test_payments_are_read_page_by_page(
    court: World, many: list[str], *, one_member: bool
) -> None:
    wanted = [name for name in many if not name.endswith("0")] if one_member else many
    options = {"member": court.ada} if one_member else {}
    result = await court.mira.slash(court.mods, "payments", **options)
    assert result.response is not None
    seen = ids(result.response)
    first = list(seen)
    while "Older" in said(result.response):
        await court.mira.click(result.response, label="Older")
        seen += ids(result.response)
    assert seen == wanted
    await court.mira.click(result.response, label="Newest")
    assert ids(result.response) == first
    assert "Newest" not in said(result.response)


async def test_the_buttons_work_after_a_restart(
    court: World, many: list[str], new_bot: Callable[[], GuildbankBot]
) -> None:
    result = await court.mira.slash(court.mods, "payments", member=court.ada)
    await court.env.restart_bot(new_bot())
    assert result.response is not None
    await court.mira.click(result.response, label="Older")
    assert ids(result.response)[-1] == [name for name in many if name[-1] != "0"][2 * LINES - 1]


async def test_whoever_lost_the_role_turns_no_more_pages(court: World, many: list[str]) -> None:
    result = await court.mira.slash(court.mods, "payments")
    assert result.response is not None
    for person in (court.ben, court.mira):
        lose_role(court, court.mira)
        (pressed,) = await press_at_once(court, result.response, (person, "Older"))
        assert pressed.ephemeral
        assert pressed.response is not None
        assert pressed.response.content == str(NOT_A_MODERATOR)
    assert ids(result.response) == many[:LINES]


async def test_the_longest_names_fit_a_page(court: World, runner: Runner, clock: Time) -> None:
    added = await runner.run(
        AddPackage(
            key=key(),
            at=clock(),
            actor=by_member(BEN),
            guild=GUILD,
            name="*" * NAME_LENGTH,
            points=MAX_POINTS,
            price=Money(minor=99_999_999, currency="EUR"),
            package=PackageId("long"),
        )
    )
    for number in range(LINES + 1):
        name = f"0198a000-0000-7000-8000-{number:012}"
        await runner.run(initiate(name, member=court.ada_id, of=added, at=clock()))
        update = checkout_update(name, member=court.ada_id, of=added)
        await runner.run(event(update, at=clock()))
    result = await court.mira.slash(court.mods, "payments")
    assert len(ids(result.response)) == LINES
    assert result.response is not None
    await court.mira.click(result.response, label="Older")
    assert len(ids(result.response)) == 1
