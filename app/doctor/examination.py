"""All checks: side by side, each with its time limit, none able to stop the others."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.doctor.check_address import check_address
from app.doctor.check_books import check_books
from app.doctor.check_discord import check_discord
from app.doctor.check_files import check_files
from app.doctor.check_providers import check_account
from app.doctor.check_taxes import check_taxes
from app.doctor.context import Context, examined
from payments.domain.values.flags import MAIL, SELLER, TAX, TAX_SERVICE, integration, parse_flags
from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from payments.infra.finding import Finding, error, ok, warning, within_limit
from payments.infra.settings import ENV_FILE, Settings
from payments.integrations.settings import tax_services_of
from payments.providers.kind import ProviderKind
from payments.providers.registry import PROVIDERS

SKEW_SECONDS: Final = 10
"""A clock that is further off should be set."""

ALL_SECONDS: Final = 60.0
"""How long all checks of one service may take, each of which has its own limit."""


async def examine(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    env_file: Path = ENV_FILE,
    kinds: Sequence[ProviderKind] = PROVIDERS,
) -> list[Finding]:
    """Look at everything that the program stands on.

    Args:
        settings: The settings.
        clock: Tells the time.
        env_file: Where the settings may come from.
        kinds: The providers that can be used.
    """
    async with examined(settings, clock, kinds) as context:
        books, usable = await check_books(context)
        groups = await asyncio.gather(
            within_limit("Discord", _discord(context, books=usable), seconds=ALL_SECONDS),
            *(
                within_limit(
                    kind.title,
                    check_account(context, kind, doctor, books=usable),
                    seconds=ALL_SECONDS,
                )
                for kind, doctor in context.doctors
                if doctor is not None
            ),
            within_limit("Taxes", check_taxes(context, books=usable), seconds=ALL_SECONDS),
            within_limit("Address", check_address(context, books=usable), seconds=ALL_SECONDS),
            within_limit("Mail", _mail(context), seconds=ALL_SECONDS),
        )
        found = [
            *_settings(settings, env_file, kinds),
            *_flags(settings, kinds),
            *check_files(settings),
            *books,
            *(each for group in groups for each in group),
        ]
        return [*found, _clock(context)]


async def _discord(context: Context, *, books: bool) -> list[Finding]:
    """Nothing without a token."""
    if "discord_token" in context.settings.absent:
        return []
    return await check_discord(context, books=books)


async def _mail(context: Context) -> list[Finding]:
    """Nothing where mail is off."""
    desk = context.guildbank.services.mail
    if desk is None:
        return []
    from app.doctor.check_mail import check_mail  # noqa: PLC0415 - costs nothing where it is off

    return await check_mail(desk)


def _flags(settings: Settings, kinds: Sequence[ProviderKind]) -> list[Finding]:
    """Flags that switch nothing: a name that is written wrong leaves on what was to be off."""
    names = [each.name for each in kinds]
    known = {integration(name): name for name in [*names, TAX, MAIL]}
    wrong = [
        f"{flag}={value}"
        for flag, value in parse_flags(settings.flags).items()
        if flag not in known
        and not (flag == SELLER and value in names)
        and not (flag == TAX_SERVICE and value in tax_services_of(settings))
    ]
    if not wrong:
        return []
    remedy = f"Write them like {integration(names[0])}=off, in FLAGS."
    return [warning("Flags", f"Nothing reads {', '.join(wrong)}.", remedy)]


def _settings(settings: Settings, path: Path, kinds: Sequence[ProviderKind]) -> list[Finding]:
    check = "Settings"
    where = str(path) if path.exists() and os.access(path, os.R_OK) else "the environment"
    if not settings.absent:
        return [ok(check, f"They are complete, and come from {where}.")]
    return [_not_set(check, name, kinds) for name in sorted(settings.absent)]


def _not_set(check: str, name: str, kinds: Sequence[ProviderKind]) -> Finding:
    """A setting that not every part of the program needs."""
    unseen = "nothing was looked at on Discord"
    needed_by = "Only `guildbank webhooks` starts without it."
    for kind in kinds:
        if name in kind.webhook_settings:
            unseen = f"it was not tried whether {kind.title}'s messages are taken"
            needed_by = "Only `guildbank worker` and `guildbank bot` start without it."
    words = f"{name.upper()} is not set, so {unseen}."
    return warning(check, words, f"`guildbank init` asks for it. {needed_by}")


def _clock(context: Context) -> Finding:
    check, watches = "Clock", context.watches
    if not watches.ahead_seconds:
        words = f"It could not be compared: neither Discord nor {context.titles} answered."
        return warning(check, words, "See that they can be reached, and run this again.")
    whose, ahead = max(watches.ahead_seconds.items(), key=lambda each: abs(each[1]))
    if abs(ahead) < SKEW_SECONDS:
        return ok(check, "This machine's clock agrees with the others.")
    words = f"This machine's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} "
    words += f"{whose}'s."
    tolerated, who = min(_tolerances(context), default=(None, ""))
    bound = f": at {tolerated} s {who}'s messages are refused" if tolerated else ""
    remedy = f"Set it by NTP{bound}."
    grave = tolerated is not None and abs(ahead) >= tolerated
    return error(check, words, remedy) if grave else warning(check, words, remedy)


def _tolerances(context: Context) -> list[tuple[int, str]]:
    """By how many seconds our clock may be wrong, and whose messages are refused then."""
    known = [(kind, doctor) for kind, doctor in context.doctors if doctor is not None]
    return [
        (doctor.tolerance_seconds, kind.title)
        for kind, doctor in known
        if doctor.tolerance_seconds is not None
    ]
