"""A small bot with one of everything that the tests use."""

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from sandbox.discord_wire.world import GUILD

Interaction = discord.Interaction[commands.Bot]


class Pressed(discord.ui.View):
    """A button that counts."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Press", custom_id="press")
    async def press(self, interaction: Interaction, _: discord.ui.Button["Pressed"]) -> None:
        await interaction.response.edit_message(content=f"pressed by {interaction.user.name}")

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: Interaction, _: discord.ui.Button["Pressed"]) -> None:
        await interaction.response.send_modal(Asking())


class Asking(discord.ui.Modal, title="Why?"):
    """A modal with one field."""

    why = discord.ui.Label[discord.ui.View](
        text="Why", component=discord.ui.TextInput(custom_id="why")
    )

    async def on_submit(self, interaction: discord.Interaction[discord.Client]) -> None:
        field = self.why.component
        assert isinstance(field, discord.ui.TextInput)
        await interaction.response.send_message(f"because {field.value}", ephemeral=True)


@app_commands.command()
@app_commands.describe(package="what to buy")
async def buy(interaction: Interaction, package: str) -> None:
    """Defer, edit, follow up."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.edit_original_response(content=f"you get {package}")
    await interaction.followup.send("thanks", ephemeral=True)


@buy.autocomplete("package")
async def packages(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    offered = ("small", "medium", "large")
    return [app_commands.Choice(name=p.title(), value=p) for p in offered if p.startswith(typed)]


@app_commands.command()
async def card(interaction: Interaction) -> None:
    """A message with buttons."""
    await interaction.response.send_message("press me", view=Pressed())


class Give(app_commands.Group):
    """Give something."""

    @app_commands.command()
    async def points(
        self,
        interaction: Interaction,
        member: discord.Member,
        role: discord.Role,
        channel: discord.TextChannel,
        amount: app_commands.Range[int, 1, 10],
    ) -> None:
        """Give points."""
        permitted = interaction.permissions.moderate_members
        said = f"{member.name} {role.name} {channel.name} {amount} {interaction.locale} {permitted}"
        await interaction.response.send_message(said)


@app_commands.command()
@app_commands.default_permissions(manage_guild=True)
async def secret(interaction: Interaction) -> None:
    """For managers."""
    await interaction.response.send_message("yes")


class Bot(commands.Bot):
    """Knows all of these commands; syncs them when it is asked to."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        given = discord.Intents.default() if intents is None else intents
        # Nothing follows the guilds: no need to wait two seconds for more.
        super().__init__(command_prefix="!", intents=given, guild_ready_timeout=0.05)
        self.ready = asyncio.Event()
        self.resumed = asyncio.Event()

    async def setup_hook(self) -> None:
        self.tree.add_command(buy)
        self.tree.add_command(card)
        self.tree.add_command(secret)
        self.tree.add_command(Give(name="give", description="Give something"))

    async def on_ready(self) -> None:
        self.ready.set()

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def sync(self) -> None:
        """Register the commands in the guild."""
        guild = discord.Object(GUILD)
        self.tree.copy_global_to(guild=guild)
        await self.tree.sync(guild=guild)
