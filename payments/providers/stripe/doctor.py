"""Checks of the account at Stripe: the key, what it may do, and where Stripe sends its messages."""

from collections.abc import Sequence

from payments.domain.values.time import SECOND
from payments.infra.finding import LIMIT_SECONDS, Finding, error, ok, warning, within_limit
from payments.infra.settings import is_private
from payments.infra.settings_parts import part_of
from payments.providers.door_trial import try_secret
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.kind import Examined, Messages
from payments.providers.stripe.inspection import (
    CUSTOMERS,
    EVENTS,
    NEEDED,
    NOT_NEEDED,
    USEFUL,
    Inspector,
    Permission,
    SeenEndpoint,
)
from payments.providers.stripe.settings import StripeSettings
from payments.providers.stripe.updates import API_VERSION
from payments.providers.stripe.webhook import TOLERANCE, signed_trial

_WHERE = "in Stripe's dashboard, Developers, API keys"


class StripeDoctor:
    """Looks at the account at Stripe, and at the door to which Stripe sends its messages.

    Args:
        examined: What is looked at.
    """

    tolerance_seconds = TOLERANCE // SECOND

    def __init__(self, examined: Examined) -> None:
        self._examined = examined
        self._settings = part_of(examined.settings, StripeSettings)
        self._inspector = Inspector(
            self._settings.stripe_key,
            api_url=self._settings.stripe_server,
            timeout_seconds=LIMIT_SECONDS,
        )

    def address(self) -> list[Finding]:
        """Whether Stripe can reach such an address at all; another Stripe may well."""
        check, settings, door = "Public address", self._examined.settings, self._examined.door
        if self._settings.stripe_api_url is not None:
            return []
        found = error if self._inspector.livemode else warning
        if is_private(settings.public_url.host or ""):
            words = f"{settings.base_url} leads to this machine or network: Stripe cannot reach it."
            remedy = (
                "Set PUBLIC_URL to a public https address; to try things out, run "
                f"`stripe listen --forward-to {door}`."
            )
            return [found(check, words, remedy)]
        if settings.public_url.scheme != "https":
            words = f"{settings.base_url} is not encrypted, and in live mode Stripe refuses it."
            return [found(check, words, "Put a proxy with a certificate before it, and use https.")]
        return []

    async def account(self, messages: Messages | None) -> list[Finding]:
        """What is found; nothing beyond the key if that does not work."""
        found = await within_limit("Stripe key", _key(self._inspector, self._examined))
        if any(each.state == "error" for each in found):
            return found
        found += await within_limit(
            "Stripe permissions",
            _permissions(self._inspector, customers=self._settings.stripe_customers),
        )
        found += await within_limit(
            "Stripe endpoint", _endpoint(self._inspector, self._examined.door)
        )
        if messages is not None:
            found += await within_limit("Stripe deliveries", _deliveries(self._inspector, messages))
        return found

    async def door(self) -> list[Finding]:
        """Whether the running program knows each signing secret."""
        found: list[Finding] = []
        absent = "stripe_webhook_secret" in self._examined.settings.absent
        secrets = () if absent else self._settings.stripe_signing_secrets
        for number, secret in enumerate(secrets, 1):
            which = "STRIPE_WEBHOOK_SECRET" + (f", number {number}" if len(secrets) > 1 else "")
            body, headers = signed_trial(secret, self._examined.clock())
            trial = try_secret(self._examined, body, headers, which)
            found += await within_limit("Webhook secret", trial)
        return found

    def proof(self) -> str:
        """What brings a first message about."""
        return "Send a test event from Stripe's dashboard, or buy something in test mode."

    async def close(self) -> None:
        """Close the connections."""
        await self._inspector.close()


async def _key(inspector: Inspector, examined: Examined) -> list[Finding]:
    check = "Stripe key"
    try:
        answer = await inspector.try_out(EVENTS)
    except ProviderUnavailable:
        return [
            error(
                check,
                "Stripe cannot be reached from this machine.",
                "Look at its network and firewall, and at STRIPE_API_URL if you have set it.",
            )
        ]
    examined.watches.compare("Stripe", answer.date)
    if answer.is_key_refused:
        return [
            error(
                check,
                "Stripe refuses STRIPE_SECRET_KEY.",
                f"Copy it again, or make a new one, {_WHERE}.",
            )
        ]
    if answer.is_permitted is None:
        return [
            error(
                check,
                f"Stripe answered {answer.status}.",
                "See https://status.stripe.com, and try again.",
            )
        ]
    kind = "restricted key" if inspector.is_restricted else "secret key"
    if inspector.livemode:
        return [ok(check, f"Stripe takes the {kind}. Live mode: real money moves.")]
    return [ok(check, f"Stripe takes the {kind}. Test mode: no real money moves.")]


async def _permissions(inspector: Inspector, *, customers: bool) -> list[Finding]:
    check = "Stripe permissions"
    try:
        return await _permitted(check, inspector, customers=customers)
    except ProviderUnavailable as failure:
        return [error(check, f"{failure}", "Try again.")]


async def _permitted(check: str, inspector: Inspector, *, customers: bool) -> list[Finding]:
    useful = (*USEFUL, CUSTOMERS) if customers else USEFUL
    needless = tuple(
        each for each in NOT_NEEDED if not (customers and each.about == CUSTOMERS.about)
    )
    if not inspector.is_restricted:
        words = "A secret key may do everything with the account."
        remedy = f"Make a restricted key with only these, {_WHERE}: {named(NEEDED + useful)}."
        if inspector.livemode:
            return [warning(check, words, remedy)]
        return [ok(check, f"{words} For live mode, make a restricted key.")]
    found = []
    if missing := await inspector.lacking(NEEDED):
        words = f"The restricted key lacks: {named(missing)}."
        found.append(error(check, words, f"Edit it {_WHERE}."))
    if missing := await inspector.lacking(useful):
        words = f"The restricted key lacks what would be useful: {named(missing)}."
        found.append(warning(check, words, f"Edit it {_WHERE}."))
    lacking = await inspector.lacking(needless)
    if more := [each for each in needless if each not in lacking]:
        words = f"The restricted key may do more than is needed: {named(more)}."
        found.append(warning(check, words, f"Take that from it {_WHERE}."))
    return found or [ok(check, "The restricted key may do just what is needed.")]


def named(permissions: Sequence[Permission]) -> str:
    """Permissions as Stripe's dashboard calls them."""
    return ", ".join(each.name for each in permissions)


async def _deliveries(inspector: Inspector, messages: Messages) -> list[Finding]:
    """Which messages have not come, of those that a reconciliation would ask for now."""
    check = "Stripe deliveries"
    try:
        written = await inspector.written(messages.since, messages.until)
    except ProviderRefused:
        return []  # a missing permission is reported above
    except ProviderUnavailable as failure:
        return [error(check, f"{failure}", "Try again.")]
    known = await messages.known(written)
    missing = sum(each not in known for each in written)
    if missing == 0:
        return [ok(check, "Every message that Stripe wrote of late has come.")]
    return [
        warning(
            check,
            f"Of the last {len(written)} messages that Stripe wrote, {missing} have not come.",
            "`guildbank reconcile` fetches them, and `guildbank run` does every 10 minutes. If it "
            "runs, the endpoint's page in Stripe's dashboard says why they did not come.",
        )
    ]


async def _endpoint(inspector: Inspector, door: str) -> list[Finding]:
    check = "Stripe endpoint"
    try:
        listed_there = await inspector.endpoints()
    except ProviderRefused:
        return [
            warning(
                check,
                "The key may not look at webhook endpoints, so they were not checked.",
                f"See in Stripe's dashboard, Developers, Webhooks, that {door} is there "
                "and enabled.",
            )
        ]
    except ProviderUnavailable as failure:
        return [error(check, f"{failure}", "Try again.")]
    mine = [each for each in listed_there if each.leads_to(door)]
    enabled = [each for each in mine if each.is_enabled]
    if not mine:
        return [
            error(
                check,
                f"Stripe has no webhook endpoint {door}, so no payment is heard of.",
                "Add it in Stripe's dashboard, Developers, Webhooks, or run `guildbank init`; "
                "or set PUBLIC_URL to what Stripe has.",
            )
        ]
    if not enabled:
        return [
            error(
                check,
                f"The webhook endpoint {door} is disabled at Stripe.",
                "Enable it in Stripe's dashboard, Developers, Webhooks; then run "
                "`guildbank reconcile` for what was missed.",
            )
        ]
    found = _of(enabled)
    return found or [ok(check, f"Stripe sends every event that is needed to {door}.")]


def _of(endpoints: Sequence[SeenEndpoint]) -> list[Finding]:
    """What is wrong with the enabled endpoints of our address."""
    check, found = "Stripe endpoint", []
    missing = frozenset.intersection(*(each.missing_events for each in endpoints))
    if missing:
        words = f"The webhook endpoint does not send: {', '.join(sorted(missing))}."
        remedy = "Add these events to it in Stripe's dashboard, Developers, Webhooks."
        found.append(error(check, words, remedy))
    versions = sorted({each.api_version or "the account's own" for each in endpoints})
    if versions != [API_VERSION]:
        words = f"The webhook endpoint's API version is {', '.join(versions)}, not {API_VERSION}."
        remedy = (
            "It works, but each message costs a further call: create the endpoint again with that "
            "version, or run `guildbank init`."
        )
        found.append(warning(check, words, remedy))
    if len(endpoints) > 1:
        words = f"{len(endpoints)} enabled webhook endpoints have this address."
        remedy = "Delete all but one; each has a signing secret of its own."
        found.append(warning(check, words, remedy))
    return found
