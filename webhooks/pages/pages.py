"""`/pay/…`: the link where a member pays, and the pages that they come back to."""

import uuid

from aiohttp import web

from payments.domain.values.ids import GuildId, PaymentId, is_snowflake
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus
from payments.domain.values.provider_updates import CheckoutStatus
from payments.infra.reader import Reader
from webhooks.keys import PARTS
from webhooks.pages import views
from webhooks.pages.language import reader_of
from webhooks.pages.views import DECLINED, LEFT, Place, View, error_view, has_lapsed, view_of


async def pay(request: web.Request) -> web.Response:
    """Send the member to the provider's checkout, while it can be paid."""
    payment = await _payment(request)
    if payment.url is not None and _is_payable(request, payment):
        raise web.HTTPSeeOther(payment.url)
    if payment.state is not PaymentState.INITIATED:
        raise web.HTTPSeeOther(f"{_root(request)}pay/{payment.id}/success")
    return await _page(request, payment, _view_of(request, payment))


async def success(request: web.Request) -> web.Response:
    """What became of the payment; the page asks again until that is final."""
    payment = await _payment(request)
    request.app[PARTS].came_back(payment)
    if await _is_declined(request, payment):
        return await _page(request, payment, DECLINED, payable=True)
    return await _page(request, payment, _view_of(request, payment))


async def cancel(request: web.Request) -> web.Response:
    """The member came back without paying; the truth, if they have paid after all."""
    payment = await _payment(request)
    if _is_payable(request, payment):
        return await _page(request, payment, LEFT, payable=True)
    return await _page(request, payment, _view_of(request, payment))


async def state(request: web.Request) -> web.Response:
    """What the page asks for: whether its words are still true."""
    payment = await _payment(request)
    declined = await _is_declined(request, payment)
    view = DECLINED if declined else _view_of(request, payment)
    reader = await _reader_of(request, payment)
    said = {"title": reader.say(view.title), "text": reader.say(view.text)}
    return web.json_response({"mood": view.mood, **said, "final": view.final})


def error_page(request: web.Request, status: int) -> web.Response:
    """A page for a link that leads nowhere, or for a fault of ours."""
    return _render(request, error_view(status), reader_of(request), status=status)


async def _payment(request: web.Request) -> Payment:
    """The payment in the path.

    Raises:
        HTTPNotFound: There is none, or the path holds none of our ids.
    """
    written = request.match_info["payment"]
    try:
        usual = str(uuid.UUID(written))
    except ValueError:
        raise web.HTTPNotFound from None
    payment = await request.app[PARTS].queries.payment(PaymentId(usual))
    if payment is None or usual != written:
        raise web.HTTPNotFound
    return payment


def _view_of(request: web.Request, payment: Payment) -> View:
    return view_of(payment, request.app[PARTS].clock())


async def _reader_of(request: web.Request, payment: Payment) -> Reader:
    settings = await request.app[PARTS].queries.settings(payment.guild)
    return reader_of(request, settings.points)


def _is_payable(request: web.Request, payment: Payment) -> bool:
    """Whether the provider's page still takes the money, as far as we know."""
    return (
        payment.state is PaymentState.INITIATED
        and payment.checkout is CheckoutStatus.OPEN
        and payment.mismatch is None
        and not has_lapsed(payment, request.app[PARTS].clock())
    )


async def _is_declined(request: web.Request, payment: Payment) -> bool:
    """Whether its buyer approved it, its money could not be taken, and it can still be paid."""
    if not _is_payable(request, payment) or payment.session is None:
        return False
    key = CallKey(payment.provider, CallKind.CAPTURE, payment.session)
    call = await request.app[PARTS].queries.provider_call(key)
    return call is not None and call.status is CallStatus.REFUSED


def _root(request: web.Request) -> str:
    """The way from this page to where we begin: a proxy may put us below a path of its own."""
    return "../" * (request.rel_url.raw_path.count("/") - 1) or "./"


async def _place(request: web.Request, guild: GuildId) -> Place:
    """The guild of a payment, and the channel if the way here tells it."""
    channel = request.query.get("channel", "")
    known = f"/{channel}" if is_snowflake(channel) else ""
    return Place(
        name=await request.app[PARTS].queries.guild_name(guild),
        url=f"https://discord.com/channels/{guild}{known}",
    )


async def _page(
    request: web.Request, payment: Payment, view: View, *, payable: bool = False
) -> web.Response:
    reader = await _reader_of(request, payment)
    return _render(
        request,
        view,
        reader,
        place=await _place(request, payment.guild),
        bought=f"{payment.package_name} · {reader.money(payment.price)}",
        is_test=not payment.livemode,
        ask=None if view.final else f"pay/{payment.id}/state",
        again=f"pay/{payment.id}" if payable else None,
    )


def _render(
    request: web.Request,
    view: View,
    reader: Reader,
    *,
    status: int = 200,
    place: Place | None = None,
    bought: str | None = None,
    is_test: bool = False,
    ask: str | None = None,
    again: str | None = None,
) -> web.Response:
    """One page; `ask` is where its script asks for news, `again` where one can still pay."""
    text = (
        request.app[PARTS]
        .templates.get_template("pay.html")
        .render(
            view=view,
            say=reader.say,
            language=reader.locale.language,
            words=views,
            root=_root(request),
            place=place,
            bought=bought,
            is_test=is_test,
            ask=ask,
            again=again,
        )
    )
    return web.Response(text=text, status=status, content_type="text/html")
