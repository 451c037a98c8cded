"""What a service that sends mail can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, ready to be sent.

    Attributes:
        id: The same for each try, and of no other mail: letters, digits, `-` and `_`.
        to: The address, as `addresses.parsed` writes it.
        subject: One line.
        text: What is read where HTML is not.
        html: The same as a page.
        language: Of both, such as `en-US`.
        at: When it is sent.
    """

    id: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    at: Instant


class Mailer(Protocol):
    """Sends mail."""

    name: str
    """Short name, as in `MAIL_SERVICE`."""

    async def send(self, mail: Mail) -> None:
        """Send one mail. It may be sent again under the same id.

        Raises:
            AddressRefused: The address takes none, for good.
            MailRefused: This one is refused, for good.
            FormRefused: What we send is refused.
            MailAccessRefused: A person must mend account or settings.
            MailLater: Not now.
            MailUncertain: Nobody knows whether it was taken.
        """
        ...

    async def look(self) -> None:
        """See that mail would be taken, and send none. Raises as `send`."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedAddress:
    """An address that a service reports to take no mail any more.

    Attributes:
        address: As the service writes it.
        reason: `bounced`, `dropped` or `spam`.
    """

    address: str
    reason: str


class MailEvents(Protocol):
    """Reads what a service posts to us."""

    def read(
        self, body: bytes, headers: Mapping[str, Sequence[str]], now: Instant
    ) -> list[StoppedAddress]:
        """What a genuine message says of addresses.

        Args:
            body: The raw bytes as they came.
            headers: By name in small letters.
            now: The time.

        Raises:
            NotGenuine: It is not from the service, or makes no sense.
        """
        ...
