"""All checks: side by side, each with its time limit, none able to stop the others."""

import asyncio
import os
from pathlib import Path
from typing import Final

from app.doctor.check_address import check_address
from app.doctor.check_books import check_books
from app.doctor.check_discord import check_discord
from app.doctor.check_files import check_files
from app.doctor.check_stripe import check_stripe
from app.doctor.context import Context, Watches, examined
from app.doctor.finding import Finding, error, ok, warning, within_limit
from payments.domain.values.time import SECOND, Clock
from payments.infra.clock import system_clock
from payments.infra.settings import ENV_FILE, Settings
from payments.providers.stripe.webhook import TOLERANCE

SKEW_SECONDS: Final = 10
"""A clock that is further off should be set."""

ALL_SECONDS: Final = 60.0
"""How long all checks of one service may take, each of which has its own limit."""


async def examine(
    settings: Settings, *, clock: Clock = system_clock, env_file: Path = ENV_FILE
) -> list[Finding]:
    """Look at everything that the program stands on.

    Args:
        settings: The settings.
        clock: Tells the time.
        env_file: Where the settings may come from.
    """
    async with examined(settings, clock) as context:
        books, usable = await check_books(context)
        groups = await asyncio.gather(
            within_limit("Discord", _discord(context, books=usable), seconds=ALL_SECONDS),
            within_limit("Stripe", check_stripe(context, books=usable), seconds=ALL_SECONDS),
            within_limit("Address", check_address(context, books=usable), seconds=ALL_SECONDS),
        )
        found = [
            *_settings(settings, env_file),
            *check_files(settings),
            *books,
            *(each for group in groups for each in group),
        ]
        return [*found, _clock(context.watches)]


async def _discord(context: Context, *, books: bool) -> list[Finding]:
    """Nothing without a token."""
    if "discord_token" in context.settings.absent:
        return []
    return await check_discord(context, books=books)


def _settings(settings: Settings, path: Path) -> list[Finding]:
    check = "Settings"
    where = str(path) if path.exists() and os.access(path, os.R_OK) else "the environment"
    if not settings.absent:
        return [ok(check, f"They are complete, and come from {where}.")]
    return [
        warning(
            check,
            f"{name.upper()} is not set, so {_UNSEEN[name]}.",
            f"`guildbank init` asks for it. {_NEEDED_BY[name]}",
        )
        for name in sorted(settings.absent)
    ]


_UNSEEN: Final = {
    "discord_token": "nothing was looked at on Discord",
    "stripe_webhook_secret": "it was not tried whether Stripe's messages are taken",
}
_NEEDED_BY: Final = {
    "discord_token": "Only `guildbank webhooks` starts without it.",
    "stripe_webhook_secret": "Only `guildbank worker` and `guildbank bot` start without it.",
}


def _clock(watches: Watches) -> Finding:
    check = "Clock"
    if not watches.ahead_seconds:
        words = "It could not be compared: neither Discord nor Stripe answered."
        return warning(check, words, "See that they can be reached, and run this again.")
    whose, ahead = max(watches.ahead_seconds.items(), key=lambda each: abs(each[1]))
    if abs(ahead) < SKEW_SECONDS:
        return ok(check, "This machine's clock agrees with the others.")
    words = f"This machine's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} "
    words += f"{whose}'s."
    remedy = "Set it by NTP: at 300 s Stripe's messages are refused."
    grave = abs(ahead) * SECOND >= TOLERANCE
    return error(check, words, remedy) if grave else warning(check, words, remedy)
