"""The channel `panel`: panels show what is for sale now, and owners are told where they can't."""

from collections.abc import Sequence
from typing import Final

from bot.client import GuildbankBot
from bot.delivery.lost_channel import report_lost
from bot.delivery.outcome import GONE, LostChannel, understood
from bot.delivery.readers import reader_in
from bot.features.panels.drawing import draw, lock_of
from payments.domain.values.events import ItemChanged, PackageChanged
from payments.domain.values.ids import GuildId
from payments.domain.values.panels import PanelKind
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.store.records.panels import Panel, Panels

MENDED_SECONDS: Final = 600.0
"""How long to wait for a channel that may not be used to be mended."""

SETTINGS: Final = {PanelKind.ITEMS: "item_panel", PanelKind.PACKAGES: "package_panel"}
"""What a panel is called where a channel that cannot be used is reported."""

_DELETED: Final = "somebody has deleted the message"  # no sentence - for the log


class PanelChannel:
    """The channel `panel`.

    What a panel shows is read from the books as they are, not from the event that leads here: so
    all changes of a few seconds are one, and a late or repeated event never brings an old state
    back.

    Args:
        bot: Logged in.
        panels: Knows where they stand.
    """

    name = "panel"
    summed = (ItemChanged.name, PackageChanged.name)

    def __init__(self, bot: GuildbankBot, *, panels: Panels) -> None:
        self._bot = bot
        self._panels = panels

    async def deliver(self, delivery: Delivery) -> None:
        """Draw the panel again, if the server has one.

        Raises:
            Postpone: Not now; also where the bot may not use the channel, until that is mended.
            GiveUp: It is on no panel.
            discord.HTTPException: Anything else that Discord refuses.
        """
        await self.deliver_all([delivery])

    async def deliver_all(self, together: Sequence[Delivery]) -> None:
        """Draw it once for all of them; raises as `deliver`."""
        event = together[0].event
        kind = event.panel
        if kind is None:
            raise GiveUp(f"no panel shows {event.name}")
        async with lock_of(event.guild, kind):
            panel = await self._panels.find(event.guild, kind)
            if panel is not None:
                await self._draw(event.guild, panel)

    async def _draw(self, guild: GuildId, panel: Panel) -> None:
        view = await draw(self._bot, guild, panel.kind, await reader_in(self._bot, guild))
        channel = self._bot.get_partial_messageable(panel.channel, guild_id=guild)
        try:
            with understood():
                await channel.get_partial_message(panel.message).edit(view=view)
        except LostChannel as error:
            await self._report(panel, error.wrong)
            if error.code != GONE:
                raise Postpone(error.wrong, seconds=MENDED_SECONDS) from error
            await self._panels.forget(panel)
        except GiveUp:
            await self._report(panel, _DELETED)
            await self._panels.forget(panel)

    async def _report(self, panel: Panel, wrong: str) -> None:
        setting = SETTINGS[panel.kind]
        await report_lost(self._bot, panel.guild, setting, panel.channel, wrong)
