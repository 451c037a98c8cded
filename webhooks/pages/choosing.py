"""`/pay/…` of a purchase with several ways to pay: the page on which one is chosen.

Choosing is a POST that comes from this page: what looks at links beforehand, such as previews and
scanners of messages, opens nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from payments.domain.errors import Refused
from payments.domain.rules.ways import why_not_payable
from payments.domain.sentences.parts import Points
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.tax import priced
from payments.providers.known import KNOWN
from payments.runner.errors import BooksUnavailable
from payments.services.way_taxes import AgreedTax
from payments.services.ways import Choice, Way
from webhooks.keys import PARTS
from webhooks.pages import views
from webhooks.pages.common import (
    back_of,
    is_payable,
    page_of,
    payment_of,
    place_of,
    reader_for,
    root_of,
)
from webhooks.pages.taxing import agree
from webhooks.pages.views import NOT_NOW, View, has_lapsed, view_of
from webhooks.server.headers import with_forms

TITLE: Final = Sentence("Choose how to pay")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A way to pay, as the page shows it.

    Attributes:
        name: Of the way, in the address that it is sent to.
        label: What stands on it.
        is_test: Whether it alone takes no real money.
        closed: Why it cannot be pressed, in a sentence; None if it can.
        is_news: Whether that has just been found out.
    """

    name: str
    label: Sentence
    is_test: bool
    closed: Sentence | None
    is_news: bool


async def page(
    request: web.Request, began: Payment, failed: Mapping[str, Sentence] | None = None
) -> web.Response:
    """The buttons; or what became of the purchase, if none can be pressed any more.

    Args:
        request: Of the member's browser.
        began: The payment with which the purchase began.
        failed: Ways that could not be opened just now, with why.
    """
    choice = await request.app[PARTS].ways.look(began)
    if choice.why_not is not None:
        return await _closed(request, choice, choice.why_not)
    if not choice.ways:
        nobody = Sentence("No way to pay takes this price any more. Nothing was charged.")
        return await _closed(request, choice, nobody)
    reader, failed = await reader_for(request, began), failed or {}
    is_test = not any(each.livemode for each in choice.ways)
    price = priced(began.price, None if began.tax is None else began.tax.rule)
    what = Sentence("{points} for {price}", points=Points(began.points), price=price)
    shown = (
        request.app[PARTS]
        .templates.get_template("ways.html")
        .render(
            say=reader.say,
            language=reader.locale.language,
            words=views,
            title=TITLE,
            what=what,
            root=root_of(request),
            place=await place_of(request, began.guild),
            bought=began.package_name,
            action=f"pay/{began.id}/by/",
            back=back_of(request),
            buttons=[_button(each, failed, is_test=is_test) for each in choice.ways],
            is_test=is_test,
        )
    )
    headers = with_forms(http=request.app[PARTS].ways.public_url.startswith("http:"))
    return web.Response(text=shown, content_type="text/html", headers=headers)


async def choose(request: web.Request) -> web.Response:
    """Open the way that was chosen, and lead there; if that fails, show the page again.

    Raises:
        HTTPForbidden: The request does not come from our page.
        HTTPNotFound: There is no such purchase.
        HTTPServiceUnavailable: The database is away.
    """
    if not _is_from_our_page(request):
        raise web.HTTPForbidden
    began = await payment_of(request)
    if began.purchase != began.id:
        raise web.HTTPNotFound
    name = request.match_info["provider"]
    try:
        tax = await _tax(request, began, name)
        if isinstance(tax, web.Response):
            return tax
        url = await request.app[PARTS].ways.choose(began, name, back_of(request), tax)
    except Refused as error:
        return await page(request, began, {name: error.sentence})
    except BooksUnavailable:
        raise web.HTTPServiceUnavailable from None
    raise web.HTTPSeeOther(url)


async def _tax(request: web.Request, began: Payment, way: str) -> AgreedTax | web.Response | None:
    """What the buyer has agreed to, or the page that asks them; None where nothing is asked."""
    if began.tax is None or not await request.app[PARTS].ways.needs_place(began, way):
        return None
    return await agree(request, began, way)


async def is_open(request: web.Request, payment: Payment) -> bool:
    """Whether another way to pay for the same purchase can still be chosen."""
    if payment.purchase is None:
        return False
    parts = request.app[PARTS]
    return why_not_payable(await parts.queries.ways(payment), parts.clock()) is None


async def _closed(request: web.Request, choice: Choice, why: Sentence) -> web.Response:
    """Nothing can be chosen: lead to where it is paid, or say what became of it."""
    standing, now = choice.standing, request.app[PARTS].clock()
    if choice.is_sold and standing.url is not None and is_payable(request, standing):
        raise web.HTTPSeeOther(standing.url)
    if standing.state is PaymentState.INITIATED and not has_lapsed(standing, now):
        return await page_of(request, standing, View(mood="sad", title=NOT_NOW, text=why))
    if standing.id != choice.began.id:
        raise web.HTTPSeeOther(f"{root_of(request)}pay/{standing.id}/success{back_of(request)}")
    return await page_of(request, standing, view_of(standing, now))


def _is_from_our_page(request: web.Request) -> bool:
    """Whether a browser says that a press on one of our own pages sent it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    ours = urlsplit(request.app[PARTS].ways.public_url)
    sent = request.headers.get("Origin")  # no sentence - for browsers
    return sent == f"{ours.scheme}://{ours.netloc}"


def _button(way: Way, failed: Mapping[str, Sentence], *, is_test: bool) -> Button:
    return Button(
        name=way.name,
        label=KNOWN.button(way.name, way.title),
        is_test=not way.livemode and not is_test,
        closed=failed.get(way.name, way.closed),
        is_news=way.name in failed,
    )
