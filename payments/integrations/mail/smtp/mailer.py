"""Hands mails to a mail server, one after the other over one connection."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Final

import aiosmtplib
import structlog

from payments.infra.errors import NotSent
from payments.infra.outbound import Failure, Line, Outbound, Policy, Purpose
from payments.integrations.mail.addresses import is_ascii
from payments.integrations.mail.errors import (
    MailAccessRefused,
    MailError,
    MailLater,
    MailRefused,
    MailUncertain,
)
from payments.integrations.mail.message import Sender, message_of
from payments.integrations.mail.protocol import Mail
from payments.integrations.mail.smtp.replies import of_content, of_recipient, of_sender
from payments.integrations.mail.smtp.settings import Tls

log = structlog.get_logger(__name__)

STEP_SECONDS: Final = 60.0
"""How long the server may take for one step. Some wait for half a minute before they greet."""

ANSWER_SECONDS: Final = 300.0
"""How long it may take to say that it has a mail: who leaves before sends it twice (RFC 5321,
4.5.3.2.6)."""

GOODBYE_SECONDS: Final = 2.0
"""How long a server may take to answer a good-bye."""

IDLE_SECONDS: Final = 15.0
"""How long a connection is kept open for the next mail."""

_UTF8: Final = "smtputf8"
_LOST: Final = (OSError, TimeoutError, aiosmtplib.SMTPServerDisconnected)


class Away(MailLater):
    """The server cannot be reached, or has gone in the middle."""


class SmtpMailer:
    """Sends by one mail server.

    Args:
        host: The server's name.
        port: Its port.
        tls: How the connection is encrypted; never less.
        sender: Who mails are from.
        outbound: The policy for calls.
        login: Name and password, if the server wants them.
        reply_to: Where answers go, if not to the sender.
        bounces_to: Where undeliverable mail goes, if not to the sender.
        ca_file: Certificates of an authority of one's own.
        per_second: How many mails are sent in a second at most.
    """

    name = "smtp"

    def __init__(
        self,
        *,
        host: str,
        port: int,
        tls: Tls,
        sender: Sender,
        outbound: Outbound,
        login: tuple[str, str] | None = None,
        reply_to: Sender | None = None,
        bounces_to: Sender | None = None,
        ca_file: Path | None = None,
        per_second: float = 5,
    ) -> None:
        self._host, self._port, self._tls = host, port, tls
        self._sender, self._reply_to = sender, reply_to
        self._envelope = (bounces_to or sender).address
        self._login = login
        self._ca_file = ca_file
        self._outbound = outbound
        outbound.keep_pace(self.name, per_second)
        self._line = Line(integration=self.name, purpose=Purpose.BACKGROUND)
        self._policy = Policy(attempts=1, timeout_seconds=4 * STEP_SECONDS + ANSWER_SECONDS)
        self._one = asyncio.Lock()
        self._open: aiosmtplib.SMTP | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._trust: ssl.SSLContext | None = None

    async def send(self, mail: Mail) -> None:
        """Send one mail. Raises as the protocol says."""
        message = message_of(mail, self._sender, reply_to=self._reply_to)
        async with self._one:
            await self._call(lambda: self._hand_over(mail.to, message))

    async def look(self) -> None:
        """Connect, encrypt and log in. Raises as the protocol says."""
        async with self._one:
            self._let_go()
            await self._call(self._greet)

    async def close(self) -> None:
        """Close the connection, with a good-bye where the server still listens."""
        if (client := self._open) is not None and client.is_connected:
            with contextlib.suppress(*_LOST, aiosmtplib.SMTPException):
                await client.quit(timeout=GOODBYE_SECONDS)
        self._let_go()

    async def _call(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await self._outbound.call(
                self._line, work, classify_error=_classified, policy=self._policy
            )
        except NotSent as error:
            raise MailLater(str(error)) from error
        except TimeoutError as error:
            self._let_go()
            raise MailUncertain("The mail server took too long.") from error

    async def _greet(self) -> None:
        await self._connected()

    async def _hand_over(self, to: str, message: EmailMessage) -> None:
        client = await self._ready(to)
        try:
            with _meaning(of_recipient):
                await client.rcpt(to, encoding=_encoding(to), timeout=STEP_SECONDS)
            with _meaning(of_content):
                await client.data(message.as_bytes(), timeout=ANSWER_SECONDS)
        except MailError:
            await self._reset(client)
            raise
        except _LOST as error:
            self._let_go()
            raise MailUncertain(f"The mail server has gone: {type(error).__name__}.") from error
        except BaseException:  # stopped in the middle: what is on the wire is of no further use
            self._let_go()
            raise
        self._keep_a_while()

    async def _ready(self, to: str) -> aiosmtplib.SMTP:
        """A connection on which the sender was accepted; a kept one may be gone by now."""
        kept = self._open is not None
        client = await self._connected()
        try:
            return await self._begin(client, to)
        except Away:
            if not kept:
                raise
        return await self._begin(await self._connected(), to)

    async def _begin(self, client: aiosmtplib.SMTP, to: str) -> aiosmtplib.SMTP:
        if not is_ascii(to) and not client.supports_extension(_UTF8):
            self._keep_a_while()
            raise MailRefused("The mail server takes no address with such characters.")
        options = [] if is_ascii(to) else [_UTF8.upper()]
        try:
            with _meaning(of_sender):
                await client.mail(
                    self._envelope, options=options, encoding=_encoding(to), timeout=STEP_SECONDS
                )
        except _LOST as error:
            self._let_go()
            raise Away(f"The mail server has gone: {type(error).__name__}.") from error
        except MailError:
            self._let_go()
            raise
        return client

    async def _connected(self) -> aiosmtplib.SMTP:
        """The connection that is open, or a new one. Raises MailLater or MailAccessRefused."""
        if self._closing is not None:
            self._closing.cancel()
        if self._open is not None and self._open.is_connected:
            return self._open
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            local_hostname=self._sender.domain,
            timeout=STEP_SECONDS,
            use_tls=self._tls == "tls",
            start_tls=self._tls == "starttls",
            tls_context=self._context(),
        )
        try:
            await self._open_up(client)
        except BaseException:
            client.close()
            raise
        self._open = client
        return client

    async def _open_up(self, client: aiosmtplib.SMTP) -> None:
        where = f"{self._host}:{self._port}"
        try:
            with _meaning(of_sender):
                await client.connect()
                if self._login is not None:
                    await client.login(*self._login)
        except MailError:
            raise
        except (*_LOST, aiosmtplib.SMTPException) as error:
            if (refused := _certificate_of(error)) is not None:
                words = f"The certificate of {where} is not good: {refused}."
                raise MailAccessRefused(words) from error
            if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
                words = f"{where} does not speak TLS as SMTP_TLS={self._tls} wants it."
                raise MailAccessRefused(words) from error
            if isinstance(error, _LOST):
                raise Away(f"{where} cannot be reached: {type(error).__name__}.") from error
            raise MailAccessRefused(f"{where}: {error}") from error  # it lacks TLS or a login

    def _context(self) -> ssl.SSLContext | None:
        if self._tls == "off":
            return None
        if self._trust is None:  # takes a while: it reads all authorities
            self._trust = ssl.create_default_context(cafile=self._ca_file)
        return self._trust

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        """Make a connection ready for another mail after one that was refused."""
        try:
            await client.rset(timeout=STEP_SECONDS)
        except (*_LOST, aiosmtplib.SMTPException):
            self._let_go()
        else:
            self._keep_a_while()

    def _keep_a_while(self) -> None:
        loop = asyncio.get_running_loop()
        self._closing = loop.call_later(IDLE_SECONDS, self._drop)

    def _drop(self) -> None:
        """Close a connection that nobody uses."""
        if self._open is not None and not self._one.locked():
            self._open.close()
            self._open = None

    def _let_go(self) -> None:
        client, self._open = self._open, None
        if self._closing is not None:
            self._closing.cancel()
        if client is not None:
            client.close()


@contextlib.contextmanager
def _meaning(of: Callable[[int, str], MailError]) -> Iterator[None]:
    """Say what the server's answers to a step mean."""
    try:
        yield
    except aiosmtplib.SMTPResponseException as error:
        raise of(error.code, error.message) from error


def _encoding(to: str) -> str:
    return "ascii" if is_ascii(to) else "utf-8"


def _certificate_of(error: BaseException) -> str | None:
    """Why a certificate was not good, if that is what went wrong."""
    for each in (error, error.__cause__, error.__context__):
        if isinstance(each, ssl.SSLCertVerificationError):
            return each.verify_message
    return None


def _classified(error: BaseException) -> Failure:
    """Whether an error counts for the breaker: the server has gone, or does not answer."""
    return Failure.AWAY if isinstance(error, Away | MailUncertain) else Failure.FINAL
