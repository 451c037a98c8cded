"""`/package sku`: a package is sold in Discord's own shop, too."""

from collections.abc import Sequence
from typing import Final

from bot.interaction.caller import Interaction, owners_only
from bot.ui.completion import Completion
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code, Several, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import Package
from payments.domain.values.money import Money
from payments.infra.amounts import read_amount
from payments.providers.errors import ProviderError
from payments.providers.follow_up import Ware
from payments.services.shop_front import ShopFront

PRICED_IN: Final = "USD"
"""Discord's prices are chosen in US dollars, and shown to each buyer in their own currency."""

OFF: Final = Sentence(
    "Discord's shop is not switched on here: whoever runs the bot adds {name} to the setting "
    "{setting}.",
    name=Code("discord_skus"),
    setting=Code("PAYMENT_PROVIDERS"),
)
AWAY: Final = Sentence("Discord could not be asked what is sold there. Please try again.")
_NAME_LENGTH: Final = 70
SUFFIX_LENGTH: Final = 30
"""The most characters that the list says of a package's SKU."""


def front_of(interaction: Interaction) -> ShopFront:
    """Discord's shop. Raises Refused if it is not switched on."""
    front = interaction.client.shop_front
    if front is None:
        raise Refused(OFF)
    return front


class Skus(Completion[Ware]):
    """What the application sells in Discord's shop and can stand for a package."""

    none = Sentence(
        "There is no such SKU. Choose one from the list, or make a consumable one in Discord's "
        "developer portal, under Monetization."
    )

    async def check(self, interaction: Interaction) -> None:
        """They are offered to those who may manage the server."""
        owners_only(interaction)

    async def things(self, interaction: Interaction) -> Sequence[Ware]:
        """The consumable ones; none while Discord cannot be asked."""
        try:
            return [each for each in await front_of(interaction).wares() if each.fits]
        except (ProviderError, Refused):
            return []

    def value(self, thing: Ware) -> str:
        """Its id."""
        return thing.id

    def label(self, thing: Ware, reader: text.ReaderFormat) -> str:
        """Its name and id."""
        del reader
        return f"{text.cut(thing.name, _NAME_LENGTH)} · {thing.id}"

    def names(self, thing: Ware) -> Sequence[str]:
        """Its name."""
        return (thing.name,)

    def found_by(self, thing: Ware) -> str:
        """Its name and its id."""
        return f"{thing.name} {thing.id}"


SKUS: Final = Skus()


async def meant(interaction: Interaction, typed: str) -> Ware:
    """The SKU that was meant.

    Raises:
        Refused: There is none, it is of another type, or Discord could not be asked; says which.
    """
    try:
        wares = await front_of(interaction).wares()
    except ProviderError as error:
        raise Refused(AWAY) from error
    other = next((each for each in wares if not each.fits and typed in (each.id, each.name)), None)
    if other is not None:
        raise Refused(
            "{name} is no consumable SKU. Only what can be used up can be bought again, so only "
            "that can stand for points.",
            name=other.name,
        )
    return await SKUS.meant(interaction, typed)


def typed_price(interaction: Interaction, typed: str | None) -> Money | None:
    """What it costs in Discord's shop, as typed. Raises Refused if that is no amount."""
    if typed is None:
        return None
    return read_amount(typed, PRICED_IN, text.locale_of(interaction.locale))


def parity(package: Package) -> Sentence | None:
    """What an owner should know of the two prices of a package; None if all is well.

    Discord asks that what an app sells costs no more in its shop than elsewhere, before tax.
    """
    sku = package.sku
    if sku is None:
        return None
    if sku.price is None:
        return Sentence(
            "Discord does not tell the bot what it costs there. Type it as the {option} of "
            "{command}, and the bot compares it.",
            option=Code("price"),
            command=SlashCommand("package sku"),
        )
    if sku.price.currency != package.price.currency:
        return Sentence(
            "It costs {there} in Discord's shop and {here} here. Discord asks that it costs no "
            "more there: please compare the two yourself.",
            there=sku.price,
            here=package.price,
        )
    if costs_more_there(package) is not None:
        return Sentence(
            "⚠ It costs {there} in Discord's shop and only {here} here. Discord asks that it "
            "costs no more there than elsewhere.",
            there=sku.price,
            here=package.price,
        )
    return None


def costs_more_there(package: Package) -> Money | None:
    """What a package costs in Discord's shop, if that is known and more than here."""
    price = None if package.sku is None else package.sku.price
    if price is None or price.currency != package.price.currency:
        return None
    return price if price.minor > package.price.minor else None


def too_dear(packages: Sequence[Package]) -> list[Sentence]:
    """Which packages cost more in Discord's shop than here."""
    names = [each.name for each in packages if costs_more_there(each) is not None]
    if not names:
        return []
    return [
        Sentence(
            "⚠ Cost more in Discord's shop than here, which Discord does not allow: {names}",
            names=Several(tuple(map(Verbatim, names))),
        )
    ]


def told_of_sku(package: Package, ware: Ware | None) -> tuple[Sentence, Package, list[Sentence]]:
    """What is said once a package is connected, or is not any more: title, package and lines."""
    if ware is None:
        line = Sentence(
            "{package} is not offered in Discord's shop any more. What was bought there before "
            "stays. While its SKU is for sale in the developer portal, members can still find it "
            "there: what they buy is credited once it is connected again.",
            package=package.name,
        )
        return Sentence("No longer sold in Discord's shop"), package, [line]
    line = Sentence(
        "{package} is {sku} there ({id}). {buy} shows both ways to pay.",
        package=package.name,
        sku=ware.name,
        id=Code(ware.id),
        buy=SlashCommand("buy"),
    )
    remarks = [line]
    if not ware.is_for_sale:
        remarks.append(
            Sentence(
                "⚠ It is not published yet: publish it in the developer portal, then {buy} shows "
                "its button.",
                buy=SlashCommand("buy"),
            )
        )
    if (remark := parity(package)) is not None:
        remarks.append(remark)
    return Sentence("Sold in Discord's shop, too"), package, remarks
