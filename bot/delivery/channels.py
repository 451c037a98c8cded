"""Where the queue's deliveries reach people on Discord."""

from collections.abc import Mapping

from bot.client import GuildbankBot
from bot.deliveries.announcements import Announcements
from bot.deliveries.answers import OriginalAnswer
from bot.deliveries.direct import DirectMessages
from bot.deliveries.moderators import ModChannel
from bot.deliveries.owners import Owners
from bot.deliveries.recipients import Recipients
from payments.domain.time import Clock
from payments.queue.channel import Channel
from payments.queue.routing import ANNOUNCE, ANSWER, DM, MOD, OWNER, RECIPIENT
from payments.sealing import Sealer
from payments.store.answers import Answers
from payments.store.queries import Queries


def build_channels(
    bot: GuildbankBot,
    *,
    queries: Queries,
    answers: Answers,
    sealer: Sealer,
    clock: Clock,
) -> Mapping[str, Channel]:
    """All channels on Discord, by name. They need a bot that is logged in, and no gateway."""
    return {
        DM: DirectMessages(bot, queries=queries, clock=clock),
        ANSWER: OriginalAnswer(bot, queries=queries, answers=answers, sealer=sealer, clock=clock),
        MOD: ModChannel(bot, queries=queries),
        ANNOUNCE: Announcements(bot, queries=queries),
        OWNER: Owners(bot),
        RECIPIENT: Recipients(bot, queries=queries, clock=clock),
    }
