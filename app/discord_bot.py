"""The bot, with the services of the core as its collaborators."""

from app.core import Services
from bot.client import GuildbankBot
from bot.connection.rest_limits import RestLimits
from bot.startup.create import create_bot
from payments.infra.settings import Settings
from payments.services.health import Health


def bot_of(
    core: Services, settings: Settings, health: Health, shards: tuple[int, ...] | None
) -> GuildbankBot:
    """Make it; it is not connected.

    Args:
        core: What it works with.
        settings: The settings.
        health: Knows how the program does.
        shards: As `create_bot` takes them.
    """
    return create_bot(
        shards,
        runner=core.runner,
        queries=core.queries,
        buying=core.buying,
        refunding=core.refunding,
        purchase_checks=core.purchase_checks,
        guide=core.guide,
        voiding=core.voiding,
        notices=core.notices,
        guild_names=core.guild_names,
        panels=core.panels,
        health=health,
        post=core.post,
        attempts=core.metrics,
        rest_limits=RestLimits(settings.discord_requests_per_second, ends=core.watching.health),
        encryptor=core.encryptor,
        clock=core.clock,
        new_id=core.new_id,
        sells_in=settings.sells_in,
        shop_front=core.shop_front,
        sees_members=settings.discord_members_intent,
    )
