"""Mail, wired together; imported only where it is on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from babel import Locale

from app.queues import Queues
from payments.domain.values.time import SECOND, Clock, Instant
from payments.infra.encryption import Encryptor
from payments.infra.errors import CannotDecrypt
from payments.infra.outbound import Line, Outbound, Purpose
from payments.infra.settings import Settings
from payments.infra.settings_parts import part_of
from payments.integrations.flags import Flags
from payments.integrations.mail.addresses import Addresses, parsed
from payments.integrations.mail.errors import NotGenuine
from payments.integrations.mail.kind import MailKind
from payments.integrations.mail.letter import as_html, as_text
from payments.integrations.mail.protocol import Mail
from payments.integrations.mail.settings import MailSettings
from payments.notifications.mail.channel import MailChannel, Office
from payments.notifications.mail.reader import MailReader
from payments.notifications.mail.words import trial
from payments.notifications.routing import MAIL, MAIL_QUEUE
from payments.notifications.worker import Worker
from payments.providers.known import KnownProviders
from payments.services.health import REFUSED, Check
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.mail import MailBook

log = structlog.get_logger(__name__)

RETRY_AFTER: Final = 5 * SECOND
"""Pause after the first failed attempt; it doubles. Microseconds."""


class MailDesk:
    """All that sends mail, and keeps where it goes.

    Args:
        settings: The settings, with mail's among them.
        kind: The service that sends it.
        encryptor: With the keys of the settings.
        outbound: The policy for calls.
        database: Where addresses are kept.
        clock: Tells the time.
    """

    def __init__(
        self,
        settings: Settings,
        kind: MailKind,
        *,
        encryptor: Encryptor,
        outbound: Outbound,
        database: Database,
        clock: Clock,
    ) -> None:
        own = part_of(settings, MailSettings)
        self.kind = kind
        self.book = MailBook(database)
        self.addresses = Addresses(encryptor, clock, keep_days=own.mail_keep_days)
        self.mailer = kind.build(settings, outbound, clock)
        self.events = kind.events(settings)
        self.language = Locale.parse(own.mail_language, sep="-")
        self.sender = own.sender
        self._outbound = outbound
        self._clock = clock
        self._base_url = settings.base_url

    async def start(self) -> None:
        """Read the key of mail, or make it; the database is at its version."""
        stored = await self.book.key(self.addresses.new_key())
        try:
            self.addresses.unlock(stored)
        except CannotDecrypt:
            remedy = "put the old key back into ENCRYPTION_KEYS"
            log.error("mail.key_unreadable", remedy=remedy)  # noqa: TRY400 - no trace needed

    def worker(
        self, queues: Queues, *, queries: Queries, flags: Flags, known: KnownProviders
    ) -> Worker:
        """What delivers events by mail.

        Args:
            queues: What all workers have in common.
            queries: Reads the books.
            flags: Say where mail is switched off.
            known: What people read of providers.
        """
        office = Office(
            mailer=self.mailer,
            addresses=self.addresses,
            book=self.book,
            language=self.language,
            stop_url=lambda token: f"{self._base_url}/mail/stop/{token}",
        )
        channel = MailChannel(office, queries=queries, flags=flags, clock=queues.clock, known=known)
        slots = self.kind.at_once
        return queues.worker(MAIL_QUEUE, {MAIL: channel}, slots=slots, retry_after=RETRY_AFTER)

    def checks(self) -> dict[str, Check]:
        """Whether mail can be sent."""

        async def mail() -> str:
            if not self.addresses.is_unlocked:
                return f"{REFUSED}None of ENCRYPTION_KEYS can read the key of mail."
            state = await self.book.state()
            if state.trouble:
                return f"{REFUSED}{state.trouble}"
            line = Line(integration=self.kind.name, purpose=Purpose.BACKGROUND)
            is_open = self._outbound.states.get(line) == "opened"
            return "breaker open" if is_open else "ok"

        return {"mail": Check(look=mail)}

    async def send_trial(self, name: str, address: str) -> None:
        """Send a test mail. Raises as `Mailer.send`.

        Args:
            name: Random, as a delivery's nonce.
            address: Where to.
        """
        reader = MailReader(self.language)
        letter = trial(self.sender.name or self.sender.domain)
        await self.mailer.send(
            Mail(
                id=name,
                to=parsed(address) or address,
                subject=reader.say(letter.subject),
                text=as_text(letter, reader),
                html=as_html(letter, reader),
                language=str(reader.locale).replace("_", "-"),
                at=self._clock(),
            )
        )

    def is_stop_link(self, token: str) -> bool:
        """Whether a link that stops mail is one of ours."""
        return self.addresses.is_unlocked and self.addresses.read_stop_token(token) is not None

    async def stop(self, token: str) -> None:
        """Send nothing more to whoever has such a link, and delete their address.

        Raises:
            LookupError: The link is none of ours.
        """
        fingerprint = self.addresses.read_stop_token(token)
        if fingerprint is None:
            raise LookupError(token)
        await self.book.stop(fingerprint, "asked", self._clock())
        log.info("mail.address_stopped", reason="asked")

    @property
    def posts_as(self) -> str | None:
        """The name in `/webhooks/{name}` of the service, if it posts to us."""
        return None if self.events is None else self.kind.name

    async def take_in(
        self, body: bytes, headers: Mapping[str, Sequence[str]], now: Instant
    ) -> None:
        """Stop addresses of which the service says that they take no mail.

        Raises:
            NotGenuine: It is not from the service, or makes no sense.
        """
        if self.events is None:
            raise NotGenuine("No key to check it is set.", reason="signature")
        told = self.events.read(body, headers, now)
        reasons = {self.addresses.fingerprint(each.address): each.reason for each in told}
        stopped = Counter(reasons[each] for each in await self.book.stop_all(reasons, now))
        for reason, addresses in sorted(stopped.items()):
            log.warning("mail.address_stopped", reason=reason, addresses=addresses)

    async def close(self) -> None:
        """Close connections."""
        await self.mailer.close()
