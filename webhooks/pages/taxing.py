"""Where a way to pay must be given the tax: the page that asks for the place, and shows the total.

Nothing of it is kept but the computed tax. The place comes with each press, from the page itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Points
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.payment import Payment
from payments.domain.values.places import COUNTRIES, POSTAL_LENGTH, Place, check_place
from payments.domain.values.tax import priced
from payments.infra.reader import Reader
from payments.services.way_taxes import AgreedTax
from webhooks.keys import PARTS
from webhooks.pages import views
from webhooks.pages.common import back_of, place_of, reader_for, root_of
from webhooks.server.headers import with_forms

MOST_BYTES: Final = 4096
"""The longest form that is read."""

MOST_FIELDS: Final = 20
"""The most fields of one."""

TITLE: Final = Sentence("Where do you live?")
WHY: Final = Sentence("The tax depends on it. Your answer is used for nothing else.")
COUNTRY: Final = Sentence("Country")
CHOOSE: Final = Sentence("Choose")
POSTAL_CODE: Final = Sentence("Postal code")
SHOW: Final = Sentence("Show the total")
ELSEWHERE: Final = Sentence("Change the place")
PRICE: Final = Sentence("Price")
TAX: Final = Sentence("Tax")
TAX_IN_IT: Final = Sentence("Tax included")
TOTAL: Final = Sentence("You pay")
CHANGED: Final = Sentence("The tax has just changed. Please check the total again.")
TOO_OFTEN: Final = Sentence("This was tried too often. Please start again with /buy on Discord.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stands in the form.

    Attributes:
        country: Its code, as it was sent; empty if none was.
        postal_code: As it was sent.
        wrong: What is wrong with it, in a sentence.
    """

    country: str = ""
    postal_code: str = ""
    wrong: Sentence | None = None


async def agree(request: web.Request, began: Payment, way: str) -> AgreedTax | web.Response:
    """The tax that the buyer was shown and has agreed to; or the page that comes before that.

    Args:
        request: Of the buyer's browser.
        began: The payment with which the purchase began.
        way: The name of the way that was chosen.

    Raises:
        HTTPException: That is no form of ours, or it does not arrive.
    """
    form = await _form(request)
    if "country" not in form:
        return await _ask(request, began, way, Filled())
    filled = Filled(
        country=form["country"][:2], postal_code=form.get("postal_code", "")[:POSTAL_LENGTH]
    )
    if not request.app[PARTS].tax_tries.take(began.id):
        return await _ask(request, began, way, _with(filled, TOO_OFTEN))
    try:
        place = check_place(filled.country, filled.postal_code)
        found = await request.app[PARTS].ways.quote(began, way, place)
    except Refused as error:
        return await _ask(request, began, way, _with(filled, error.sentence))
    if found is None:
        raise web.HTTPNotFound
    if form.get("total") == str(found.total.minor) and form.get("tax") == str(found.tax.minor):
        return found
    return await _show(request, began, way, place, found, is_news="total" in form)


def _with(filled: Filled, wrong: Sentence) -> Filled:
    return Filled(country=filled.country, postal_code=filled.postal_code, wrong=wrong)


async def _form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form as our page sends it, whatever its head says of it."""
    parts = request.app[PARTS]
    reading = parts.bodies.read(request, most=MOST_BYTES, seconds=parts.body_seconds)
    async with reading as body:
        try:
            return dict(
                parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
            )
        except ValueError:  # it is no UTF-8, or has too many fields
            raise web.HTTPBadRequest from None


async def _ask(request: web.Request, began: Payment, way: str, filled: Filled) -> web.Response:
    reader = await reader_for(request, began)
    names = sorted(
        ((str(reader.locale.territories.get(code, code)), code) for code in COUNTRIES),
        key=lambda each: each[0].casefold(),
    )
    return await _page(request, began, way, reader, countries=names, filled=filled, found=None)


async def _show(
    request: web.Request,
    began: Payment,
    way: str,
    place: Place,
    found: AgreedTax,
    *,
    is_news: bool,
) -> web.Response:
    reader = await reader_for(request, began)
    filled = Filled(
        country=place.country,
        postal_code=place.postal_code,
        wrong=CHANGED if is_news else None,
    )
    return await _page(request, began, way, reader, countries=[], filled=filled, found=found)


async def _page(
    request: web.Request,
    began: Payment,
    way: str,
    reader: Reader,
    *,
    countries: list[tuple[str, str]],
    filled: Filled,
    found: AgreedTax | None,
) -> web.Response:
    parts = request.app[PARTS]
    rule = None if began.tax is None else began.tax.rule
    what = Sentence(
        "{points} for {price}", points=Points(began.points), price=priced(began.price, rule)
    )
    pay = None if found is None else Sentence("Pay {total}", total=found.total)
    shown = parts.templates.get_template("tax.html").render(
        say=reader.say,
        money=reader.money,
        language=reader.locale.language,
        words=views,
        here=_WORDS,
        what=what,
        root=root_of(request),
        place=await place_of(request, began.guild),
        bought=began.package_name,
        action=f"pay/{began.id}/by/{way}{back_of(request)}",
        again=f"pay/{began.id}{back_of(request)}",
        price=began.price,
        countries=countries,
        filled=filled,
        found=found,
        pay=pay,
        longest=POSTAL_LENGTH,
        is_test=not began.livemode,
    )
    headers = with_forms(http=parts.ways.public_url.startswith("http:"))
    return web.Response(text=shown, content_type="text/html", headers=headers)


_WORDS: Final = {
    "title": TITLE,
    "why": WHY,
    "country": COUNTRY,
    "choose": CHOOSE,
    "postal_code": POSTAL_CODE,
    "show": SHOW,
    "elsewhere": ELSEWHERE,
    "price": PRICE,
    "tax": TAX,
    "tax_in_it": TAX_IN_IT,
    "total": TOTAL,
}
