"""`/pay/…`: the link where a member pays, and the pages that they come back to."""

from aiohttp import web

from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus
from webhooks.keys import PARTS
from webhooks.pages import choosing
from webhooks.pages.common import is_payable, page_of, payment_of, reader_for, render, root_of
from webhooks.pages.language import reader_of
from webhooks.pages.views import DECLINED, LEFT, View, error_view, view_of


async def pay(request: web.Request) -> web.Response:
    """Send the member to the provider's checkout, while it can be paid; or let them choose one."""
    payment = await payment_of(request)
    if payment.purchase == payment.id:
        return await choosing.page(request, payment)
    if payment.url is not None and is_payable(request, payment):
        raise web.HTTPSeeOther(payment.url)
    if payment.state is not PaymentState.INITIATED:
        raise web.HTTPSeeOther(f"{root_of(request)}pay/{payment.id}/success")
    return await page_of(request, payment, _view_of(request, payment))


async def success(request: web.Request) -> web.Response:
    """What became of the payment; the page asks again until that is final."""
    payment = await _that_counts(request)
    request.app[PARTS].came_back(payment)
    if await _is_declined(request, payment):
        return await page_of(request, payment, DECLINED, payable=True)
    return await page_of(request, payment, _view_of(request, payment))


async def cancel(request: web.Request) -> web.Response:
    """The member came back without paying; the truth, if they have paid after all."""
    payment = await _that_counts(request)
    if is_payable(request, payment):
        return await page_of(request, payment, LEFT, payable=True)
    again = await choosing.is_open(request, payment)
    return await page_of(request, payment, _view_of(request, payment), payable=again)


async def state(request: web.Request) -> web.Response:
    """What the page asks for: whether its words are still true."""
    payment = await _that_counts(request)
    request.app[PARTS].came_back(payment)
    declined = await _is_declined(request, payment)
    view = DECLINED if declined else _view_of(request, payment)
    reader = await reader_for(request, payment)
    said = {"title": reader.say(view.title), "text": reader.say(view.text)}
    return web.json_response({"mood": view.mood, **said, "final": view.final})


def error_page(request: web.Request, status: int) -> web.Response:
    """A page for a link that leads nowhere, or for a fault of ours."""
    return render(request, error_view(status), reader_of(request), status=status)


async def _that_counts(request: web.Request) -> Payment:
    """The payment in the path; or that by which its purchase was paid, if it was not paid too."""
    payment = await payment_of(request)
    if payment.paid_instead is None or payment.surplus_at is not None:
        return payment
    return await request.app[PARTS].queries.payment(payment.paid_instead) or payment


def _view_of(request: web.Request, payment: Payment) -> View:
    return view_of(payment, request.app[PARTS].clock())


async def _is_declined(request: web.Request, payment: Payment) -> bool:
    """Whether its buyer approved it, its money could not be taken, and it can still be paid."""
    if not is_payable(request, payment) or payment.session is None:
        return False
    key = CallKey(payment.provider, CallKind.CAPTURE, payment.session)
    call = await request.app[PARTS].queries.provider_call(key)
    return call is not None and call.status is CallStatus.REFUSED
