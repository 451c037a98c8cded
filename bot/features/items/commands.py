"""`/item …`: owners decide what is given for points."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.items.adding import add_item
from bot.features.items.bringing_codes import add_codes, open_code_form
from bot.features.items.codes import text_of
from bot.features.items.completion import CODE_ITEMS, OWN_ITEMS
from bot.features.items.edit_forms import FORMS, FormName
from bot.features.items.editing import Chosen, PaidWith, Returned, choose, open_form
from bot.features.items.listing import ItemsPageButton, items_page
from bot.features.items.offers import Described
from bot.features.items.typed import SPAN_LENGTH
from bot.features.items.words import in_a_line, in_full
from bot.features.panels.posting import LASTING, PanelCommand
from bot.interaction.answer import acknowledge
from bot.interaction.caller import Interaction, owners_only
from bot.interaction.reader import reader_format_of
from bot.ui.card import card
from bot.ui.completion import TypedOption
from bot.ui.for_sale import change_ware, given_by, tell
from payments.commands.shop.items import RestockItem, RetireItem
from payments.domain.errors import Refused
from payments.domain.rules.item_checks import PICTURE_LENGTH
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import MAX_POINTS, NAME_PARTS
from payments.domain.values.items import (
    DESCRIPTION_LENGTH,
    MAX_QUANTITY,
    MAX_STOCK,
    QUESTION_LENGTH,
    ItemKind,
)
from payments.domain.values.written_text import SPARE

Name = app_commands.Range[str, 1, NAME_PARTS]
Price = app_commands.Range[int, 1, MAX_POINTS]
Kind = Literal["role", "code", "person", "program"]
SpanOption = app_commands.Range[str, 1, SPAN_LENGTH]
StockOption = app_commands.Range[int, 0, MAX_STOCK]
Description = app_commands.Range[str, 1, DESCRIPTION_LENGTH * SPARE]
Picture = app_commands.Range[str, 1, PICTURE_LENGTH]
QuestionOption = app_commands.Range[str, 1, QUESTION_LENGTH * SPARE]
Quantity = app_commands.Range[int, 1, MAX_QUANTITY]
OfMember = app_commands.Range[int, 1, MAX_STOCK]


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Items(
    PanelCommand, commands.GroupCog, group_name="item", group_description="What points buy."
):
    """Owners put items up for sale, look at them and retire them."""

    def __init__(self, bot: GuildbankBot) -> None:
        super().__init__()
        self.bot = bot

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]  # the client is ours
        """Let only those in who may manage the server, whatever the server's settings say."""
        return owners_only(interaction)

    @app_commands.command()
    @app_commands.describe(
        name="What members read.",
        price="How many points one piece costs.",
        kind="What a buyer gets: a role, a code, or what a person or another program does.",
        role="The role that it gives.",
        role_time="How long the role is given, such as 30d or 12h; for good if left out.",
        stock="How many pieces there are; no limit if left out. Codes are counted themselves.",
        by_person="Whether each order waits until somebody of your staff says that it is done.",
        description="What members read about it.",
        picture="The address of a picture, such as https://example.com/vip.png.",
        question="What the buyer is asked to write, such as: Name in the game?",
        per_order="How many pieces one order can have; 1 if left out.",
        per_member="How many pieces one member can have in all; no limit if left out.",
        needed_role="Only members with this role can buy it.",
    )
    async def add(  # noqa: PLR0917 - discord.py reads the options from the parameters
        self,
        interaction: Interaction,
        name: Name,
        price: Price,
        kind: Kind,
        role: discord.Role | None = None,
        role_time: SpanOption | None = None,
        stock: StockOption | None = None,
        by_person: bool | None = None,  # noqa: FBT001 - an option of the command
        description: Description = "",
        picture: Picture = "",
        question: QuestionOption = "",
        per_order: Quantity = 1,
        per_member: OfMember | None = None,
        needed_role: discord.Role | None = None,
    ) -> None:
        """Put something up for sale for points."""
        described = Described(
            name=name,
            price=price,
            kind=ItemKind(kind),
            role=role,
            role_time=role_time,
            stock=stock,
            by_person=by_person,
            description=description,
            picture=picture,
            question=question,
            per_order=per_order,
            per_member=per_member,
            needed_role=needed_role,
        )
        await add_item(interaction, described)

    @app_commands.command()
    @app_commands.describe(
        item="Which one; choose from the list.",
        form="What you want to type: a form opens with words and price, limits or times.",
        role="The role that it gives from now on.",
        needed_role="Only members with this role can buy it; @everyone for all.",
        by_person="Whether each order waits until somebody of your staff says that it is done.",
        paid_with="Which points pay for it: any, only bought ones, or only given ones.",
        returned="When a dispute takes a fulfilled order back: never, once lost, or once opened.",
    )
    async def edit(
        self,
        interaction: Interaction,
        item: TypedOption,
        form: FormName | None = None,
        role: discord.Role | None = None,
        needed_role: discord.Role | None = None,
        by_person: bool | None = None,  # noqa: FBT001 - an option of the command
        paid_with: PaidWith | None = None,
        returned: Returned | None = None,
    ) -> None:
        """Change an item; orders that were placed keep what they were."""
        chosen = Chosen(
            role=role,
            needed_role=needed_role,
            by_person=by_person,
            paid_with=paid_with,
            returned=returned,
        )
        if form is not None and not chosen.is_empty:
            raise Refused("Choose a form or other options, not both at once.")
        found = await OWN_ITEMS.meant(interaction, item)
        if chosen.is_empty:
            await open_form(interaction, found, FORMS[form or "words"])
        else:
            await choose(interaction, found, chosen)

    @app_commands.command()
    @app_commands.describe(
        item="Which one; choose from the list.",
        pieces="How many pieces can be ordered from now on.",
        no_limit="Whether there is no end of them.",
    )
    async def restock(
        self,
        interaction: Interaction,
        item: TypedOption,
        pieces: StockOption | None = None,
        no_limit: bool = False,  # noqa: FBT001, FBT002 - an option of the command
    ) -> None:
        """Say how many pieces of an item can be ordered."""
        if (pieces is None) != no_limit:
            raise Refused("Say how many pieces there are, or that there is no limit.")
        chosen = await OWN_ITEMS.meant(interaction, item)
        command = RestockItem(**given_by(interaction), item=chosen.id, available=pieces)
        restocked = await change_ware(interaction, command)
        await tell(interaction, Sentence("Changed"), restocked, [in_a_line(restocked)])

    @app_commands.command()
    @app_commands.describe(
        item="Which one; choose from the list.",
        file="A text file with one code on each line; leave it out to type or paste them.",
    )
    async def codes(
        self, interaction: Interaction, item: TypedOption, file: discord.Attachment | None = None
    ) -> None:
        """Add codes to an item that gives codes; they are stored encrypted."""
        chosen = await CODE_ITEMS.meant(interaction, item)
        if file is None:
            await open_code_form(interaction, chosen)
            return
        await acknowledge(interaction)
        await add_codes(interaction, chosen, await text_of(file))

    @app_commands.command()
    @app_commands.describe(item="Which one; choose from the list.")
    async def retire(self, interaction: Interaction, item: TypedOption) -> None:
        """Take an item off sale; orders that were placed go on."""
        chosen = await OWN_ITEMS.meant(interaction, item)
        command = RetireItem(**given_by(interaction), item=chosen.id)
        retired = await change_ware(interaction, command)
        lines = [in_a_line(retired), Sentence("Orders that were placed go on.")]
        await tell(interaction, Sentence("No longer for sale"), retired, lines)

    @app_commands.command(name="list")
    @app_commands.describe(item="Only this one, with all that is decided about it.")
    async def show(self, interaction: Interaction, item: TypedOption | None = None) -> None:
        """See what is for sale for points."""
        if item is None:
            view = await items_page(interaction, 0)
        else:
            chosen = await OWN_ITEMS.meant(interaction, item)
            reader = await reader_format_of(interaction)
            view = card(Sentence("Item"), *in_full(chosen), reader=reader)
        await interaction.response.send_message(view=view, ephemeral=True)

    @edit.autocomplete("item")
    @restock.autocomplete("item")
    @retire.autocomplete("item")
    @show.autocomplete("item")
    async def _choices(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await OWN_ITEMS.complete(interaction, current)

    @codes.autocomplete("item")
    async def _with_codes(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await CODE_ITEMS.complete(interaction, current)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands, and listen to the buttons of the list."""
    bot.add_dynamic_items(ItemsPageButton, *LASTING)
    await bot.add_cog(Items(bot))
