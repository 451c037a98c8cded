"""What the tests of `/transfer` do again and again."""

from simcord.results import InteractionResult

from bot.features.transfers.commands import CONFIRM_ABOVE
from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints
from payments.domain.values.ids import MemberId
from payments.domain.values.ledger import TransferKind
from payments.runner.runner import Runner
from payments.store.queries import HistoryLine, Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.make import BEN, GUILD, START, key

LARGE = CONFIRM_ABOVE + 1


async def give(world: World, runner: Runner, clock: Time, points: int) -> None:
    await runner.run(
        GrantPoints(
            key=key(),
            at=clock(),
            actor=by_member(BEN),
            guild=GUILD,
            member=world.ada_id,
            points=points,
        )
    )


async def balances(world: World, queries: Queries) -> tuple[int, int]:
    """What Ada and Ben have."""
    ada = await queries.balance(GUILD, world.ada_id, START)
    ben = await queries.balance(GUILD, MemberId(world.ben.id), START)
    return ada.points, ben.points


async def passed_on(world: World, queries: Queries) -> list[HistoryLine]:
    lines = (await queries.history(GUILD, world.ada_id, limit=100)).lines
    return [line for line in lines if line.kind is TransferKind.PASS_ON]


async def ask(world: World, points: int = LARGE, note: str | None = None) -> InteractionResult:
    """Ada wants to send Ben points."""
    more = {} if note is None else {"note": note}
    return await world.ada.slash(world.general, "transfer", member=world.ben, points=points, **more)


async def press(world: World, asked: InteractionResult, label: str) -> str:
    """Ada presses a button; what stands there then."""
    assert asked.response is not None
    await world.ada.click(asked.response, label=label)
    return said(asked.response)
