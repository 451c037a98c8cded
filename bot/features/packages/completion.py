"""Packages in Discord's lists: what is offered for completion, and what was meant by it."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.interaction.caller import Interaction, caller_of, owners_only
from bot.ui.completion import Completion
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Several
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import Package


class ForSale(Completion[Package]):
    """The packages that a server sells.

    Args:
        check: Lets those pass who may choose one.
    """

    none = Sentence("Nothing is for sale on this server yet.")

    def __init__(self, check: Callable[[Interaction], object]) -> None:
        self._check = check

    async def check(self, interaction: Interaction) -> None:
        """What is for sale is offered to those who may choose it."""
        self._check(interaction)

    async def things(self, interaction: Interaction) -> Sequence[Package]:
        """All of them."""
        return await interaction.client.queries.packages(caller_of(interaction).guild)

    def value(self, thing: Package) -> str:
        """Its id."""
        return thing.id

    def label(self, thing: Package, reader: text.ReaderFormat) -> str:
        """Name, points and price."""
        return text.offer(thing, reader)

    def beginning(self, thing: Package) -> str:
        """Its name."""
        return thing.name

    def names(self, thing: Package) -> Sequence[str]:
        """Its name."""
        return (thing.name,)

    def found_by(self, thing: Package) -> str:
        """Its name, also where the label cuts it off."""
        return thing.name

    def unknown(self, typed: str, things: Sequence[Package]) -> Refused:
        """Says which there are."""
        if not things:
            return Refused(self.none)
        return Refused(
            "There is no package {typed}. Choose {names}.",
            typed=typed,
            names=Several(tuple(package.name for package in things)),
        )


FOR_SALE: Final = ForSale(caller_of)
"""For members."""

OWN_PACKAGES: Final = ForSale(owners_only)
"""For those who decide what is for sale."""
