"""What is open at a provider is asked for: which, since when, how many, and what stops whom."""

from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from payments.commands.base import by_member
from payments.commands.payments.buy import OpenCheckout
from payments.commands.payments.refund import RequestRefund
from payments.commands.points.move import GrantPoints
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    DisputeUpdate,
    MoneyStatus,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.time import DAY, MINUTE, Instant, later
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.providers.requests import OpenedCheckout
from payments.runner.runner import Runner
from payments.runner.waiting import BooksUnavailable
from payments.services import lookups as module
from payments.services.lookups import Looked, LookUps
from payments.services.refunds import RefundService
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider, unreachable
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    SYSTEM,
    checkout_update,
    dispute_update,
    euros,
    event,
    initiate,
    key,
    refund_update,
)

pytestmark = only_on_sqlite


class Asked(FakeProvider):
    """Notes what it is asked for; fails for some of it."""

    def __init__(self, name: str = "stripe", *, livemode: bool = False) -> None:
        super().__init__(name=name, livemode=livemode)
        self.asked: list[str] = []
        self.wrong: dict[str, Exception] = {}

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if what in self.wrong:
            raise self.wrong[what]

    async def retrieve_checkout(self, session: str) -> OpenedCheckout:
        self._ask(session)
        return await super().retrieve_checkout(session)

    async def refunds_of(self, intent: str) -> list[RefundUpdate]:
        self._ask(intent)
        return await super().refunds_of(intent)

    async def dispute(self, dispute: str) -> DisputeUpdate:
        self._ask(dispute)
        return await super().dispute(dispute)


class Shop:
    """Payments in every state, and who looks them up."""

    def __init__(self, runner: Runner, queries: Queries, clock: Time) -> None:
        self.runner, self.queries, self.clock = runner, queries, clock
        self.provider = Asked()
        self.events: list[tuple[int, int]] = []
        self.providers: dict[str, Any] = {"stripe": self.provider}

    def look_ups(self, runner: Any = None) -> LookUps:
        common: dict[str, Any] = {
            "runner": runner or self.runner,
            "queries": self.queries,
            "providers": self.providers,
            "clock": self.clock,
        }
        refunding = RefundService(new_id=lambda: "new", **common)
        return LookUps(refunding=refunding, **common)

    async def begin(self, name: str, *, at: Instant | None = None) -> None:
        """A checkout is open, here and there."""
        begun = initiate(name, at=self.clock() if at is None else at)
        await self.runner.run(begun)
        update = checkout_update(name, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID)
        self.provider.checkouts_by_id[f"cs_{name}"] = update
        await self.runner.run(
            OpenCheckout(
                key=key(),
                at=begun.at,
                actor=SYSTEM,
                guild=GUILD,
                payment=PaymentId(name),
                url="https://pay.example",
                update=update,
            )
        )

    async def buy(self, name: str, *, at: Instant | None = None) -> None:
        """A payment that was paid."""
        begun = initiate(name, at=self.clock() if at is None else at)
        await self.runner.run(begun)
        await self.runner.run(event(checkout_update(name), at=begun.at))

    async def refunding(self, name: str) -> None:
        """A refund of the dashboard is on its way."""
        update = refund_update(name, f"re_{name}", 100, RefundStatus.PENDING)
        await self.runner.run(event(update, at=self.clock()))

    async def disputed(self, name: str, status: DisputeStatus) -> None:
        update = dispute_update(name, f"dp_{name}", 100, status)
        await self.runner.run(event(update, at=self.clock()))
        self.provider.disputed[f"dp_{name}"] = update

    async def checkouts(self, **changes: Any) -> Looked:
        wanted: dict[str, Any] = {"all_of_them": True, "on_progress": self.note} | changes
        return await self.look_ups().checkouts(self.clock(), **wanted)

    async def refunds(self, **changes: Any) -> Looked:
        return await self.look_ups().refunds(**({"all_of_them": True} | changes))

    async def disputes(self, **changes: Any) -> Looked:
        wanted: dict[str, Any] = {"all_of_them": True, "on_progress": self.note} | changes
        return await self.look_ups().disputes(**wanted)

    def note(self, done: int, of: int) -> None:
        self.events.append((done, of))

    async def state(self, name: str) -> PaymentState:
        found = await self.queries.payment(PaymentId(name))
        assert found is not None
        return found.state


@pytest.fixture
async def shop(runner: Runner, queries: Queries, clock: Time) -> Shop:
    await put_up(runner)
    return Shop(runner, queries, clock)


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


async def test_what_goes_wrong_with_one_is_named_and_stops_no_other(shop: Shop) -> None:
    for name in ("p1", "p2", "p3", "p4"):
        await shop.begin(name)
    shop.clock.pass_(DAY)
    shop.provider.wrong = {
        "cs_p1": unreachable(),
        "cs_p2": ProviderRefused("Stripe knows no such session."),
        "cs_p3": TypeError("a mistake of ours"),
    }
    shop.provider.checkouts_by_id["cs_p4"] = shop.provider.paid("cs_p4")
    with capture_logs() as lines:
        looked = await shop.checkouts()
    assert looked == Looked(
        asked=4,
        changed=1,
        failed=[
            "Payment p1: The provider cannot be reached.",
            "Payment p2: Stripe knows no such session.",
            "Payment p3: TypeError.",
        ],
    )
    errors = [line for line in lines if line["log_level"] == "error"]
    assert [(line["event"], line["payment"]) for line in errors] == [
        ("reconciliation.look_up_failed", "p3")
    ]


async def test_an_answer_that_does_not_fit_is_named(shop: Shop) -> None:
    await shop.buy("one")
    await shop.disputed("one", DisputeStatus.OPEN)
    odd = dispute_update("one", "dp_one", 100, DisputeStatus.LOST, currency="USD")
    shop.provider.disputed["dp_one"] = odd
    (failed,) = (await shop.disputes()).failed
    assert failed.startswith("Dispute of payment one: It is about 1.00 USD, the payment is in EUR")


async def test_a_provider_that_refuses_the_key_is_asked_no_more_and_others_are(
    shop: Shop,
) -> None:
    other = Asked("paypal")
    shop.providers["paypal"] = other
    for name in ("p1", "p2"):
        await shop.begin(name)
    begun = replace(initiate("p3", at=shop.clock()), provider="paypal")
    await shop.runner.run(begun)
    update = checkout_update("p3", status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID)
    await shop.runner.run(
        OpenCheckout(
            key=key(),
            at=shop.clock(),
            actor=SYSTEM,
            guild=GUILD,
            payment=PaymentId("p3"),
            url="https://pay.example",
            update=update,
        )
    )
    other.checkouts_by_id["cs_p3"] = update
    shop.clock.pass_(DAY)
    shop.provider.wrong = {"cs_p1": AccessRefused("The key is refused.")}
    looked = await shop.checkouts()
    assert looked == Looked(
        asked=2, failed=["Payment p1 and others at stripe: The key is refused."]
    )
    assert (shop.provider.asked, other.asked) == (["cs_p1"], ["cs_p3"])


@pytest.mark.parametrize(
    "providers", [{}, {"stripe": Asked(livemode=True)}], ids=["gone", "of real money"]
)
async def test_what_nobody_here_can_ask_for_is_left_alone(
    shop: Shop, providers: dict[str, Any]
) -> None:
    await shop.begin("one")
    shop.clock.pass_(DAY)
    shop.providers = providers
    assert await shop.checkouts() == Looked()


async def test_books_that_are_away_end_the_whole(shop: Shop) -> None:
    """Nothing that is found could be kept: the next run finds it again."""

    class Away:
        async def run(self, command: object) -> None:
            raise BooksUnavailable(f"The database is away, not {command}.")

    for name in ("p1", "p2"):
        await shop.begin(name)
        shop.provider.checkouts_by_id[f"cs_{name}"] = shop.provider.paid(f"cs_{name}")
    shop.clock.pass_(DAY)
    with pytest.raises(BooksUnavailable):
        await shop.look_ups(Away()).checkouts(shop.clock(), all_of_them=True, on_progress=shop.note)
    assert shop.provider.asked == ["cs_p1"]


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
