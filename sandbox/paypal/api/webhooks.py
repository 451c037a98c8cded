"""Webhooks v1: who gets events, which there were, and whether one is genuine."""

import json
from urllib.parse import urlsplit

from sandbox.base.common import Json
from sandbox.paypal.api.call import Call, Route, Shown
from sandbox.paypal.api.shapes import RESEND, VERIFY, WEBHOOK
from sandbox.paypal.api.times import read_time
from sandbox.paypal.errors import ApiError, issue
from sandbox.paypal.objects.event import EVENT_TYPES, Event, Webhook
from sandbox.paypal.webhooks import ALGORITHM, signed_text

MOST_WEBHOOKS = 10
_LOCAL = frozenset({"127.0.0.1", "localhost"})
_USUAL_PAGE, _LARGEST_PAGE = 10, 300


def create(call: Call) -> Shown:
    """Register an address; on this machine one without encryption is taken too."""
    url = call.body["url"]
    _check_url(call, url)
    webhook = Webhook(
        id=call.state.ids.transaction(),
        api=call.state.address,
        url=url,
        types=tuple(each["name"] for each in call.body["event_types"]),
    )
    _check_types(webhook.types)
    if len(call.state.webhooks) >= MOST_WEBHOOKS:
        raise _wrong(None, None, "Maximum number of webhooks reached.")
    call.state.webhooks[webhook.id] = webhook
    return webhook.render


def listed(call: Call) -> Shown:
    """All that are registered."""
    webhooks = call.state.webhooks
    return lambda: {"webhooks": [each.render() for each in webhooks.values()]}


def read(call: Call) -> Shown:
    """One that is registered."""
    return _webhook(call).render


def update(call: Call) -> Shown:
    """Have it get other events: the only change that is understood here."""
    webhook = _webhook(call)
    match json.loads(call.raw):
        case [{"op": "replace", "path": "/event_types", "value": list(wanted)}]:
            types = tuple(str(each["name"]) for each in wanted)
        case _:
            raise _wrong(None, None, "Only event_types can be replaced here.")
    _check_types(types)
    webhook.types = types
    return webhook.render


def delete(call: Call) -> Shown:
    """Register it no more."""
    del call.state.webhooks[_webhook(call).id]
    return lambda: None


def offered(_call: Call) -> Shown:
    """The kinds of events that there are."""
    return lambda: {"event_types": [{"name": each, "status": "ENABLED"} for each in EVENT_TYPES]}


def events(call: Call) -> Shown:
    """What happened, latest first."""
    query = call.query
    since, until = read_time(query, "start_time"), read_time(query, "end_time")
    size = query.get("page_size", str(_USUAL_PAGE))
    if not size.isdecimal() or not 1 <= int(size) <= _LARGEST_PAGE:
        raise issue("INVALID_PARAMETER_VALUE", "page_size", size)
    found = [
        each
        for each in reversed(call.state.events.values())
        if (since is None or each.created >= since)
        and (until is None or each.created <= until)
        and query.get("event_type") in {None, each.type}
        and ("transaction_id" not in query or query["transaction_id"] in each.about)
    ][: int(size)]
    return lambda: {
        "events": [each.render() for each in found],
        "count": len(found),
        "links": [
            {
                "href": f"{call.state.address}/v1/notifications/webhooks-events",
                "rel": "self",
                "method": "GET",
            }
        ],
    }


def read_event(call: Call) -> Shown:
    """One thing that happened."""
    return _event(call).render


def resend(call: Call) -> Shown:
    """Send an event once more."""
    event = _event(call)
    if call.state.dispatcher is not None:
        call.state.dispatcher.resend(event)
    return event.render


def verify(call: Call) -> Shown:
    """Whether a message is genuine: its event must stand in the request as it came, untouched."""
    body = call.body
    text = signed_text(
        body["transmission_id"],
        body["transmission_time"],
        body["webhook_id"],
        _verbatim(call.raw, "webhook_event"),
    )
    dispatcher = call.state.dispatcher
    genuine = (
        dispatcher is not None
        and body["auth_algo"] == ALGORITHM
        and body["webhook_id"] in call.state.webhooks
        and body["cert_url"] == dispatcher.address + dispatcher.signer.path
        and dispatcher.signer.verifies(body["transmission_sig"], text)
    )
    return lambda: {"verification_status": "SUCCESS" if genuine else "FAILURE"}


def _verbatim(raw: bytes, name: str) -> bytes:
    """The text of a field's value inside a JSON object; the last one, if it is named twice."""
    text = raw.decode()
    at = text.rindex(f'"{name}"')
    start = text.index(":", at) + 1
    start += len(text[start:]) - len(text[start:].lstrip())
    _, length = json.JSONDecoder().raw_decode(text[start:])
    return text[start : start + length].encode()


def _webhook(call: Call) -> Webhook:
    webhook = call.state.webhooks.get(call.ids["id"])
    if webhook is None:
        raise issue("INVALID_RESOURCE_ID", "webhook_id", call.ids["id"])
    return webhook


def _event(call: Call) -> Event:
    event = call.state.events.get(call.ids["id"])
    if event is None:
        raise issue("INVALID_RESOURCE_ID", "event_id", call.ids["id"])
    return event


def _check_types(types: tuple[str, ...]) -> None:
    for at, each in enumerate(types):
        if each not in {"*", *EVENT_TYPES}:
            raise _wrong(f"event_types[{at}].name", each, "Not a valid webhook event type name.")


def _check_url(call: Call, url: str) -> None:
    parts = urlsplit(url)
    secure = parts.scheme == "https" and parts.port in {None, 443}
    if not secure and parts.hostname not in _LOCAL:
        raise _wrong("url", url, "Not a valid webhook URL")
    if any(each.url == url for each in call.state.webhooks.values()):
        raise _wrong("url", url, "Webhook URL already exists.")


def _wrong(field: str | None, value: str | None, said: str) -> ApiError:
    detail: Json = {"issue": said}
    if field is not None:
        detail |= {"field": field, "value": value, "location": "body"}
    return ApiError(400, [detail])


_WEBHOOKS = "/v1/notifications/webhooks"
_EVENTS = "/v1/notifications/webhooks-events"
ROUTES = (
    Route(method="POST", path=_WEBHOOKS, handler=create, status=201, shape=WEBHOOK),
    Route(method="GET", path=_WEBHOOKS, handler=listed),
    Route(method="GET", path=f"{_WEBHOOKS}/{{id}}", handler=read),
    Route(method="PATCH", path=f"{_WEBHOOKS}/{{id}}", handler=update),
    Route(method="DELETE", path=f"{_WEBHOOKS}/{{id}}", handler=delete, status=204),
    Route(method="GET", path=f"{_WEBHOOKS}-event-types", handler=offered),
    Route(method="GET", path=_EVENTS, handler=events),
    Route(method="GET", path=f"{_EVENTS}/{{id}}", handler=read_event),
    Route(method="POST", path=f"{_EVENTS}/{{id}}/resend", handler=resend, status=202, shape=RESEND),
    Route(
        method="POST",
        path="/v1/notifications/verify-webhook-signature",
        handler=verify,
        shape=VERIFY,
    ),
)
