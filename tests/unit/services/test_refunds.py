"""Refunds where the provider answers oddly, late, or not at all: what is sent, kept and said."""

import asyncio
import itertools
import json
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.refund import ApproveRefund, DeclineRefund
from payments.domain.values.errors import Refused
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus, RefundUpdate
from payments.domain.values.time import HOUR
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Refusal
from payments.runner.runner import Runner
from payments.services import refunds as refunding_module
from payments.services.refund_sending import Refunded
from payments.services.refunds import NO_REASON, RefundService
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider, unreachable
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    checkout_update,
    dispute_update,
    euros,
    event,
    initiate,
    key,
    refund_update,
)

pytestmark = only_on_sqlite

ONE = PaymentId("one")


class Asked(FakeProvider):
    """Notes what is asked of it, and what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str]] = []

    async def refund(self, request: str, *, idempotency_key: str) -> RefundUpdate:
        self.calls.append(("refund", idempotency_key))
        return await super().refund(request, idempotency_key=idempotency_key)

    async def refunds_of(self, intent: str) -> list[RefundUpdate]:
        self.calls.append(("refunds_of", intent))
        return await super().refunds_of(intent)

    async def fee_of(self, intent: str) -> Money | None:
        self.calls.append(("fee_of", intent))
        return await super().fee_of(intent)


@pytest.fixture
def provider() -> Asked:
    return Asked()


@pytest.fixture
async def refunding(
    runner: Runner, queries: Queries, provider: Asked, clock: Time
) -> RefundService:
    """Ada has bought 500 points for 4.99."""
    await put_up(runner)
    await runner.run(initiate("one", at=clock()))
    await runner.run(event(checkout_update("one"), at=clock()))
    numbers = itertools.count(1)
    return RefundService(
        runner=runner,
        queries=queries,
        providers={provider.name: provider},
        clock=clock,
        new_id=lambda: f"refund-{next(numbers)}",
    )


async def ask(refunding: RefundService, amount: int = 200, **changes: Any) -> Refunded:
    wanted: dict[str, Any] = {"key": key(), "guild": GUILD, "moderator": BEN, "payment": ONE}
    return await refunding.ask(amount=euros(amount), **(wanted | changes))


async def the_payment(queries: Queries) -> Payment:
    found = await queries.payment(ONE)
    assert found is not None
    return found


async def points(queries: Queries, clock: Time) -> int:
    return (await queries.balance(GUILD, ADA, clock())).points


async def test_the_very_request_that_was_kept_is_sent_under_the_refunds_own_key(
    refunding: RefundService, provider: Asked, queries: Queries
) -> None:
    done = await ask(refunding, reason="twice", fraudulent=True)
    order = done.refund.order
    assert order is not None
    assert json.loads(order.request) == {
        "refund": "refund-1",
        "payment": "one",
        "installation": await queries.installation(),
        "intent": "pi_one",
        "amount": {"minor": 200, "currency": "EUR"},
        "fraudulent": True,
    }
    assert (order.by, order.reason, order.approved_by) == (BEN, "twice", None)
    assert provider.calls == [("refund", "refund-1:refund:1")]
    assert (done.refund.id, done.refund.provider_id) == ("refund-1", "re_1")
    assert (done.refund.is_fraud, done.problem, done.why) == (True, "", Refusal.OTHER)


async def test_a_quote_asks_for_the_fee_and_does_without_it(
    refunding: RefundService, provider: Asked
) -> None:
    provider.fee = euros(32)
    quote = await refunding.quote(GUILD, BEN, ONE, euros(200))
    assert (quote.fee, quote.effect.amount, quote.effect.points) == (euros(32), euros(200), 200)
    assert provider.calls == [("fee_of", "pi_one")]
    for failure in (unreachable(), ProviderRefused("no"), AccessRefused("no")):
        provider.failures.append(failure)
        assert (await refunding.quote(GUILD, BEN, ONE)).fee is None


async def test_a_quote_does_not_wait_long_for_the_fee(
    refunding: RefundService, provider: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(intent: str) -> Money | None:
        await asyncio.Event().wait()
        raise AssertionError(intent)

    monkeypatch.setattr(refunding_module, "FEE_SECONDS", 0.01)
    monkeypatch.setattr(provider, "fee_of", never)
    assert (await refunding.quote(GUILD, BEN, ONE)).fee is None


@pytest.mark.parametrize(
    ("by", "as_owner", "waits"), [(BEN, False, False), (ADA, False, True), (ADA, True, False)]
)
async def test_who_asks_is_part_of_the_quote_and_of_the_refund(
    refunding: RefundService, *, by: Any, as_owner: bool, waits: bool
) -> None:
    quote = await refunding.quote(GUILD, by, ONE, as_owner=as_owner)
    assert quote.effect.needs_approval is waits
    done = await ask(refunding, moderator=by, as_owner=as_owner)
    assert (done.refund.status is RefundStatus.PROPOSED) is waits


async def test_a_quote_says_whether_the_buyer_will_be_barred(refunding: RefundService) -> None:
    assert not (await refunding.quote(GUILD, BEN, ONE)).effect.bans_buyer
    assert (await refunding.quote(GUILD, BEN, ONE, fraudulent=True)).effect.bans_buyer


async def test_a_refusal_gives_the_points_back_after_one_more_look(
    refunding: RefundService, provider: Asked, queries: Queries, clock: Time
) -> None:
    provider.failures.append(ProviderRefused("no", code="charge_disputed", why=Refusal.DISPUTED))
    done = await ask(refunding)
    assert (done.problem, done.why) == ("charge_disputed", Refusal.DISPUTED)
    assert done.refund.status is RefundStatus.WITHDRAWN
    assert provider.calls == [("refund", "refund-1:refund:1"), ("refunds_of", "pi_one")]
    assert await points(queries, clock) == 500


async def test_a_refusal_without_a_word_is_told_as_such(
    refunding: RefundService, provider: Asked
) -> None:
    provider.failures.append(ProviderRefused("no"))
    done = await ask(refunding)
    assert (done.problem, done.why) == (NO_REASON, Refusal.OTHER)


async def test_a_refusal_of_what_got_through_before_is_none(
    refunding: RefundService, provider: Asked, queries: Queries, clock: Time
) -> None:
    """An earlier try got through without an answer; the look finds it."""

    async def refuse(request: str, *, idempotency_key: str) -> RefundUpdate:
        await Asked.refund(provider, request, idempotency_key=idempotency_key)
        raise ProviderRefused("All of it went back already.", why=Refusal.REFUNDED)

    provider.refund = refuse  # type: ignore[method-assign]
    done = await ask(refunding)
    assert (done.refund.status, done.problem) == (RefundStatus.SUCCEEDED, "")
    assert await points(queries, clock) == 300


@pytest.mark.parametrize("second", [unreachable(), ProviderRefused("no"), AccessRefused("no")])
async def test_a_refusal_after_which_nobody_can_look_leaves_it_on_its_way(
    refunding: RefundService, provider: Asked, queries: Queries, clock: Time, second: Exception
) -> None:
    provider.failures += [ProviderRefused("no"), second]
    with capture_logs() as lines:
        done = await ask(refunding)
    assert (done.refund.status, done.problem) == (RefundStatus.PENDING, "")
    assert await points(queries, clock) == 300, "its points stay set aside"
    (unclear,) = [line for line in lines if line["event"] == "refund.unclear"]
    assert (unclear["payment"], unclear["refund"]) == (ONE, "refund-1")
    assert unclear["error"] == str(second)
    order = done.refund.order
    assert order is not None
    assert order.attempt == 1, "a look spends no key"


async def test_an_answer_that_does_not_fit_the_payment_leaves_it_on_its_way(
    refunding: RefundService, provider: Asked, queries: Queries, clock: Time
) -> None:
    """In another currency, without a word of how much of the payment that is."""

    async def odd(request: str, *, idempotency_key: str) -> RefundUpdate:
        update = await Asked.refund(provider, request, idempotency_key=idempotency_key)
        return replace(update, amount=Money(minor=200, currency="USD"))

    provider.refund = odd  # type: ignore[method-assign]
    with capture_logs() as lines:
        done = await ask(refunding)
    assert (done.refund.status, done.refund.provider_id) == (RefundStatus.PENDING, None)
    assert done.problem == ""
    assert await points(queries, clock) == 300
    (refused,) = [line for line in lines if line["event"] == "refund.answer_refused"]
    assert refused["refund"] == "refund-1"
    assert "2.00 USD" in refused["error"]


async def test_a_payment_that_was_disputed_since_it_was_asked_is_not_sent(
    refunding: RefundService, provider: Asked, runner: Runner, queries: Queries, clock: Time
) -> None:
    await limit(runner, 1)
    asked = await ask(refunding)
    await runner.run(event(dispute_update("one", "dp_1", 1, DisputeStatus.INQUIRY), at=clock()))
    provider.failures.append(unreachable())
    approved = await decide(refunding, asked)
    assert approved.refund.status is RefundStatus.PENDING
    opened = event(dispute_update("one", "dp_1", 499, DisputeStatus.OPEN, seen=1), at=clock())
    await runner.run(opened)
    provider.calls.clear()
    await refunding.look_up(await the_payment(queries))
    assert provider.calls == [("refunds_of", "pi_one")] * 2, "looked at, and nothing sent"
    found = (await the_payment(queries)).refund("refund-1")
    assert found is not None
    assert found.status is RefundStatus.WITHDRAWN


async def limit(runner: Runner, minor: int) -> None:
    settings = GuildSettings(guild=GUILD, approval_limit=euros(minor))
    await runner.run(
        ChangeSettings(key=key(), at=0, actor=by_member(EVE), guild=GUILD, settings=settings)  # type: ignore[arg-type]
    )


async def decide(
    refunding: RefundService, asked: Refunded, *, approve: bool = True, **changes: Any
) -> Refunded:
    wanted: dict[str, Any] = {
        "key": key(),
        "guild": GUILD,
        "moderator": EVE,
        "payment": ONE,
        "refund": asked.refund.id,
    }
    word = ApproveRefund if approve else DeclineRefund
    return await refunding.decide(word, **(wanted | changes))


async def test_what_another_approves_is_sent_and_what_they_decline_is_not(
    refunding: RefundService, provider: Asked, runner: Runner
) -> None:
    await limit(runner, 1)
    first, second = await ask(refunding), await ask(refunding)
    assert provider.calls == []
    declined = await decide(refunding, second, approve=False)
    assert (declined.refund.id, declined.refund.status) == ("refund-2", RefundStatus.WITHDRAWN)
    assert declined.problem == "", "nobody but a moderator said no"
    assert provider.calls == []
    approved = await decide(refunding, first)
    assert (approved.refund.id, approved.refund.status) == ("refund-1", RefundStatus.SUCCEEDED)
    assert provider.calls == [("refund", "refund-1:refund:1")]
    order = approved.refund.order
    assert order is not None
    assert (order.by, order.approved_by) == (BEN, EVE)


async def test_the_owner_approves_the_refund_of_their_own_purchase(
    refunding: RefundService, runner: Runner
) -> None:
    await limit(runner, 1)
    asked = await ask(refunding)
    with pytest.raises(Refused, match="your own purchase"):
        await decide(refunding, asked, moderator=ADA)
    approved = await decide(refunding, asked, moderator=ADA, as_owner=True)
    assert approved.refund.status is RefundStatus.SUCCEEDED


async def test_a_payment_of_another_server_is_none_whatever_is_asked(
    refunding: RefundService,
) -> None:
    elsewhere = GuildId(GUILD + 1)
    asked = await ask(refunding)
    for attempt in (
        refunding.quote(elsewhere, BEN, ONE),
        refunding.quote(GUILD, BEN, PaymentId("none")),
        ask(refunding, guild=elsewhere),
        decide(refunding, asked, guild=elsewhere),
        decide(refunding, asked, approve=False, guild=elsewhere),
    ):
        with pytest.raises(Refused, match=r"^There is no such payment here\.$"):
            await attempt


async def test_what_a_provider_that_is_gone_has_sold_is_not_refunded_but_can_be_declined(
    refunding: RefundService, runner: Runner, queries: Queries, clock: Time
) -> None:
    await limit(runner, 1)
    asked = await ask(refunding)
    gone = RefundService(
        runner=runner, queries=queries, providers={}, clock=clock, new_id=lambda: "new"
    )
    sentence = r"^Payments by stripe cannot be refunded here any more\.$"
    for attempt in (
        gone.quote(GUILD, BEN, ONE),
        ask(gone),
        decide(gone, asked),
        gone.look_up(await the_payment(queries)),
    ):
        with pytest.raises(Refused, match=sentence):
            await attempt
    assert (await decide(gone, asked, approve=False)).refund.status is RefundStatus.WITHDRAWN


async def test_a_refund_told_before_its_payment_is_not_looked_up_yet(
    refunding: RefundService, provider: Asked, runner: Runner, queries: Queries
) -> None:
    """Without the provider's id of the payment there is nothing to ask for."""
    await runner.run(initiate("two", member=EVE))
    await runner.run(event(refund_update("two", "re_9", 100, RefundStatus.PENDING)))
    early = await queries.payment(PaymentId("two"))
    assert early is not None
    assert early.is_refunding
    assert not await refunding.look_up(early)
    assert provider.calls == []


async def test_a_look_up_says_whether_more_is_known_than_before(
    refunding: RefundService, provider: Asked, queries: Queries
) -> None:
    provider.failures.append(unreachable())
    assert (await ask(refunding)).refund.status is RefundStatus.PENDING
    before = await the_payment(queries)
    assert await refunding.look_up(before), "it was sent, and has arrived"
    assert not await refunding.look_up(await the_payment(queries))
    assert [name for name, _ in provider.calls] == ["refund", "refunds_of", "refund", "refunds_of"]


async def test_a_key_that_led_to_nothing_is_replaced_by_the_next_after_one_more_look(
    refunding: RefundService, provider: Asked, queries: Queries
) -> None:
    spent = ProviderUnavailable("500", key_spent=True)
    provider.failures += [spent]
    await ask(refunding)

    async def sent_again(*failures: Exception) -> list[tuple[str, str]]:
        provider.calls.clear()
        looked = iter(failures)

        async def refund(request: str, *, idempotency_key: str) -> RefundUpdate:
            for failure in looked:
                provider.failures.append(failure)
                break
            return await Asked.refund(provider, request, idempotency_key=idempotency_key)

        provider.refund = refund  # type: ignore[method-assign]
        if failures:
            with pytest.raises(ProviderUnavailable):
                await refunding.look_up(await the_payment(queries))
        else:
            await refunding.look_up(await the_payment(queries))
        return provider.calls

    first, second = "refund-1:refund:1", "refund-1:refund:2"
    look = ("refunds_of", "pi_one")
    assert await sent_again(unreachable()) == [look, ("refund", first)], "its end is not known"
    assert await sent_again(spent) == [look, ("refund", first)], "it is used up"
    assert await sent_again() == [look, ("refund", second)]
    refund = (await the_payment(queries)).refund("refund-1")
    assert refund is not None
    assert refund.status is RefundStatus.SUCCEEDED


async def test_of_two_that_never_arrived_the_second_is_sent_though_the_first_fails(
    refunding: RefundService, provider: Asked, queries: Queries
) -> None:
    for _ in range(2):
        provider.failures.append(unreachable())
        await ask(refunding)
    provider.calls.clear()
    real = provider.refund

    async def fail_first(request: str, *, idempotency_key: str) -> RefundUpdate:
        if idempotency_key.startswith("refund-1"):
            provider.failures.append(unreachable())
        return await real(request, idempotency_key=idempotency_key)

    provider.refund = fail_first  # type: ignore[method-assign]
    with pytest.raises(ProviderUnavailable):
        await refunding.look_up(await the_payment(queries))
    assert [which for name, which in provider.calls if name == "refund"] == [
        "refund-1:refund:1",
        "refund-2:refund:1",
    ]
    standing = {each.id: each.status for each in (await the_payment(queries)).refunds}
    assert standing == {"refund-1": RefundStatus.PENDING, "refund-2": RefundStatus.SUCCEEDED}


async def test_asked_again_under_its_key_after_a_spent_one_it_is_looked_up_not_sent(
    refunding: RefundService, provider: Asked, queries: Queries, clock: Time
) -> None:
    spent = ProviderUnavailable("500", key_spent=True)
    again = key()
    provider.failures.append(spent)
    await ask(refunding, key=again)

    async def fail(request: str, *, idempotency_key: str) -> RefundUpdate:
        await Asked.refund(provider, request, idempotency_key=idempotency_key)
        raise spent

    real, provider.refund = provider.refund, fail  # type: ignore[method-assign]
    with pytest.raises(ProviderUnavailable):
        await refunding.look_up(await the_payment(queries))
    provider.refund = real  # type: ignore[method-assign]
    provider.calls.clear()
    clock.pass_(HOUR)
    done = await ask(refunding, key=again)
    assert (done.refund.id, done.refund.status) == ("refund-1", RefundStatus.SUCCEEDED)
    assert provider.calls == [("refunds_of", "pi_one")]


@pytest.mark.usefixtures("refunding")
async def test_a_refund_that_the_database_has_lost_is_an_error_and_not_sent(
    runner: Runner, queries: Queries, provider: Asked, clock: Time
) -> None:
    """As after a restore behind our back."""

    class Forgetful:
        def __getattr__(self, name: str) -> Any:
            return getattr(queries, name)

        async def payment(self, payment: PaymentId) -> Payment | None:
            found = await queries.payment(payment)
            return None if found is None else replace(found, refunds=())

    forgetful: Any = Forgetful()
    lost = RefundService(
        runner=runner,
        queries=forgetful,
        providers={provider.name: provider},
        clock=clock,
        new_id=lambda: "lost",
    )
    with pytest.raises(LookupError, match="refund lost was committed and is not there"):
        await ask(lost)
    assert provider.calls == []
