"""Points that come to their end."""

from payments.commands.base import SYSTEM
from payments.commands.points.move import GrantPoints
from payments.domain.values.ids import MemberId
from payments.domain.values.time import DAY, Instant, later
from payments.runner.runner import Runner
from tests.support.make import ADA, GUILD, START, key

END = later(START, DAY)


async def grant(
    runner: Runner, member: MemberId = ADA, points: int = 40, end: Instant | None = END
) -> None:
    command = GrantPoints(
        key=key(),
        at=START,
        actor=SYSTEM,
        guild=GUILD,
        member=member,
        points=points,
        note="a gift",
        expires_at=end,
    )
    await runner.run(command)
