"""Who may moderate, and where: checked at each request, whatever Discord let through."""

from typing import Final

import discord

from bot.interaction.caller import Caller, Interaction, caller_of, has_role, is_moderator
from bot.interaction.errors import Denied
from payments.domain.sentences.parts import Code, Place
from payments.domain.sentences.sentence import Sentence

NOT_A_MODERATOR: Final = Sentence("Only moderators can do that.")
NOT_STAFF: Final = Sentence("Only those who fulfil orders can do that.")
ABOUT_YOU: Final = Sentence("This is about yourself: another moderator must do it.")
NO_CHANNEL: Final = Sentence(
    "No moderators' channel is set on this server. Those who may manage the server set it with "
    "{command}.",
    command=Code("/setup set mod_channel"),
)


async def moderator_of(interaction: Interaction) -> Caller:
    """The moderator who asks, in the moderators' channel or one of its threads.

    Raises:
        Denied: It is no moderator, no such channel is set, or it is another one.
    """
    caller = caller_of(interaction)
    settings = await interaction.client.queries.settings(caller.guild)
    if not is_moderator(interaction, settings):
        raise Denied(NOT_A_MODERATOR)
    if settings.mod_channel is None:
        raise Denied(NO_CHANNEL)
    if not _is_in(interaction, settings.mod_channel):
        raise Denied(
            "This works only in the moderators' channel or in a thread of it: {channel}.",
            channel=Place(settings.mod_channel),
        )
    return caller


async def staff_of(interaction: Interaction) -> Caller:
    """One of those who fulfil orders, where orders wait for a person.

    Moderators may do it in their own channel as well.

    Raises:
        Denied: They are none of them, or it is another channel.
    """
    caller = caller_of(interaction)
    settings = await interaction.client.queries.settings(caller.guild)
    moderates = is_moderator(interaction, settings)
    if not moderates and not has_role(interaction, settings.fulfilment_role):
        raise Denied(NOT_STAFF)
    own = settings.mod_channel if moderates else None
    places = [each for each in (settings.fulfilment_channel, own) if each is not None]
    if settings.fulfilment_channel is None and settings.mod_channel is not None:
        places = [settings.mod_channel]
    if not places:
        raise Denied(NO_CHANNEL)
    if not any(_is_in(interaction, each) for each in places):
        raise Denied(
            "This works only in the channel in which orders wait, or in a thread of it: {channel}.",
            channel=Place(places[0]),
        )
    return caller


def _is_in(interaction: Interaction, channel: int) -> bool:
    """Whether it happens in a channel or in a thread of it.

    Discord calls the parent of a thread and the category of a channel by the same name; whoever may
    read a channel below a category need not be a moderator.
    """
    if interaction.channel_id == channel:
        return True
    place = interaction.channel
    return isinstance(place, discord.Thread) and place.parent_id == channel
