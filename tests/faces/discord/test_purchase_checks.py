"""Purchases that a moderator checks: the card with its buttons, and what the buyer reads."""

from dataclasses import replace

import pytest

from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentCheckChanged, PaymentHeld, PaymentReleased
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutUpdate, MoneyStatus
from payments.domain.values.purchase_check import CheckStatus
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.checking import held
from tests.support.deliveries import last_dm
from tests.support.fakes import FakeProvider
from tests.support.make import event, initiate
from tests.support.moderating import decide

W1 = PaymentId("w1")


class Waits:
    """A provider's part that only writes requests; nothing goes out in these tests."""

    def request(self, payment: PaymentId) -> str:
        del payment
        return "{}"

    async def authorize(
        self, session: str, request: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        raise NotImplementedError

    async def collect(
        self, session: str, authorization: str, request: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        raise NotImplementedError

    async def void(
        self, session: str, authorization: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        raise NotImplementedError

    async def retrieve(self, session: str, authorization: str) -> CheckoutUpdate:
        raise NotImplementedError


@pytest.fixture
async def waiting(
    world: World,
    payment: Payment,
    runner: Runner,
    queries: Queries,
    clock: Time,
    provider: FakeProvider,
) -> Payment:
    """Ada pays for what costs more than the owner's amount."""
    assert payment.id == "p1"
    provider.authorizations = Waits()
    await decide(world, runner, clock, check_above=(Money(minor=300, currency="EUR"),))
    begun = replace(initiate("w1", member=world.ada_id, at=clock()), authorizes=True)
    await runner.run(begun)
    await tell(runner, clock, held("w1", member=world.ada_id))
    return await now(queries)


async def tell(runner: Runner, clock: Time, update: CheckoutUpdate) -> None:
    await runner.run(event(update, at=clock()))


async def now(queries: Queries) -> Payment:
    found = await queries.payment(W1)
    assert found is not None
    return found


def asked(payment: Payment, clock: Time) -> PaymentHeld:
    assert payment.check is not None
    reasons = ",".join(payment.check.reasons)
    return PaymentHeld(**about(payment, clock()), reasons=reasons, ends_at=payment.check.ends_at)


def card_in(world: World) -> str:
    """The card that asks, as it stands in the moderators' channel now."""
    words = [said(each) for each in world.mods.history()]
    (found,) = [each for each in words if "### A purchase needs a check" in each]
    return found


async def test_moderators_see_who_buys_and_why_it_is_checked(
    world: World, waiting: Payment, clock: Time, deliver: Deliver
) -> None:
    await deliver("mod", asked(waiting, clock))
    card = said(world.mods.last_message)
    assert "### A purchase needs a check" in card
    assert "It costs more than this server's amount for checks." in card
    assert "Their Discord account was created" in card
    assert "It is their first purchase here." in card
    assert "The money is only reserved." in card
    assert "Approve" in card
    assert "Refuse" in card


async def test_the_buyer_reads_that_nothing_was_charged(
    world: World, waiting: Payment, clock: Time, deliver: Deliver
) -> None:
    await deliver("dm", asked(waiting, clock))
    assert last_dm(world).startswith(
        "Your payment of €4.99 for “500 for 499” waits for a moderator's check. Nothing has been "
        "charged; the amount is only reserved."
    )


async def test_of_two_moderators_the_first_decides(
    world: World, waiting: Payment, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    await deliver("mod", asked(waiting, clock))
    card = world.mods.last_message
    assert card is not None
    first = await world.mira.click(card, label="Approve")
    second = await world.olga.click(card, label="Refuse")
    assert "### Purchase approved" in said(first.response)
    assert "This purchase was approved already." in said(second.followups[-1])
    check = (await now(queries)).check
    assert check is not None
    assert check.status is CheckStatus.APPROVED
    await deliver("card", PaymentCheckChanged(**about(waiting, clock())))
    assert "The money is being charged." in card_in(world)


async def test_the_card_stays_true_to_its_end(
    world: World,
    waiting: Payment,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
) -> None:
    await deliver("mod", asked(waiting, clock))
    card = world.mods.last_message
    assert card is not None
    refused = await world.mira.click(card, label="Refuse")
    assert "### Purchase refused" in said(refused.response)
    await deliver("card", PaymentReleased(**about(waiting, clock()), why="refused"))
    words = card_in(world)
    assert "Nothing was charged." in words
    assert "Approve" not in words
    await tell(runner, clock, held("w1", MoneyStatus.FAILED, member=world.ada_id))
    gone = await now(queries)
    assert gone.state is PaymentState.FAILED
    await deliver("dm", PaymentReleased(**about(gone, clock()), why="refused"))
    assert "A moderator did not accept this purchase. You were not charged" in last_dm(world)
