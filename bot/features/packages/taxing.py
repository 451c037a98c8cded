"""How a package is taxed, as its owner chooses it in `/package add` and `/package edit`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from discord import app_commands

from bot.client import GuildbankBot
from bot.interaction.caller import Interaction, owners_only
from bot.ui.completion import Completion
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import Package
from payments.domain.values.tax import USUAL_CODE, TaxBehavior, TaxRule, check_tax_code

UNTAXED: Final = "none"

TAX_CHOICES: Final = [
    app_commands.Choice(name="The price includes the tax", value=TaxBehavior.INCLUSIVE.value),
    app_commands.Choice(
        name="The tax comes on top of the price", value=TaxBehavior.EXCLUSIVE.value
    ),
    app_commands.Choice(name="No tax", value=UNTAXED),
]

CODES: Final[Mapping[str, Sentence]] = {
    USUAL_CODE: Sentence("Electronically supplied services"),
    "txcd_10201000": Sentence("Video games, downloaded, for good"),
    "txcd_10502000": Sentence("Gift cards, received electronically"),
    "txcd_99999999": Sentence("Tangible goods"),
    "txcd_00000000": Sentence("Not taxable"),
}
"""Some of Stripe's product tax codes, with what they are for (Stripe: Product tax codes)."""


class TaxChange(NamedTuple):
    """What was chosen.

    Attributes:
        rule: How it is to be taxed; None if that stays, or no tax is to be taken.
        untaxed: Whether no tax is to be taken any more.
    """

    rule: TaxRule | None = None
    untaxed: bool = False


class TaxCodes(Completion[str]):
    """Stripe's product tax codes; any other of the same form can be typed."""

    none = Sentence("That is no tax code.")

    async def check(self, interaction: Interaction) -> None:
        """For those who decide what is for sale."""
        owners_only(interaction)

    async def things(self, interaction: Interaction) -> Sequence[str]:
        """Those that fit what is usually sold."""
        del interaction
        return tuple(CODES)

    def value(self, thing: str) -> str:
        """The code."""
        return thing

    def label(self, thing: str, reader: text.ReaderFormat) -> str:
        """The code, and what it is for."""
        return f"{reader.say(CODES[thing])} · {thing}"

    def names(self, thing: str) -> Sequence[str]:
        """What it is for, in English."""
        return (str(CODES[thing]),)


TAX_CODES: Final = TaxCodes()


def tax_change(
    bot: GuildbankBot, behavior: str | None, code: str | None, present: TaxRule | None
) -> TaxChange:
    """What becomes of a package's tax.

    Args:
        bot: Knows whether taxes can be computed.
        behavior: What was chosen, if anything.
        code: As typed or chosen, if so.
        present: How it is taxed now, if it is.

    Raises:
        Refused: Nobody could compute it, or that is no code.
    """
    if behavior == UNTAXED:
        if code is not None:
            raise Refused("Without tax there is no tax code. Leave one of them out.")
        return TaxChange(untaxed=True)
    if behavior is None and code is None:
        return TaxChange()
    bot.buying.taxes.check_set_up()
    if behavior is not None:
        before = present or TaxRule(behavior=TaxBehavior(behavior))
        rule = replace(before, behavior=TaxBehavior(behavior))
    elif present is not None:
        rule = present
    else:
        raise Refused("Choose too whether the price includes the tax.")
    return TaxChange(
        rule if code is None else replace(rule, code=check_tax_code(code.rpartition("·")[2]))
    )


def tax_lines(package: Package) -> list[Sentence]:
    """How a package is taxed, if it is."""
    if package.tax is None:
        return []
    code = Code(package.tax.code)
    if package.tax.is_on_top:
        return [Sentence("The tax comes on top of the price ({code}).", code=code)]
    return [Sentence("The price includes the tax ({code}).", code=code)]
