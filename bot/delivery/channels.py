"""Where the queue's deliveries reach people on Discord."""

from collections.abc import Mapping

from bot.client import GuildbankBot
from bot.delivery.announcements import Announcements
from bot.delivery.answers import OriginalAnswer
from bot.delivery.direct import DirectMessages
from bot.delivery.kept_cards import KeptCards
from bot.delivery.moderators import ModChannel
from bot.delivery.owners import Owners
from bot.delivery.panels import PanelChannel, PanelKeeper
from bot.delivery.proposals import Proposals
from bot.delivery.recipients import Recipients
from bot.delivery.staff import StaffChannel
from payments.domain.values.time import Clock
from payments.infra.encryption import Encryptor
from payments.notifications.channel import DeliveryChannel
from payments.notifications.routing import (
    ANNOUNCE,
    ANSWER,
    CARD,
    DM,
    MOD,
    OWNER,
    PANEL,
    PROPOSAL,
    RECIPIENT,
    STAFF,
)
from payments.store.queries import Queries
from payments.store.records.answers import Answers
from payments.store.records.mod_cards import ModCards


def build_channels(
    bot: GuildbankBot,
    *,
    queries: Queries,
    answers: Answers,
    mod_cards: ModCards,
    encryptor: Encryptor,
    clock: Clock,
) -> Mapping[str, DeliveryChannel]:
    """All channels on Discord, by name. They need a bot that is logged in, and no gateway."""
    kept = KeptCards(bot, queries=queries, cards=mod_cards)
    return {
        DM: DirectMessages(bot, queries=queries, clock=clock),
        ANSWER: OriginalAnswer(
            bot, queries=queries, answers=answers, encryptor=encryptor, clock=clock
        ),
        MOD: ModChannel(bot, queries=queries, kept=kept),
        ANNOUNCE: Announcements(bot, queries=queries),
        OWNER: Owners(bot),
        RECIPIENT: Recipients(bot, queries=queries, clock=clock),
        CARD: kept,
        PANEL: PanelChannel(PanelKeeper(bot, panels=bot.panels)),
        PROPOSAL: Proposals(bot, queries=queries),
        STAFF: StaffChannel(bot, queries=queries, cards=mod_cards.of_orders),
    }
