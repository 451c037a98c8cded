"""Who may moderate, and where: checked at each request, whatever Discord let through."""

from bot.errors import Denied
from bot.who import Caller, Interaction, caller_of, is_moderator

NOT_A_MODERATOR = "Only moderators can do that."
NO_CHANNEL = (
    "No moderators' channel is set on this server. Those who may manage the server set it with "
    "`/setup set mod_channel`."
)


async def moderator_of(interaction: Interaction) -> Caller:
    """The moderator who asks, in the moderators' channel.

    Raises:
        Denied: It is no moderator, no such channel is set, or it is another one.
    """
    caller = caller_of(interaction)
    settings = await interaction.client.queries.settings(caller.guild)
    if not is_moderator(interaction, settings):
        raise Denied(NOT_A_MODERATOR)
    if settings.mod_channel is None:
        raise Denied(NO_CHANNEL)
    if interaction.channel_id != settings.mod_channel:
        raise Denied(f"This works only in the moderators' channel: <#{settings.mod_channel}>.")
    return caller
