"""Commands that many tests give."""

from dataclasses import dataclass

from payments.commands.base import by_member
from payments.commands.guild.packages import AddPackage
from payments.commands.points.move import GrantPoints, SpendPoints
from payments.domain.values.guilds import Package
from payments.domain.values.ids import CommandKey, MemberId, PackageId
from payments.domain.values.money import Money
from payments.runner.runner import Runner
from tests.support.make import ADA, BEN, GUILD, START, key, package


def grant(points: int, member: MemberId = ADA, name: str | None = None) -> GrantPoints:
    return GrantPoints(
        key=CommandKey(name) if name else key(),
        at=START,
        actor=by_member(BEN),
        guild=GUILD,
        member=member,
        points=points,
        as_owner=member == BEN,
    )


def spend(points: int, member: MemberId = ADA) -> SpendPoints:
    return SpendPoints(
        key=key(), at=START, actor=by_member(member), guild=GUILD, member=member, points=points
    )


async def put_up(runner: Runner, of: Package | None = None) -> None:
    wanted = of or package()
    added = await runner.run(
        AddPackage(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=wanted.guild,
            name=wanted.name,
            points=wanted.points,
            price=wanted.price,
            package=PackageId(wanted.id),
            tax=wanted.tax,
        )
    )
    assert added == wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(GrantPoints):
    """A grant with a mark that goes to no table but that of the commands."""

    kind = "points.grant_marked"

    mark: str


async def put_up_more(runner: Runner, name: str, points: int = 100) -> None:
    await runner.run(
        AddPackage(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            name=name,
            points=points,
            price=Money(minor=100, currency="EUR"),
            package=PackageId(f"more-{name}"),
        )
    )
