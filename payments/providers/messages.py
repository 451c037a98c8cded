"""What providers tell us by themselves: their requests to us, and what these say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from payments.domain.values.time import Instant
from payments.providers.requests import ProviderEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """With which status of HTTP a provider's requests are answered.

    Attributes:
        received: What was kept; 204 has no body.
        forged: What has a wrong signature.
    """

    received: int = 200
    forged: int = 400


USUAL: Final = Answers()
"""How most providers want it."""


class Webhook(Protocol):
    """The provider's requests to us."""

    @property
    def answers(self) -> Answers:
        """How they are answered."""
        ...

    async def read(
        self, body: bytes, headers: Mapping[str, list[str]], now: Instant
    ) -> ProviderEvent | None:
        """Check that a request came from the provider, and read what it reports.

        None if it only asks whether anybody is there.

        Args:
            body: The raw bytes as they came.
            headers: All values of each header, names in lower case.
            now: The time, for the age of the signature.

        Raises:
            WebhookRejected: It is not genuine.
            ProviderUnavailable: Only the provider can tell, and cannot be asked now.
        """
        ...


class Events(Protocol):
    """What the provider reports, however it reached us."""

    def read(self, body: str) -> ProviderEvent:
        """Read an event again that was checked when it came, to try it again.

        Raises:
            WebhookRejected: It cannot be read.
        """
        ...

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        """Fetch what an event with `look_up` is about, and return the event completed.

        Raises as `Checkouts.open`.
        """
        ...
