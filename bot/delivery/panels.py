"""The channel `panel`: panels show what is for sale now, and owners are told where they can't."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from hashlib import sha256
from typing import Final

import discord
import structlog
from discord import ui

from bot.client import GuildbankBot
from bot.delivery.lost_channel import report_lost
from bot.delivery.outcome import GONE, LostChannel, understood
from bot.delivery.readers import reader_in
from bot.features.panels.drawing import draw, lock_of
from payments.domain.values.events import ItemChanged, PackageChanged
from payments.domain.values.ids import GuildId
from payments.domain.values.panels import PanelKind
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone, WrongForm
from payments.store.records.panels import Panel, Panels

log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 300
"""Pause between two looks at all panels."""

MENDED_SECONDS: Final = 600.0
"""How long to wait for a channel that may not be used to be mended."""

SETTINGS: Final = {PanelKind.ITEMS: "item_panel", PanelKind.PACKAGES: "package_panel"}
"""What a panel is called where a channel that cannot be used is reported."""

_DELETED: Final = "somebody has deleted the message"  # no sentence - for the log


class PanelKeeper:
    """Shows on panels what is for sale now, as the books are when it is drawn.

    Args:
        bot: Logged in.
        panels: Knows where they stand.
    """

    def __init__(self, bot: GuildbankBot, *, panels: Panels) -> None:
        self._bot = bot
        self._panels = panels

    async def drawn(self, guild: GuildId, kind: PanelKind) -> ui.LayoutView:
        """What a panel is to show now."""
        return await draw(self._bot, guild, kind, await reader_in(self._bot, guild))

    async def show(self, guild: GuildId, kind: PanelKind) -> None:
        """Draw a server's panel again, if it has one; where it is gone, its owner is told.

        Raises:
            LostChannel: The bot may not use the channel; the owner is told once a day.
            Postpone: Not now.
            discord.HTTPException: Anything else that Discord refuses.
        """
        async with lock_of(guild, kind):
            panel = await self._panels.find(guild, kind)
            if panel is not None:
                await self._change(panel, await self.drawn(guild, kind))

    async def _change(self, panel: Panel, view: ui.LayoutView) -> None:
        channel = self._bot.get_partial_messageable(panel.channel, guild_id=panel.guild)
        try:
            with understood():
                await channel.get_partial_message(panel.message).edit(view=view)
        except LostChannel as error:
            await self._report(panel, error.wrong)
            if error.code != GONE:
                raise
            await self._panels.forget(panel)
        except GiveUp:
            await self._report(panel, _DELETED)
            await self._panels.forget(panel)

    async def _report(self, panel: Panel, wrong: str) -> None:
        setting = SETTINGS[panel.kind]
        await report_lost(self._bot, panel.guild, setting, panel.channel, wrong)


class PanelChannel:
    """The channel `panel`.

    What a panel shows does not depend on the event that leads here: so all changes of a few seconds
    are one, and a late or repeated event never brings an old state back.

    Args:
        keeper: Shows it.
    """

    name = "panel"
    summed = (ItemChanged.name, PackageChanged.name)

    def __init__(self, keeper: PanelKeeper) -> None:
        self._keeper = keeper

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
        if event.panel is None:
            raise GiveUp(f"no panel shows {event.name}")
        try:
            await self._keeper.show(event.guild, event.panel)
        except LostChannel as error:
            raise Postpone(error.wrong, seconds=MENDED_SECONDS) from error


class PanelRefresh:
    """Shows what no event tells: a sale that begins or ends, other names, what was missed.

    Each panel is drawn once at the start; then only those on which something is otherwise.

    Args:
        keeper: Shows it.
        panels: Knows where they stand.
    """

    def __init__(self, keeper: PanelKeeper, *, panels: Panels) -> None:
        self._keeper, self._panels = keeper, panels
        self._shown: dict[Panel, str] = {}

    async def run(self, alone: Callable[[str], AbstractAsyncContextManager[bool]]) -> None:
        """Refresh at once and every few minutes until cancelled, unless another process does.

        Args:
            alone: Whether something is ours to do now.
        """
        while True:
            try:
                async with alone("panels") as mine:
                    if mine:
                        await self.refresh_all()
            except Exception:  # it is done again after its pause
                log.exception("panels.not_refreshed")
            await asyncio.sleep(PAUSE_SECONDS)

    async def refresh_all(self) -> int:
        """Refresh all. Returns how many were changed; stops early while Discord is away."""
        panels = await self._panels.everywhere()
        self._shown = {panel: self._shown[panel] for panel in panels if panel in self._shown}
        changed = 0
        for panel in panels:
            try:
                changed += await self._refresh(panel)
            except Postpone as reason:
                log.warning("panels.refresh_stopped", reason=str(reason), changed=changed)
                break
            except (GiveUp, WrongForm, discord.HTTPException) as error:  # it stops no other
                log.warning("panels.one_not_refreshed", guild=panel.guild, error=str(error))
        return changed

    async def _refresh(self, panel: Panel) -> bool:
        view = await self._keeper.drawn(panel.guild, panel.kind)
        parts = view.to_components()  # type: ignore[no-untyped-call]  # discord.py's
        drawn = sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        if self._shown.get(panel) == drawn:
            return False
        await self._keeper.show(panel.guild, panel.kind)
        self._shown[panel] = drawn
        return True
