"""`/package …`: owners decide what is for sale."""

from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.packages.adding import Price, new_package, price_of
from bot.features.packages.completion import OWN_PACKAGES
from bot.features.packages.skus import (
    SKUS,
    SUFFIX_LENGTH,
    front_of,
    meant,
    told_of_sku,
    too_dear,
    typed_price,
)
from bot.features.packages.taxing import TAX_CHOICES, TAX_CODES, tax_change, tax_lines
from bot.interaction.answer import acknowledge, change
from bot.interaction.caller import Interaction, caller_of, owners_only
from bot.interaction.reader import reader_format_of
from bot.ui.card import card
from bot.ui.completion import TypedOption
from bot.ui.for_sale import change_ware, given_by, tell
from payments.commands.base import Command
from payments.commands.guild.packages import EditPackage, RetirePackage
from payments.commands.guild.skus import ConnectSku
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code, Points, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import MAX_POINTS, NAME_PARTS, Package
from payments.domain.values.money import AMOUNT_LENGTH
from payments.domain.values.points_names import POINTS, PointsNames
from payments.domain.values.tax import priced

_LISTED_NAME_LENGTH = 100
"""The most characters of a name in the list: all packages fit the 4,000 that a card takes."""

Name = app_commands.Range[str, 1, NAME_PARTS]
PointsOption = app_commands.Range[int, 1, MAX_POINTS]
Amount = app_commands.Range[str, 1, AMOUNT_LENGTH]
Currency = app_commands.Range[str, 3, 3]


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Packages(commands.GroupCog, group_name="package", group_description="What is for sale."):
    """Owners put packages up for sale, change and retire them."""

    def __init__(self, bot: GuildbankBot) -> None:
        super().__init__()
        self.bot = bot

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]  # the client is ours
        """Let only those in who may manage the server, whatever the server's settings say."""
        return owners_only(interaction)

    @app_commands.command()
    @app_commands.describe(
        name="What members read.",
        points="How many points it gives.",
        price="What it costs, such as 4.99.",
        currency="Its three letters, such as USD or EUR; your server's if left out.",
        tax="Whether tax is taken; no tax if left out.",
        tax_code="What it is for the tax office; electronic services if left out.",
    )
    @app_commands.choices(tax=TAX_CHOICES)
    async def add(
        self,
        interaction: Interaction,
        name: Name,
        points: PointsOption,
        price: Amount,
        currency: Currency | None = None,
        tax: str | None = None,
        tax_code: TypedOption | None = None,
    ) -> None:
        """Put a package up for sale."""
        change = tax_change(self.bot, tax, tax_code, None)
        new = await new_package(
            interaction,
            name=name,
            points=points,
            price=price,
            currency=currency,
            tax=change.rule,
        )
        await self._do(interaction, Sentence("For sale now"), new.command, *new.remarks)

    @app_commands.command()
    @app_commands.describe(
        package="Which one; choose from the list.",
        name="A new name.",
        points="A new number of points.",
        price="A new price, such as 4.99.",
        currency="The currency of the new price, if it changes too.",
        tax="Whether tax is taken from now on.",
        tax_code="What it is for the tax office from now on.",
    )
    @app_commands.choices(tax=TAX_CHOICES)
    async def edit(
        self,
        interaction: Interaction,
        package: TypedOption,
        name: Name | None = None,
        points: PointsOption | None = None,
        price: Amount | None = None,
        currency: Currency | None = None,
        tax: str | None = None,
        tax_code: TypedOption | None = None,
    ) -> None:
        """Change a package; purchases already begun keep what they were."""
        chosen = await OWN_PACKAGES.meant(interaction, package)
        change = tax_change(self.bot, tax, tax_code, chosen.tax)
        wanted = await _new_price(interaction, chosen, price, currency)
        command = EditPackage(
            **given_by(interaction),
            package=chosen.id,
            name=name,
            points=points,
            price=None if wanted is None else wanted.amount,
            tax=change.rule,
            untaxed=change.untaxed,
        )
        if not any((name, points, wanted, change.rule, change.untaxed)):
            raise Refused("Choose what to change: name, points, price or tax.")
        await self._do(
            interaction,
            Sentence("Changed"),
            command,
            Sentence("This applies to purchases from now on."),
            *(() if wanted is None else wanted.remarks),
        )

    @app_commands.command()
    @app_commands.describe(package="Which one; choose from the list.")
    async def retire(self, interaction: Interaction, package: TypedOption) -> None:
        """Take a package off sale; checkouts that are open can still be paid."""
        chosen = await OWN_PACKAGES.meant(interaction, package)
        command = RetirePackage(**given_by(interaction), package=chosen.id)
        await self._do(
            interaction,
            Sentence("No longer for sale"),
            command,
            Sentence("Checkouts that are open can still be paid."),
        )

    @app_commands.command()
    @app_commands.describe(
        package="Which one; choose from the list.",
        sku="A consumable SKU of the app; leave it out to end it.",
        price="What the SKU costs before tax, such as 4.99; in US dollars unless you say.",
    )
    async def sku(
        self,
        interaction: Interaction,
        package: TypedOption,
        sku: TypedOption | None = None,
        price: Amount | None = None,
    ) -> None:
        """Sell a package in Discord's own shop, too."""
        front = front_of(interaction)
        await acknowledge(interaction)
        front.forget()
        chosen = await OWN_PACKAGES.meant(interaction, package)
        wanted = None if sku is None else await meant(interaction, sku)
        command = ConnectSku(
            **given_by(interaction),
            package=chosen.id,
            sku=None if wanted is None else wanted.id,
            price=typed_price(interaction, price),
        )
        changed = await change(interaction, command)
        await tell(interaction, *told_of_sku(changed, wanted))
        if wanted is not None:
            await front.look_again(wanted.id)

    @app_commands.command(name="list")
    async def show(self, interaction: Interaction) -> None:
        """See what is for sale."""
        packages = await self.bot.queries.packages(caller_of(interaction).guild)
        reader = await reader_format_of(interaction)
        lines = [_listed(package, reader.names) for package in packages]
        empty = Sentence(
            "Nothing yet. {command} puts something up.", command=SlashCommand("package add")
        )
        view = card(Sentence("For sale"), *(lines or [empty]), *too_dear(packages), reader=reader)
        await interaction.response.send_message(view=view, ephemeral=True)

    @edit.autocomplete("package")
    @retire.autocomplete("package")
    @sku.autocomplete("package")
    async def _choices(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await OWN_PACKAGES.complete(interaction, current)

    @add.autocomplete("tax_code")
    @edit.autocomplete("tax_code")
    async def _codes(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await TAX_CODES.complete(interaction, current)

    @sku.autocomplete("sku")
    async def _skus(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await SKUS.complete(interaction, current)

    async def _do(
        self,
        interaction: Interaction,
        title: Sentence,
        command: Command[Package],
        *more: Sentence,
    ) -> None:
        """Carry a command out, and say what the package is then."""
        package = await change_ware(interaction, command)
        line = Sentence(
            "**{name}**: {points} for {price}",
            name=Verbatim(package.name),
            points=Points(package.points),
            price=package.price,
        )
        await tell(interaction, title, package, [line, *tax_lines(package), *more])


async def _new_price(
    interaction: Interaction, package: Package, price: str | None, currency: str | None
) -> Price | None:
    if price is not None:
        return await price_of(interaction, price, currency, package.price.currency)
    if currency is not None:
        raise Refused("Another currency needs a new price too.")
    return None


def _listed(package: Package, names: PointsNames) -> Sentence:
    sku = package.sku
    longer = len(names.counted(package.points, "")) - len(POINTS.counted(package.points, ""))
    if sku is None:
        return Sentence(
            "**{name}** · {points} · {price}",
            name=Verbatim(package.name, _LISTED_NAME_LENGTH - max(0, longer)),
            points=Points(package.points),
            price=priced(package.price, package.tax),
        )
    return Sentence(
        "**{name}** · {points} · {price} · SKU {sku}",
        name=Verbatim(package.name, _LISTED_NAME_LENGTH - SUFFIX_LENGTH - max(0, longer)),
        points=Points(package.points),
        price=priced(package.price, package.tax),
        sku=Code(sku.id),
    )


async def setup(bot: GuildbankBot) -> None:
    """Load the commands."""
    await bot.add_cog(Packages(bot))
