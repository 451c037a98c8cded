"""Whatever is typed and stored, Discord takes each answer: its limits are those of the real one."""

import itertools
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from discord import AppCommandOptionType, app_commands

from bot.client import GuildbankBot
from bot.ui.card import TEXT_LENGTH, card, fitting
from bot.wording.text import cut, quoted, safe, safe_within
from payments.commands.base import by_member
from payments.commands.guild.api_keys import KEY_NAME_LENGTH, MAX_API_KEYS
from payments.commands.guild.packages import AddPackage
from payments.commands.guild.settings import ChangeSettings
from payments.commands.guild.subscribers import MAX_SUBSCRIBERS, AddSubscriber
from payments.commands.points.move import NOTE_LENGTH, GrantPoints
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import EVENTS
from payments.domain.values.guilds import (
    MAX_PACKAGES,
    MAX_POINTS,
    NAME_LENGTH,
    GuildSettings,
    Package,
)
from payments.domain.values.ids import MemberId, PackageId, SubscriberId
from payments.domain.values.money import Money
from payments.domain.values.points_names import NAME_LENGTH as POINTS_LENGTH
from payments.domain.values.points_names import PointsNames
from payments.notifications.subscribers.addresses import MAX_LENGTH
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.member_view import MemberAnswer
from sandbox.discord_wire.world import ADA, BEN, GENERAL, MODERATORS, MODS, OWNER
from tests.support.discord_markdown import read_markdown
from tests.support.full_shop import fill_shop, longest
from tests.support.make import GUILD, START, checkout_update, event, initiate, key
from tests.support.program_keys import add_key
from tests.support.wired import TOKEN, Wired, open_wired, read

LONGEST: Final = 6_000
"""The most characters of any option that Discord takes."""

FILLERS: Final = (
    "[x [Claim your prize](https://evil.example) ",
    "<a:/[Pay](https://evil.example)>",
    "*",
    "@everyone",
    "x",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "<@1>",
    "`",
    "{}",
    "\\",
)

OF_MODERATORS: Final = {
    "grant",
    "revoke",
    "payments",
    "refund",
    "undo",
    "order",
    "audit",
    "stats",
}


def leaves(bot: GuildbankBot) -> Iterator[app_commands.Command[Any, ..., Any]]:
    for each in bot.tree.walk_commands():
        if isinstance(each, app_commands.Command):
            yield each


async def test_each_option_that_is_typed_has_its_length(
    new_bot: Callable[[], GuildbankBot],
) -> None:
    bot = new_bot()
    await bot.setup_hook()
    for command in leaves(bot):
        for option in command.parameters:
            if option.type is AppCommandOptionType.string and not option.choices:
                where = f"{command.qualified_name} {option.name}"
                assert isinstance(option.max_value, int), where
                assert isinstance(option.min_value, int), where
                assert 1 <= option.min_value <= option.max_value <= LONGEST // 3, where


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    """A server with as much as it can have, and the longest names and notes."""
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch) as running,
    ):
        await fill(running)
        yield running


OWNS: Final = by_member(MemberId(OWNER))


async def fill(wired: Wired) -> None:
    """All that is shown is as long as it may be."""
    await name_points(wired)
    for number in range(MAX_PACKAGES - 1):
        added = await add_package(wired, number)
        if number < 12:
            await give_points(wired, number, added)
    for number in range(MAX_SUBSCRIBERS):
        await add_subscriber(wired, number)
    await fill_shop(wired.guildbank.runner)
    for number in range(MAX_API_KEYS):
        await add_key(wired.guildbank.runner, f"{number}" + "*" * (KEY_NAME_LENGTH - 1))


async def name_points(wired: Wired) -> None:
    name = "w" * POINTS_LENGTH
    settings = GuildSettings(
        guild=GUILD,
        mod_channel=MODS,
        moderator_role=MODERATORS,
        announcement_channel=GENERAL,
        notice_channel=GENERAL,
        announced=("payment.success", "points.transferred"),
        points=PointsNames(one=name, many=name, symbol="W" * 8),
    )
    await wired.run(ChangeSettings(key=key(), at=START, actor=OWNS, guild=GUILD, settings=settings))


async def add_package(wired: Wired, number: int) -> Package:
    added: Package = await wired.run(
        AddPackage(
            key=key(),
            at=START,
            actor=OWNS,
            guild=GUILD,
            name=f"{number:02}" + "*" * (NAME_LENGTH - 2),
            points=MAX_POINTS,
            price=Money(minor=99_999_999, currency="CHF"),
            package=PackageId(f"long-{number}"),
        )
    )
    return added


async def give_points(wired: Wired, number: int, bought: Package) -> None:
    """Ben buys a package, and is granted a point with a long note."""
    payment = f"019a0000-0000-7000-8000-{number:012}"
    await wired.run(initiate(payment, member=MemberId(BEN), of=bought))
    update = checkout_update(payment, member=MemberId(BEN), of=bought)
    await wired.run(event(update, at=START))
    await wired.run(
        GrantPoints(
            key=key(),
            at=START,
            actor=OWNS,
            guild=GUILD,
            member=MemberId(BEN),
            points=1,
            note="*" * NOTE_LENGTH,
        )
    )


async def add_subscriber(wired: Wired, number: int) -> None:
    await wired.run(
        AddSubscriber(
            key=key(),
            at=START,
            actor=OWNS,
            guild=GUILD,
            subscriber=SubscriberId(f"s{number}"),
            host="_" * MAX_LENGTH,
            kinds=tuple(EVENTS),
            encrypted="sealed",
        )
    )


def filled(option: app_commands.Parameter, filler: str, length: int | None) -> Any:
    """Something for an option: as long as it may be, or of a length that it may not have."""
    if option.choices:
        return option.choices[0].value
    if option.type is AppCommandOptionType.string:
        most = length or int(option.max_value or LONGEST)
        return (filler * most)[:most]
    return {
        AppCommandOptionType.integer: int(option.max_value or 1),
        AppCommandOptionType.boolean: True,
        AppCommandOptionType.role: MODERATORS,
        AppCommandOptionType.channel: GENERAL,
        AppCommandOptionType.user: ADA,
    }[option.type]


def check_answered(wired: Wired, answer: MemberAnswer, what: str) -> None:
    """It was answered with words, and Discord refused nothing."""
    words = read(answer) or str((answer.modal or {}).get("title", ""))
    assert words, what
    assert "went wrong" not in words, what
    assert not answer.loading, what
    refused = [each for each in wired.wire.requests if each.status >= 400]
    assert refused == [], what
    found = read_markdown(words)
    assert not {"link", "bracketed", "everyone", "emoji"} & set(found.kinds), what
    assert not re.search(r"[^\\]://evil", words), what


@pytest.mark.parametrize("length", [None, LONGEST])
async def test_each_command_is_answered_whatever_is_typed(wired: Wired, length: int | None) -> None:
    commands = list(leaves(wired.guildbank.bot))
    given: set[str] = set()
    for filler, command in itertools.product(FILLERS, commands):
        name = command.qualified_name
        options = {
            each.name: filled(each, filler, length)
            for each in command.parameters
            if each.type is not AppCommandOptionType.attachment  # its size is tried elsewhere
        }
        if (as_given := f"{name} {options}") in given:
            continue  # it has nothing to fill
        given.add(as_given)
        channel = MODS if name in OF_MODERATORS else GENERAL
        answer = await wired.slash(OWNER, channel, name, options, strict=length is None)
        check_answered(wired, answer, f"{name} {filler}")


async def test_each_list_and_page_is_answered_however_full_it_is(wired: Wired) -> None:
    for user, channel, name, options in (
        (BEN, GENERAL, "history", {}),
        (BEN, GENERAL, "balance", {}),
        (BEN, GENERAL, "shop", {}),
        (OWNER, GENERAL, "shop", {}),
        (BEN, GENERAL, "orders", {}),
        (BEN, GENERAL, "redeem", {"item": longest(1).name, "quantity": 9}),
        (BEN, GENERAL, "redeem", {"item": longest(20).name}),
        (BEN, GENERAL, "redeem", {"item": longest(21).name}),
        (BEN, GENERAL, "redeem", {"item": longest(22).name, "quantity": 100}),
        (OWNER, GENERAL, "item list", {}),
        (OWNER, GENERAL, "package list", {}),
        (OWNER, GENERAL, "subscriber list", {}),
        (OWNER, GENERAL, "subscriber key list", {}),
        (OWNER, GENERAL, "setup show", {}),
        (OWNER, GENERAL, "setup panel", {}),
        (OWNER, GENERAL, "status", {}),
        (OWNER, MODS, "payments", {}),
        (OWNER, MODS, "payments", {"member": BEN}),
        (OWNER, MODS, "audit", {}),
        (OWNER, MODS, "stats", {}),
        (BEN, GENERAL, "buy", {"package": "long-3"}),
        (OWNER, MODS, "refund", {"payment": "019a0000-0000-7000-8000-000000000003"}),
        (OWNER, MODS, "refund", {"payment": "*"}),
    ):
        answer = await wired.slash(user, channel, name, options)
        check_answered(wired, answer, name)
        assert "that do not fit" not in read(answer), f"{name} is cut off"
    choosing = await wired.done(await wired.wire.menu(OWNER, MODS, "Refund a payment", BEN))
    check_answered(wired, choosing, "Refund a payment")


@pytest.mark.parametrize("typed", ["", "*", "x" * LONGEST])
async def test_each_list_of_choices_is_taken(wired: Wired, typed: str) -> None:
    for command in leaves(wired.guildbank.bot):
        channel = MODS if command.name in OF_MODERATORS else GENERAL
        for option in command.parameters:
            if option.autocomplete:
                await wired.wire.autocomplete(
                    OWNER, channel, command.qualified_name, option.name, typed
                )
    assert [each for each in wired.wire.requests if each.status >= 400] == []


def test_a_card_says_how_many_lines_do_not_fit() -> None:
    lines = [f"{number} {'x' * 97}" for number in range(60)]
    kept = fitting(lines, 2_000)
    assert sum(len(each) + 1 for each in kept) <= 2_000
    assert kept[-1] == f"… {60 - len(kept) + 1} more lines that do not fit here."
    assert list(kept[:-1]) == lines[: len(kept) - 1]
    assert fitting(lines[:3], 2_000) == tuple(lines[:3])


@pytest.mark.parametrize("long", ["x" * LONGEST, "<@1>" * LONGEST, "\n".join(["x" * 90] * 99)])
def test_no_card_is_longer_than_discord_takes(long: str) -> None:
    view = card(
        Sentence(long), Sentence(long), *map(Sentence, long.splitlines()), footer=Sentence(long)
    )
    assert view.content_length() <= TEXT_LENGTH


def test_a_cut_leaves_no_half_of_a_mention_or_an_escape() -> None:
    assert cut("to <@100000000000000001> and more", 12) == "to…"
    assert cut(r"gold \* and", 7) == "gold…"
    assert cut("short", 5) == "short"
    assert safe_within("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 10) == "👨‍👩‍👧‍👦…"
    assert len(safe("*" * LONGEST)) <= 1_000
    assert len(quoted("*" * LONGEST)) <= 102
