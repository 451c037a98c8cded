"""Refunds, disputes and fraud warnings, listed themselves, for a time whose events are gone.

Stripe keeps events for 30 days, and objects for good (case 19). Each object that is found becomes a
message in the form of an event, so that it goes the same way: it is fetched fresh, and what is not
ours is left alone. Checkouts are not among them: all of ours are known and looked up each.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import stripe

from payments.domain.values.time import DAY, Instant, later, to_seconds
from payments.providers.errors import ProviderUnavailable
from payments.providers.requests import ProviderEvent
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.shapes import is_listed
from payments.providers.stripe.updates import API_VERSION

REFUND_TURNS: Final = 30 * DAY
"""How long after it was made a refund may fail that had succeeded (case 40). Microseconds."""

DISPUTE_TURNS: Final = 365 * DAY
"""How long after it was opened a dispute may still turn round. Microseconds."""


class ObjectList:
    """Lists objects.

    Args:
        calls: Make the calls.
        client: Stripe's.
        understand: Reads the JSON of one event.
        livemode: Whether real money moves.
    """

    def __init__(
        self,
        calls: Calls,
        client: stripe.StripeClient,
        understand: Callable[[str], ProviderEvent],
        *,
        livemode: bool,
    ) -> None:
        self._calls = calls
        self._client = client
        self._understand = understand
        self._livemode = livemode

    async def since(self, since: Instant) -> list[ProviderEvent]:
        """All objects that were made, or may have turned round, since then. Raises as `make`."""
        v1 = self._client.v1
        warnings = v1.radar.early_fraud_warnings
        return [
            *await self._all(
                lambda p: v1.refunds.list_async(cast("stripe.params.RefundListParams", p)),
                "refund.updated",
                since,
                made_since=later(since, -REFUND_TURNS),
            ),
            *await self._all(
                lambda p: v1.disputes.list_async(cast("stripe.params.DisputeListParams", p)),
                "charge.dispute.updated",
                since,
                made_since=later(since, -DISPUTE_TURNS),
            ),
            *await self._all(
                lambda p: warnings.list_async(
                    cast("stripe.params.radar.EarlyFraudWarningListParams", p)
                ),
                "radar.early_fraud_warning.updated",
                since,
                made_since=since,
            ),
        ]

    async def _all(
        self,
        ask: Callable[[dict[str, Any]], Awaitable[stripe.StripeObject]],
        kind: str,
        since: Instant,
        *,
        made_since: Instant,
    ) -> list[ProviderEvent]:
        created = {"gte": max(0, to_seconds(made_since))}
        found = await self._calls.make_all(ask, {"created": created})
        if not all(is_listed(each) for each in found):
            raise ProviderUnavailable("Stripe: its list of objects makes no sense.")
        return [self._understand(self._event(each, kind, since)) for each in reversed(found)]

    def _event(self, found: dict[str, Any], kind: str, since: Instant) -> str:
        """An object as an event tells it. The id is ours: one for each time of silence."""
        return json.dumps(
            {
                "id": f"listed_{found['id']}_{to_seconds(since)}",
                "object": "event",
                "api_version": API_VERSION,
                "created": found["created"],
                "data": {"object": found},
                "livemode": self._livemode,
                "type": kind,
            }
        )
