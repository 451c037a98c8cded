"""Checks of the account at Square: token, location, and where Square sends its messages."""

from typing import Final

from payments.infra.finding import LIMIT_SECONDS, Finding, error, ok, warning, within_limit
from payments.infra.settings import is_private
from payments.infra.settings_parts import part_of
from payments.providers.door_trial import try_secret
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.kind import Examined, Messages
from payments.providers.square.inspection import Inspector, Location, Subscription, of_address
from payments.providers.square.settings import LIVE, SANDBOX, SquareSettings, is_live
from payments.providers.square.webhook import HEADER, signed

_WHERE: Final = "in Square's developer console, your application"

TRIAL: Final = b'{"guildbank": "doctor"}'
"""Something that is no message of Square's."""


class SquareDoctor:
    """Looks at the account at Square, and at the door to which Square sends its messages.

    Args:
        examined: What is looked at.
    """

    tolerance_seconds = None  # its signatures do not age

    def __init__(self, examined: Examined) -> None:
        self._examined = examined
        self._settings = part_of(examined.settings, SquareSettings)
        self._inspector = Inspector(
            self._settings.square_token,
            api_url=self._settings.square_server,
            timeout_seconds=LIMIT_SECONDS,
        )

    def address(self) -> list[Finding]:
        """Whether Square can reach such an address at all; another server in its place may well."""
        check, server = "Public address", self._settings.square_server
        if server not in {LIVE, SANDBOX}:
            return []
        found = error if is_live(server) else warning
        public, url = self._examined.settings.public_url, self._examined.settings.base_url
        if is_private(public.host or ""):
            words = f"{url} leads to this machine or network: Square cannot reach it."
            remedy = (
                "Set PUBLIC_URL to a public https address. Without one, points come within ten "
                "minutes, when the bot asks Square itself."
            )
            return [found(check, words, remedy)]
        if public.scheme != "https":
            words = f"{url} is not https, and Square sends its messages nowhere else."
            return [found(check, words, "Put a proxy with a certificate before it, and use https.")]
        return []

    async def account(self, messages: Messages | None) -> list[Finding]:
        """What is found; nothing beyond the token if that does not work."""
        del messages  # Square does not say which of its messages have come
        found = await within_limit("Square token", self._token())
        if any(each.state == "error" for each in found):
            return found
        found += await within_limit("Square permissions", self._permissions())
        found += await within_limit("Square location", self._location())
        found += await within_limit("Square webhook", self._webhook())
        return found

    async def door(self) -> list[Finding]:
        """Whether the running program knows each signature key."""
        found: list[Finding] = []
        absent = "square_webhook_signature_key" in self._examined.settings.absent
        keys = () if absent else self._settings.square_signature_keys
        for number, key in enumerate(keys, 1):
            which = "SQUARE_WEBHOOK_SIGNATURE_KEY" + (f", number {number}" if len(keys) > 1 else "")
            headers = {HEADER: signed(key, self._examined.door, TRIAL)}
            trial = try_secret(self._examined, TRIAL, headers, which)
            found += await within_limit("Webhook secret", trial)
        return found

    def proof(self) -> str:
        """What brings a first message about."""
        return f"Send a test event ({_WHERE}, Webhooks), or buy something in Square's sandbox."

    async def close(self) -> None:
        """Close the connections."""
        await self._inspector.close()

    async def _token(self) -> list[Finding]:
        check = "Square token"
        try:
            await self._inspector.locations()
        except AccessRefused as failure:
            remedy = (
                f"Copy it again ({_WHERE}, Credentials). One of the sandbox needs "
                f"SQUARE_API_URL={SANDBOX}, one of production needs none."
            )
            return [error(check, f"{failure}", remedy)]
        except (ProviderRefused, ProviderUnavailable) as failure:
            remedy = "Look at this machine's network and firewall, and at SQUARE_API_URL."
            return [error(check, f"Square gave no answer of use. {failure}", remedy)]
        self._examined.watches.compare("Square", self._inspector.date_header)
        if is_live(self._settings.square_server):
            return [ok(check, "Square takes the token. Production: real money moves.")]
        return [ok(check, "Square takes the token. Sandbox: no real money moves.")]

    async def _permissions(self) -> list[Finding]:
        check = "Square permissions"
        try:
            lacking = await self._inspector.lacking()
        except (ProviderRefused, ProviderUnavailable) as failure:
            return [error(check, f"{failure}", "Try again.")]
        if lacking:
            words = f"The token lacks: {', '.join(lacking)}."
            return [error(check, words, f"Take the access token of Credentials ({_WHERE}).")]
        return [ok(check, "The token may read payments, orders and disputes.")]

    async def _location(self) -> list[Finding]:
        check, wanted = "Square location", self._settings.square_location_id
        try:
            found = await self._inspector.locations()
        except (ProviderRefused, ProviderUnavailable) as failure:
            return [error(check, f"{failure}", "Try again.")]
        ours = next((each for each in found if each.id == wanted), None)
        if ours is None:
            known = ", ".join(f"{each.id} ({each.name or 'no name'})" for each in found) or "none"
            words = f"SQUARE_LOCATION_ID is none of the account's locations: {known}."
            return [error(check, words, "Set it to one of these.")]
        return self._sells(check, ours)

    def _sells(self, check: str, ours: Location) -> list[Finding]:
        """Whether the location can sell in the currency that is set."""
        if not ours.can_sell:
            words = f"The location {ours.name or ours.id} takes no cards."
            return [error(check, words, "Activate it in Square's dashboard, or choose another.")]
        own = self._settings.square_currency
        if ours.currency != own:
            words = f"The location sells in {ours.currency}, and SQUARE_CURRENCY is {own}."
            return [error(check, words, f"Set it to {ours.currency}.")]
        return [ok(check, f"{ours.name or ours.id} sells, in {own}.")]

    async def _webhook(self) -> list[Finding]:
        check, door = "Square webhook", self._examined.door
        try:
            there = of_address(await self._inspector.subscriptions(), door)
        except (ProviderRefused, ProviderUnavailable) as failure:
            return [error(check, f"{failure}", "Try again.")]
        if not there:
            words = f"Square has no subscription of {door}, so payments are noticed only late."
            remedy = f"Add it ({_WHERE}, Webhooks), letter by letter, or run `guildbank init`."
            return [error(check, words, remedy)]
        return [_sends(check, door, min(there, key=_faults_of))]


def _faults_of(subscription: Subscription) -> tuple[bool, int]:
    return not subscription.is_enabled, len(subscription.missing)


def _sends(check: str, door: str, best: Subscription) -> Finding:
    """Whether the best subscription of an address sends what is needed."""
    if not best.is_enabled:
        words = f"The subscription of {door} is disabled."
        remedy = f"Enable it ({_WHERE}, Webhooks). Square disables what fails for three weeks."
        return error(check, words, remedy)
    if best.missing:
        words = f"The subscription does not send: {', '.join(sorted(best.missing))}."
        return error(check, words, f"Add these events to it ({_WHERE}, Webhooks).")
    return ok(check, f"Square sends every event that is needed to {door}.")
