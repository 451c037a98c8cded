"""Direct messages to a guild's owner: what only they can mend."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.client import GuildbankBot
from bot.delivery.dms import send_dm
from bot.delivery.outcome import understood
from bot.delivery.role_words import role_unusable
from bot.delivery.shop_words_for_owners import codes_running_out, is_panel, panel_unusable
from bot.wording import text
from payments.domain.sentences.parts import Code, Place, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import (
    ChannelUnusable,
    CodesRunningOut,
    Event,
    ProviderAccessRefused,
    RoleUnusable,
)
from payments.domain.values.ids import GuildId, MemberId
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp


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
        words_of = WORDS.get(type(event))
        if words_of is None:
            raise GiveUp(f"there is no message for owners about {event.name}")
        server, owner = await self._server(event.guild)
        words = " ".join(map(text.PLAIN.say, words_of(event, server)))
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


def _refused(event: ProviderAccessRefused, server: str) -> list[Sentence]:
    return [
        Sentence("On {server} the payment provider refuses me.", server=server),
        Sentence("{reason}", reason=Verbatim(event.reason)),
        Sentence(
            "What needs that waits, and is done once it is mended. Nothing is lost. Whoever runs "
            "the bot sees with {command} what to do.",
            command=Code("guildbank doctor"),
        ),
    ]


def _lost(event: ChannelUnusable, server: str) -> list[Sentence]:
    if is_panel(event):
        return panel_unusable(event, server)
    return [
        *_undone(event.setting, server, Verbatim(event.reason)),
        _mend(event.setting, event.channel),
    ]


def _undone(setting: str, server: str, reason: Verbatim) -> list[Sentence]:
    """What could not be done, and what becomes of it."""
    if setting == "mod_channel":
        return [
            Sentence(
                "On {server} I could not tell the moderators something that needs them: {reason}.",
                server=server,
                reason=reason,
            ),
            Sentence("They get it within ten minutes once that is mended."),
        ]
    if setting == "fulfilment_channel":
        return [
            Sentence(
                "On {server} I could not tell anybody of an order that waits for a person: "
                "{reason}.",
                server=server,
                reason=reason,
            ),
            Sentence("They get it within ten minutes once that is mended."),
        ]
    if setting == "announcement_channel":
        return [
            Sentence(
                "On {server} I could not announce something: {reason}.",
                server=server,
                reason=reason,
            ),
            Sentence("It is not announced later."),
        ]
    return [
        Sentence(
            "On {server} I could not open a private thread for a member who takes no direct "
            "messages: {reason}.",
            server=server,
            reason=reason,
        ),
        Sentence("They read it after their next command instead."),
    ]


def _mend(setting: str, channel: int | None) -> Sentence:
    command, option = SlashCommand("setup set"), Code(setting)
    if channel is None:
        return Sentence(
            "Choose a channel with {command}, option {option}.", command=command, option=option
        )
    return Sentence(
        "Let me view {channel} and write there, or choose another with {command}, option {option}.",
        channel=Place(channel),
        command=command,
        option=option,
    )


WORDS: Final[Mapping[type[Event], Callable[[Any, str], list[Sentence]]]] = {
    ChannelUnusable: _lost,
    CodesRunningOut: codes_running_out,
    ProviderAccessRefused: _refused,
    RoleUnusable: role_unusable,
}
"""What an owner reads, by the event and the server's name."""
