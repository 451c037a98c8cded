"""Reads: what members see, page by page."""

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.money import Money
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.points_names import PointsNames
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import HOUR, SECOND, Instant, later
from payments.runner.runner import Runner
from payments.store.queries import HistoryCursor, PaymentsCursor, Queries
from tests.support.commands import put_up
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    refund_update,
)


async def grant(runner: Runner, points: int, at: Instant, member: MemberId = ADA) -> None:
    await runner.run(
        GrantPoints(
            key=key(), at=at, actor=by_member(BEN), guild=GUILD, member=member, points=points
        )
    )


async def test_a_balance_says_what_cannot_be_passed_on_yet(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner)
    await grant(runner, 7, START)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))
    fresh = await queries.balance(GUILD, ADA, START)
    assert (fresh.points, fresh.debt, fresh.maturing) == (507, 0, 500)
    assert fresh.next_maturity == later(START, 72 * HOUR)
    ripe = await queries.balance(GUILD, ADA, later(START, 72 * HOUR))
    assert (ripe.maturing, ripe.next_maturity) == (0, None)
    assert (await queries.balance(GUILD, EVE, START)).points == 0


async def test_history_goes_back_page_by_page_and_misses_nothing(
    runner: Runner, queries: Queries
) -> None:
    """Also where many lines have the same time, and while new ones come."""
    for number in range(25):
        await grant(runner, number + 1, later(START, number // 5 * SECOND))
    seen: list[int] = []
    cursor: HistoryCursor | None = None
    while True:
        page = await queries.history(GUILD, ADA, before=cursor, limit=4)
        assert len(page.lines) <= 4
        seen += [line.points for line in page.lines]
        await grant(runner, 1000, later(START, HOUR))
        if page.older is None:
            break
        cursor = page.older
    assert sorted(seen) == list(range(1, 26))


async def test_history_tells_both_sides_of_a_transfer(runner: Runner, queries: Queries) -> None:
    await grant(runner, 10, START)
    sent = TransferPoints(
        key=key(),
        at=later(START, SECOND),
        actor=by_member(ADA),
        guild=GUILD,
        member=ADA,
        recipient=BEN,
        points=4,
        note="thanks",
    )
    await runner.run(sent)
    spent = SpendPoints(
        key=key(),
        at=later(START, 2 * SECOND),
        actor=by_member(BEN),
        guild=GUILD,
        member=BEN,
        points=1,
    )
    await runner.run(spent)
    ada = (await queries.history(GUILD, ADA)).lines
    ben = (await queries.history(GUILD, BEN)).lines
    assert [(line.kind, line.points, line.counterparty) for line in ada] == [
        (TransferKind.PASS_ON, -4, BEN),
        (TransferKind.GRANT, 10, None),
    ]
    assert [(line.kind, line.points, line.counterparty) for line in ben] == [
        (TransferKind.SPEND, -1, None),
        (TransferKind.PASS_ON, 4, ADA),
    ]
    assert ada[0].note == "thanks"


async def test_a_purchase_names_its_package(runner: Runner, queries: Queries) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))
    (line,) = (await queries.history(GUILD, ADA)).lines
    assert (line.package, line.payment, line.points) == ("500 for 499", "one", 500)


async def test_payments_go_back_page_by_page_and_miss_nothing(
    runner: Runner, queries: Queries
) -> None:
    """Also where many were begun at the same time, and while new ones come."""
    await put_up(runner)
    for number in range(12):
        member = BEN if number % 3 == 0 else ADA
        at = later(START, number // 4 * SECOND)
        await runner.run(initiate(f"{number:02}", member=member, at=at))
    everyone: tuple[MemberId | None, list[str]] = (None, [f"{number:02}" for number in range(12)])
    for whose, wanted in (everyone, (BEN, ["00", "03", "06", "09"]), (EVE, [])):
        seen: list[str] = []
        cursor: PaymentsCursor | None = None
        while True:
            page = await queries.payments(GUILD, whose, before=cursor, limit=3)
            seen += [payment.id for payment in page.payments]
            new = initiate(key("99"), at=later(START, HOUR))
            await runner.run(new)
            cursor = page.older
            if cursor is None:
                break
        old = [payment for payment in seen if not payment.startswith("99")]
        assert old == wanted[::-1]
    assert (await queries.payments(GuildId(1))).payments == ()


async def test_listed_payments_know_their_own_refunds_and_disputes(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner)
    for name in ("one", "two", "xyz"):
        await runner.run(initiate(name))
        await runner.run(event(checkout_update(name)))
    await runner.run(event(refund_update("one", "re_1", 499)))
    await runner.run(event(dispute_update("two", "dp_1", 499, DisputeStatus.OPEN)))
    page = await queries.payments(GUILD)
    assert {payment.id: payment.state for payment in page.payments} == {
        "one": PaymentState.REFUNDED,
        "two": PaymentState.DISPUTED,
        "xyz": PaymentState.COMPLETED,
    }
    for payment in page.payments:
        assert await queries.payment(payment.id) == payment


async def test_all_settings_are_read_as_they_were_written(runner: Runner, queries: Queries) -> None:
    wanted = GuildSettings(
        guild=GUILD,
        mod_channel=1,
        moderator_role=2,
        announcement_channel=3,
        announced=("payment.success",),
        notice_channel=4,
        fulfilment_channel=5,
        fulfilment_role=6,
        maturity=HOUR,
        approval_limit=Money(minor=5, currency="JPY"),
        points=PointsNames(one="shell", many="shells", symbol="🐚"),
        currency="JPY",
    )
    change = ChangeSettings(key=key(), at=START, actor=by_member(BEN), guild=GUILD, settings=wanted)
    assert await runner.run(change) == wanted
    assert await queries.settings(GUILD) == wanted
    assert await runner.run(change) == wanted, "the outcome is kept, names and all"
