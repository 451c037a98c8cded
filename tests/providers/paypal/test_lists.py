"""PayPal's lists are read to their end, or the look-up fails and is made again."""

import json
from typing import Any

import pytest

from payments.providers.errors import ProviderUnavailable
from payments.providers.paypal.provider import PayPalProvider
from payments.providers.paypal.reversal_list import EVENTS
from payments.providers.paypal.reversals import DISPUTES, PAGES, next_page
from sandbox.base.faults import Fault
from sandbox.paypal import LocalPayPal
from tests.conftest import Time

PUBLISHED = (
    "https://api-m.sandbox.paypal.com/v1/notifications/webhooks-events/?start_time=2014-08-04"
)
"""A `next` link as PayPal's reference shows it: with a slash before the question mark."""


def leading_to(href: Any, **page: Any) -> dict[str, Any]:
    return {"links": [{"rel": "self", "href": "x"}, {"rel": "next", "href": href}], **page}


@pytest.mark.parametrize("href", [PUBLISHED, PUBLISHED.replace("/?", "?")])
def test_the_next_page_is_found_with_and_without_a_slash(href: str) -> None:
    assert next_page(leading_to(href), EVENTS) == f"{EVENTS}?start_time=2014-08-04"


@pytest.mark.parametrize("page", [{}, {"links": None}, {"links": [{"rel": "self", "href": "x"}]}])
def test_without_such_a_link_a_list_ends(page: dict[str, Any]) -> None:
    assert next_page(page, EVENTS) is None


@pytest.mark.parametrize(
    "href", [None, "", 7, EVENTS, f"{EVENTS}/WH-1?x=1", f"{EVENTS}//?x=1", f"{DISPUTES}?x=1"]
)
def test_a_link_that_is_not_known_is_no_end(href: Any) -> None:
    with pytest.raises(ProviderUnavailable, match="goes on where") as error:
        next_page(leading_to(href), EVENTS)
    assert error.value.answered


async def test_a_list_of_disputes_without_end_is_not_taken_for_whole(
    provider: PayPalProvider, local: LocalPayPal, clock: Time
) -> None:
    endless = json.dumps(leading_to(f"{local.url}{DISPUTES}?page=2", items=[])).encode()
    local.faults.add(Fault(kind="malformed", path=DISPUTES, body=endless, times=PAGES + 1))
    records = local.record()
    with pytest.raises(ProviderUnavailable, match="does not end"):
        await provider.listing.objects(clock())
    assert sum(each.path == DISPUTES for each in records) == PAGES


async def test_events_that_go_on_elsewhere_are_not_taken_for_whole(
    provider: PayPalProvider, local: LocalPayPal, clock: Time
) -> None:
    page = json.dumps(leading_to(f"{local.url}/v2/elsewhere?page=2", events=[])).encode()
    local.faults.add(Fault(kind="malformed", path=EVENTS, body=page))
    with pytest.raises(ProviderUnavailable, match="goes on where"):
        _ = [each async for each in provider.listing.events(clock())]
