"""A kind of provider: all that one brings of its own, beside what it does with money.

What stands behind the functions here is imported when they are called: a provider that is not
switched on costs nothing.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

import aiohttp
from pydantic import BaseModel

from payments.domain.sentences.sentence import Sentence
from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.time import Clock, Instant
from payments.infra.asking import Questions
from payments.infra.clock import system_clock
from payments.infra.finding import Finding
from payments.infra.outbound import Outbound, Purpose
from payments.infra.settings import Settings
from payments.infra.watches import Watches
from payments.providers.errors import AccessRefused
from payments.providers.protocol import PaymentProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What a provider is built with.

    Attributes:
        settings: The program's, with the provider's among them.
        outbound: The policy for calls.
        purpose: What calls are made for.
        refused: Called when the provider refuses our key.
        clock: Tells the time.
        conceal: Encrypts buyers' addresses; takes none where mail is off.
    """

    settings: Settings
    outbound: Outbound
    purpose: Purpose = Purpose.MEMBERS
    refused: Callable[[AccessRefused], None] = lambda _: None
    clock: Clock = system_clock
    conceal: Conceal = take_no_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the checks of `guildbank doctor` work on.

    Attributes:
        settings: The program's, with the provider's among them.
        door: The address to which the provider sends its messages.
        http: For that address.
        watches: Compares clocks.
    """

    settings: Settings
    door: str
    http: aiohttp.ClientSession
    watches: Watches
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """Which messages of a provider should be here.

    Attributes:
        since: From when on a reconciliation would ask for them now.
        until: Younger ones may still come.
        known: Which of these ids have come.
    """

    since: Instant
    until: Instant
    known: Callable[[Sequence[str]], Awaitable[Collection[str]]]


class ProviderDoctor(Protocol):
    """A provider's part of `guildbank doctor`. It changes nothing, and shows no secret."""

    @property
    def tolerance_seconds(self) -> int | None:
        """How wrong our clock may be until messages are refused; None if that does not matter."""
        ...

    def address(self) -> list[Finding]:
        """Whether it can reach the public address at all, as far as that shows."""
        ...

    async def account(self, messages: Messages | None) -> list[Finding]:
        """Key, permissions, and where it sends its messages.

        Args:
            messages: Which should be here; None if the books cannot be read.
        """
        ...

    async def door(self) -> list[Finding]:
        """Whether the running program takes its messages; it answers at the public address."""
        ...

    def proof(self) -> str:
        """What brings a first message about, which proves that its secret is right."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...


class ProviderQuestions(Protocol):
    """A provider's part of `guildbank init`: each returns settings by their names."""

    def account(self) -> dict[str, str]:
        """Ask for the key."""
        ...

    def is_out_of_reach(self, url: str) -> bool:
        """Whether the provider cannot reach an address."""
        ...

    def door(self, address: str) -> dict[str, str]:
        """Ask for what checks the provider's messages, which it sends to this address."""
        ...


class WhoActs(Enum):
    """Who has to do something before a refund goes on."""

    NOBODY = "nobody"
    BUYER = "buyer"
    OPERATOR = "operator"
    """Whoever has the account at the provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReason:
    """What a provider's word means for why a refund takes longer.

    Attributes:
        words: For moderators.
        acts: Who has to act.
    """

    words: Sentence
    acts: WhoActs = WhoActs.NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKind:
    """A provider that the program can use.

    Attributes:
        name: Short name, as in the database, in `/webhooks/{name}` and in `PAYMENT_PROVIDERS`.
        title: What people call it.
        settings: Its part of the settings; what must be set in it must be so where it is on.
        template: Its lines in the file that `guildbank init` writes.
        button: What stands on the button that leads there, where members choose how to pay, if its
            title alone would not tell them how they pay.
        build: Makes it; settings that it needs are there.
        webhook_settings: Those of its settings that only the web server needs.
        why_pending: What its word means for why a refund takes longer; None for one that it does
            not know.
        why_refused: What its word means for why it did not make a refund; None as above.
        doctor: Makes its part of `guildbank doctor`, if it has one.
        questions: Makes its part of `guildbank init`, if it has one; gets the file of settings.
    """

    name: str
    title: str
    settings: type[BaseModel]
    template: str
    build: Callable[[Wiring], PaymentProvider]
    webhook_settings: frozenset[str] = frozenset()
    button: Sentence | None = None
    why_pending: Callable[[str], PendingReason | None] = lambda _: None
    why_refused: Callable[[str], Sentence | None] = lambda _: None
    doctor: Callable[[Examined], ProviderDoctor] | None = None
    questions: Callable[[Questions, Path], ProviderQuestions] | None = None
