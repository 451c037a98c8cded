"""The panel of `/setup panel`: one message that leads an owner through all settings.

It shows what is missing, tests each channel and role as it is chosen and again whenever it is
drawn, and can be opened again at any time: what it shows is read from the books and from Discord.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import discord
import structlog
from discord import ui

from bot.features.setup import panel_parts as parts
from bot.features.setup.channel_checks import why_no_moderators
from bot.features.setup.panel_controls import AnnouncedSelect, PlaceSelect, PlainButton, RoleSelect
from bot.features.setup.panel_forms import LIMIT_FORM, NAME_FORM, FormModal, PanelForm, Typed
from bot.features.setup.panel_parts import ChannelSetting, Seen
from bot.features.setup.settings import change_settings, currency_of, lines_of
from bot.interaction.caller import Interaction, caller_of, owners_only
from bot.interaction.errors import Denied, answer_error, deny, refusal_of_place
from bot.ui.card import Mood, card
from bot.ui.live import LiveView
from bot.wording import text
from payments.domain.errors import Refused

log = structlog.get_logger(__name__)

PANEL_SECONDS: Final = 840.0
"""How long it waits for the next press: Discord lets an answer be changed for 15 minutes."""

CLOSED: Final = "This panel is closed. Open it again with `/setup panel`."
NOT_YOURS: Final = "This panel is someone else's. Open your own with `/setup panel`."


async def look(interaction: Interaction) -> Seen:
    """The state of the caller's server.

    Raises:
        Denied: Discord does not show the server to the bot just now.
    """
    caller = caller_of(interaction)
    if interaction.guild is None:
        raise Denied("I cannot see this server right now. Please try again in a minute.")
    queries = interaction.client.queries
    return Seen(
        guild=interaction.guild,
        settings=await queries.settings(caller.guild),
        currency=await currency_of(interaction.client, caller.guild),
        for_sale=bool(await queries.packages(caller.guild)),
        locale=text.locale_of(interaction.locale),
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
        self._problems: Mapping[str, str] = {}
        self._typed: Mapping[str, Typed] = {}
        self._draw(seen)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Allow only its owner to press, while they may manage the server."""
        refusal: text.Words | None = refusal_of_place(interaction)
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
            await self._last.edit_original_response(view=card("Set up this server", CLOSED))
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

    async def choose_role(self, interaction: Interaction, role: discord.Role | None) -> None:
        """Set the moderators' role; none clears it."""

        def changes(seen: Seen) -> Mapping[str, Any]:
            del seen
            wrong = None if role is None else why_no_moderators(role)
            if wrong is not None:
                raise Refused(wrong)
            return {parts.ROLE: None if role is None else role.id}

        await self._change(interaction, parts.ROLE, changes)

    async def choose_announced(self, interaction: Interaction, names: list[str]) -> None:
        """Choose what is announced."""
        await self._change(
            interaction, parts.ANNOUNCEMENTS, lambda _: {"announced": tuple(sorted(names))}
        )

    async def open_form(self, interaction: Interaction, form: PanelForm) -> None:
        """Show a form, with what was typed before if that was refused."""
        fields = form.fields(await look(interaction))

        async def submit(sent: Interaction, typed: Typed) -> None:
            await self._change(sent, form.part, lambda seen: form.changes(seen, typed), typed)

        modal = FormModal(
            form,
            fields,
            self._typed.get(form.part, {}),
            check=self.interaction_check,
            submit=submit,
        )
        await interaction.response.send_modal(modal)

    async def test_again(self, interaction: Interaction) -> None:
        """Draw it again, with the results of the tests as they are now."""
        await interaction.response.defer()
        await self._show(interaction, {}, {})

    async def close(self, interaction: Interaction) -> None:
        """Take the controls away, and say how things are."""
        seen = await look(interaction)
        lines = lines_of(seen.settings, seen.currency, seen.locale)
        end = card(
            "Settings",
            *lines,
            *parts.head(seen),
            mood=Mood.GOOD,
            footer="Open the panel again with /setup panel.",
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
        await interaction.response.defer()
        seen = await look(interaction)
        try:
            await change_settings(interaction, seen.settings, changes(seen))
        except Refused as refused:
            why = text.PLAIN.say(refused.sentence)
            await self._show(interaction, {part: why}, {part: typed or {}})
        else:
            await self._show(interaction, {}, {})

    async def _show(
        self,
        interaction: Interaction,
        problems: Mapping[str, str],
        typed: Mapping[str, Typed],
    ) -> None:
        self._problems, self._typed = problems, typed
        self._draw(await look(interaction))
        await interaction.edit_original_response(view=self)
        self._last = interaction

    def _draw(self, seen: Seen) -> None:
        """Put everything in its place, with fresh ids: Discord then forgets what was refused."""
        self.clear_items()
        problems = self._problems
        mood = Mood.WAIT if problems else Mood.PLAIN
        box: ui.Container[Any] = ui.Container(accent_colour=discord.Colour(mood.value))
        box.add_item(_words("### Set up this server", *parts.head(seen)))
        for place in (parts.MODERATORS, parts.NEWS, parts.NOTICES):
            box.add_item(_words(parts.place_text(place, seen, problems)))
            box.add_item(ui.ActionRow(PlaceSelect(place, seen, self.choose_place)))
            if place is parts.MODERATORS:
                box.add_item(_words(parts.role_text(seen, problems)))
                box.add_item(ui.ActionRow(RoleSelect(seen, self.choose_role)))
            if place is parts.NEWS:
                about = list(parts.announced_lines(seen, problems))
                if about:
                    box.add_item(_words(*about))
                box.add_item(ui.ActionRow(AnnouncedSelect(seen, self.choose_announced)))
        box.add_item(_words(parts.names_part(seen, problems), parts.limits_part(seen, problems)))
        box.add_item(
            ui.ActionRow(
                PlainButton("Names…", lambda press: self.open_form(press, NAME_FORM)),
                PlainButton("Limits…", lambda press: self.open_form(press, LIMIT_FORM)),
                PlainButton("Test again", self.test_again),
                PlainButton("Done", self.close, discord.ButtonStyle.success),
            )
        )
        box.add_item(_words("-# Each choice is tested and kept at once. Only you see this."))
        self.add_item(box)


def _words(*lines: str) -> ui.TextDisplay[Any]:
    return ui.TextDisplay("\n".join(lines))
