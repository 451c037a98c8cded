"""Orders v2."""

from sandbox.base.common import Json
from sandbox.paypal.acts import orders
from sandbox.paypal.api.amounts import read_unit
from sandbox.paypal.api.call import Call, Route, Shown
from sandbox.paypal.api.shapes import NOTHING, ORDER
from sandbox.paypal.errors import issue
from sandbox.paypal.objects.order import Order


def create(call: Call) -> Shown:
    """Make an order."""
    amount = read_unit(call.body["purchase_units"][0], "/purchase_units/0")
    return _shown(call, orders.create(call.state, call.body, amount))


def read(call: Call) -> Shown:
    """Show an order, with its payments."""
    order = _order(call)
    return lambda: call.state.render_order(order)


def capture(call: Call) -> Shown:
    """Take an order's money."""
    order = _order(call)
    orders.capture(call.state, order)
    return _shown(call, order)


def authorize(call: Call) -> Shown:
    """Set an order's money aside."""
    order = _order(call)
    orders.authorize(call.state, order)
    return _shown(call, order)


def _order(call: Call) -> Order:
    order = call.state.known_order(call.ids["id"])
    if order is None:
        raise issue("INVALID_RESOURCE_ID", "order_id", call.ids["id"])
    return order


def _shown(call: Call, order: Order) -> Shown:
    def show() -> Json:
        return call.state.render_order(order) if call.whole else order.render_minimal()

    return show


_ORDERS = "/v2/checkout/orders"
ROUTES = (
    Route(method="POST", path=_ORDERS, handler=create, status=201, shape=ORDER, kept="order"),
    Route(method="GET", path=f"{_ORDERS}/{{id}}", handler=read),
    Route(
        method="POST",
        path=f"{_ORDERS}/{{id}}/capture",
        handler=capture,
        status=201,
        shape=NOTHING,
        kept="order",
    ),
    Route(
        method="POST",
        path=f"{_ORDERS}/{{id}}/authorize",
        handler=authorize,
        status=201,
        shape=NOTHING,
        kept="order",
    ),
)
