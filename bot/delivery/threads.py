"""Private threads with members who take no direct messages, where a guild wants that."""

from typing import Final

import discord

from bot.client import GuildbankBot
from bot.delivery.outcome import LostChannel, understood
from bot.delivery.readers import reader_in
from bot.wording import text
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import GuildId, MemberId
from payments.notifications.channel import Delivery

NAME: Final = Sentence("Your points")
"""What members see in their list of threads."""

_WEEK_MINUTES: Final = 10_080
"""How long without a message until Discord hides a thread; the next message shows it again."""


async def say_in_thread(
    bot: GuildbankBot,
    delivery: Delivery,
    *,
    guild: GuildId,
    member: MemberId,
    place: int,
    words: str,
) -> None:
    """Say something to one member in a thread that only they and moderators see.

    The thread is made when it is needed first, and again if somebody has deleted it.

    Raises:
        LostChannel: The bot may not make threads there, or the member may not see them.
        Postpone: Not now.
        GiveUp: The member cannot be reached there.
        discord.HTTPException: Anything else that Discord refuses.
    """
    known = await bot.notices.thread(guild, member, place)
    if known is not None:
        try:
            await _say(bot, delivery, guild, member, known, words)
        except LostChannel:
            await bot.notices.forget_thread(guild, member)
        else:
            return
    thread = await _open(bot, guild, member, place)
    await _say(bot, delivery, guild, member, thread, words)


async def _open(bot: GuildbankBot, guild: GuildId, member: MemberId, place: int) -> int:
    reader = await reader_in(bot, guild)
    with understood():
        made = await bot.http.start_thread_without_message(
            place,
            name=reader.say(NAME),
            auto_archive_duration=_WEEK_MINUTES,
            type=discord.ChannelType.private_thread.value,
            invitable=False,
        )
        thread = int(made["id"])
        await bot.http.add_user_to_thread(thread, member)
    await bot.notices.keep_thread(guild, member, place, thread)
    return thread


async def _say(
    bot: GuildbankBot,
    delivery: Delivery,
    guild: GuildId,
    member: MemberId,
    thread: int,
    words: str,
) -> None:
    channel = bot.get_partial_messageable(thread, guild_id=guild)
    with understood():
        await channel.send(
            text.cut(f"<@{member}> {words}", text.MESSAGE_LENGTH),
            nonce=delivery.nonce,
            suppress_embeds=True,
            allowed_mentions=discord.AllowedMentions(users=[discord.Object(member)]),
        )
