"""Direct messages to a guild's owner: what only they can mend."""

from typing import Final

from bot.client import GuildbankBot
from bot.delivery.dms import send_dm
from bot.delivery.outcome import understood
from bot.wording import text
from payments.domain.values.events import ChannelUnusable, ProviderAccessRefused
from payments.domain.values.ids import GuildId, MemberId
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp

_WHAT: Final = {
    "mod_channel": (
        "could not tell the moderators something that needs them",
        "It is told within ten minutes once that is mended.",
    ),
    "announcement_channel": ("could not announce something", "It is not announced later."),
    "notice_channel": (
        "could not open a private thread for a member who takes no direct messages",
        "They read it after their next command instead.",
    ),
}


class Owners:
    """The channel `owner`: one message to the guild's owner.

    Args:
        bot: Logged in.
    """

    name = "owner"

    def __init__(self, bot: GuildbankBot) -> None:
        self._bot = bot

    async def deliver(self, delivery: Delivery) -> None:
        """Send it, or keep it for the owner's next command if they take no direct messages.

        Raises:
            Postpone: Not now.
            GiveUp: The owner cannot be reached, or there are no words for such an event.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if not isinstance(event, ChannelUnusable | ProviderAccessRefused):
            raise GiveUp(f"there is no message for owners about {event.name}")
        server, owner = await self._server(event.guild)
        words = (
            _lost(event, server) if isinstance(event, ChannelUnusable) else _refused(event, server)
        )
        await send_dm(self._bot, delivery, guild=event.guild, member=owner, words=words)

    async def _server(self, guild: GuildId) -> tuple[str, MemberId]:
        """A guild's name and owner, from the gateway's memory or else from Discord."""
        found = self._bot.get_guild(guild)
        if found is None or found.owner_id is None:
            with understood():
                found = await self._bot.fetch_guild(guild, with_counts=False)
        if found.owner_id is None:
            raise GiveUp("Discord does not say who owns the server")
        return found.name, MemberId(found.owner_id)


def _refused(event: ProviderAccessRefused, server: str) -> str:
    return (
        f"On {text.quoted(server)} the payment provider refuses me. {text.safe(event.reason)} What "
        "needs that waits, and is done by itself once it is mended: nothing is lost. Whoever runs "
        "the bot sees with `guildbank doctor` what to do."
    )


def _lost(event: ChannelUnusable, server: str) -> str:
    what, then = _WHAT[event.setting]
    if event.channel is None:
        mend = f"Choose a channel with `/setup set {event.setting}`."
    else:
        mend = (
            f"Let me view <#{event.channel}> and write there, or choose another channel with "
            f"`/setup set {event.setting}`."
        )
    return f"On {text.quoted(server)} I {what}: {event.reason}. {mend} {then}"
