"""Buying in Discord's own shop: the button for it, and what a member has bought there already."""

from discord import ui

from bot.interaction.answer import answer
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.confirm import Confirm, Question
from bot.wording.text import ReaderFormat
from payments.domain.sentences.parts import Points, SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import Package
from payments.domain.values.ids import MemberId


async def offered_sku(interaction: Interaction, package: Package) -> str | None:
    """As what a package can be bought in Discord's shop now; None if it cannot.

    What the member buys there from now on counts on this server.
    """
    front, caller = interaction.client.shop_front, caller_of(interaction)
    if front is None:
        return None
    sku = await front.offered(package)
    if sku is not None:
        await front.choose(caller.member, sku, caller.guild)
    return sku


async def ask_to_claim(interaction: Interaction, package: Package) -> bool:
    """Ask a member whether what they have bought in Discord's shop counts on this server.

    Args:
        interaction: It was acknowledged.
        package: What they want to buy now.

    Returns:
        Whether there was anything to ask; else nothing was answered.
    """
    front, caller = interaction.client.shop_front, caller_of(interaction)
    if front is None or package.sku is None:
        return False
    sku = package.sku.id
    if not await front.waiting(caller.member, sku):
        return False
    reader = await reader_format_of(interaction)
    bot = interaction.client

    async def act(_: Interaction) -> ui.LayoutView:
        await front.claim(caller.member, sku, caller.guild)
        if await front.waiting(caller.member, sku):
            words = Sentence("Discord could not be asked just now. Your points come by themselves.")
            return card(Sentence("On its way"), words, reader=reader, mood=Mood.WAIT)
        balance = await bot.queries.balance(caller.guild, caller.member, bot.clock())
        words = Sentence(
            "What you bought in Discord's shop counts here. Your balance is **{balance}**.",
            balance=Points(balance.points),
        )
        return card(Sentence("Done"), words, reader=reader, mood=Mood.GOOD)

    question = _question(package, caller.member, reader)
    await answer(interaction, Confirm(interaction, question, act))
    return True


def _question(package: Package, buyer: MemberId, reader: ReaderFormat) -> Question:
    return Question(
        title=Sentence("Add what you bought to this server?"),
        lines=[
            Sentence(
                "You have bought {package} in Discord's shop, and its points are on no server yet.",
                package=package.name,
            )
        ],
        footer=Sentence(
            "You can also add them on another server that sells it, by {buy} there.",
            buy=SlashCommand("buy"),
        ),
        label=Sentence("Add {points} here", points=Points(package.points)),
        of=buyer,
        not_yours=Sentence("Only the buyer can decide that."),
        not_done=Sentence("Nothing was added"),
        reader=reader,
    )
