"""Slash commands are described in each language with sentences; what is typed stays the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.client import GuildbankBot
from bot.startup.command_sync import commands_hash
from payments.infra import translations
from tests.sentences.extraction import catalogue_of
from tests.support import pseudo

ROOT = Path(__file__).parents[3]
LANGUAGES = {each.value for each in discord.Locale}


async def payloads(bot: GuildbankBot) -> list[dict[str, Any]]:
    translator = bot.tree.translator
    assert translator is not None
    return [
        await each.get_translated_payload(bot.tree, translator) for each in bot.tree.get_commands()
    ]


def parts(of: Any) -> Iterator[dict[str, Any]]:
    if isinstance(of, dict):
        yield of
    for each in of.values() if isinstance(of, dict) else of if isinstance(of, list) else []:
        yield from parts(each)


async def test_where_nothing_is_translated_nobody_is_asked(
    new_bot: Callable[[], GuildbankBot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "languages", dict)
    bot = new_bot()
    await bot.setup_hook()
    assert bot.tree.translator is None


async def test_in_english_nothing_is_added(
    new_bot: Callable[[], GuildbankBot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "languages", lambda: {"eo": "eo"})  # not one of Discord's
    bot = new_bot()
    await bot.setup_hook()
    for each in parts(await payloads(bot)):
        assert not each.get("name_localizations")
        assert not each.get("description_localizations")


async def test_each_description_is_asked_for_and_fits(
    new_bot: Callable[[], GuildbankBot], monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = new_bot()
    await bot.setup_hook()
    before = await commands_hash(bot)
    pseudo.speak(monkeypatch)
    bot = new_bot()
    assert await commands_hash(bot) != before  # a new language is a reason to sync
    known = {str(each.id) for each in catalogue_of(ROOT)}
    described = 0
    for each in parts(await payloads(bot)):
        if each.get("description"):
            described += 1
            assert each["description"] in known, "no translator finds it"
            assert set(each["description_localizations"]) == LANGUAGES
            assert all(len(words) <= 100 for words in each["description_localizations"].values())
        if "value" not in each:  # what is typed has one name
            assert not each.get("name_localizations"), each["name"]
    assert described > 50
