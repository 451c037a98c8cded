"""The mail server: it keeps what it is given, and fails as it is told."""

import asyncio
import email
import email.policy
import ssl
import warnings
from collections import deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Step = Literal["mail", "rcpt", "data"]

CUT: Final = "cut"
"""A fault: the connection is lost before the answer. At `data` the mail has arrived."""

TAKEN: Final = "250 2.0.0 Taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail that arrived.

    Attributes:
        sender: Of the envelope.
        to: Of the envelope.
        message: All of it, read.
        raw: As it came.
        encrypted: Whether it came over TLS.
        name: With which name its sender had logged in, if at all.
    """

    sender: str
    to: str
    message: EmailMessage
    raw: bytes
    encrypted: bool
    name: str | None

    @property
    def text(self) -> str:
        """What is read where pages are not shown."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The page."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return "" if part is None else str(part.get_content())


@dataclass(slots=True)
class Mailbox:
    """What arrived, the newest last, and the faults that are to come.

    Attributes:
        mails: What arrived.
        faults: For each step the answers of the next mails, one after the other.
        seconds: How long each answer to a mail takes.
        connections: Number of connections that were made.
        logins: Names that may log in, with their passwords.
    """

    mails: list[Received] = field(default_factory=list)
    faults: dict[Step, deque[str]] = field(
        default_factory=lambda: {"mail": deque(), "rcpt": deque(), "data": deque()}
    )
    seconds: float = 0
    connections: int = 0
    logins: dict[str, str] = field(default_factory=dict)

    def fail(self, step: Step, *answers: str) -> None:
        """Let the next tries fail at a step, with these answers."""
        self.faults[step].extend(answers)

    async def answer(self, server: SMTP, step: Step) -> str | None:
        """The fault that comes next at a step; None if all goes well."""
        if step == "data" and self.seconds:
            await asyncio.sleep(self.seconds)
        if not self.faults[step]:
            return None
        fault = self.faults[step].popleft()
        if fault == CUT and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return fault

    async def handle_MAIL(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Who sends."""
        del session
        fault = await self.answer(server, "mail")
        if fault is not None:
            return fault
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Fine"

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Who is to get it."""
        del session
        fault = await self.answer(server, "rcpt")
        if fault is not None:
            return fault
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Fine"

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """The mail itself."""
        fault = await self.answer(server, "data")
        if fault is not None and fault != CUT:
            return fault
        raw = envelope.original_content or b""
        message = email.message_from_bytes(raw, policy=email.policy.default)
        login: object = session.auth_data
        self.mails += [
            Received(
                sender=envelope.mail_from or "",
                to=to,
                message=message,
                raw=raw,
                encrypted=bool(session.ssl),
                name=login.login.decode() if isinstance(login, LoginPassword) else None,
            )
            for to in envelope.rcpt_tos
        ]
        return TAKEN

    def let_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Whether a name and its password are right."""
        del server, session, envelope, mechanism
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False)
        right = self.logins.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=right, auth_data=data if right else None, handled=False)


class LocalMail:
    """A mail server on this machine, as an async context manager.

    Args:
        tls: Its certificate; without one it knows no TLS.
        implicit: Whether TLS begins with the first byte.
        login: Whether senders must log in.

    Attributes:
        mailbox: What arrived.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        login: bool = False,
    ) -> None:
        self.mailbox = Mailbox()
        self._tls = tls
        self._implicit = implicit
        self._login = login
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("it does not listen yet")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen. Raises OSError if the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._protocol, host, port, ssl=self._tls if self._implicit else None
        )

    def _protocol(self) -> SMTP:
        self.mailbox.connections += 1
        with warnings.catch_warnings():  # it does not see that TLS began before it did
            warnings.simplefilter("ignore", UserWarning)
            return self._made()

    def _made(self) -> SMTP:
        return SMTP(
            self.mailbox,
            hostname="mail.local",
            ident="local mail",
            enable_SMTPUTF8=True,
            decode_data=False,
            tls_context=None if self._implicit else self._tls,
            require_starttls=self._tls is not None and not self._implicit,
            auth_required=self._login,
            auth_require_tls=self._tls is not None and not self._implicit,
            authenticator=self.mailbox.let_in if self._login else None,
            loop=asyncio.get_running_loop(),
        )

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
