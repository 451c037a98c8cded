"""What odd answers of Stripe mean, and those to a key that may not do all."""

from dataclasses import replace
from typing import Any

import pytest

from payments.infra.outbound import Outbound, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.requests import ProviderEvent
from payments.providers.stripe.provider import StripeProvider
from sandbox.stripe import Fault, LocalStripe
from tests.support.bare_stripe import QUICK, Sent, outbound, paid, provider, sent, stripe
from tests.support.make import START

__all__ = ["outbound", "provider", "sent", "stripe"]  # fixtures


@pytest.mark.parametrize(
    "data", [b'{"data": [7]}', b'{"data": [{"id": "re_1"}]}', b'{"data": [{"created": 1}]}']
)
async def test_a_list_of_objects_that_makes_no_sense_is_none(
    provider: StripeProvider, stripe: LocalStripe, data: bytes
) -> None:
    stripe.faults.add(Fault(kind="malformed", path="/v1/disputes", body=data))
    with pytest.raises(ProviderUnavailable, match="its list of objects makes no sense"):
        await provider.listing.objects(START)


async def test_a_refund_that_tells_nothing_of_use_is_as_good_as_not_found(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    session, intent = await paid(provider, stripe)
    made = await stripe.refund(session, 100)
    stripe.state.refunds[made["id"]].amount = -1
    with pytest.raises(ProviderUnavailable, match=r"^Stripe: The refund makes no sense: amount\.$"):
        await provider.refunds.of_payment(intent, ())


async def test_an_event_that_says_all_itself_is_not_looked_up(
    provider: StripeProvider, sent: Sent
) -> None:
    event = ProviderEvent(id="evt_1", kind="refund.updated", created=START, body="{}")
    assert await provider.events.look_up(event) is event
    assert sent == []


async def test_a_charge_none_of_whose_refunds_are_there_is_no_concern_of_ours(
    provider: StripeProvider, sent: Sent
) -> None:
    event = ProviderEvent(
        id="evt_1", kind="charge.refunded", created=START, body="{}", look_up="ch_1"
    )
    found = await provider.events.look_up(event)
    assert found == replace(event, look_up=None, ignored="There is nothing of ours in it.")
    assert sent[0][:3] == (
        "GET",
        "/v1/refunds",
        {"charge": "ch_1", "expand[0]": "data.payment_intent", "limit": "100"},
    )


async def test_a_key_that_may_not_list_events_says_so_with_all_else_that_it_lacks(
    stripe: LocalStripe,
) -> None:
    """Thoroughly, each permission is tried; and each that is missing is named once."""
    refused: list[AccessRefused] = []
    stripe.add_restricted_key("rk_test_1", ("checkout_session_write", "charge_write"))
    provider = StripeProvider(
        secret_key="rk_test_1",
        webhook_secrets=["whsec_1"],
        outbound=Outbound(QUICK),
        api_url=stripe.url,
        refused=refused.append,
    )
    quick = await provider.access.refusals(thoroughly=False)
    assert quick == ["STRIPE_SECRET_KEY lacks the permission Events (read)."]
    thorough = await provider.access.refusals(thoroughly=True)
    assert thorough == [
        "STRIPE_SECRET_KEY lacks the permission Events (read).",
        "STRIPE_SECRET_KEY lacks the permission Payment Intents (read).",
        "STRIPE_SECRET_KEY lacks the permission Disputes (read).",
        "STRIPE_SECRET_KEY lacks the permission Radar, early fraud warnings (read).",
    ]
    assert refused == [], "health is no purchase: nobody has met it yet"
    with pytest.raises(AccessRefused):
        await provider.disputes.retrieve("dp_1")
    assert [each.permission for each in refused] == ["Disputes (read)"]
    await provider.close()


async def test_a_key_that_is_unknown_is_all_that_is_said(stripe: LocalStripe) -> None:
    provider = StripeProvider(
        secret_key="sk_test_wrong",
        webhook_secrets=["whsec_1"],
        outbound=Outbound(QUICK),
        api_url=stripe.url,
    )
    assert await provider.access.refusals(thoroughly=True) == [
        "Stripe refuses STRIPE_SECRET_KEY: it is unknown, expired or revoked."
    ]
    await provider.close()


async def test_a_key_that_may_all_lacks_nothing(provider: StripeProvider) -> None:
    assert await provider.access.refusals(thoroughly=True) == []
    assert await provider.access.refusals(thoroughly=False) == []


@pytest.mark.parametrize("header", [None, "", "yesterday"])
async def test_an_answer_without_a_readable_date_leaves_the_time_of_the_one_before(
    provider: StripeProvider, monkeypatch: pytest.MonkeyPatch, header: str | None
) -> None:
    assert await provider.access.time() == START
    parent = type(provider._http).__mro__[1]
    real = parent.request_async  # type: ignore[attr-defined] # the SDK has no type here

    async def undated(*args: Any, **kwargs: Any) -> Any:
        content, status, headers = await real(*args, **kwargs)
        kept = {name: value for name, value in headers.items() if name != "Date"}
        return content, status, kept | ({} if header is None else {"Date": header})

    monkeypatch.setattr(parent, "request_async", undated)
    assert await provider.access.time() == START
    provider._http.date = None
    assert await provider.access.time() is None


async def test_what_is_asked_for_health_opens_no_breaker_for_members(stripe: LocalStripe) -> None:
    outbound = Outbound(replace(QUICK, attempts=1, failures_to_open=1))
    provider = StripeProvider(
        secret_key="sk_test_1",
        webhook_secrets=["whsec_1"],
        outbound=outbound,
        api_url=stripe.url,
        purpose=Purpose.BACKGROUND,
    )
    stripe.faults.add(Fault(kind="error", status=503))
    with pytest.raises(ProviderUnavailable):
        await provider.access.ping()
    assert {line.purpose: state for line, state in outbound.states.items()} == {
        Purpose.HEALTH: "opened"
    }
    with pytest.raises(ProviderRefused):
        await provider.disputes.retrieve("dp_1")
    assert {line.purpose for line in outbound.states} == {Purpose.HEALTH, Purpose.BACKGROUND}
    await provider.close()


@pytest.mark.parametrize("secrets", [[], [""], ["whsec_1", " "]])
def test_case_1_without_a_signing_secret_there_is_no_provider(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="a signing secret is missing"):
        StripeProvider(secret_key="sk_test_1", webhook_secrets=secrets, outbound=Outbound())
