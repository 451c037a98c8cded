"""Sends by SendGrid's API (Twilio: Mail Send v3)."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from payments.domain.values.time import Clock, to_seconds
from payments.infra.errors import NotSent
from payments.infra.outbound import Failure, Line, Outbound, Policy, Purpose
from payments.integrations.mail.addresses import is_ascii
from payments.integrations.mail.errors import (
    AddressRefused,
    FormRefused,
    MailAccessRefused,
    MailError,
    MailLater,
    MailRefused,
    MailUncertain,
)
from payments.integrations.mail.message import Sender, headers_of, subject_of
from payments.integrations.mail.protocol import Mail
from payments.integrations.mail.sendgrid.events import OURS

SEND: Final = "/v3/mail/send"

BUSY_SECONDS: Final = 60.0
"""How long to wait at least where SendGrid wants us to and does not say how long."""

SAID: Final = 200
"""The most characters of SendGrid's words that are shown."""

_NOT_TAKEN: Final = frozenset(
    {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.REQUEST_TIMEOUT}
)


class Away(MailLater):
    """SendGrid cannot be reached, or does not work."""


class SendGridMailer:
    """Sends by SendGrid. It has no key under which it would do a thing once.

    Args:
        api_key: A key that may send mail.
        api_url: The address of the API.
        sender: Who mails are from.
        outbound: The policy for calls.
        clock: Tells the time.
        reply_to: Where answers go, if not to the sender.
        per_second: How many mails are sent in a second at most.
    """

    name = "sendgrid"

    def __init__(
        self,
        *,
        api_key: str,
        api_url: str,
        sender: Sender,
        outbound: Outbound,
        clock: Clock,
        reply_to: Sender | None = None,
        per_second: float = 5,
    ) -> None:
        self._url = api_url
        self._key = api_key
        self._sender, self._reply_to = sender, reply_to
        self._outbound = outbound
        self._clock = clock
        outbound.keep_pace(self.name, per_second)
        self._line = Line(integration=self.name, purpose=Purpose.BACKGROUND)
        limit = outbound.policy.timeout_seconds
        self._policy = Policy(attempts=1, timeout_seconds=limit)
        self._http: aiohttp.ClientSession | None = None

    async def send(self, mail: Mail) -> None:
        """Send one mail. Raises as the protocol says."""
        if not is_ascii(mail.to):
            raise MailRefused("SendGrid takes no address with such characters.")
        await self._call(self._asked(mail))

    async def look(self) -> None:
        """Let SendGrid check a mail to ourselves and send none. Raises as the protocol says."""
        mail = Mail(
            id="look",
            to=self._sender.address,
            subject="Guildbank",
            text="Guildbank",
            html="<p>Guildbank</p>",
            language="en",
            at=self._clock(),
        )
        asked = self._asked(mail)
        asked["mail_settings"] = {"sandbox_mode": {"enable": True}}
        await self._call(asked)

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    def _asked(self, mail: Mail) -> dict[str, Any]:
        """A mail as SendGrid wants it; it changes no link in it, and puts no picture in."""
        off = {"enable": False}
        asked: dict[str, Any] = {
            "personalizations": [{"to": [{"email": mail.to}], "custom_args": {OURS: mail.id}}],
            "from": _person(self._sender),
            "subject": subject_of(mail.subject),
            "content": [
                {"type": "text/plain", "value": mail.text},
                {"type": "text/html", "value": mail.html},
            ],
            "headers": headers_of(mail, self._sender),
            "tracking_settings": {
                "click_tracking": {"enable": False, "enable_text": False},
                "open_tracking": off,
                "subscription_tracking": off,
            },
        }
        if self._reply_to is not None:
            asked["reply_to"] = _person(self._reply_to)
        return asked

    async def _call(self, asked: dict[str, Any]) -> None:
        body = json.dumps(asked).encode()
        try:
            await self._outbound.call(
                self._line,
                lambda: self._post(body),
                classify_error=_classified,
                policy=self._policy,
            )
        except NotSent as error:
            raise MailLater(str(error)) from error
        except TimeoutError as error:
            raise MailUncertain("SendGrid took too long.") from error

    async def _post(self, body: bytes) -> None:
        if self._http is None:
            self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            async with self._http.post(
                f"{self._url}{SEND}", data=body, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
                    return
                raise self._meaning(answer.status, answer.headers, await answer.read())
        except aiohttp.ClientConnectorError as error:
            raise Away(f"SendGrid cannot be reached: {type(error).__name__}.") from error
        except aiohttp.ClientError as error:
            raise MailUncertain(f"SendGrid has gone: {type(error).__name__}.") from error

    def _meaning(self, status: int, headers: Mapping[str, str], body: bytes) -> MailError:
        """What an answer means that is no success."""
        errors = _errors_in(body)
        said = f"SendGrid said {status}: {'; '.join(words for words, _ in errors)}"[:SAID]
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return MailLater(said, seconds=self._wait(headers))
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return MailAccessRefused(said)
        if status in _NOT_TAKEN:
            return Away(said)
        if status > HTTPStatus.INTERNAL_SERVER_ERROR:
            return MailUncertain(said)
        if any(_is_address(field) for _, field in errors):
            return AddressRefused(said)
        return FormRefused(said)

    def _wait(self, headers: Mapping[str, str]) -> float:
        """How long SendGrid asks to wait; it says when, in Unix seconds."""
        written = headers.get("X-RateLimit-Reset", "")
        if not written.isascii() or not written.isdecimal():
            return BUSY_SECONDS
        return float(min(max(int(written) - to_seconds(self._clock()), 1), 3600))


def _person(sender: Sender) -> dict[str, str]:
    person = {"email": sender.address}
    return person | {"name": sender.name} if sender.name else person


def _errors_in(body: bytes) -> list[tuple[str, str]]:
    """What SendGrid says is wrong, in words without addresses, and of which field."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return []
    listed = told.get("errors") if isinstance(told, dict) else None
    found = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [(_hidden(each.get("message")), str(each.get("field") or "")) for each in found]


def _hidden(words: object) -> str:
    line = str(words or "no reason").split()
    return " ".join("…" if "@" in each else each for each in line)


def _is_address(field: str) -> bool:
    """Whether a field is the address to which a mail goes."""
    return field.startswith("personalizations.") and field.endswith(".email")


def _classified(error: BaseException) -> Failure:
    return Failure.AWAY if isinstance(error, Away | MailUncertain) else Failure.FINAL
