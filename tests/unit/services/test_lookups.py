"""What is open at a provider is asked for: which, since when, how many, and what stops whom."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.payments.refund import RequestRefund
from payments.commands.points.move import GrantPoints
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import (
    DisputeStatus,
    RefundStatus,
)
from payments.domain.values.time import DAY, MINUTE, later
from payments.services import lookups as module
from payments.services.lookups import Looked
from tests.support.approving import APPROVED, CAPTURE
from tests.support.databases import only_on_sqlite
from tests.support.looked_up import Shop, shop
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    dispute_update,
    euros,
    event,
    initiate,
    key,
    refund_update,
)
from tests.support.outages import unreachable

__all__ = ["shop"]  # fixtures

pytestmark = only_on_sqlite


async def test_a_checkout_is_left_alone_while_its_message_may_still_come(shop: Shop) -> None:
    """Five minutes, and not a microsecond more."""
    await shop.begin("one")
    shop.clock.pass_(5 * MINUTE - 1)
    assert await shop.checkouts() == Looked()
    assert shop.provider.asked == []
    shop.clock.pass_(1)
    assert await shop.checkouts() == Looked(asked=1)
    assert shop.provider.asked == ["cs_one"]


async def test_a_checkout_is_looked_up_for_a_year_or_as_far_back_as_is_asked(shop: Shop) -> None:
    await shop.begin("one")
    shop.clock.pass_(365 * DAY)
    assert (await shop.checkouts()).asked == 1
    shop.clock.pass_(1)
    assert (await shop.checkouts()).asked == 0
    looked = await shop.look_ups().checkouts(
        later(shop.clock(), -366 * DAY), all_of_them=True, on_progress=shop.note
    )
    assert looked.asked == 1


async def test_what_is_found_of_a_checkout_counts_once(shop: Shop) -> None:
    await shop.begin("one")
    await shop.begin("two")
    shop.provider.checkouts_by_id["cs_two"] = shop.provider.paid("cs_two")
    shop.clock.pass_(DAY)
    assert await shop.checkouts() == Looked(asked=2, changed=1)
    assert shop.events == [(1, 3), (2, 4)]
    assert [await shop.state(name) for name in ("one", "two")] == [
        PaymentState.INITIATED,
        PaymentState.COMPLETED,
    ]
    assert await shop.checkouts() == Looked(asked=1), "one is still open"


async def test_a_checkout_that_does_not_fit_is_no_news(shop: Shop) -> None:
    await shop.begin("one")
    shop.provider.checkouts_by_id["cs_one"] = replace(shop.provider.paid("cs_one"), subtotal=1)
    shop.clock.pass_(DAY)
    assert await shop.checkouts() == Looked(asked=1)
    assert await shop.state("one") is PaymentState.INITIATED


async def test_a_refund_asked_for_here_is_left_alone_a_while_unless_it_is_wanted_at_once(
    shop: Shop,
) -> None:
    await shop.buy("one")
    shop.provider.failures.append(unreachable())
    await shop.runner.run(
        RequestRefund(
            key=key(),
            at=shop.clock(),
            actor=by_member(BEN),
            guild=GUILD,
            payment=PaymentId("one"),
            refund="ours",
            moderator=BEN,
            amount=euros(100),
            request='{"refund": "ours", "payment": "one", "amount": {"minor": 100, '
            '"currency": "EUR"}}',
        )
    )
    shop.provider.failures.clear()
    shop.clock.pass_(5 * MINUTE - 1)
    assert await shop.refunds() == Looked()
    assert await shop.refunds(at_once=True) == Looked(asked=1, changed=1)
    assert shop.provider.asked == ["pi_one"]


async def test_a_refund_of_the_dashboard_is_looked_up_whenever(shop: Shop) -> None:
    await shop.buy("one")
    await shop.refunding("one")
    assert await shop.refunds() == Looked(asked=1)


async def test_an_answer_that_tells_the_same_again_is_no_news(shop: Shop) -> None:
    await shop.buy("one")
    pending = refund_update("one", "re_one", 100, RefundStatus.PENDING)
    await shop.refunding("one")
    shop.provider.made["key"] = pending
    await shop.disputed("one", DisputeStatus.OPEN)
    for _ in range(2):
        assert await shop.refunds() == Looked(asked=1)
        assert await shop.disputes() == Looked(asked=1)
    shop.provider.made["key"] = replace(pending, status=RefundStatus.SUCCEEDED)
    assert await shop.refunds() == Looked(asked=1, changed=1)
    shop.provider.disputed["dp_one"] = dispute_update("one", "dp_one", 100, DisputeStatus.LOST)
    assert await shop.disputes() == Looked(asked=1, changed=1)
    assert (await shop.refunds(), await shop.disputes()) == (Looked(), Looked())


async def test_an_inquiry_is_looked_up_for_half_a_year_and_an_open_dispute_for_good(
    shop: Shop,
) -> None:
    await shop.buy("one")
    await shop.buy("two")
    await shop.disputed("one", DisputeStatus.INQUIRY)
    await shop.disputed("two", DisputeStatus.OPEN)
    shop.clock.pass_(180 * DAY)
    assert (await shop.disputes()).asked == 2
    shop.clock.pass_(1)
    shop.provider.asked.clear()
    assert (await shop.disputes()).asked == 1
    assert shop.provider.asked == ["dp_two"]


@pytest.mark.parametrize("kind", ["checkouts", "refunds", "disputes"])
async def test_a_run_in_the_background_asks_for_so_many_and_the_next_goes_on_there(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Page by page, each once, and then from the beginning."""
    monkeypatch.setattr(module, "AT_ONCE", 4)
    monkeypatch.setattr(module, "PAGE", 2)
    names = [f"p{number}" for number in range(7)]
    for name in names:
        if kind == "checkouts":
            await shop.begin(name)
        else:
            await shop.buy(name)
            await (
                shop.refunding(name)
                if kind == "refunds"
                else shop.disputed(name, DisputeStatus.OPEN)
            )
    shop.clock.pass_(DAY)
    running = shop.look_ups()
    start = {"checkouts": "cs_", "refunds": "pi_", "disputes": "dp_"}[kind]

    async def run(*, all_of_them: bool = False) -> list[str]:
        shop.provider.asked.clear()
        wanted: dict[str, Any] = {"all_of_them": all_of_them, "on_progress": shop.note}
        if kind == "checkouts":
            looked = await running.checkouts(shop.clock(), **wanted)
        else:
            looked = await getattr(running, kind)(**wanted)
        assert looked.asked == len(shop.provider.asked)
        return [each.removeprefix(start) for each in shop.provider.asked]

    assert await run() == names[:4]
    assert await run() == names[4:]
    assert await run() == names[:4]
    assert await run(all_of_them=True) == names
    assert await run() == names[:4], "all of them was a whole by itself"


async def test_only_what_is_open_is_asked_for(shop: Shop) -> None:
    await shop.buy("paid")
    await shop.buy("back")
    await shop.runner.run(event(refund_update("back", "re_back", 100)))
    await shop.runner.run(initiate("begun", at=shop.clock()))
    await shop.runner.run(
        GrantPoints(
            key=key(), at=shop.clock(), actor=by_member(BEN), guild=GUILD, member=ADA, points=1
        )
    )
    for name, status in (("won", DisputeStatus.WON), ("lost", DisputeStatus.LOST)):
        await shop.buy(name)
        await shop.disputed(name, status)
    shop.clock.pass_(DAY)
    assert (await shop.checkouts(), await shop.refunds(), await shop.disputes()) == (
        Looked(),
        Looked(),
        Looked(),
    )
    assert shop.provider.asked == []


async def test_an_approval_that_nobody_told_leads_to_its_call(shop: Shop) -> None:
    """Its status is the one that is known; a second look-up finds it on its way."""
    await shop.begin("one")
    shop.provider.checkouts_by_id["cs_one"] = replace(
        shop.provider.checkouts_by_id["cs_one"], call=APPROVED.call
    )
    shop.clock.pass_(DAY)
    assert await shop.queries.provider_call(CAPTURE) is None
    assert (await shop.checkouts()).failed == []
    first = await shop.queries.provider_call(CAPTURE)
    assert first is not None
    assert (first.payment, first.noted_at) == ("one", shop.clock())
    shop.clock.pass_(DAY)
    assert (await shop.checkouts()).failed == []
    assert await shop.queries.provider_call(CAPTURE) == first
