"""The guild in which the demo plays, with its people and what it sells."""

from dataclasses import dataclass

import discord
import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle, UserHandle

from payments.commands.base import by_member
from payments.commands.guild.packages import AddPackage
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import GrantPoints
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import CommandKey, GuildId, MemberId, PackageId
from payments.domain.values.money import Money
from payments.domain.values.time import Clock
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner
from sandbox.demo.shop import VIP, fill_shelves

GUILD = GuildId(1_500_000_000_000_000_000)

FOR_SALE = (("Starter", 500, 499), ("Regular", 1_200, 999), ("Harbour Master", 5_000, 3_499))
"""Name, points, price in cents of a dollar."""

PARTS = {"ada": "member", "ben": "member", "mira": "moderator", "olga": "owner"}
"""Who plays which part."""

GOLD = 0xD4A017
"""The colour of the role that points buy."""

WELCOME = (
    "Welcome aboard! Points open the harbour shop. Type **/buy** here, choose a package, and pay "
    "on the next page: it is a local one, no real money moves. Then type **/shop** to see what "
    "your points get you."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone in the guild: as a user of Discord, and as a member."""

    user: UserHandle
    member: MemberActor


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The guild, its channels and its people."""

    guild: GuildHandle
    general: ChannelHandle
    mods: ChannelHandle
    moderators: int
    vip: int
    people: dict[str, Person]


async def create_world(env: simcord.Env) -> World:
    """Found the guild, let everyone join, and say hello."""
    olga = env.create_user("olga", global_name="Olga")
    guild = env.create_guild("Harbour Guild", id=GUILD, owner=olga)
    moderators = guild.create_role(
        "Moderators", permissions=discord.Permissions(moderate_members=True)
    )
    vip = guild.create_role(VIP, color=GOLD)
    general = guild.create_text_channel("general", topic="Everyone is here.")
    hidden = discord.PermissionOverwrite(view_channel=False)
    shown = discord.PermissionOverwrite(view_channel=True, send_messages=True)
    if guild.me is None:
        raise RuntimeError("SimCord invites the bot to each guild that is made")
    mods = guild.create_text_channel(
        "mods",
        topic="What needs a moderator.",
        overwrites={guild.default_role: hidden, moderators: shown, guild.me: shown},
    )
    people = {}
    for name, part in PARTS.items():
        user = olga if part == "owner" else env.create_user(name, global_name=name.title())
        roles = (moderators,) if part == "moderator" else ()
        people[name] = Person(user=user, member=guild.add_member(user, roles=roles))
    await env.settle()
    await people["olga"].member.send(general, WELCOME)
    return World(
        guild=guild,
        general=general,
        mods=mods,
        moderators=moderators.id,
        vip=vip.id,
        people=people,
    )


async def stock(world: World, runner: Runner, encryptor: Encryptor, clock: Clock) -> None:
    """Put packages and items up for sale, say who the moderators are, and give Ben some points."""
    owner = by_member(MemberId(world.people["olga"].user.id))
    now = clock()
    for number, (name, points, cents) in enumerate(FOR_SALE):
        await runner.run(
            AddPackage(
                key=CommandKey(f"demo:package:{number}"),
                at=now,
                actor=owner,
                guild=GUILD,
                name=name,
                points=points,
                price=Money(minor=cents, currency="USD"),
                package=PackageId(f"demo-{number}"),
            )
        )
    await runner.run(
        ChangeSettings(
            key=CommandKey("demo:settings"),
            at=now,
            actor=owner,
            guild=GUILD,
            settings=GuildSettings(
                guild=GUILD, mod_channel=world.mods.id, moderator_role=world.moderators
            ),
        )
    )
    await runner.run(
        GrantPoints(
            key=CommandKey("demo:grant"),
            at=now,
            actor=owner,
            guild=GUILD,
            member=MemberId(world.people["ben"].user.id),
            points=250,
            note="won the regatta",
        )
    )
    await fill_shelves(runner, encryptor, guild=GUILD, role=world.vip, owner=owner, at=now)
