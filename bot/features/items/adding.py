"""How an item is put up for sale: a role that could harm others is asked about once more."""

import discord
from discord import ui

from bot.features.items.offers import Described
from bot.features.items.roles import dangers_of
from bot.features.items.words import in_full
from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Interaction, caller_of, key_of, owners_only
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.confirm import Confirm, Question
from bot.wording import text
from bot.wording.footers import action_footer
from payments.commands.base import by_member
from payments.commands.shop.items import AddItem
from payments.domain.sentences.parts import Code, Place, Role, Several, SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import OrderPlaced
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import CommandKey, ItemId
from payments.domain.values.items import Item, ItemKind, Offer

NOT_ADDED = Sentence("Nothing was added")


async def add_item(interaction: Interaction, described: Described) -> None:
    """Put an item up for sale, and show it as it is then.

    Raises:
        Refused: It cannot be sold so; nothing was changed.
    """
    command = _command(interaction, described)
    reader = await reader_format_of(interaction)
    await acknowledge(interaction)
    if described.role is None or not described.dangers:
        added = await change(interaction, command)
        await answer(interaction, await _added(interaction, added, command.key, reader))
        return
    await interaction.client.runner.rehearse(command)

    async def act(press: Interaction) -> ui.LayoutView:
        owners_only(press)
        return await _added(press, await change(press, command), command.key, reader)

    question = harm_question(interaction, described.role, not_done=NOT_ADDED, reader=reader)
    await answer(interaction, Confirm(interaction, question, act))


def _command(interaction: Interaction, described: Described) -> AddItem:
    caller, bot = caller_of(interaction), interaction.client
    now = bot.clock()
    return AddItem(
        key=key_of(interaction),
        at=now,
        actor=by_member(caller.member),
        guild=caller.guild,
        offer=described.offer(now),
        available=described.stock,
        item=ItemId(bot.new_id()),
    )


def harm_question(
    interaction: Interaction, role: discord.Role, *, not_done: Sentence, reader: text.ReaderFormat
) -> Question:
    """Whether a role that can harm others shall really be sold.

    Args:
        interaction: Of who wants to sell it.
        role: The role.
        not_done: Title of what is read if it was not confirmed.
        reader: Who reads it.
    """
    return Question(
        title=Sentence("Sell a role that can harm others?"),
        lines=[
            Sentence(
                "Whoever buys {role} also gets: {permissions}.",
                role=Role(role.id),
                permissions=Several(tuple(dangers_of(role))),
            ),
            Sentence("Anybody with enough points can buy it, also with a stolen card."),
        ],
        footer=Sentence("Nothing has changed yet."),
        label=Sentence("Sell it"),
        style=discord.ButtonStyle.danger,
        of=caller_of(interaction).member,
        not_yours=Sentence("Only the person who gave this command can confirm it."),
        not_done=not_done,
        reader=reader,
    )


async def _added(
    interaction: Interaction, item: Item, key: CommandKey, reader: text.ReaderFormat
) -> ui.LayoutView:
    settings = await interaction.client.queries.settings(item.guild)
    return card(
        Sentence("For sale now"),
        *in_full(item),
        *_next_steps(item.offer, settings),
        reader=reader,
        mood=Mood.GOOD,
        footer=action_footer(key),
    )


def _next_steps(offer: Offer, settings: GuildSettings) -> list[Sentence]:
    """What an owner does next, or who does: without it, orders wait for nobody."""
    steps = []
    if offer.kind is ItemKind.CODE:
        steps.append(
            Sentence("Now add its codes with {command}.", command=SlashCommand("item codes"))
        )
    if offer.kind is ItemKind.PROGRAM:
        steps.append(
            Sentence(
                "Now let its program get orders: {command} with the event {event}.",
                command=SlashCommand("subscriber add"),
                event=Code(OrderPlaced.name),
            )
        )
    elif not offer.is_automatic:
        place = settings.fulfilment_channel or settings.mod_channel
        steps.append(
            Sentence(
                "⚠️ Nobody sees its orders yet. Choose a moderators' channel with {command}.",
                command=SlashCommand("setup panel"),
            )
            if place is None
            else Sentence("Its orders come to {channel}.", channel=Place(place))
        )
    return steps
