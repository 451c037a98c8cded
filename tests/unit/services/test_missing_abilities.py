"""What a provider cannot do is said in its own sentence, or left out."""

from typing import Any

import pytest

from payments.commands.payments.refund import ApproveRefund
from payments.domain.errors import Refused
from payments.domain.values.ids import PaymentId
from payments.domain.values.inbox import InboxEvent, InboxStatus
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import DAY
from payments.providers.protocol import PaymentProvider
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.inbox import Inbox
from payments.services.lookups import Looked
from payments.services.reconciliation import Reconciliation, ReconciliationReport
from payments.services.refunds import RefundService
from payments.services.sellers import NO_SALES
from payments.services.surplus import SurplusRefunds
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.provider_states import ProviderStates
from tests.conftest import Time
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeCheckouts, FakeProvider
from tests.support.looked_up import Shop, shop
from tests.support.make import ADA, BEN, GUILD, euros, key, package
from tests.support.selling import sellers_of
from tests.support.unable import NO_CHECKOUTS, NO_REFUNDS, Unable

__all__ = ["shop"]  # fixtures

pytestmark = only_on_sqlite


def selling(shop: Shop, providers: dict[str, PaymentProvider]) -> CheckoutService:
    return CheckoutService(
        runner=shop.runner,
        queries=shop.queries,
        sellers=sellers_of(providers),
        clock=shop.clock,
        new_id=lambda: "new",
        public_url="https://shop.example",
        sells_in=lambda _: True,
    )


def refunding(shop: Shop, provider: PaymentProvider) -> RefundService:
    return RefundService(
        runner=shop.runner,
        queries=shop.queries,
        providers={"stripe": provider},
        clock=shop.clock,
        new_id=lambda: "new",
    )


async def buy(buying: CheckoutService) -> None:
    await buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)


async def test_who_asks_for_a_refund_reads_who_gives_it(shop: Shop) -> None:
    await shop.buy("one")
    refunds = refunding(shop, Unable(name="stripe"))
    payment = PaymentId("one")
    with pytest.raises(Refused, match=NO_REFUNDS.sentence):
        await refunds.quote(GUILD, BEN, payment)
    with pytest.raises(Refused, match=NO_REFUNDS.sentence):
        await refunds.ask(key=key(), guild=GUILD, moderator=BEN, payment=payment, amount=euros(100))
    with pytest.raises(Refused, match=NO_REFUNDS.sentence):
        await refunds.decide(
            ApproveRefund, key=key(), guild=GUILD, moderator=BEN, payment=payment, refund="r"
        )
    assert (await refunds.payment(GUILD, payment)).refunds == (), "nothing was noted"


async def test_who_buys_reads_where_points_are_sold(shop: Shop) -> None:
    buying = selling(shop, {"bare": Unable()})
    with pytest.raises(Refused, match=NO_CHECKOUTS.sentence):
        await buy(buying)
    with pytest.raises(Refused, match=NO_CHECKOUTS.sentence):
        await buying.pricing(GUILD)


async def test_where_no_provider_is_switched_on_nothing_is_sold(shop: Shop) -> None:
    buying = selling(shop, {})
    with pytest.raises(Refused, match=str(NO_SALES)):
        await buy(buying)
    with pytest.raises(Refused, match=str(NO_SALES)):
        await buying.pricing(GUILD)


async def test_the_first_provider_with_checkouts_sells(shop: Shop) -> None:
    fake = FakeProvider(name="able")
    able = Unable(name="able", checkouts=FakeCheckouts(fake))
    buying = selling(shop, {"bare": Unable(), "able": able})
    await buy(buying)
    bought = await shop.queries.payment(PaymentId("new"))
    assert bought is not None
    assert (bought.provider, bought.url) == ("able", "https://pay.example/cs_new")


async def test_a_purchase_whose_provider_was_switched_off_is_a_sentence(shop: Shop) -> None:
    """It was begun, the process was killed before it was opened, and the member asks again."""

    class Killed(Exception):
        pass

    cut: dict[str, PaymentProvider] = {"able": FakeProvider(name="able", failures=[Killed()])}
    buying, once = selling(shop, cut), key()

    async def again() -> None:
        await buying.buy(key=once, guild=GUILD, member=ADA, package=package().id)

    with pytest.raises(Killed):
        await again()
    bare: Any = Unable(name="able")
    cut["able"] = bare
    with pytest.raises(Refused, match=NO_CHECKOUTS.sentence):
        await again()


async def test_what_cannot_be_looked_up_is_left_out(shop: Shop) -> None:
    await shop.begin("one")
    await shop.buy("two")
    await shop.refunding("two")
    await shop.disputed("two", DisputeStatus.OPEN)
    shop.providers["stripe"] = Unable(name="stripe")
    shop.clock.pass_(DAY)
    looked = [await shop.checkouts(), await shop.refunds(), await shop.disputes()]
    assert looked == [Looked(), Looked(), Looked()]


async def test_nothing_is_listed_where_nothing_can_be(shop: Shop, database: Database) -> None:
    intake = Inbox(
        runner=shop.runner, queries=shop.queries, providers=shop.providers, clock=shop.clock
    )
    shop.providers["stripe"] = Unable(name="stripe")
    reconciliation = Reconciliation(
        runner=shop.runner,
        queries=shop.queries,
        states=ProviderStates(database),
        inbox=intake,
        refunding=refunding(shop, Unable(name="stripe")),
        surplus=SurplusRefunds(
            runner=shop.runner,
            queries=shop.queries,
            providers=shop.providers,
            clock=shop.clock,
            new_id=lambda: "new",
        ),
        providers=shop.providers,
        clock=shop.clock,
    )
    assert await reconciliation.reconcile(thorough=True) == ReconciliationReport()
    state = await shop.queries.provider_state("stripe", livemode=False)
    assert state.listed_until is None


async def test_a_message_of_a_provider_that_sends_none_is_kept(
    runner: Runner, queries: Queries, clock: Time
) -> None:
    """It was kept while the provider still sent some."""
    inbox = Inbox(runner=runner, queries=queries, providers={"bare": Unable()}, clock=clock)
    old = InboxEvent(
        provider="bare",
        id="evt_1",
        kind="old",
        body="{}",
        received_at=clock(),
        status=InboxStatus.FAILED,
        attempts=1,
    )
    await inbox.retry(old)
    [kept] = await queries.inbox_events_by_status(InboxStatus.FAILED, 2)
    assert (kept.id, kept.reason) == ("evt_1", "Its provider is not set up.")
