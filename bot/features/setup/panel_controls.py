"""What is chosen and pressed on the panel of `/setup panel`."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.features.setup.panel_parts import Seen
from bot.features.setup.panel_places import ChannelSetting, RoleSetting
from bot.features.setup.settings import ANNOUNCED
from bot.interaction.caller import Interaction
from bot.ui.card import SentenceLabel
from bot.wording import text
from payments.domain.sentences.sentence import Sentence

Done = Awaitable[None]


class PlaceSelect(ui.ChannelSelect[Any]):
    """Chooses a channel, or none.

    Args:
        place: The setting.
        seen: How things stand.
        choose: Sets it.
    """

    def __init__(
        self,
        place: ChannelSetting,
        seen: Seen,
        choose: Callable[[Interaction, ChannelSetting, int | None], Done],
    ) -> None:
        kinds = [discord.ChannelType.text]
        if not place.threads:
            kinds.append(discord.ChannelType.news)
        current = seen.channel(place)
        super().__init__(
            channel_types=kinds,
            placeholder=seen.reader.say(place.placeholder),
            min_values=0,
            default_values=[] if current is None or current.type not in kinds else [current],
        )
        self._place = place
        self._choose = choose

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Set it."""
        chosen = self.values[0].id if self.values else None
        await self._choose(interaction, self._place, chosen)


class RoleSelect(ui.RoleSelect[Any]):
    """Chooses a role, or none.

    Args:
        setting: The setting.
        seen: How things stand.
        choose: Sets it.
    """

    def __init__(
        self,
        setting: RoleSetting,
        seen: Seen,
        choose: Callable[[Interaction, RoleSetting, discord.Role | None], Done],
    ) -> None:
        current = seen.role(setting)
        super().__init__(
            placeholder=seen.reader.say(setting.placeholder),
            min_values=0,
            default_values=[] if current is None else [current],
        )
        self._setting = setting
        self._choose = choose

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Set it."""
        await self._choose(interaction, self._setting, self.values[0] if self.values else None)


class AnnouncedSelect(ui.Select[Any]):
    """Chooses what is announced, or nothing.

    Args:
        seen: How things stand.
        choose: Sets it.
    """

    def __init__(self, seen: Seen, choose: Callable[[Interaction, list[str]], Done]) -> None:
        options = [
            discord.SelectOption(
                label=seen.reader.say(label).capitalize(),
                value=name,
                default=name in seen.settings.announced,
            )
            for name, label in ANNOUNCED.items()
        ]
        super().__init__(
            placeholder=seen.reader.say(Sentence("What is announced?")),
            min_values=0,
            max_values=len(options),
            options=options,
            disabled=seen.settings.announcement_channel is None,
        )
        self._choose = choose

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Set it."""
        await self._choose(interaction, self.values)


class PlainButton(SentenceLabel, ui.Button[Any]):
    """Does something else.

    Args:
        label: What stands on it.
        act: Does it.
        style: Its colour.
    """

    def __init__(
        self,
        label: Sentence,
        act: Callable[[Interaction], Done],
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        super().__init__(label=str(label), style=style)
        self.sentence = label
        self._act = act

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it."""
        await self._act(interaction)


def add_part(
    box: ui.Container[Any],
    lines: list[Sentence],
    controls: tuple[ui.Item[Any], ...],
    reader: text.ReaderFormat,
) -> None:
    """Add a part of the panel: what it says, and what changes it in one row."""
    if lines:
        box.add_item(ui.TextDisplay("\n".join(map(reader.say, lines))))
    for each in controls:
        if isinstance(each, SentenceLabel):
            each.say_label(reader)
    if controls:
        box.add_item(ui.ActionRow(*controls))
