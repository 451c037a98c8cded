"""The last step of the panel of `/setup panel`: a form that puts a package up for sale."""

from bot.features.packages.adding import add_package
from bot.features.setup.form import Field, Typed
from bot.features.setup.panel_parts import Seen
from bot.features.setup.typed import currency_code, points_of
from bot.interaction.caller import Interaction
from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import NAME_PARTS
from payments.domain.values.money import AMOUNT_LENGTH

TITLE = Sentence("Add a package")

_POINTS_LENGTH = 20
_CURRENCY_LENGTH = 3


def fields(seen: Seen) -> tuple[Field, ...]:
    """What is asked, as `/package add` does."""
    return (
        Field(
            "name", Sentence("Name"), Sentence("What members read."), "", NAME_PARTS, needed=True
        ),
        Field(
            "points",
            Sentence("Points"),
            Sentence("How many points it gives."),
            "",
            _POINTS_LENGTH,
            needed=True,
        ),
        Field(
            "price",
            Sentence("Price"),
            Sentence(
                "Before tax, such as 4.99. In {currency} unless you name another.",
                currency=Verbatim(seen.currency),
            ),
            "",
            AMOUNT_LENGTH,
            needed=True,
        ),
        Field(
            "package_currency",
            Sentence("Currency (optional)"),
            Sentence("Its three letters, such as USD or EUR."),
            "",
            _CURRENCY_LENGTH,
        ),
    )


async def submit(interaction: Interaction, typed: Typed) -> None:
    """Put up for sale what was typed; the interaction was acknowledged.

    Raises:
        Refused: It cannot be sold so; nothing was changed.
    """
    await add_package(
        interaction,
        name=typed.get("name", ""),
        points=points_of(typed.get("points", "")),
        price=typed.get("price", ""),
        currency=currency_code(typed.get("package_currency", "")),
    )
