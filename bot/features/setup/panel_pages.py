"""What stands on the pages of `/setup panel`: the settings of the server, and those of orders.

Discord takes 40 components in a message, and the first page has as many.
"""

from typing import Any, NamedTuple, Protocol

import discord
from discord import ui

from bot.features.setup import panel_parts as parts
from bot.features.setup import panel_places as places
from bot.features.setup.panel_controls import (
    AnnouncedSelect,
    PlaceSelect,
    PlainButton,
    RoleSelect,
)
from bot.features.setup.panel_forms import LIMIT_FORM, NAME_FORM, PanelForm
from bot.features.setup.panel_parts import Seen
from bot.features.setup.panel_places import ChannelSetting, RoleSetting
from bot.interaction.caller import Interaction
from payments.domain.sentences.sentence import Sentence


class Step(NamedTuple):
    """A part of a page.

    Attributes:
        part: Its name: what is refused stands there.
        lines: What it says.
        controls: What changes it, in one row.
        is_apart: Whether a line parts it from what stands above.
    """

    part: str
    lines: list[Sentence]
    controls: tuple[ui.Item[Any], ...]
    is_apart: bool = True


class Acts(Protocol):
    """What the panel does when something is chosen or pressed."""

    async def choose_place(
        self, interaction: Interaction, place: ChannelSetting, chosen: int | None
    ) -> None:
        """Set a channel."""

    async def choose_role(
        self, interaction: Interaction, setting: RoleSetting, role: discord.Role | None
    ) -> None:
        """Set a role."""

    async def choose_announced(self, interaction: Interaction, names: list[str]) -> None:
        """Choose what is announced."""

    async def open_form(self, interaction: Interaction, form: PanelForm) -> None:
        """Show a form of settings."""

    async def open_package_form(self, interaction: Interaction) -> None:
        """Show the form of a package."""

    async def turn(self, interaction: Interaction) -> None:
        """Show the other page."""

    async def test_again(self, interaction: Interaction) -> None:
        """Draw it again."""

    async def close(self, interaction: Interaction) -> None:
        """Take the controls away."""


def settings_steps(acts: Acts, seen: Seen) -> tuple[Step, ...]:
    """The first page."""
    announced = AnnouncedSelect(seen, acts.choose_announced)
    names = _form(acts, NAME_FORM, Sentence("Names…"))
    limits = _form(acts, LIMIT_FORM, Sentence("Limits…"))
    primary = discord.ButtonStyle.secondary if seen.packages else discord.ButtonStyle.primary
    package = PlainButton(Sentence("Add a package…"), acts.open_package_form, primary)
    orders = PlainButton(Sentence("Orders…"), acts.turn)
    return (
        _place(acts, places.MODERATORS, seen),
        _role(acts, places.MODERATOR_ROLE, seen),
        _place(acts, places.NEWS, seen),
        # what is announced belongs to its channel
        Step(parts.ANNOUNCEMENTS, parts.announced_part(seen), (announced,), is_apart=False),
        _place(acts, places.NOTICES, seen),
        Step(parts.NAMES, parts.names_part(seen), (names,)),
        Step(parts.LIMITS, parts.limits_part(seen), (limits,)),
        Step(parts.PACKAGES, parts.packages_part(seen), (package,)),
        Step(parts.SHOP, parts.shop_part(seen), (orders, *_end(acts))),
    )


def order_steps(acts: Acts, seen: Seen) -> tuple[Step, ...]:
    """The page of orders that wait for a person."""
    back = PlainButton(Sentence("Back"), acts.turn)
    return (
        _place(acts, places.ORDERS, seen),
        _role(acts, places.ORDER_ROLE, seen),
        Step(parts.SHOP, parts.waiting_part(), (back, *_end(acts))),
    )


def _place(acts: Acts, place: ChannelSetting, seen: Seen) -> Step:
    select = PlaceSelect(place, seen, acts.choose_place)
    return Step(place.field, parts.place_part(place, seen), (select,))


def _role(acts: Acts, setting: RoleSetting, seen: Seen) -> Step:
    select = RoleSelect(setting, seen, acts.choose_role)
    return Step(setting.field, parts.role_part(setting, seen), (select,))


def _form(acts: Acts, form: PanelForm, label: Sentence) -> PlainButton:
    return PlainButton(label, lambda press: acts.open_form(press, form))


def _end(acts: Acts) -> tuple[PlainButton, PlainButton]:
    return (
        PlainButton(Sentence("Test again"), acts.test_again),
        PlainButton(Sentence("Done"), acts.close, discord.ButtonStyle.success),
    )
