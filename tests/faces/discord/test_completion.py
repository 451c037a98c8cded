"""What the lists offer is taken as it is shown, and offered only to those who may choose it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from discord import app_commands

from bot.ui.completion import all_locales
from bot.wording.text import ReaderFormat, money, offer
from payments.commands.base import by_member
from payments.commands.guild.packages import AddPackage
from payments.commands.guild.subscribers import AddSubscriber
from payments.commands.points.move import GrantPoints
from payments.domain.values.events import ChannelUnusable
from payments.domain.values.ids import CommandKey, MemberId, PackageId, SubscriberId
from payments.domain.values.items import ItemKind
from payments.domain.values.money import Money
from payments.domain.values.time import Instant
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.world import ADA, GENERAL, MIRA, MODS, OWNER
from tests.support.make import GUILD, START, checkout_update, event, initiate, key, package
from tests.support.program_keys import add_key
from tests.support.shopping import add_item, place
from tests.support.shopping import offer as item_offer
from tests.support.wired import TOKEN, Wired, open_wired, read

LANGUAGES: Final = ("en-US", "de", "fr", "th", "pl", "hi", "ja")


class Option(NamedTuple):
    """An option that is chosen from a list, and who may give its command where."""

    user: int
    channel: int
    option: str
    more: dict[str, Any]


OPTIONS: Final = {
    "buy": Option(ADA, GENERAL, "package", {}),
    "redeem": Option(ADA, GENERAL, "item", {}),
    "package add": Option(
        OWNER, GENERAL, "tax_code", {"name": "Taxed", "points": 5, "price": "5", "tax": "inclusive"}
    ),
    "package edit": Option(OWNER, GENERAL, "package", {"points": 501}),
    "package sku": Option(OWNER, GENERAL, "package", {}),
    "package retire": Option(OWNER, GENERAL, "package", {}),
    "item codes": Option(OWNER, GENERAL, "item", {}),
    "item edit": Option(OWNER, GENERAL, "item", {"returned": "never"}),
    "item restock": Option(OWNER, GENERAL, "item", {"pieces": 3}),
    "item list": Option(OWNER, GENERAL, "item", {}),
    "item retire": Option(OWNER, GENERAL, "item", {}),
    "refund": Option(MIRA, MODS, "payment", {}),
    "undo": Option(MIRA, MODS, "action", {}),
    "order": Option(MIRA, MODS, "order", {}),
    "setup set": Option(OWNER, GENERAL, "time_zone", {}),
    "setup sales": Option(OWNER, GENERAL, "provider", {"on": True}),
    "subscriber add": Option(OWNER, GENERAL, "events", {"address": "https://127.0.0.1/new"}),
    "subscriber key remove": Option(OWNER, GENERAL, "key", {}),
    "subscriber remove": Option(OWNER, GENERAL, "subscriber", {}),
    "subscriber test": Option(OWNER, GENERAL, "subscriber", {}),
}

_PLAIN: Final = {"setup set", "setup sales", "subscriber add"}
"""Lists whose labels are the values, or name what is set up here: one way to pay."""


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch, payment_providers="stripe,discord_skus") as running,
    ):
        await add_package(running, "Large", "large")
        await add_package(running, "Huge", "huge")
        for name in ("Key", "Golden key", "Silver key", "Spare key"):
            await running.run(add_item(item_offer(name, ItemKind.CODE)))
        for name in ("p1-3e3dea", "p2-9a9bcd"):
            await running.run(initiate(name, member=MemberId(ADA)))
            await running.run(event(checkout_update(name, member=MemberId(ADA)), at=START))
        await grant(running, "1400000000000000001", 30)
        await grant(running, "1400000000000000002", 40)
        await order_some(running)
        for name in ("one", "two", "other", "last"):
            await subscribe(running, name)
        for name in ("Game server", "Forge", "Farm"):
            await add_key(running.guildbank.runner, name)
        yield running


async def order_some(wired: Wired) -> None:
    """Ada has ordered two things."""
    for name in ("Dinner", "Breakfast"):
        await wired.run(add_item(item_offer(name)))
        await wired.run(place(item_offer(name), f"order of {name}", member=MemberId(ADA)))


async def add_package(wired: Wired, name: str, identity: str) -> None:
    await wired.run(
        AddPackage(
            key=key(),
            at=START,
            actor=by_member(MemberId(OWNER)),
            guild=GUILD,
            name=name,
            points=5_000,
            price=Money(minor=123_456, currency="USD"),
            package=PackageId(identity),
        )
    )


async def grant(wired: Wired, action: str, points: int) -> None:
    await wired.run(
        GrantPoints(
            key=CommandKey(f"discord:{action}"),
            at=Instant(wired.guildbank.services.clock()),
            actor=by_member(MemberId(MIRA)),
            guild=GUILD,
            member=MemberId(ADA),
            points=points,
            note="for the map",
        )
    )


async def subscribe(wired: Wired, name: str, host: str | None = None) -> None:
    await wired.run(
        AddSubscriber(
            key=key(),
            at=START,
            actor=by_member(MemberId(OWNER)),
            guild=GUILD,
            subscriber=SubscriberId(name),
            host=host or f"{name}.example",
            kinds=(ChannelUnusable.name,),
            encrypted="sealed",
        )
    )


def speak(wired: Wired, user: int, language: str) -> None:
    users = wired.wire.state.users
    users[user] = users[user].model_copy(update={"locale": language})


async def offered(wired: Wired, name: str) -> list[Json]:
    """What a list shows to who may see it, before anything is typed."""
    asked = OPTIONS[name]
    return await wired.wire.autocomplete(asked.user, asked.channel, name, asked.option)


async def give(wired: Wired, name: str, typed: str) -> str:
    asked = OPTIONS[name]
    options = {asked.option: typed} | asked.more
    return read(await wired.slash(asked.user, asked.channel, name, options))


def test_languages_write_labels_in_ways_of_their_own() -> None:
    price = Money(minor=123_456, currency="EUR")
    assert len({money(price, locale) for locale in all_locales()}) > 5


async def test_what_a_list_shows_is_taken_for_what_it_stands_for(wired: Wired) -> None:
    """The same sentence comes back as for the value itself; in the reader's language or another."""
    known = [
        each.qualified_name
        for each in wired.guildbank.bot.tree.walk_commands()
        if isinstance(each, app_commands.Command)
        and any(option.autocomplete for option in each.parameters)
    ]
    assert set(known) == set(OPTIONS)
    for name, asked in OPTIONS.items():
        if name in _PLAIN:
            continue
        for language in ("en-US", "de"):
            speak(wired, asked.user, language)
            choices = await offered(wired, name)
            assert len(choices) >= 2, name
            typed = choices[-1]["name"]
            assert typed != choices[-1]["value"]
            speak(wired, asked.user, "fr" if language == "de" else language)
            answer = await give(wired, name, typed)
            assert "There is no" not in answer, (name, language)
            assert "can mean" not in answer, (name, language)
            assert "went wrong" not in answer, (name, language)


async def test_what_is_bought_by_its_label_is_that_package(wired: Wired) -> None:
    label = next(each["name"] for each in await offered(wired, "buy") if "Large" in each["name"])
    assert label == "Large · 5,000 points · $1,234.56"
    assert "**5,000 points** for **$1,234.56**" in await give(wired, "buy", label)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_label_in_any_language_is_that_thing(wired: Wired, language: str) -> None:
    speak(wired, ADA, language)
    found = await offered(wired, "buy")
    label = next(each["name"] for each in found if each["value"] == "large")
    speak(wired, ADA, "en-US")
    assert "### Large" in await give(wired, "buy", label)


@pytest.mark.parametrize(
    "typed",
    [
        "p1-3e3dea",
        "`p1-3e3dea`",
        "500 for 499 · €4.99 · …3e3dea",
        "500 for 499 · €4.99 · Sep 21, 2026 · …3e3dea",
        "500 FOR 499 · 4,99 € · …3e3dea",
        "…3e3dea",
        "3e3d",
    ],
)
async def test_a_payment_is_found_by_what_was_shown_of_it(wired: Wired, typed: str) -> None:
    quoted = await give(wired, "refund", typed)
    assert "### Refund €4.99?" in quoted
    assert "`p1-3e3dea`" in quoted


async def test_of_several_that_fit_none_is_chosen_and_all_are_named(wired: Wired) -> None:
    answer = await give(wired, "refund", "500 for 499")
    assert "can mean" in answer
    assert "`p1-3e3dea`" in answer
    assert "`p2-9a9bcd`" in answer
    await subscribe(wired, "three", "one.example")
    before = await wired.books()
    answer = await give(wired, "subscriber remove", "one.example")
    assert "(`one`)" in answer
    assert "(`three`)" in answer
    assert await wired.books() == before


async def test_what_fits_nothing_is_refused(wired: Wired) -> None:
    assert "There is no package “Tiny”." in await give(wired, "buy", "Tiny")
    assert "There is no package “arge”." in await give(wired, "buy", "arge")
    assert "There is no such payment here." in await give(wired, "refund", "···")
    assert "There is no such action here." in await give(wired, "undo", " ")
    assert "There is no such subscriber." in await give(wired, "subscriber remove", "on")


@pytest.mark.parametrize("name", sorted(_PLAIN))
async def test_what_stands_for_itself_is_taken_as_it_is_shown(wired: Wired, name: str) -> None:
    choices = await offered(wired, name)
    assert all(each["name"] == each["value"] for each in choices)
    assert "is not" not in await give(wired, name, choices[0]["value"])


async def test_lists_are_empty_for_those_whose_command_is_refused(wired: Wired) -> None:
    """Whatever the server's own settings let them try."""
    for commands in wired.wire.state.commands.values():
        for each in commands:
            each["default_member_permissions"] = None
    for name, asked in OPTIONS.items():
        if name in {"buy", "redeem"}:
            continue
        choices = await wired.wire.autocomplete(ADA, GENERAL, name, asked.option)
        assert choices == [], name
        if asked.channel == MODS:
            assert await wired.wire.autocomplete(MIRA, GENERAL, name, asked.option) == [], name


def test_a_label_is_never_longer_than_discord_takes() -> None:
    longest = package(points=10**12, minor=10**12)
    for locale in all_locales():
        assert len(offer(longest, ReaderFormat(locale))) <= 100
