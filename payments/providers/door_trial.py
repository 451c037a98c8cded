"""Trying whether the running program takes a provider's messages, as part of `guildbank doctor`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import aiohttp

from payments.infra.finding import Finding, error, ok, warning
from payments.providers.kind import Examined

RUNNING: Final = (
    "Start `guildbank run`, and see that PUBLIC_URL is right, and that name, firewall and proxy "
    "lead to HTTP_PORT."
)

_REJECTED: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS})
"""Both say why; the latter while too much that is not genuine comes from the same address."""


async def try_secret(
    examined: Examined, body: bytes, headers: Mapping[str, str], which: str
) -> list[Finding]:
    """Post a message that the door rejects for its body, but only if it knows the secret.

    Args:
        examined: What is looked at.
        body: Something signed that is no message.
        headers: The signature among them.
        which: The setting whose secret signs.
    """
    check = "Webhook secret"
    try:
        async with examined.http.post(
            examined.door, data=body, headers=headers, allow_redirects=False
        ) as answer:
            status = answer.status
            rejection = await answer.json() if status in _REJECTED else {}
    except (aiohttp.ClientError, OSError, ValueError) as failure:
        return [warning(check, f"{examined.door} gave no answer ({why(failure)}).", RUNNING)]
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
            path = examined.door.removeprefix(examined.settings.base_url)
            words = f"{examined.door} answered {status} to a signed message."
            remedy = f"See that the proxy lets POST requests to {path} through as they are."
            return [error(check, words, remedy)]


def why(failure: Exception) -> str:
    """Why there was no answer, in a few words."""
    if isinstance(failure, TimeoutError):
        return "no answer in time"
    if isinstance(failure, aiohttp.ClientConnectorDNSError):
        return "there is no such name"
    if isinstance(failure, aiohttp.ClientSSLError):
        return "its certificate is not valid"
    if isinstance(failure, aiohttp.ClientConnectorError):
        return "nothing listens there"
    return type(failure).__name__
