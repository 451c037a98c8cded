"""`/v1/webhook_endpoints` (Stripe: Webhook Endpoints)."""

import re

from sandbox.base.common import Json
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.errors import invalid, missing, refused
from sandbox.stripe.api.lists import page
from sandbox.stripe.objects.endpoint import Endpoint

_MOST_ENDPOINTS = 16


def create(call: Call) -> Json:
    """`POST /v1/webhook_endpoints`: the only answer that holds the secret."""
    params, state = call.params, call.state
    params.supports("api_version", "description", "enabled_events", "expand", "metadata", "url")
    url, enabled = params.needed("url"), params.texts("enabled_events")
    _check_address(url, live=call.live)
    if len(state.endpoints) >= _MOST_ENDPOINTS:
        mode = "live" if call.live else "test"
        raise refused(
            f"You have reached the maximum of {_MOST_ENDPOINTS} {mode} webhook endpoints."
        )
    endpoint = Endpoint(
        id=state.ids.new("we"),
        created=state.now(),
        url=url,
        secrets=(state.ids.new("whsec"),),
        enabled_events=tuple(enabled),
        description=params.text("description"),
        metadata=params.metadata(),
        api_version=params.text("api_version"),
        livemode=call.live,
    )
    state.endpoints[endpoint.id] = endpoint
    return endpoint.render(with_secret=True)


def retrieve(call: Call) -> Json:
    """`GET /v1/webhook_endpoints/{id}`."""
    return _endpoint(call).render()


def update(call: Call) -> Json:
    """`POST /v1/webhook_endpoints/{id}`."""
    endpoint, params = _endpoint(call), call.params
    url, metadata = params.text("url"), params.metadata(before=endpoint.metadata)
    if url is not None:
        _check_address(url, live=endpoint.livemode)
        endpoint.url = url
    endpoint.enabled_events = tuple(params.texts("enabled_events")) or endpoint.enabled_events
    endpoint.description = params.text("description") or endpoint.description
    disabled = params.boolean("disabled")
    if disabled is not None:
        endpoint.status = "disabled" if disabled else "enabled"
    endpoint.metadata = metadata
    return endpoint.render()


def delete(call: Call) -> Json:
    """`DELETE /v1/webhook_endpoints/{id}`."""
    endpoint = _endpoint(call)
    del call.state.endpoints[endpoint.id]
    return {"id": endpoint.id, "object": "webhook_endpoint", "deleted": True}


def listing(call: Call) -> Json:
    """`GET /v1/webhook_endpoints`."""
    found = list(reversed(call.state.endpoints.values()))
    return page(call.params, "/v1/webhook_endpoints", found, Endpoint.render)


def _check_address(url: str, *, live: bool) -> None:
    """Refuse what is no address; in test mode also addresses on this machine are taken here."""
    if not re.match(r"https?://[^/\s]+", url):
        raise invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url")
    if live and not url.startswith("https://"):
        raise invalid(f'Invalid URL: {url}. URLs in livemode must begin with "https://"', "url")


def _endpoint(call: Call) -> Endpoint:
    endpoint_id = call.ids["id"]
    if endpoint_id not in call.state.endpoints:
        raise missing("webhook endpoint", endpoint_id, "webhook_endpoint")
    return call.state.endpoints[endpoint_id]
