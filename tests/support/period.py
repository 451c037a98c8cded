"""Sales in a period, and the numbers of it."""

from dataclasses import replace

from payments.domain.values.ids import MemberId
from payments.domain.values.report import Period, ReportClaim
from payments.domain.values.time import DAY, Instant, later
from payments.runner.runner import Runner
from tests.support.make import ADA, GUILD, START, checkout_update, event, initiate

MONTH = Period(start=START, end=later(START, 30 * DAY), guild=GUILD, livemode=False)


async def buy(
    runner: Runner, name: str, *, at: Instant = START, member: MemberId = ADA, live: bool = False
) -> None:
    await runner.run(replace(initiate(name, member=member, at=at), livemode=live))
    await runner.run(event(checkout_update(name, member=member, tax=95), at=at))


def days(count: int) -> Instant:
    return later(START, count * DAY)


def claim_of(found: list[ReportClaim]) -> ReportClaim:
    (only,) = found
    return only
