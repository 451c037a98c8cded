"""The shop that processes are killed in: what is for sale there, and who buys."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import web

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.guild.subscribers import AddSubscriber
from payments.commands.points.move import GrantPoints
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId, SubscriberId
from payments.domain.values.items import ItemKind, Limits, RoleOffer
from payments.domain.values.time import DAY
from payments.infra.clock import system_clock
from payments.infra.encryption import Encryptor
from payments.notifications.subscribers.post import Address, new_secret
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.destination import Destination
from sandbox.discord_wire import default_world
from sandbox.discord_wire.world import ADA, MODERATORS, MODS, OWNER, Member, Role, User, World
from tests.support.counter import add_real_codes
from tests.support.make import GUILD, key
from tests.support.shopping import add_item, offer

VIP: Final = 900_000_000_000_000_023
PRICE: Final = 100
POINTS: Final = 1_000
STOCK: Final = 50
BUYERS: Final = tuple(range(ADA + 1_000, ADA + 1_030))
MONTH: Final = 30 * DAY

ITEMS: Final = {
    "role": offer("Harbour VIP", ItemKind.ROLE, PRICE, role=RoleOffer(id=VIP, lasts=MONTH)),
    "code": offer("Album", ItemKind.CODE, PRICE),
    "person": offer("Dinner", ItemKind.PERSON, PRICE, limits=Limits()),
    "program": offer("Sword", ItemKind.PROGRAM, PRICE),
}
"""What is for sale, by kind."""


def shop_world() -> World:
    """The usual guild, with a role that the bot may give, and buyers."""
    world = default_world()
    (guild,) = world.guilds
    more = {
        "roles": (*guild.roles, Role(id=VIP, name="Harbour VIP")),
        "members": (*guild.members, *(Member(user=each) for each in BUYERS)),
    }
    users = (*world.users, *(User(id=each, username=f"buyer{each % 1000}") for each in BUYERS))
    return world.model_copy(update={"users": users, "guilds": (guild.model_copy(update=more),)})


class GameServer:
    """Another program: gives each order once, and says so as often as it is asked.

    Attributes:
        later: Whether it says nothing yet.
        told: How often it was told of each order.
        address: Where it listens.
    """

    def __init__(self) -> None:
        self.later = False
        self.told: Counter[str] = Counter()
        self.address = ""

    async def _take(self, request: web.Request) -> web.Response:
        message = await request.json()
        if message["data"]["kind"] != ItemKind.PROGRAM:
            return web.Response()
        self.told[message["data"]["order"]] += 1
        if self.later:
            return web.Response()
        return web.json_response({"order": "fulfilled", "note": "It is in your chest."})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_post("/orders", self._take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}/orders"
        yield
        await runner.cleanup()


async def furnish(database: Database, encryptor: Encryptor, address: str) -> None:
    """Put everything up, and give the buyers their points; nobody is told of it.

    Args:
        database: Whose books.
        encryptor: Encrypts codes and addresses.
        address: Where the game server listens.
    """
    runner = Runner(database, route=_nowhere)
    runner.start()
    by_owner: dict[str, Any] = {"at": system_clock(), "actor": by_member(MemberId(OWNER))}
    settings = GuildSettings(guild=GUILD, mod_channel=MODS, moderator_role=MODERATORS)
    await runner.run(ChangeSettings(key=key(), guild=GUILD, settings=settings, **by_owner))
    for each in BUYERS:
        grant = GrantPoints(
            key=key(), guild=GUILD, member=MemberId(each), points=POINTS, **by_owner
        )
        await runner.run(grant)
    for kind, of in ITEMS.items():
        await runner.run(add_item(of, None if kind == "code" else STOCK))
    codes = [f"SHANTY-{number:04}" for number in range(STOCK)]
    await add_real_codes(runner, ITEMS["code"], encryptor, codes)
    game = Address(url=address, secret=new_secret())
    await runner.run(
        AddSubscriber(
            key=key(),
            guild=GUILD,
            subscriber=SubscriberId("game"),
            host="127.0.0.1",
            kinds=("order.placed",),
            encrypted=game.encrypt(encryptor),
            **by_owner,
        )
    )
    await runner.close()


def _nowhere(*_: object) -> tuple[Destination, ...]:
    """Nobody is told of that."""
    return ()
