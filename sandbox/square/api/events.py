"""The Events API and webhook subscriptions."""

from urllib.parse import urlsplit

from sandbox.base.common import Json
from sandbox.square.api.call import Call, Route
from sandbox.square.api.lists import page, read_time
from sandbox.square.api.shapes import CHANGE_SUBSCRIPTION, KEYED, SEARCH, SUBSCRIBE
from sandbox.square.errors import error
from sandbox.square.objects.event import API_VERSION, EVENT_TYPES, Subscription

KEPT_SECONDS = 28 * 24 * 60 * 60
_LOCAL = frozenset({"127.0.0.1", "localhost"})


def enable(call: Call) -> Json:
    """Switch the search on: what happened before is not found."""
    if call.state.searchable_since is None:
        call.state.searchable_since = call.state.now()
    return {}


def disable(call: Call) -> Json:
    """Switch the search off."""
    call.state.searchable_since = None
    return {}


def search(call: Call) -> Json:
    """Events of 28 days, latest first; none while the search is off."""
    since = call.state.searchable_since
    asked = call.body.get("query", {})
    wanted = asked.get("filter", {})
    times = wanted.get("created_at", {})
    start, end = read_time(times, "start_at"), read_time(times, "end_at")
    oldest = max(since or 0, call.state.now() - KEPT_SECONDS)
    found = [
        each
        for each in call.state.events.values()
        if since is not None
        and each.created >= max(oldest, start or 0)
        and (end is None or each.created <= end)
        and each.type in (wanted.get("event_types") or EVENT_TYPES)
        and each.location in (wanted.get("location_ids") or (each.location,))
        and each.merchant in (wanted.get("merchant_ids") or (each.merchant,))
    ]
    if asked.get("sort", {}).get("order", "DESC") == "DESC":
        found.reverse()
    paging: dict[str, str] = {
        name: str(call.body[name]) for name in ("cursor", "limit") if name in call.body
    }
    body = page(paging, [each.render() for each in found], "events")
    if "events" in body:
        body["metadata"] = [
            {"event_id": each["event_id"], "api_version": API_VERSION} for each in body["events"]
        ]
    return body


def subscribe(call: Call) -> Json:
    """Register an address; on this machine one without encryption is taken too."""
    asked = call.body["subscription"]
    url = asked.get("notification_url")
    if url is None:
        raise error(
            "MISSING_REQUIRED_PARAMETER", "Field must be set", "subscription.notification_url"
        )
    _check(asked)
    made = Subscription(
        id=call.state.ids.subscription(),
        created=call.state.now(),
        updated=call.state.now(),
        url=url,
        signature_key=call.state.ids.text(22),
        name=asked.get("name", "Guildbank"),
        types=tuple(asked.get("event_types", ())),
        enabled=asked.get("enabled", True),
    )
    call.state.subscriptions[made.id] = made
    return {"subscription": made.render()}


def subscriptions(call: Call) -> Json:
    """All that are registered; the keys are shown alone."""
    found = [each.render() for each in call.state.subscriptions.values()]
    for each in found:
        del each["signature_key"]
    return page(call.query, found, "subscriptions")


def read_subscription(call: Call) -> Json:
    """One that is registered, with its key."""
    return {"subscription": _subscription(call).render()}


def change_subscription(call: Call) -> Json:
    """Change one that is registered."""
    made, asked = _subscription(call), call.body["subscription"]
    _check(asked)
    made.url = asked.get("notification_url", made.url)
    made.types = tuple(asked.get("event_types", made.types))
    made.name = asked.get("name", made.name)
    made.enabled = asked.get("enabled", made.enabled)
    made.updated = call.state.now()
    shown = made.render()
    del shown["signature_key"]
    return {"subscription": shown}


def delete_subscription(call: Call) -> Json:
    """Register it no more."""
    del call.state.subscriptions[_subscription(call).id]
    return {}


def new_key(call: Call) -> Json:
    """Sign with another key from now on."""
    made = _subscription(call)
    made.signature_key, made.updated = call.state.ids.text(22), call.state.now()
    return {"signature_key": made.signature_key}


def _subscription(call: Call) -> Subscription:
    made = call.state.subscriptions.get(call.ids["id"])
    if made is None:
        raise error("NOT_FOUND", "Could not find a subscription with this id.", "subscription_id")
    return made


def _check(asked: Json) -> None:
    url = asked.get("notification_url")
    if url is not None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOCAL:
            raise error("INVALID_VALUE", "HTTPS is required.", "subscription.notification_url")
    for at, each in enumerate(asked.get("event_types", ())):
        if each not in EVENT_TYPES:
            field = f"subscription.event_types[{at}]"
            raise error("INVALID_ARRAY_VALUE", f"The local Square never tells {each}.", field)


_SUBSCRIPTIONS = "/v2/webhooks/subscriptions"
_ONE = f"{_SUBSCRIPTIONS}/{{id}}"
ROUTES = (
    Route(method="PUT", path="/v2/events/enable", handler=enable),
    Route(method="PUT", path="/v2/events/disable", handler=disable),
    Route(method="POST", path="/v2/events", handler=search, shape=SEARCH),
    Route(method="POST", path=_SUBSCRIPTIONS, handler=subscribe, shape=SUBSCRIBE),
    Route(
        method="GET",
        path=_SUBSCRIPTIONS,
        handler=subscriptions,
        queries=frozenset({"cursor", "limit"}),
    ),
    Route(method="GET", path=_ONE, handler=read_subscription),
    Route(method="PUT", path=_ONE, handler=change_subscription, shape=CHANGE_SUBSCRIPTION),
    Route(method="DELETE", path=_ONE, handler=delete_subscription),
    Route(method="POST", path=f"{_ONE}/signature-key", handler=new_key, shape=KEYED),
)
