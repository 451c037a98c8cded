"""Refunds where the provider answers oddly, late, or not at all: what is sent, kept and said."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus, RefundUpdate
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.providers.protocol import Refusal
from payments.runner.runner import Runner
from payments.services import refunds as refunding_module
from payments.services.refunds import NO_REASON, RefundService
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.asked_refunds import (
    ONE,
    Asked,
    ask,
    decide,
    limit,
    points,
    provider,
    refunding,
    the_payment,
)
from tests.support.databases import only_on_sqlite
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    dispute_update,
    euros,
    event,
)
from tests.support.outages import unreachable

__all__ = ["provider", "refunding"]  # fixtures

pytestmark = only_on_sqlite


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
