"""Where a dispute is answered: in Stripe's dashboard, in the mode of the payment."""

from payments.infra.outbound import Outbound
from payments.providers.stripe.provider import StripeProvider


def provider(api_url: str | None) -> StripeProvider:
    return StripeProvider(
        secret_key="sk_test_1", webhook_secrets=["whsec_1"], outbound=Outbound(), api_url=api_url
    )


async def test_a_dispute_has_its_page_in_the_mode_of_its_payment() -> None:
    stripe = provider(None)
    pages = [stripe.disputes.page("dp_1", livemode=live) for live in (True, False)]
    assert pages == [
        "https://dashboard.stripe.com/disputes/dp_1",
        "https://dashboard.stripe.com/test/disputes/dp_1",
    ]
    assert stripe.disputes.page("../x?y", livemode=True) == (
        "https://dashboard.stripe.com/disputes/..%2Fx%3Fy"
    )
    await stripe.close()


async def test_another_server_in_its_place_has_no_dashboard() -> None:
    stripe = provider("http://127.0.0.1:1")
    assert stripe.disputes.page("dp_1", livemode=False) is None
    await stripe.close()
