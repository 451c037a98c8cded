"""Checks of what the application sells at Discord, and of where Discord sends its messages."""

from http import HTTPStatus
from typing import Final

import aiohttp

from payments.domain.values.ids import GuildId
from payments.infra.finding import Finding, error, ok, warning, within_limit
from payments.infra.outbound import Outbound, Policy, Purpose
from payments.infra.settings import is_private
from payments.infra.settings_parts import part_of
from payments.providers.discord_skus.application import OwnApplication
from payments.providers.discord_skus.calls import LISTED, Calls
from payments.providers.discord_skus.entitlements import DiscordEntitlements
from payments.providers.discord_skus.errors import failure_of
from payments.providers.discord_skus.names import CONSUMABLE, DISCORD_SKUS, KINDS
from payments.providers.discord_skus.settings import DiscordSkusSettings, server_of
from payments.providers.discord_skus.webhook import OLDEST, SIGNATURE, TIMESTAMP
from payments.providers.door_trial import RUNNING, why
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.kind import Examined, Messages
from payments.providers.wire import Wire

PORTAL: Final = "in Discord's developer portal, your application"
ON: Final = 2
"""The `event_webhooks_status` of an application that gets messages."""
OFF_BY_DISCORD: Final = 3


class DiscordSkusDoctor:
    """Looks at the shop, and at the door to which Discord may send its messages.

    Args:
        examined: What is looked at.
    """

    tolerance_seconds: int | None = OLDEST // 1_000_000

    def __init__(self, examined: Examined) -> None:
        self._examined = examined
        settings = examined.settings
        self._own = part_of(settings, DiscordSkusSettings)
        outbound = Outbound(Policy(attempts=1))
        self._wire = Wire(
            server_of(settings.discord_api_url),
            seconds=outbound.policy.timeout_seconds,
            failure=failure_of,
            lists_as=LISTED,
        )
        token = settings.discord_token.get_secret_value()
        calls = Calls(outbound, Purpose.HEALTH, wire=self._wire, token=token)
        self._application = OwnApplication(calls)
        self._sold = DiscordEntitlements(calls, self._application)

    def address(self) -> list[Finding]:
        """Nothing: its messages are needed only while the gateway is away."""
        return []

    async def account(self, messages: Messages | None) -> list[Finding]:
        """What is sold there, and where messages go."""
        del messages  # Discord does not say which of its messages have come
        found = self._others()
        found += await within_limit("Discord's shop", self._skus())
        found += await within_limit("Discord's webhook events", self._webhook())
        return [*found, *self._home()]

    def _others(self) -> list[Finding]:
        if set(self._examined.settings.payment_providers) - {DISCORD_SKUS}:
            return []
        words = "Discord's shop is the only way to pay, and it sells only beside another one."
        return [error("Discord's shop", words, "Name another in PAYMENT_PROVIDERS before it.")]

    async def _skus(self) -> list[Finding]:
        check = "Discord's shop"
        try:
            found = [each for each in await self._sold.skus() if each.type == CONSUMABLE]
        except (ProviderRefused, ProviderUnavailable) as failure:
            remedy = f"See that monetization is on ({PORTAL}, Monetization)."
            return [error(check, f"Discord does not say what is sold there. {failure}", remedy)]
        if not found:
            remedy = f"Make one ({PORTAL}, Monetization), then use /package sku."
            return [warning(check, "The application has no consumable SKU.", remedy)]
        return [ok(check, f"Consumable SKUs: {len(found)}.")]

    async def _webhook(self) -> list[Finding]:
        check, door = "Discord's webhook events", self._examined.door
        try:
            application = await self._application.fresh()
        except (ProviderRefused, ProviderUnavailable) as failure:
            return [error(check, f"{failure}", "Try again.")]
        found = []
        key = self._own.discord_skus_public_key
        if key is not None and key.lower() != application.verify_key.lower():
            remedy = f"Copy it again ({PORTAL}, General Information), or leave the setting out."
            found.append(error(check, "DISCORD_SKUS_PUBLIC_KEY is not the application's.", remedy))
        remedy = f"Set the endpoint {door} and its three entitlement events ({PORTAL}, Webhooks)."
        if application.event_webhooks_status == OFF_BY_DISCORD:
            words = "Discord has switched them off, because too many were not answered."
            return [*found, warning(check, words, remedy)]
        if application.event_webhooks_status != ON or application.event_webhooks_url != door:
            words = "They are not sent here; purchases come by the gateway and by Discord's list."
            return [*found, ok(check, words)]
        if missing := KINDS - set(application.event_webhooks_types or ()):
            words = f"These are not switched on: {', '.join(sorted(missing))}."
            return [*found, warning(check, words, remedy)]
        return [*found, ok(check, "Discord sends them here.")]

    def _home(self) -> list[Finding]:
        """Whether purchases may count where the settings say."""
        home = self._own.discord_skus_guild
        if home is None or self._examined.settings.sells_in(GuildId(home)):
            return []
        words = f"DISCORD_SKUS_GUILD is {home}, which may not sell by GUILD_IDS."
        return [error("Discord's shop", words, "Name one of the servers of GUILD_IDS.")]

    async def door(self) -> list[Finding]:
        """Whether the running program refuses what is not signed, as Discord tries."""
        return await within_limit("Discord's door", self._try_door())

    async def _try_door(self) -> list[Finding]:
        check, url = "Discord's door", self._examined.door
        now = self._examined.clock() // 1_000_000
        headers = {SIGNATURE: "00" * 64, TIMESTAMP: str(now)}
        try:
            async with self._examined.http.post(
                url, data=b'{"type": 0}', headers=headers, allow_redirects=False
            ) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, ValueError) as failure:
            return [warning(check, f"{url} gave no answer ({why(failure)}).", RUNNING)]
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS}:
            return [ok(check, "The running program refuses forged messages, as Discord wants it.")]
        if status == HTTPStatus.NOT_FOUND:
            words = "The running program does not sell by Discord's shop."
            return [error(check, words, "Restart it with the same PAYMENT_PROVIDERS.")]
        words = f"{url} answered {status} to a forged message, and Discord wants 401."
        return [error(check, words, "See that the proxy lets POST requests through as they are.")]

    def proof(self) -> str:
        """What brings a first message about."""
        if is_private(self._examined.settings.public_url.host or ""):
            return "Buy something in Discord's shop: the gateway tells of it."
        return f"Save the endpoint again ({PORTAL}, Webhooks), or buy something in Discord's shop."

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()
