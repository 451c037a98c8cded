"""The way of a purchase, from the package to the card that leads to the page where it is paid.

Used by `/buy` and by every button that buys something.
"""

from discord import ui

from bot.features.buying.cards import checkout_card
from bot.features.buying.own_shop import ask_to_claim, offered_sku
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of, key_of
from bot.interaction.reader import reader_format_of
from bot.ui.confirm import Confirm, Question
from payments.domain.sentences.parts import FromNow, Points
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import Package
from payments.store.queries import Coming


async def begin_purchase(interaction: Interaction, package: Package) -> None:
    """Begin to buy a package, by a press that nothing has answered yet.

    Raises:
        Refused: It cannot be bought now; says why.
    """
    await acknowledge(interaction)
    await purchase(interaction, package)


async def purchase(interaction: Interaction, chosen: Package) -> None:
    """Begin to buy a package; who has begun that already is asked once more.

    Args:
        interaction: It was acknowledged.
        chosen: What to buy.

    Raises:
        Refused: It cannot be bought now; says why.
    """
    caller, bot = caller_of(interaction), interaction.client
    if await ask_to_claim(interaction, chosen):
        return
    sku = await offered_sku(interaction, chosen)
    reader = await reader_format_of(interaction)
    key = key_of(interaction)

    async def act(asked: Interaction) -> ui.LayoutView:
        payment = await bot.buying.buy(
            key=key,
            guild=caller.guild,
            member=caller.member,
            package=chosen.id,
            answer=bot.encryptor.encrypt(asked.token),
            channel=asked.channel_id,
        )
        now = bot.clock()  # a question may have waited for its answer
        balance = await bot.queries.balance(caller.guild, caller.member, now)
        url = bot.buying.pay_link(payment, asked.channel_id)
        waits = payment.check is not None  # Discord would charge before anybody has checked it
        return checkout_card(payment, url, balance, reader, None if waits else sku)

    coming = await bot.queries.coming(caller.guild, caller.member)
    alike = [each for each in coming if each.package == chosen.id]
    if not alike:
        await answer(interaction, await act(interaction))
        return
    question = Question(
        title=Sentence("Buy {points} again?", points=Points(chosen.points)),
        lines=_pays_twice(chosen, alike[-1]),
        footer=Sentence("Nothing has been bought yet."),
        label=Sentence("Buy again"),
        of=caller.member,
        not_yours=Sentence("Only the buyer can decide that."),
        not_done=Sentence("Nothing was bought"),
        reader=reader,
    )
    await answer(interaction, Confirm(interaction, question, act))


def _pays_twice(package: Package, coming: Coming) -> list[Sentence]:
    """What somebody reads who buys again what they have begun to pay."""
    return [
        Sentence(
            "You have already bought {package}: your payment of {price}, started {when}, is on its "
            "way. Its points arrive as soon as it does.",
            package=package.name,
            price=coming.price,
            when=FromNow(coming.since),
        ),
        Sentence("If you buy it again, you pay twice."),
    ]
