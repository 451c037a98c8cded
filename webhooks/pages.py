"""`/pay/…`: the link where a member pays, and the pages that they come back to."""

from dataclasses import dataclass

import structlog
from aiohttp import web
from babel.numbers import format_currency, format_decimal

from payments.domain.facts import CheckoutStatus, MoneyStatus
from payments.domain.ids import PaymentId
from payments.domain.payment import Payment, PaymentState
from webhooks.keys import PARTS

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a page says about a payment.

    Attributes:
        mood: `good`, `wait`, `sad` or `bad`; the page's colour and sign.
        title: One short line.
        text: What it means for the member.
        final: Whether it will not change any more, so that the page need not ask again.
    """

    mood: str
    title: str
    text: str
    final: bool


def view_of(payment: Payment) -> View:
    """What a member should know now; no ids, no names."""
    points = format_decimal(payment.points, locale="en")
    if payment.credited_at is not None:
        return _view_of_credited(payment.state, points)
    if payment.doubt is not None:
        return View(
            mood="bad",
            title="A moderator is looking at this payment",
            text="Something about it does not fit. Nothing is lost; you will hear from us.",
            final=False,
        )
    if payment.state is PaymentState.PROCESSING:
        return View(
            mood="wait",
            title="Your payment is on its way",
            text=f"This method takes a while. Your {points} points come as soon as it has "
            "arrived, and you get a message on Discord.",
            final=False,
        )
    if payment.state is PaymentState.FAILED:
        return View(
            mood="sad",
            title="The payment did not go through",
            text="Nothing was charged. You can start again with /buy on Discord.",
            final=True,
        )
    if payment.state is PaymentState.EXPIRED:
        return View(
            mood="sad",
            title="This checkout has expired",
            text="Nothing was charged. You can start again with /buy on Discord.",
            final=True,
        )
    return View(
        mood="wait",
        title="Waiting for the confirmation",
        text=f"This takes a few seconds. Then {points} points are yours.",
        final=False,
    )


def _view_of_credited(state: PaymentState, points: str) -> View:
    if state is PaymentState.REFUNDED:
        return View(
            mood="sad",
            title="This payment was refunded",
            text="The money is on its way back to you, and the points were taken back.",
            final=True,
        )
    if state in {PaymentState.DISPUTED, PaymentState.CHARGED_BACK}:
        return View(
            mood="sad",
            title="This payment is disputed",
            text="Its points are on hold or were taken back.",
            final=True,
        )
    return View(
        mood="good",
        title=f"+{points} points are yours",
        text="Thank you! You can close this page and go back to Discord.",
        final=True,
    )


async def pay(request: web.Request) -> web.Response:
    """Send the member to the provider's checkout, while it can be paid."""
    payment = await _payment(request)
    if payment.state is not PaymentState.INITIATED:
        raise web.HTTPSeeOther(f"/pay/{payment.id}/success")
    if payment.url is None or payment.checkout is CheckoutStatus.COMPLETE:
        return _page(request, payment, view_of(payment))
    raise web.HTTPSeeOther(payment.url)


async def success(request: web.Request) -> web.Response:
    """What became of the payment; the page asks again until that is final."""
    payment = await _payment(request)
    return _page(request, payment, view_of(payment))


async def cancel(request: web.Request) -> web.Response:
    """The member came back without paying; the truth, if they have paid all the same."""
    payment = await _payment(request)
    if payment.state is not PaymentState.INITIATED or payment.money is MoneyStatus.PAID:
        return _page(request, payment, view_of(payment))
    left = View(
        mood="sad",
        title="Nothing was charged",
        text="You left the checkout. It stays open for a while: the button on Discord still works.",
        final=True,
    )
    return _page(request, payment, left, again=f"/pay/{payment.id}")


async def state(request: web.Request) -> web.Response:
    """What the page asks for: whether its words are still true."""
    view = view_of(await _payment(request))
    return web.json_response(
        {"mood": view.mood, "title": view.title, "text": view.text, "final": view.final}
    )


def not_found(request: web.Request) -> web.Response:
    """A page for whoever follows a link that leads nowhere."""
    view = View(
        mood="sad",
        title="There is nothing here",
        text="This link is not complete, or it is not one of ours.",
        final=True,
    )
    return render(request, view, status=404)


def broken(request: web.Request) -> web.Response:
    """A page for when something went wrong on our side."""
    view = View(
        mood="bad",
        title="Something went wrong here",
        text="Nothing is lost. Please try again in a minute.",
        final=True,
    )
    return render(request, view, status=500)


async def _payment(request: web.Request) -> Payment:
    payment = await request.app[PARTS].queries.payment(PaymentId(request.match_info["payment"]))
    if payment is None:
        raise web.HTTPNotFound
    return payment


def _page(
    request: web.Request, payment: Payment, view: View, *, again: str | None = None
) -> web.Response:
    price = format_currency(payment.price.major, payment.price.currency, locale="en")
    bought = f"{payment.package_name} · {price}"
    ask = None if view.final else f"/pay/{payment.id}/state"
    return render(request, view, bought=bought, ask=ask, again=again)


def render(
    request: web.Request,
    view: View,
    *,
    status: int = 200,
    bought: str | None = None,
    ask: str | None = None,
    again: str | None = None,
) -> web.Response:
    """One page; `ask` is where its script asks for news, `again` where one can still pay."""
    template = request.app[PARTS].templates.get_template("pay.html")
    text = template.render(view=view, bought=bought, ask=ask, again=again)
    return web.Response(text=text, status=status, content_type="text/html")
