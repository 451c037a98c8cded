"""Owners decide which other programs may ask for something."""

from dataclasses import dataclass, field, replace
from typing import Final

from payments.commands.base import Command
from payments.domain.books import API_KEYS, GUILDS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.api_keys import ApiKey, Scope
from payments.domain.values.ids import ApiKeyId, GuildId
from payments.domain.values.written_text import check_words, same_to_readers, tidy

MAX_API_KEYS: Final = 10
"""Highest number of keys of one guild that can be used."""

KEY_NAME_LENGTH: Final = 32
"""The most characters of what a key is called."""

_NAME: Final = Sentence("Name of the key")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddApiKey(Command[ApiKeyId]):
    """Let a program ask for something, with a key of its own.

    Attributes:
        name: What the key is called; people read it where the program has done something.
        scopes: What it may be used for.
        api_key: A fresh id.
        hashed: The hash of the key; not kept with the command.
    """

    kind = "api_key.add"
    result = ApiKeyId

    guild: GuildId
    name: str
    scopes: tuple[Scope, ...]
    api_key: ApiKeyId = field(compare=False)
    hashed: str = field(compare=False, repr=False)

    def needs(self) -> Needs:
        """The guild's keys."""
        return GUILDS.of(self.guild) | API_KEYS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse a name that there is already, and more keys than a guild may have."""
        name = tidy(self.name)
        check_words(name, _NAME, KEY_NAME_LENGTH)
        active = [each for each in books.see(API_KEYS, self.guild) if each.active]
        if len(active) >= MAX_API_KEYS:
            raise Refused("A server has at most {most} keys. Remove one first.", most=MAX_API_KEYS)
        if same_to_readers(name) in {same_to_readers(each.name) for each in active}:
            raise Refused("There is a key called {name} already.", name=name)

    def execute(self, books: Books) -> ApiKeyId:
        """Add it."""
        added = ApiKey(
            id=self.api_key,
            guild=self.guild,
            name=tidy(self.name),
            scopes=self.scopes,
            hashed=self.hashed,
        )
        books[API_KEYS][self.guild] = (*books.see(API_KEYS, self.guild), added)
        return added.id


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApiKey(Command[str]):
    """Let nobody use a key any more; its hash is deleted. Returns its name.

    Attributes:
        api_key: Which key.
    """

    kind = "api_key.revoke"
    result = str

    guild: GuildId
    api_key: ApiKeyId

    def needs(self) -> Needs:
        """The guild's keys."""
        return GUILDS.of(self.guild) | API_KEYS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse if it was revoked already."""
        self._find(books)

    def execute(self, books: Books) -> str:
        """Revoke it."""
        key = self._find(books)
        off = replace(key, active=False, hashed="")
        known = books.see(API_KEYS, self.guild)
        books[API_KEYS][self.guild] = tuple(off if each.id == key.id else each for each in known)
        return key.name

    def _find(self, books: Books) -> ApiKey:
        for each in books.see(API_KEYS, self.guild):
            if each.id == self.api_key and each.active:
                return each
        raise Refused(
            "There is no such key. {command} shows all.",
            command=SlashCommand("subscriber key list"),
        )
