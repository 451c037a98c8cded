"""Checks of PUBLIC_URL: does it lead here, and does the door know the signing secrets?"""

from datetime import UTC, datetime
from http import HTTPStatus

import aiohttp

from app.doctor.context import Context
from app.doctor.finding import Finding, error, ok, warning, within_limit
from payments.domain.values.time import to_seconds
from payments.infra.settings import is_private
from payments.providers.stripe.webhook import signed_trial

_RUNNING = (
    "Start `guildbank run`, and see that PUBLIC_URL is right, and that name, firewall and proxy "
    "lead to HTTP_PORT."
)

_REJECTED = {HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS}
"""Both say why; the latter while too much that is not genuine comes from the same address."""


async def check_address(context: Context, *, books: bool) -> list[Finding]:
    """What is found; the secrets are tried only where the program answers.

    Args:
        context: What is looked at.
        books: Whether the books can be read.
    """
    found = _form(context)
    answers = await within_limit("Public address", _answers(context))
    found += answers
    if any(each.state != "ok" for each in answers):
        return found
    absent = "stripe_webhook_secret" in context.settings.absent
    secrets = () if absent else context.settings.webhook_secrets
    for number, secret in enumerate(secrets, 1):
        which = "STRIPE_WEBHOOK_SECRET" + (f", number {number}" if len(secrets) > 1 else "")
        found += await within_limit("Webhook secret", _secret(context, secret, which))
    if books:
        found += await within_limit("Last message of Stripe", _last(context))
    return found


def _form(context: Context) -> list[Finding]:
    """Whether Stripe can reach such an address at all; another Stripe may well."""
    check, settings = "Public address", context.settings
    if settings.stripe_api_url is not None:
        return []
    if is_private(settings.public_url.host or ""):
        words = f"{settings.base_url} leads to this machine or network: Stripe cannot reach it."
        remedy = (
            "Set PUBLIC_URL to a public https address; to try things out, run "
            f"`stripe listen --forward-to {context.door}`."
        )
        found = error if context.inspector.livemode else warning
        return [found(check, words, remedy)]
    if settings.public_url.scheme != "https":
        found = error if context.inspector.livemode else warning
        words = f"{settings.base_url} is not encrypted, and in live mode Stripe refuses it."
        return [found(check, words, "Put a proxy with a certificate before it, and use https.")]
    return []


async def _answers(context: Context) -> list[Finding]:
    check, base = "Public address", context.settings.base_url
    try:
        async with context.http.get(f"{base}/healthz", allow_redirects=False) as answer:
            body = await answer.text(errors="replace")
            status = answer.status
    except (aiohttp.ClientError, OSError) as failure:
        words = f"{base} cannot be reached from here ({_why(failure)})."
        return [warning(check, words, _RUNNING)]
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        words = f"{base} answers with a redirection, and Stripe follows none."
        return [error(check, words, "Set PUBLIC_URL to where it leads.")]
    if status != HTTPStatus.OK or '"alive"' not in body:
        words = f"What answers at {base} is not Guildbank (status {status})."
        return [warning(check, words, _RUNNING)]
    return [ok(check, f"Guildbank answers at {base}.")]


def _why(failure: Exception) -> str:
    if isinstance(failure, TimeoutError):
        return "no answer in time"
    if isinstance(failure, aiohttp.ClientConnectorDNSError):
        return "there is no such name"
    if isinstance(failure, aiohttp.ClientSSLError):
        return "its certificate is not valid"
    if isinstance(failure, aiohttp.ClientConnectorError):
        return "nothing listens there"
    return type(failure).__name__


async def _secret(context: Context, secret: str, which: str) -> list[Finding]:
    """Post a message that the door rejects for its body, but only if it knows the secret."""
    check = "Webhook secret"
    body, headers = signed_trial(secret, context.clock())
    try:
        async with context.http.post(
            context.door, data=body, headers=headers, allow_redirects=False
        ) as answer:
            status = answer.status
            rejection = await answer.json() if status in _REJECTED else {}
    except (aiohttp.ClientError, OSError, ValueError) as failure:
        return [warning(check, f"{context.door} gave no answer ({_why(failure)}).", _RUNNING)]
    match rejection.get("reason"):
        case "body":
            return [ok(check, f"The running program takes messages signed with {which}.")]
        case "signature":
            words = f"The running program does not take messages signed with {which}."
            remedy = (
                "Restart it if .env was changed; else see that it reads the same settings, and "
                "that no proxy changes bodies or headers."
            )
            return [error(check, words, remedy)]
        case "age":
            words = "The running program finds a fresh signature too old, or from the future."
            return [error(check, words, "Set the clocks of both machines by NTP.")]
        case _:
            words = f"{context.door} answered {status} to a signed message."
            remedy = (
                "See that the proxy lets POST requests to /webhooks/stripe through as they are."
            )
            return [error(check, words, remedy)]


async def _last(context: Context) -> list[Finding]:
    """Only Stripe's own message proves that the secret is the one that Stripe signs with."""
    check, last = "Last message of Stripe", await context.queries.last_received()
    if last is None:
        return [
            warning(
                check,
                "None has come yet, so the signing secret is not proven.",
                "Send a test event from Stripe's dashboard, or buy something in test mode.",
            )
        ]
    when = datetime.fromtimestamp(to_seconds(last[1]), UTC).isoformat(" ", "minutes")
    return [ok(check, f"It came at {when}, and its signature was right.")]
