"""Owners decide which other programs get events."""

from dataclasses import dataclass, field, replace
from typing import Final

from payments.commands.base import Command
from payments.domain.books import GUILDS, Books, GuildBooks, Needs
from payments.domain.errors import Refused
from payments.domain.sentences.parts import SlashCommand
from payments.domain.values.events import EVENTS, SubscriberDisabled
from payments.domain.values.guilds import EVERYTHING, Subscriber
from payments.domain.values.ids import GuildId, SubscriberId

MAX_SUBSCRIBERS: Final = 10
"""Highest number of subscribers of one guild."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSubscriber(Command[SubscriberId]):
    """Add a program that gets events.

    Attributes:
        subscriber: A fresh id.
        host: The host of its address.
        kinds: Names of events, or `*` alone.
        encrypted: Its address and signing secret, encrypted; not kept with the command.
    """

    kind = "subscriber.add"
    result = SubscriberId

    guild: GuildId
    subscriber: SubscriberId = field(compare=False)
    host: str
    kinds: tuple[str, ...]
    encrypted: str = field(compare=False, repr=False)

    def needs(self) -> Needs:
        """The guild."""
        return GUILDS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse kinds that do not exist, and more than a guild may have."""
        unknown = [kind for kind in self.kinds if kind not in EVENTS and kind != EVERYTHING]
        if unknown:
            raise Refused("There is no event {name}. Choose from the list.", name=unknown[0])
        if not self.kinds:
            raise Refused("Choose the events that it gets.")
        active = [each for each in books.guild(self.guild).subscribers if each.active]
        if len(active) >= MAX_SUBSCRIBERS:
            raise Refused(
                "A server has at most {most} subscribers. Remove one first.", most=MAX_SUBSCRIBERS
            )

    def execute(self, books: Books) -> SubscriberId:
        """Add it."""
        guild = books.guild(self.guild)
        added = Subscriber(
            id=self.subscriber,
            guild=self.guild,
            host=self.host,
            kinds=self.kinds,
            encrypted=self.encrypted,
        )
        books.put_guild(replace(guild, subscribers=(*guild.subscribers, added)))
        return added.id


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSubscriber(Command[None]):
    """Remove a subscriber; its address and secret are deleted."""

    kind = "subscriber.remove"

    guild: GuildId
    subscriber: SubscriberId

    def needs(self) -> Needs:
        """The guild."""
        return GUILDS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse if it was removed already."""
        _active(books.guild(self.guild), self.subscriber)

    def execute(self, books: Books) -> None:
        """Remove it."""
        _switch_off(books, self.guild, self.subscriber)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableSubscriber(Command[None]):
    """Switch a subscriber off that nothing has reached for days, and tell moderators.

    Attributes:
        reason: What went wrong last, in a sentence without its full stop.
    """

    kind = "subscriber.disable"

    guild: GuildId
    subscriber: SubscriberId
    reason: str = field(compare=False)

    def needs(self) -> Needs:
        """The guild."""
        return GUILDS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse if it is switched off already."""
        _active(books.guild(self.guild), self.subscriber)

    def execute(self, books: Books) -> None:
        """Switch it off."""
        off = _switch_off(books, self.guild, self.subscriber)
        books.emit(
            SubscriberDisabled(
                guild=self.guild,
                at=self.at,
                subscriber=self.subscriber,
                host=off.host,
                reason=self.reason,
            )
        )


def _active(guild: GuildBooks, subscriber: SubscriberId) -> Subscriber:
    for each in guild.subscribers:
        if each.id == subscriber and each.active:
            return each
    raise Refused(
        "There is no such subscriber. {command} shows all.", command=SlashCommand("subscriber list")
    )


def _switch_off(books: Books, guild: GuildId, subscriber: SubscriberId) -> Subscriber:
    known = books.guild(guild)
    off = replace(_active(known, subscriber), active=False, encrypted="")
    others = (off if each.id == subscriber else each for each in known.subscribers)
    books.put_guild(replace(known, subscribers=tuple(others)))
    return off
