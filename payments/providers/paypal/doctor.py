"""Checks of the account at PayPal: the key, what it may do, and where PayPal sends its messages."""

from http import HTTPStatus
from typing import Final

import aiohttp

from payments.infra.finding import LIMIT_SECONDS, Finding, error, ok, warning, within_limit
from payments.infra.settings import is_private
from payments.infra.settings_parts import part_of
from payments.providers.door_trial import RUNNING, why
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.kind import Examined, Messages
from payments.providers.paypal.inspection import Inspector, of_address
from payments.providers.paypal.settings import LIVE, SANDBOX, PayPalSettings, is_live

_WHERE: Final = "in PayPal's developer dashboard, Apps & Credentials"

_HTTPS_PORT: Final = 443

TRIAL: Final = {
    "PAYPAL-TRANSMISSION-ID": "guildbank-doctor",
    "PAYPAL-TRANSMISSION-TIME": "2000-01-01T00:00:00Z",
    "PAYPAL-TRANSMISSION-SIG": "AAAA",
    "PAYPAL-CERT-URL": "https://nowhere.invalid/",
    "PAYPAL-AUTH-ALGO": "SHA256withRSA",
}
"""The head of a message that is not PayPal's: nobody but PayPal can sign one that is."""


class PayPalDoctor:
    """Looks at the account at PayPal, and at the door to which PayPal sends its messages.

    Args:
        examined: What is looked at.
    """

    tolerance_seconds = None  # its signatures do not age

    def __init__(self, examined: Examined) -> None:
        self._examined = examined
        self._settings = part_of(examined.settings, PayPalSettings)
        self._inspector = Inspector(
            self._settings.paypal_client_id,
            self._settings.paypal_secret,
            api_url=self._settings.paypal_server,
            timeout_seconds=LIMIT_SECONDS,
        )

    def address(self) -> list[Finding]:
        """Whether PayPal can reach such an address at all; another server in its place may well."""
        check, server = "Public address", self._settings.paypal_server
        if server not in {LIVE, SANDBOX}:
            return []
        found = error if is_live(server) else warning
        public, url = self._examined.settings.public_url, self._examined.settings.base_url
        if is_private(public.host or ""):
            words = f"{url} leads to this machine or network: PayPal cannot reach it."
            remedy = (
                "Set PUBLIC_URL to a public https address. Without one, points come within ten "
                "minutes, when the bot asks PayPal itself."
            )
            return [found(check, words, remedy)]
        if public.scheme != "https" or public.port != _HTTPS_PORT:
            words = f"{url} is not https on port 443, and PayPal sends its messages nowhere else."
            return [found(check, words, "Put a proxy with a certificate before it, on port 443.")]
        return []

    async def account(self, messages: Messages | None) -> list[Finding]:
        """What is found; nothing beyond the key if that does not work."""
        found = await within_limit("PayPal key", self._key())
        if any(each.state == "error" for each in found):
            return found
        found += await within_limit("PayPal permissions", self._permissions())
        found += await within_limit("PayPal webhook", self._webhook())
        if messages is not None:
            found += await within_limit("PayPal deliveries", self._deliveries(messages))
        return [*found, _CURRENCIES]

    async def door(self) -> list[Finding]:
        """Whether the running program is there, and refuses what PayPal has not signed."""
        return await within_limit("Webhook secret", self._door())

    def proof(self) -> str:
        """What brings a first message about."""
        return (
            "Buy something in PayPal's sandbox. The simulator of its dashboard does not sign as "
            "PayPal does, so its messages are refused."
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._inspector.close()

    async def _key(self) -> list[Finding]:
        check = "PayPal key"
        try:
            await self._inspector.check_key()
        except AccessRefused as failure:
            remedy = (
                f"Copy both again {_WHERE}. Keys of the sandbox need "
                f"PAYPAL_API_URL={SANDBOX}, those of Live need none."
            )
            return [error(check, f"{failure}", remedy)]
        except (ProviderRefused, ProviderUnavailable) as failure:
            remedy = "Look at this machine's network and firewall, and at PAYPAL_API_URL."
            return [error(check, f"PayPal gave no answer of use. {failure}", remedy)]
        self._examined.watches.compare("PayPal", self._inspector.date_header)
        if is_live(self._settings.paypal_server):
            return [ok(check, "PayPal takes the key. Live: real money moves.")]
        return [ok(check, "PayPal takes the key. Sandbox: no real money moves.")]

    async def _permissions(self) -> list[Finding]:
        check = "PayPal permissions"
        try:
            lacking = await self._inspector.lacking()
        except (ProviderRefused, ProviderUnavailable) as failure:
            return [error(check, f"{failure}", "Try again.")]
        if lacking:
            words = f"PayPal's app lacks: {', '.join(lacking)}."
            return [error(check, words, f"Switch these features on {_WHERE}, your app.")]
        return [ok(check, "PayPal's app may do what is needed.")]

    async def _webhook(self) -> list[Finding]:
        check, door = "PayPal webhook", self._examined.door
        try:
            there = of_address(await self._inspector.webhooks(), door)
        except (ProviderRefused, ProviderUnavailable) as failure:
            return [error(check, f"{failure}", "Try again.")]
        if not there:
            words = f"PayPal has no webhook {door}, so payments are noticed only when it is asked."
            remedy = f"Add it {_WHERE}, your app, Webhooks, or run `guildbank init`."
            return [error(check, words, remedy)]
        absent = "paypal_webhook_id" in self._examined.settings.absent
        known = () if absent else self._settings.paypal_webhook_id
        used = [each for each in there if each.id in known]
        if not used:
            words = f"PAYPAL_WEBHOOK_ID is not the id of PayPal's webhook {door}."
            return [error(check, words, f"Set it to {there[0].id}; others may stay, after commas.")]
        missing = frozenset.intersection(*(each.missing for each in used))
        if missing:
            words = f"The webhook does not send: {', '.join(sorted(missing))}."
            return [error(check, words, f"Add these events to it {_WHERE}, your app, Webhooks.")]
        return [ok(check, f"PayPal sends every event that is needed to {door}.")]

    async def _deliveries(self, messages: Messages) -> list[Finding]:
        check = "PayPal deliveries"
        try:
            written = await self._inspector.written(messages.since, messages.until)
        except (ProviderRefused, ProviderUnavailable) as failure:
            return [error(check, f"{failure}", "Try again.")]
        known = await messages.known(written)
        missing = sum(each not in known for each in written)
        if missing == 0:
            return [ok(check, "Every message that PayPal wrote of late has come.")]
        return [
            warning(
                check,
                f"Of the last {len(written)} messages that PayPal wrote, {missing} have not come.",
                "`guildbank reconcile` fetches them, and `guildbank run` does every 10 minutes. "
                "PayPal's dashboard, Event Logs, Webhook Events, says why they did not come.",
            )
        ]

    async def _door(self) -> list[Finding]:
        check, door = "Webhook secret", self._examined.door
        try:
            async with self._examined.http.post(
                door, data=b"{}", headers=TRIAL, allow_redirects=False
            ) as answer:
                status = answer.status
                rejected = status in {HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS}
                said = await answer.json() if rejected else {}
        except (aiohttp.ClientError, OSError, ValueError) as failure:
            return [warning(check, f"{door} gave no answer ({why(failure)}).", RUNNING)]
        if said.get("reason") == "signature":
            return [ok(check, "The running program refuses what PayPal has not signed.")]
        path = door.removeprefix(self._examined.settings.base_url)
        words = f"{door} answered {status} to a message that PayPal has not signed."
        return [error(check, words, f"See that the proxy lets POST requests to {path} through.")]


_CURRENCIES: Final = ok(
    "PayPal currencies",
    "Payments in a currency that the account does not hold wait until somebody accepts them at "
    "PayPal. Account Settings, Payment preferences, Block payments says which are taken at once.",
)
