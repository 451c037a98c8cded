"""The panel of `/setup panel`: one message that leads an owner through all settings.

It shows what is missing, tests each channel and role as it is chosen and again whenever it is
drawn, and can be opened again at any time: what it shows is read from the books and from Discord.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import discord
import structlog
from discord import ui

from bot.features.packages.adding import currency_of, unsold
from bot.features.setup import package_form
from bot.features.setup import panel_parts as parts
from bot.features.setup.channel_checks import why_no_moderators
from bot.features.setup.form import Field, FormModal, Submit, Typed
from bot.features.setup.panel_controls import add_part
from bot.features.setup.panel_forms import PanelForm
from bot.features.setup.panel_pages import order_steps, settings_steps
from bot.features.setup.panel_parts import Seen
from bot.features.setup.panel_places import ChannelSetting, RoleSetting
from bot.features.setup.settings import change_settings, lines_of
from bot.interaction.caller import Interaction, caller_of, owners_only
from bot.interaction.errors import Denied, answer_error, deny, refusal_of_place
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.live import LiveView
from payments.domain.errors import Refused
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence

log = structlog.get_logger(__name__)

PANEL_SECONDS: Final = 840.0
"""How long it waits for the next press: Discord lets an answer be changed for 15 minutes."""

CLOSED: Final = Sentence(
    "This panel is closed. Open it again with {command}.", command=SlashCommand("setup panel")
)
NOT_YOURS: Final = Sentence(
    "This panel is someone else's. Open your own with {command}.",
    command=SlashCommand("setup panel"),
)


async def look(interaction: Interaction) -> Seen:
    """The state of the caller's server.

    Raises:
        Denied: Discord does not show the server to the bot just now.
    """
    caller = caller_of(interaction)
    if interaction.guild is None:
        raise Denied("I cannot see this server right now. Please try again in a minute.")
    queries = interaction.client.queries
    packages = await queries.packages(caller.guild)
    return Seen(
        guild=interaction.guild,
        settings=await queries.settings(caller.guild),
        currency=await currency_of(interaction.client, caller.guild),
        packages=packages,
        items=len(await queries.items(caller.guild)),
        unsold=await unsold(interaction.client, caller.guild, packages),
        reader=await reader_format_of(interaction),
    )


class SetupPanel(LiveView):
    """All settings with what changes them, for the one who opened it.

    Args:
        asked: The interaction that is answered with this.
        seen: How things stand.
    """

    def __init__(self, asked: Interaction, seen: Seen) -> None:
        super().__init__(timeout=PANEL_SECONDS)
        self._owner = asked.user.id
        self._last = asked
        self._of_orders = False
        self._reader = seen.reader
        self._problems: Mapping[str, Sentence] = {}
        self._typed: Mapping[str, Typed] = {}
        self._draw(seen)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Allow only its owner to press, while they may manage the server."""
        refusal = refusal_of_place(interaction)
        if refusal is None and interaction.user.id != self._owner:
            refusal = NOT_YOURS
        if refusal is None and self.is_finished():
            refusal = CLOSED
        if refusal is not None:
            await deny(interaction, refusal)
            return False
        return owners_only(interaction)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, item: ui.Item[Any], /
    ) -> None:
        """Tell the person; the panel stays."""
        del item
        await answer_error(interaction, error)

    async def on_timeout(self) -> None:
        """Take the controls away."""
        try:
            end = card(parts.TITLE, CLOSED, reader=self._reader)
            await self._last.edit_original_response(view=end)
        except discord.HTTPException as error:
            log.warning("setup.not_closed", interaction=self._last.id, code=error.code)

    async def choose_place(
        self, interaction: Interaction, place: ChannelSetting, chosen: int | None
    ) -> None:
        """Set a channel, if it passes its test; none clears the setting."""

        def changes(seen: Seen) -> Mapping[str, Any]:
            if chosen is None:
                return {place.field: None}
            channel = seen.guild.get_channel(chosen)
            if not isinstance(channel, discord.TextChannel):
                raise Refused("I cannot see that channel. Let me view it first.")
            wrong = parts.wrong_place(place, channel)
            if wrong is not None:
                raise Refused(wrong)
            return {place.field: chosen}

        await self._change(interaction, place.field, changes)

    async def choose_role(
        self, interaction: Interaction, setting: RoleSetting, role: discord.Role | None
    ) -> None:
        """Set a role; none clears it."""

        def changes(seen: Seen) -> Mapping[str, Any]:
            del seen
            wrong = None if role is None else why_no_moderators(role)
            if wrong is not None:
                raise Refused(wrong)
            return {setting.field: None if role is None else role.id}

        await self._change(interaction, setting.field, changes)

    async def choose_announced(self, interaction: Interaction, names: list[str]) -> None:
        """Choose what is announced."""
        await self._change(
            interaction, parts.ANNOUNCEMENTS, lambda _: {"announced": tuple(sorted(names))}
        )

    async def open_form(self, interaction: Interaction, form: PanelForm) -> None:
        """Show a form of settings, with what was typed before if that was refused."""
        seen = await look(interaction)

        async def submit(sent: Interaction, typed: Typed) -> None:
            await self._change(sent, form.part, lambda seen: form.changes(seen, typed), typed)

        modal = self._modal(form.part, form.title, form.fields(seen), submit)
        await interaction.response.send_modal(modal)

    async def open_package_form(self, interaction: Interaction) -> None:
        """Show the form of a package, with what was typed before if that was refused."""
        fields = package_form.fields(await look(interaction))

        async def submit(sent: Interaction, typed: Typed) -> None:
            await self._do(sent, parts.PACKAGES, lambda: package_form.submit(sent, typed), typed)

        modal = self._modal(parts.PACKAGES, package_form.TITLE, fields, submit)
        await interaction.response.send_modal(modal)

    def _modal(
        self, part: str, title: Sentence, fields: tuple[Field, ...], submit: Submit
    ) -> FormModal:
        typed, check = self._typed.get(part, {}), self.interaction_check
        return FormModal(title, fields, typed, reader=self._reader, check=check, submit=submit)

    async def turn(self, interaction: Interaction) -> None:
        """Show the settings of orders, or all others again."""
        self._of_orders = not self._of_orders
        await self.test_again(interaction)

    async def test_again(self, interaction: Interaction) -> None:
        """Draw it again, with the results of the tests as they are now."""
        await interaction.response.defer()
        await self._show(interaction, {}, {})

    async def close(self, interaction: Interaction) -> None:
        """Take the controls away, and say how things are."""
        seen = await look(interaction)
        left = parts.missing(seen)
        end = card(
            Sentence("Settings"),
            *lines_of(seen.settings, seen.currency),
            *(Sentence("⚠️ {step}", step=step) for step in left),
            *([] if left else [parts.head(seen)]),
            reader=seen.reader,
            mood=Mood.WAIT if left else Mood.GOOD,
            footer=Sentence(
                "Open the panel again with {command}.", command=SlashCommand("setup panel")
            ),
        )
        await interaction.response.edit_message(view=end)
        self.stop()

    async def _change(
        self,
        interaction: Interaction,
        part: str,
        changes: Callable[[Seen], Mapping[str, Any]],
        typed: Typed | None = None,
    ) -> None:
        async def act() -> None:
            seen = await look(interaction)
            await change_settings(interaction, seen.settings, changes(seen))

        await self._do(interaction, part, act, typed)

    async def _do(
        self,
        interaction: Interaction,
        part: str,
        act: Callable[[], Awaitable[None]],
        typed: Typed | None = None,
    ) -> None:
        """Do something, and draw the panel again; what is refused stands in its part."""
        await interaction.response.defer()
        try:
            await act()
        except Refused as refused:
            await self._show(interaction, {part: refused.sentence}, {part: typed or {}})
        else:
            await self._show(interaction, {}, {})

    async def _show(
        self,
        interaction: Interaction,
        problems: Mapping[str, Sentence],
        typed: Mapping[str, Typed],
    ) -> None:
        self._problems, self._typed = problems, typed
        self._draw(await look(interaction))
        await interaction.edit_original_response(view=self)
        self._last = interaction

    def _draw(self, seen: Seen) -> None:
        """Put everything in its place, with fresh ids: Discord then forgets what was refused."""
        self.clear_items()
        self._reader = seen.reader
        mood = Mood.WAIT if self._problems or parts.missing(seen) else Mood.PLAIN
        box: ui.Container[Any] = ui.Container(accent_colour=discord.Colour(mood.value))
        top = [Sentence("### {title}", title=parts.TITLE), parts.head(seen)]
        add_part(box, top, (), self._reader)
        steps = order_steps(self, seen) if self._of_orders else settings_steps(self, seen)
        for step in steps:
            if step.is_apart:
                box.add_item(ui.Separator())
            self._add(box, step.part, step.lines, step.controls)
        last = Sentence("-# Each choice is tested and saved. Only you see this.")
        add_part(box, [last], (), self._reader)
        self.add_item(box)

    def _add(
        self,
        box: ui.Container[Any],
        part: str,
        lines: list[Sentence],
        controls: tuple[ui.Item[Any], ...],
    ) -> None:
        if problem := self._problems.get(part):
            lines = [*lines, Sentence("❌ {problem}", problem=problem)]
        add_part(box, lines, controls, self._reader)
