"""Direct messages, and what becomes of those that cannot be sent."""

import discord
import structlog

from bot.client import GuildbankBot
from bot.delivery.lost_channel import report_lost
from bot.delivery.outcome import ClosedDM, LostChannel, understood
from bot.delivery.threads import say_in_thread
from bot.wording import text
from payments.domain.values.ids import GuildId, MemberId
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp
from payments.store.records.notices import Notice

log = structlog.get_logger(__name__)


async def send_dm(
    bot: GuildbankBot,
    delivery: Delivery,
    *,
    guild: GuildId,
    member: MemberId,
    words: str,
    kept: str | None = None,
    suppress_embeds: bool = False,
) -> bool:
    """Send a direct message; false if `kept` went to a thread instead.

    Discord drops a repeat within a few minutes. If the member takes none, the words go to a private
    thread with them, where the guild wants that; else they wait for the member's next command in
    the guild. Until then nothing more is tried: Discord counts each refusal against the bot.

    Args:
        bot: Logged in.
        delivery: What is delivered.
        guild: In which guild it happened.
        member: Who reads it.
        words: What they read.
        kept: What they read instead if it is kept or goes to a thread, where moderators may look.
        suppress_embeds: Whether nothing is shown of what the words link to.

    Raises:
        ClosedDM: The words are kept.
        Postpone: Not now.
        GiveUp: The member cannot be reached.
        discord.HTTPException: Anything else that Discord refuses.
    """
    why = "the member took no direct messages lately"  # no sentence - for the log
    if not await bot.notices.waiting(guild, member) and not await bot.notices.has_thread(
        guild, member
    ):
        try:
            with understood():
                channel = await bot.create_dm(discord.Object(member))
                shown = text.cut(words, text.MESSAGE_LENGTH)
                await channel.send(shown, nonce=delivery.nonce, suppress_embeds=suppress_embeds)
        except ClosedDM as error:
            why = str(error)
        else:
            return True
    said = words if kept is None else kept
    if not await _sent_in_thread(bot, delivery, guild, member, said):
        await bot.notices.keep(guild, member, Notice(id=delivery.id, words=said, at=bot.clock()))
        raise ClosedDM(f"{why}: kept for their next command")
    return False


async def _sent_in_thread(
    bot: GuildbankBot, delivery: Delivery, guild: GuildId, member: MemberId, words: str
) -> bool:
    place = (await bot.queries.settings(guild)).notice_channel
    if place is None:
        await bot.notices.forget_thread(guild, member)
        return False
    try:
        await say_in_thread(bot, delivery, guild=guild, member=member, place=place, words=words)
    except LostChannel as error:
        await report_lost(bot, guild, "notice_channel", place, error.wrong)
        return False
    except GiveUp as error:
        log.info("thread.not_used", delivery=delivery.id, reason=str(error))
        return False
    return True
