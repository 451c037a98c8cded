"""What all pages of a payment have in common: whose it is, who reads it, and how it is written."""

import uuid

from aiohttp import web

from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import GuildId, PaymentId, is_snowflake
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus
from payments.domain.values.tax import priced
from payments.infra.reader import Reader
from payments.services.opening import way_back
from webhooks.keys import PARTS
from webhooks.pages import views
from webhooks.pages.language import reader_of
from webhooks.pages.views import Place, View, has_lapsed


async def payment_of(request: web.Request) -> Payment:
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


async def reader_for(request: web.Request, payment: Payment) -> Reader:
    """Whoever reads a page of a payment, with the server's names of points."""
    settings = await request.app[PARTS].queries.settings(payment.guild)
    return reader_of(request, settings.points)


def is_payable(request: web.Request, payment: Payment) -> bool:
    """Whether the provider's page still takes the money, as far as we know."""
    return (
        payment.state is PaymentState.INITIATED
        and payment.checkout is CheckoutStatus.OPEN
        and payment.mismatch is None
        and not has_lapsed(payment, request.app[PARTS].clock())
    )


def root_of(request: web.Request) -> str:
    """The way from this page to where we begin: a proxy may put us below a path of its own."""
    return "../" * (request.rel_url.raw_path.count("/") - 1) or "./"


async def place_of(request: web.Request, guild: GuildId) -> Place:
    """The guild of a payment, and the channel if the way here tells it."""
    channel = request.query.get("channel", "")
    known = f"/{channel}" if is_snowflake(channel) else ""
    return Place(
        name=await request.app[PARTS].queries.guild_name(guild),
        url=f"https://discord.com/channels/{guild}{known}",
    )


async def page_of(
    request: web.Request, payment: Payment, view: View, *, payable: bool = False
) -> web.Response:
    """A page of a payment: what it says, and whether it leads back to where it can be paid."""
    reader = await reader_for(request, payment)
    return render(
        request,
        view,
        reader,
        place=await place_of(request, payment.guild),
        bought=f"{payment.package_name} · {reader.say(_costs(payment))}",
        is_test=not payment.livemode,
        ask=None if view.final else f"pay/{payment.id}/state",
        again=f"pay/{payment.began_as}{back_of(request)}" if payable else None,
        several=payment.purchase is not None,
    )


def _costs(payment: Payment) -> Sentence:
    """What was paid, the tax included; before that its price, and whether tax comes on top."""
    tax = payment.tax
    if tax is None or payment.paid is None:
        price = priced(payment.price, None if tax is None else tax.rule)
        return price if isinstance(price, Sentence) else Sentence("{price}", price=price)
    paid = Money(minor=payment.paid, currency=payment.price.currency)
    return Sentence("{price}", price=paid)


def back_of(request: web.Request) -> str:
    """What leads back to where the member was, for addresses of our pages."""
    channel = request.query.get("channel", "")
    return way_back(int(channel) if is_snowflake(channel) else None)


def render(
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
    several: bool = False,
) -> web.Response:
    """One page; `ask` is where its script asks for news, `again` where one can still pay.

    Where there are `several` ways to pay, one can choose there.
    """
    text = (
        request.app[PARTS]
        .templates.get_template("pay.html")
        .render(
            view=view,
            say=reader.say,
            language=reader.locale.language,
            words=views,
            root=root_of(request),
            place=place,
            bought=bought,
            is_test=is_test,
            ask=ask,
            again=again,
            several=several,
        )
    )
    return web.Response(text=text, status=status, content_type="text/html")
