"""Direct messages, and what becomes of those that cannot be sent."""

import discord

from bot.client import GuildbankBot
from bot.deliveries.outcome import ClosedDM, understood
from payments.domain.ids import GuildId, MemberId
from payments.queue.channel import Delivery
from payments.store.notices import Notice


async def send_dm(
    bot: GuildbankBot,
    delivery: Delivery,
    *,
    guild: GuildId,
    member: MemberId,
    words: str,
    suppress_embeds: bool = False,
) -> None:
    """Send a direct message; Discord drops a repeat of the same delivery within a few minutes.

    If the member takes none, the words wait for their next command in the guild; until then
    nothing more is tried, because Discord counts each refusal against the bot.

    Raises:
        ClosedDM: The words are kept.
        Postpone: Not now.
        GiveUp: The member cannot be reached.
        discord.HTTPException: Anything else that Discord refuses.
    """
    notice = Notice(id=delivery.id, words=words, at=bot.clock())
    if await bot.notices.waiting(guild, member):
        await bot.notices.keep(guild, member, notice)
        raise ClosedDM("the member took no direct messages lately: kept for their next command")
    try:
        with understood():
            channel = await bot.create_dm(discord.Object(member))
            await channel.send(words, nonce=delivery.id, suppress_embeds=suppress_embeds)
    except ClosedDM:
        await bot.notices.keep(guild, member, notice)
        raise
