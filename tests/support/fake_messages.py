"""What the provider that is a fake reports, however that reaches us."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payments.domain.values.time import Instant
from payments.providers.messages import USUAL, Answers
from payments.providers.requests import ListedEvents, ProviderEvent

if TYPE_CHECKING:
    from tests.support.fakes import FakeProvider


@dataclass(frozen=True, slots=True)
class FakeWebhook:
    """Its requests to us, which are all genuine."""

    of: "FakeProvider"
    answers: Answers = USUAL

    async def read(
        self, body: bytes, headers: Mapping[str, list[str]], now: Instant
    ) -> ProviderEvent:
        del headers, now
        return self.of.read_event(body.decode())


@dataclass(frozen=True, slots=True)
class FakeEvents:
    """What it reports."""

    of: "FakeProvider"

    def read(self, body: str) -> ProviderEvent:
        return self.of.read_event(body)

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        return await self.of.look_up(event)


@dataclass(frozen=True, slots=True)
class FakeListing:
    """What it keeps."""

    of: "FakeProvider"

    def events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        return self.of.listed_events(since)

    async def objects(self, since: Instant) -> list[ProviderEvent]:
        return await self.of.listed_objects(since)
