"""Payment links, orders and locations."""

from urllib.parse import urlsplit

from sandbox.base.common import Json
from sandbox.square.acts import checkout
from sandbox.square.api.call import Call, Route
from sandbox.square.api.lists import LARGEST_PAGE, page
from sandbox.square.api.shapes import LINK
from sandbox.square.errors import error
from sandbox.square.objects.checkout import Link

_LARGEST_LIST = 1000
_ONE_OF = "Exactly one of order and quick_pay must be set."


def create(call: Call) -> Json:
    """Make a payment link."""
    body = call.body
    if ("order" in body) == ("quick_pay" in body):
        raise error("BAD_REQUEST", _ONE_OF)
    sold = body.get("order") or _from_quick_pay(body["quick_pay"])
    if sold["location_id"] != call.state.location:
        raise error("INVALID_LOCATION", "The location is not one of yours.", "order.location_id")
    redirect = body.get("checkout_options", {}).get("redirect_url")
    if redirect is not None and not urlsplit(redirect).hostname:
        raise error("INVALID_VALUE", "This is no URL.", "checkout_options.redirect_url")
    link = checkout.create(call.state, body, sold, _total(call, sold))
    order = call.state.orders[link.order]
    return {"payment_link": link.render(), "related_resources": {"orders": [order.render()]}}


def read(call: Call) -> Json:
    """Show a payment link."""
    return {"payment_link": _link(call).render()}


def list_links(call: Call) -> Json:
    """Show all payment links, latest first; a limit that makes no sense is ignored."""
    limit = call.query.get("limit", "")
    if not limit.isdecimal() or not 1 <= int(limit) <= _LARGEST_LIST:
        limit = str(LARGEST_PAGE)
    shown = [each.render() for each in reversed(call.state.links.values())]
    return page({**call.query, "limit": limit}, shown, "payment_links", largest=_LARGEST_LIST)


def delete(call: Call) -> Json:
    """Delete a payment link, and cancel its order unless it was paid."""
    link = _link(call)
    order = checkout.delete(call.state, link)
    shown: Json = {"id": link.id}
    return shown if order is None else shown | {"cancelled_order_id": order.id}


def read_order(call: Call) -> Json:
    """Show an order, with the payment that paid it."""
    order = call.state.orders.get(call.ids["id"])
    if order is None:
        raise error("NOT_FOUND", f"Order not found for id {call.ids['id']}")
    shown = order.render()
    if order.payment is not None:
        payment = call.state.payments[order.payment].render()
        shown["tenders"] = [
            {
                "id": order.payment,
                "location_id": order.location,
                "transaction_id": order.id,
                "created_at": payment["created_at"],
                "amount_money": payment["amount_money"],
                "type": "CARD" if payment["source_type"] == "CARD" else "OTHER",
                "payment_id": order.payment,
            }
        ]
    return {"order": shown}


def locations(call: Call) -> Json:
    """The only location."""
    return {"locations": [_location(call)]}


def read_location(call: Call) -> Json:
    """The only location, by its id or as `main`."""
    if call.ids["id"] not in {"main", call.state.location}:
        raise error("NOT_FOUND", "Location not found.")
    return {"location": _location(call)}


def _location(call: Call) -> Json:
    return {
        "id": call.state.location,
        "name": "Guildbank sandbox",
        "merchant_id": call.state.merchant,
        "capabilities": ["CREDIT_CARD_PROCESSING"],
        "status": "ACTIVE",
        "country": "US",
        "language_code": "en-US",
        "currency": call.state.currency,
        "type": "PHYSICAL",
    }


def _link(call: Call) -> Link:
    link = call.state.links.get(call.ids["id"])
    if link is None:
        raise error("NOT_FOUND", f"Resource not found: {call.ids['id']}")
    return link


def _from_quick_pay(quick: Json) -> Json:
    line = {
        "name": quick["name"],
        "quantity": "1",
        "base_price_money": quick["price_money"],
    }
    return {"location_id": quick["location_id"], "line_items": [line]}


def _total(call: Call, sold: Json) -> int:
    total = 0
    for at, line in enumerate(sold["line_items"]):
        price = line["base_price_money"]
        if price["currency"] != call.state.currency:
            raise error(
                "CURRENCY_MISMATCH",
                f"The location takes {call.state.currency}, not {price['currency']}.",
                f"order.line_items[{at}].base_price_money.currency",
            )
        total += price["amount"] * int(line["quantity"])
    if total < 1:
        raise error("VALUE_TOO_LOW", "The order must cost something.", "order.line_items")
    return total


_LINKS = "/v2/online-checkout/payment-links"
ROUTES = (
    Route(method="POST", path=_LINKS, handler=create, shape=LINK),
    Route(method="GET", path=_LINKS, handler=list_links, queries=frozenset({"cursor", "limit"})),
    Route(method="GET", path=f"{_LINKS}/{{id}}", handler=read),
    Route(method="DELETE", path=f"{_LINKS}/{{id}}", handler=delete),
    Route(method="GET", path="/v2/orders/{id}", handler=read_order),
    Route(method="GET", path="/v2/locations", handler=locations),
    Route(method="GET", path="/v2/locations/{id}", handler=read_location),
)
