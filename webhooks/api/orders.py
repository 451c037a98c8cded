"""`POST /api/v1/orders/{order}/fulfil` and `…/deny`: a program says what became of an order."""

from http import HTTPStatus
from typing import Final

from aiohttp import web

from payments.domain.errors import Refused
from payments.domain.values.api_keys import Scope
from payments.domain.values.ids import OrderId
from payments.domain.values.program_answers import ProgramAnswer
from payments.runner.errors import BooksUnavailable
from payments.services.program_orders import (
    NoSuchOrder,
    NotForPrograms,
    OrderDecided,
)
from webhooks.api.access import let_in
from webhooks.api.bodies import Body, read_body
from webhooks.api.errors import ApiRefused
from webhooks.keys import PARTS

_LATER: Final = "This was not kept. Please send it again."


class Fulfilled(Body):
    """The buyer has what they ordered.

    Attributes:
        note: What the buyer reads of it.
    """

    note: str = ""


class Denied(Body):
    """The buyer does not get what they ordered.

    Attributes:
        reason: Why; the buyer reads it.
    """

    reason: str


async def fulfil(request: web.Request) -> web.Response:
    """The program has given what was ordered."""
    return await _counted(request, "fulfil", Fulfilled)


async def deny(request: web.Request) -> web.Response:
    """The program does not give it: the points go back."""
    return await _counted(request, "deny", Denied)


async def _counted(
    request: web.Request, action: str, kind: type[Fulfilled | Denied]
) -> web.Response:
    """Answer, and count how it was answered."""
    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        response = await _answered(request, kind)
        status = response.status
    except ApiRefused as refused:
        status = refused.status
        return refused.answer()
    except web.HTTPException as error:
        status = error.status
        raise
    else:
        return response
    finally:
        request.app[PARTS].metrics.api_answered(action, status)


async def _answered(request: web.Request, kind: type[Fulfilled | Denied]) -> web.Response:
    key = await let_in(request, Scope.FULFIL_ORDERS)
    said = await read_body(request, kind)
    if isinstance(said, Fulfilled):
        answer = ProgramAnswer(fulfilled=True, words=said.note)
    elif said.reason.strip():
        answer = ProgramAnswer(fulfilled=False, words=said.reason)
    else:
        raise ApiRefused(HTTPStatus.BAD_REQUEST, "body", "Say why, in the field reason.")
    order = OrderId(request.match_info["order"])
    try:
        state = await request.app[PARTS].program_orders.answer(key.guild, order, answer, key.name)
    except NoSuchOrder as error:
        raise ApiRefused(HTTPStatus.NOT_FOUND, "order", str(error.sentence)) from None
    except NotForPrograms as error:
        raise ApiRefused(HTTPStatus.CONFLICT, "kind", str(error.sentence)) from None
    except OrderDecided as error:
        more = {"order": order, "state": error.state}
        raise ApiRefused(HTTPStatus.CONFLICT, "state", str(error.sentence), more=more) from None
    except Refused as error:
        raise ApiRefused(HTTPStatus.BAD_REQUEST, "words", str(error.sentence)) from None
    except BooksUnavailable:
        raise ApiRefused(HTTPStatus.SERVICE_UNAVAILABLE, "books", _LATER) from None
    return web.json_response({"order": order, "state": state})
