"""`/subscriber key …`: owners let other programs fulfil orders, each with a key of its own."""

from collections.abc import Sequence
from typing import Final

from discord import app_commands

from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Interaction, caller_of, key_of, owners_only
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.completion import Completion, TypedOption
from bot.wording import text
from bot.wording.text import ID_END
from payments.commands.base import by_member
from payments.commands.guild.api_keys import KEY_NAME_LENGTH, AddApiKey, RevokeApiKey
from payments.domain.sentences.parts import Code, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.api_keys import ApiKey, Scope
from payments.domain.values.ids import ApiKeyId
from payments.infra.api_keys import new_api_key, read_api_key

Choice = app_commands.Choice[str]


class Keys(Completion[ApiKey]):
    """The server's keys that can be used."""

    none = Sentence("There is no such key. Choose one from the list.")

    async def check(self, interaction: Interaction) -> None:
        """They are offered to those who may manage the server."""
        owners_only(interaction)

    async def things(self, interaction: Interaction) -> Sequence[ApiKey]:
        """All of them."""
        return await interaction.client.queries.api_keys(caller_of(interaction).guild)

    def value(self, thing: ApiKey) -> str:
        """Its id."""
        return thing.id

    def label(self, thing: ApiKey, reader: text.ReaderFormat) -> str:
        """Its name, and the end of its id."""
        del reader
        return f"{thing.name} · …{thing.id[-ID_END:]}"

    def beginning(self, thing: ApiKey) -> str:
        """Its name."""
        return thing.name

    def names(self, thing: ApiKey) -> Sequence[str]:
        """Its name."""
        return (thing.name,)


KEYS: Final = Keys()


class KeyCommands(app_commands.Group):
    """Owners add keys, look at them, and remove them."""

    def __init__(self) -> None:
        super().__init__(
            name="key",
            description="Keys of programs that fulfil orders.",  # no sentence, as all descriptions
        )

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]  # the client is ours
        """Let only those in who may manage the server, whatever the server's settings say."""
        return owners_only(interaction)

    @app_commands.command()
    @app_commands.describe(name="What you call the program, such as: Game server.")
    async def add(
        self, interaction: Interaction, name: app_commands.Range[str, 1, KEY_NAME_LENGTH]
    ) -> None:
        """Let a program fulfil orders; you get the key that it needs."""
        bot, caller = interaction.client, caller_of(interaction)
        await acknowledge(interaction)
        written = new_api_key(caller.guild)
        known = read_api_key(written)
        if known is None:
            raise ValueError("a fresh key cannot be read")
        added = await change(
            interaction,
            AddApiKey(
                key=key_of(interaction),
                at=bot.clock(),
                actor=by_member(caller.member),
                guild=caller.guild,
                name=name,
                scopes=(Scope.FULFIL_ORDERS,),
                api_key=ApiKeyId(bot.new_id()),
                hashed=known.hashed,
            ),
        )
        await answer(
            interaction,
            card(
                Sentence("Key added"),
                Sentence(
                    "The program that has this key can fulfil and deny orders of items that a "
                    "program gives. It is shown only now, and sent in the header {header}:",
                    header=Code("Authorization: Bearer …"),
                ),
                Sentence("||{key}||", key=Code(written)),
                reader=await reader_format_of(interaction),
                mood=Mood.GOOD,
                footer=Sentence("Key {id}", id=Code(added)),
            ),
        )

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """See which programs can fulfil orders."""
        found = await interaction.client.queries.api_keys(caller_of(interaction).guild)
        lines = [
            Sentence(
                "**{name}** can fulfil and deny orders · {id}",
                name=Verbatim(each.name),
                id=Code(f"…{each.id[-ID_END:]}"),
            )
            for each in found
        ]
        empty = Sentence(
            "No program has a key yet. {command} adds one.",
            command=SlashCommand("subscriber key add"),
        )
        reader = await reader_format_of(interaction)
        view = card(Sentence("Keys of programs"), *(lines or [empty]), reader=reader)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    @app_commands.describe(key="Which one; choose from the list.")
    async def remove(self, interaction: Interaction, key: TypedOption) -> None:
        """Remove a key; nobody can use it any more."""
        bot, caller = interaction.client, caller_of(interaction)
        chosen = await KEYS.meant(interaction, key)
        await acknowledge(interaction)
        name = await change(
            interaction,
            RevokeApiKey(
                key=key_of(interaction),
                at=bot.clock(),
                actor=by_member(caller.member),
                guild=caller.guild,
                api_key=chosen.id,
            ),
        )
        line = Sentence("{name} can't fulfil orders any more.", name=Verbatim(name))
        reader = await reader_format_of(interaction)
        await answer(
            interaction, card(Sentence("Key removed"), line, reader=reader, mood=Mood.GOOD)
        )

    @remove.autocomplete("key")
    async def _choose(self, interaction: Interaction, current: str) -> list[Choice]:
        return await KEYS.complete(interaction, current)
