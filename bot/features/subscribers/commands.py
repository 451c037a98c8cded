"""`/subscriber …`: owners let other programs hear of what happens."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.subscribers.keys import KeyCommands
from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Interaction, caller_of, key_of, owners_only
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.completion import MOST_CHOICES, Completion, TypedOption
from bot.wording import text
from bot.wording.text import CHOICE_LENGTH, ID_END
from payments.commands.base import by_member
from payments.commands.guild.subscribers import AddSubscriber, RemoveSubscriber
from payments.domain.sentences.parts import Code, Several, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.events import EVENTS
from payments.domain.values.guilds import EVERYTHING, Subscriber
from payments.domain.values.ids import SubscriberId
from payments.domain.values.time import SECOND
from payments.notifications.errors import NotTaken
from payments.notifications.subscribers.addresses import MAX_LENGTH

ALL: Final = "all"
"""What is typed for all events."""

_KINDS: Final = 5
"""Number of a subscriber's events that are named."""

_HOST_LENGTH: Final = 100

Choice = app_commands.Choice[str]
Events = app_commands.Range[str, 1, 2_000]


class Listeners(Completion[Subscriber]):
    """The server's subscribers."""

    none = Sentence("There is no such subscriber. Choose one from the list.")

    async def check(self, interaction: Interaction) -> None:
        """They are offered to those who may manage the server."""
        owners_only(interaction)

    async def things(self, interaction: Interaction) -> Sequence[Subscriber]:
        """All of them."""
        return await interaction.client.queries.subscribers(caller_of(interaction).guild)

    def value(self, thing: Subscriber) -> str:
        """Its id."""
        return thing.id

    def label(self, thing: Subscriber, reader: text.ReaderFormat) -> str:
        """Its host, the events that it gets, and the end of its id."""
        events = [reader.say(Sentence("all events"))] if EVERYTHING in thing.kinds else thing.kinds
        end = f" · …{thing.id[-ID_END:]}"  # two of one host that get the same are told apart
        words = text.shortened(f"{thing.host}: {', '.join(events)}", CHOICE_LENGTH - len(end))
        return f"{words}{end}"

    def beginning(self, thing: Subscriber) -> str:
        """Its host."""
        return thing.host

    def names(self, thing: Subscriber) -> Sequence[str]:
        """Its host."""
        return (thing.host,)


LISTENERS: Final = Listeners()


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class SubscribersCog(
    commands.GroupCog, group_name="subscriber", group_description="Programs that get events."
):
    """Owners add subscribers, look at them, try them, and remove them."""

    key = KeyCommands()

    def __init__(self, bot: GuildbankBot) -> None:
        super().__init__()
        self.bot = bot

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]  # the client is ours
        """Let only those in who may manage the server, whatever the server's settings say."""
        return owners_only(interaction)

    @app_commands.command()
    @app_commands.describe(
        address="Where it listens, such as https://example.com/hook.",
        events="All, or names from the list, separated by commas.",
    )
    async def add(
        self,
        interaction: Interaction,
        address: app_commands.Range[str, 1, MAX_LENGTH],
        events: Events = ALL,
    ) -> None:
        """Send events to another program; you get the secret that signs them."""
        caller = caller_of(interaction)
        new = self.bot.post.new_address(address)
        await acknowledge(interaction)
        added = await change(
            interaction,
            AddSubscriber(
                key=key_of(interaction),
                at=self.bot.clock(),
                actor=by_member(caller.member),
                guild=caller.guild,
                subscriber=SubscriberId(self.bot.new_id()),
                host=new.host,
                kinds=_kinds(events),
                encrypted=new.encrypt(self.bot.encryptor),
            ),
        )
        await answer(
            interaction,
            card(
                Sentence("Subscriber added"),
                Sentence(
                    "{host} gets {events} from now on.",
                    host=_host(new.host),
                    events=_events(_kinds(events)),
                ),
                Sentence(
                    "Each message is signed with this secret, which is shown only now (Standard "
                    "Webhooks, header {header}):",
                    header=Code("webhook-signature"),
                ),
                Sentence("||{secret}||", secret=Code(new.secret)),
                Sentence("Try it with {command}.", command=SlashCommand("subscriber test")),
                reader=await reader_format_of(interaction),
                mood=Mood.GOOD,
                footer=Sentence("Subscriber {id}", id=Code(added)),
            ),
        )

    @add.autocomplete("events")
    async def _complete(self, interaction: Interaction, current: str) -> list[Choice]:
        try:
            owners_only(interaction)
        except app_commands.MissingPermissions:
            return []
        *before, typed = current.split(",")
        chosen = [each.strip() for each in before]
        names = [name for name in (*EVENTS, ALL) if name not in chosen and typed.strip() in name]
        lines = [", ".join([*chosen, name]) for name in names if name != ALL or not chosen]
        fitting = [line for line in lines if len(line) <= CHOICE_LENGTH]
        return [Choice(name=line, value=line) for line in fitting[:MOST_CHOICES]]

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """See which programs get events, and which events."""
        found = await self.bot.queries.subscribers(caller_of(interaction).guild)
        lines = [
            Sentence(
                "**{host}** gets {events} · {id}",
                host=_host(each.host),
                events=_events(each.kinds),
                id=Code(f"…{each.id[-ID_END:]}"),
            )
            for each in found
        ]
        empty = Sentence(
            "No program gets events yet. {command} adds one.",
            command=SlashCommand("subscriber add"),
        )
        reader = await reader_format_of(interaction)
        view = card(Sentence("Subscribers"), *(lines or [empty]), reader=reader)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    @app_commands.describe(subscriber="Which one; choose from the list.")
    async def remove(self, interaction: Interaction, subscriber: TypedOption) -> None:
        """Stop sending events to a program."""
        caller = caller_of(interaction)
        chosen = await LISTENERS.meant(interaction, subscriber)
        await acknowledge(interaction)
        await change(
            interaction,
            RemoveSubscriber(
                key=key_of(interaction),
                at=self.bot.clock(),
                actor=by_member(caller.member),
                guild=caller.guild,
                subscriber=chosen.id,
            ),
        )
        line = Sentence(
            "{host} no longer receives events. Its secret was deleted.", host=_host(chosen.host)
        )
        reader = await reader_format_of(interaction)
        view = card(Sentence("Subscriber removed"), line, reader=reader, mood=Mood.GOOD)
        await answer(interaction, view)

    @app_commands.command()
    @app_commands.describe(subscriber="Which one; choose from the list.")
    async def test(self, interaction: Interaction, subscriber: TypedOption) -> None:
        """Send a program a test message, and see what it answers."""
        chosen = await LISTENERS.meant(interaction, subscriber)
        await acknowledge(interaction)
        now = datetime.fromtimestamp(self.bot.clock() / SECOND, UTC).isoformat()
        data = {"guild": str(chosen.guild)}
        body = json.dumps({"type": "subscriber.test", "timestamp": now, "data": data})
        begun = time.perf_counter()
        try:
            taken = await self.bot.post.send(chosen, f"msg_test_{self.bot.new_id()}", body)
        except NotTaken as error:
            line, mood = _not_taken(chosen.host, error), Mood.BAD
        else:
            milliseconds = round((time.perf_counter() - begun) * 1000)
            line = Sentence(
                "{host} took the message: {status} after {n} ms.",
                host=_host(chosen.host),
                status=Verbatim(str(taken.status)),
                n=milliseconds,
            )
            mood = Mood.GOOD
        reader = await reader_format_of(interaction)
        await answer(interaction, card(Sentence("Test"), line, reader=reader, mood=mood))

    @remove.autocomplete("subscriber")
    @test.autocomplete("subscriber")
    async def _choose(self, interaction: Interaction, current: str) -> list[Choice]:
        return await LISTENERS.complete(interaction, current)


def _kinds(typed: str) -> tuple[str, ...]:
    """Names of events as they were typed; checked by the command."""
    names = [each.strip() for each in typed.split(",") if each.strip()]
    if ALL in names or EVERYTHING in names:
        return (EVERYTHING,)
    return tuple(dict.fromkeys(names))


def _events(kinds: tuple[str, ...]) -> Sentence | Several:
    """The events that a subscriber gets, the first few of them."""
    if EVERYTHING in kinds:
        return Sentence("all events")
    more = len(kinds) - _KINDS
    rest = (plural("{n} more", "{n} more", more),) if more > 0 else ()
    return Several((*map(Code, kinds[:_KINDS]), *rest))


def _host(host: str) -> Verbatim:
    """A subscriber's host; ten of the longest, with the events that they get, fit one card."""
    return Verbatim(host, _HOST_LENGTH)


def _not_taken(host: str, error: NotTaken) -> Sentence:
    return Sentence(
        "{host} did not take the message: {why}.", host=_host(host), why=Verbatim(str(error))
    )


async def setup(bot: GuildbankBot) -> None:
    """Load the commands."""
    await bot.add_cog(SubscribersCog(bot))
