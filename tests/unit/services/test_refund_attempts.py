"""Refunds that led to nothing are looked up, and sent again under which key."""

from dataclasses import replace
from typing import Any

import pytest

from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus, RefundUpdate
from payments.domain.values.time import HOUR
from payments.providers.errors import ProviderUnavailable
from payments.runner.runner import Runner
from payments.services.refunds import RefundService
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.asked_refunds import Asked, ask, provider, refunding, the_payment
from tests.support.databases import only_on_sqlite
from tests.support.make import EVE, event, initiate, key, refund_update
from tests.support.outages import unreachable

__all__ = ["provider", "refunding"]  # fixtures

pytestmark = only_on_sqlite


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
