"""How a package is put up for sale, by `/package add` or from the panel of `/setup panel`."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.client import GuildbankBot
from bot.interaction.answer import change
from bot.interaction.caller import Interaction, caller_of, key_of
from bot.wording import text
from payments.commands.base import by_member
from payments.commands.guild.packages import FREE, AddPackage
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code, Several, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import Package
from payments.domain.values.ids import GuildId, PackageId
from payments.domain.values.money import Money
from payments.domain.values.tax import TaxRule
from payments.infra.amounts import read_amount


async def currency_of(bot: GuildbankBot, guild: GuildId) -> str:
    """The currency of a guild: the one that it chose, or else that of what it sells."""
    settings = await bot.queries.settings(guild)
    if settings.currency is not None:
        return settings.currency
    packages = await bot.queries.packages(guild)
    return packages[0].price.currency if packages else bot.buying.default_currency


class Price(NamedTuple):
    """A price that can be charged.

    Attributes:
        remarks: By whom it cannot.
    """

    amount: Money
    remarks: tuple[Sentence, ...]


class NewPackage(NamedTuple):
    """The command that puts a package up for sale, and by whom it cannot be bought."""

    command: AddPackage
    remarks: tuple[Sentence, ...]


async def price_of(interaction: Interaction, typed: str, currency: str | None, usual: str) -> Price:
    """A price that can be charged, as typed.

    Args:
        interaction: Of whoever typed it.
        typed: The amount.
        currency: The code of the currency that they chose, if so.
        usual: What it is in, if neither says it.

    Raises:
        Refused: It is no amount, is nothing, or cannot be charged.
    """
    code = (currency or usual).strip().upper()
    price = read_amount(typed, code, text.locale_of(interaction.locale))
    if currency is not None and price.currency != code:
        raise Refused(
            "The price says {price}, and the currency is {currency}. Leave one of them out.",
            price=price,
            currency=Code(code),
        )
    if price.minor == 0:
        raise Refused(FREE)
    pricing = await interaction.client.buying.pricing(caller_of(interaction).guild)
    return Price(price, tuple(each.sentence for each in pricing.check_price(price)))


async def unsold(bot: GuildbankBot, guild: GuildId, packages: Sequence[Package]) -> list[Sentence]:
    """Which of a guild's packages cannot be bought by some way to pay, or by none."""
    try:
        pricing = await bot.buying.pricing(guild)
    except Refused:
        return []  # nobody sells anything: that is no matter of prices
    by_title: dict[str, list[str]] = {}
    by_none = []
    for package in packages:
        try:
            for each in pricing.check_price(package.price):
                by_title.setdefault(each.title, []).append(package.name)
        except Refused:
            by_none.append(package.name)
    lines = [
        Sentence(
            "Not sold by {provider}: {names}", provider=Verbatim(title), names=Several(tuple(names))
        )
        for title, names in by_title.items()
    ]
    if by_none:
        names = Several(tuple(by_none))
        lines.append(
            Sentence("Nobody can buy {names}: no way to pay takes the price.", names=names)
        )
    return lines


async def new_package(
    interaction: Interaction,
    *,
    name: str,
    points: int,
    price: str,
    currency: str | None,
    tax: TaxRule | None = None,
) -> NewPackage:
    """The command that puts a package up for sale, in the caller's name.

    Args:
        interaction: Of somebody who may manage the server.
        name: What members read.
        points: How many it gives.
        price: As typed.
        currency: The code of its currency, if they chose one.
        tax: How it is taxed, if it is.

    Raises:
        Refused: The server may not sell, or the price cannot be charged.
    """
    caller, bot = caller_of(interaction), interaction.client
    await bot.buying.check_admitted(caller.guild)
    usual = await currency_of(bot, caller.guild)
    asked = await price_of(interaction, price, currency, usual)
    command = AddPackage(
        key=key_of(interaction),
        at=bot.clock(),
        actor=by_member(caller.member),
        guild=caller.guild,
        name=name,
        points=points,
        price=asked.amount,
        package=PackageId(bot.new_id()),
        tax=tax,
    )
    return NewPackage(command, asked.remarks)


async def add_package(
    interaction: Interaction, *, name: str, points: int, price: str, currency: str | None
) -> Package:
    """Put a package up for sale; the interaction was acknowledged.

    Raises:
        Refused: As `new_package` and the command say; nothing was changed.
    """
    new = await new_package(interaction, name=name, points=points, price=price, currency=currency)
    return await change(interaction, new.command)
