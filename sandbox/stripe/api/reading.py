"""What can only be read: payment intents, charges, balance, events, the account."""

from fnmatch import fnmatchcase

from sandbox.base.common import Json
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.errors import invalid, missing
from sandbox.stripe.api.lists import PAGING, created_filter, page
from sandbox.stripe.objects.account import render_account
from sandbox.stripe.objects.charge import Charge
from sandbox.stripe.objects.event import Event
from sandbox.stripe.objects.money import BalanceTransaction, render_balance
from sandbox.stripe.objects.payment_intent import PaymentIntent

EVENTS_KEPT_SECONDS = 30 * 86_400
"""How long events can be read (Stripe: List all events)."""

_MOST_TYPES = 20
_ACCOUNT_CREATED = 1_704_067_200


def intent(call: Call) -> Json:
    """`GET /v1/payment_intents/{id}`."""
    found = call.state.intents.get(call.ids["id"])
    if found is None:
        raise missing("payment_intent", call.ids["id"], "intent")
    return found.render()


def intents(call: Call) -> Json:
    """`GET /v1/payment_intents`."""
    call.params.supports(*PAGING, "created")
    within = created_filter(call.params)
    found = [each for each in reversed(call.state.intents.values()) if within(each)]
    return page(call.params, "/v1/payment_intents", found, PaymentIntent.render)


def charge(call: Call) -> Json:
    """`GET /v1/charges/{id}`."""
    found = call.state.charges.get(call.ids["id"])
    if found is None:
        raise missing("charge", call.ids["id"])
    return found.render()


def charges(call: Call) -> Json:
    """`GET /v1/charges`."""
    call.params.supports(*PAGING, "created", "payment_intent")
    intent_id = call.params.text("payment_intent")
    within = created_filter(call.params)
    found = [
        each
        for each in reversed(call.state.charges.values())
        if within(each) and intent_id in {None, each.payment_intent}
    ]
    return page(call.params, "/v1/charges", found, Charge.render)


def balance(call: Call) -> Json:
    """`GET /v1/balance`."""
    return render_balance(call.state.transactions.values(), call.state.now())


def transaction(call: Call) -> Json:
    """`GET /v1/balance_transactions/{id}`."""
    found = call.state.transactions.get(call.ids["id"])
    if found is None:
        raise missing("balance_transaction", call.ids["id"])
    return found.render(call.state.now())


def transactions(call: Call) -> Json:
    """`GET /v1/balance_transactions`."""
    params = call.params
    params.supports(*PAGING, "created", "currency", "source", "type")
    source, kind, currency = params.text("source"), params.text("type"), params.text("currency")
    within = created_filter(params)
    now = call.state.now()
    found = [
        each
        for each in reversed(call.state.transactions.values())
        if within(each)
        and source in {None, each.source}
        and kind in {None, each.type}
        and currency in {None, each.currency}
    ]

    def render(each: BalanceTransaction) -> Json:
        return each.render(now)

    return page(params, "/v1/balance_transactions", found, render)


def account(call: Call) -> Json:
    """`GET /v1/account`, or `GET /v1/accounts/{id}` with our own id."""
    account_id = call.ids.get("id", call.state.account)
    if account_id != call.state.account:
        raise missing("account", account_id, "account")
    return render_account(account_id, _ACCOUNT_CREATED)


def nothing(call: Call) -> Json:
    """A list of what the local Stripe has none of, such as payouts."""
    return {"object": "list", "data": [], "has_more": False, "url": call.path}


def event(call: Call) -> Json:
    """`GET /v1/events/{id}`: for 30 days."""
    found = call.state.events.get(call.ids["id"])
    if found is None or found.created < call.state.now() - EVENTS_KEPT_SECONDS:
        raise missing("event", call.ids["id"])
    return call.state.render_event(found)


def events(call: Call) -> Json:
    """`GET /v1/events`: of the last 30 days."""
    params, state = call.params, call.state
    params.exclusive("type", "types")
    kind, kinds = params.text("type"), params.texts("types")
    if len(kinds) > _MOST_TYPES:
        raise invalid(f"You may pass at most {_MOST_TYPES} types.", "types")
    wanted = kinds or [kind or "*"]
    delivered = params.boolean("delivery_success")
    within = created_filter(params)
    oldest = state.now() - EVENTS_KEPT_SECONDS

    def fits(each: Event) -> bool:
        return (
            each.created >= oldest
            and within(each)
            and any(fnmatchcase(each.type, pattern) for pattern in wanted)
            and (delivered is None or delivered == (state.pending_webhooks(each.id) == 0))
        )

    found = [each for each in reversed(state.events.values()) if fits(each)]
    return page(params, "/v1/events", found, state.render_event)
