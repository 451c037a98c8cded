"""Purchases in either mode."""

from payments.commands.guild.packages import AddPackage
from payments.domain.values.guilds import Package
from payments.runner.runner import Runner
from tests.support.make import START, SYSTEM, key


async def sell(runner: Runner, of: Package) -> None:
    await runner.run(
        AddPackage(
            key=key(),
            at=START,
            actor=SYSTEM,
            guild=of.guild,
            name=of.name,
            points=of.points,
            price=of.price,
            package=of.id,
        )
    )
