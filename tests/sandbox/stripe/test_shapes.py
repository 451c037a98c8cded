"""The objects have the fields that the SDK of this API version knows, and all that it promises."""

from collections.abc import Iterator
from typing import Any, get_args

import stripe
from stripe import checkout, radar

from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.buying import open_session

KINDS: dict[str, type[stripe.StripeObject]] = {
    "checkout.session": checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "radar.early_fraud_warning": radar.EarlyFraudWarning,
    "balance_transaction": stripe.BalanceTransaction,
    "balance": stripe.Balance,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "price": stripe.Price,
    "webhook_endpoint": stripe.WebhookEndpoint,
    "account": stripe.Account,
}


def hashes(shown: Any) -> Iterator[dict[str, Any]]:
    """Everything with an `object` inside of something."""
    if isinstance(shown, dict):
        if str(shown.get("object")) in KINDS:
            yield shown
        for inner in shown.values():
            yield from hashes(inner)
    elif isinstance(shown, list):
        for inner in shown:
            yield from hashes(inner)


async def happenings(client: stripe.StripeClient, local: LocalStripe) -> list[dict[str, Any]]:
    """One of everything."""
    ids = [(await open_session(client)).id for _ in range(4)]
    await local.decline(ids[0])
    await local.pay(ids[0], presentment=(780, "jpy"))
    await local.fail_later((await local.pay_later(ids[1]))["id"])
    await local.succeed_later((await local.pay_later(ids[2]))["id"])
    await local.expire(ids[3])
    await local.refund(ids[0], 1)
    await local.fail_refund((await local.refund(ids[0], 2, status="pending"))["id"])
    await local.warn_of_fraud(ids[0])
    await local.win_dispute((await local.open_dispute(ids[0]))["id"])
    shown: list[dict[str, Any]] = local.events()
    shown += [each.render() for each in local.state.transactions.values()]
    expanded = await client.v1.checkout.sessions.retrieve_async(
        ids[0], {"expand": ["line_items", "payment_intent.latest_charge"]}
    )
    balance = await client.v1.balance.retrieve_async()
    endpoints = await client.v1.webhook_endpoints.list_async()
    account = await client.v1.accounts.retrieve_current_async()
    return shown + [each.to_dict() for each in (expanded, balance, endpoints, account)]


async def test_every_object_has_the_published_fields(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    seen: set[str] = set()
    for shown in hashes(await happenings(client, local)):
        kind = shown["object"]
        seen.add(kind)
        known = set(KINDS[kind].__annotations__) - {"OBJECT_NAME"}
        surplus = {name for name in shown if name not in known}
        assert not surplus, f"{kind} has fields that the SDK does not know: {surplus}"
        promised = {
            name
            for name, hint in KINDS[kind].__annotations__.items()
            if name in known and type(None) not in get_args(hint)
        }
        assert promised <= set(shown), f"{kind} lacks {promised - set(shown)}"
    assert seen == set(KINDS)
