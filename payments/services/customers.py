"""One customer at a provider for each member, and no address of theirs for who gets a link.

All of it is extra: whatever goes wrong, the purchase goes on without a customer.
"""

import asyncio
from typing import Final

import structlog

from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import HOUR, MINUTE, Clock, Instant, later
from payments.providers.customers import Customers
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.protocol import PaymentProvider
from payments.providers.requests import CheckoutRequest
from payments.store.queries import Queries
from payments.store.records.customers import CustomerIds, CustomerKey, KnownCustomer

log = structlog.get_logger(__name__)

LIMIT_SECONDS: Final = 5
"""How much longer a member may wait for their checkout because of this, in seconds."""

NOT_PERMITTED: Final = HOUR
"""How long a key is not tried again that may not do this."""

GRACE: Final = 10 * MINUTE
"""How long after its end a checkout is still taken for open."""


class MemberCustomers:
    """Finds or makes the customer for whom a checkout is opened.

    A provider's page shows the address that the last buyer entered there to whoever opens the next
    page for the same customer. So the address is taken away before a checkout is opened, and only
    one open checkout carries a member's customer: no address can come onto it meanwhile.

    Args:
        ids: Keeps what was made.
        queries: Reads payments.
        clock: Tells the time.
    """

    def __init__(self, ids: CustomerIds, queries: Queries, clock: Clock) -> None:
        self._ids = ids
        self._queries = queries
        self._clock = clock
        self._not_before: dict[str, Instant] = {}

    async def lend(self, provider: PaymentProvider, request: CheckoutRequest) -> str | None:
        """The customer that a checkout is to carry, if it may carry one. Opens nothing.

        Args:
            provider: Where it will be opened.
            request: What it will be.

        Raises:
            BooksUnavailable: The database is away.
        """
        customers, now = provider.customers, self._clock()
        if customers is None or self._not_before.get(provider.name, now) > now:
            return None
        key = CustomerKey(provider.name, provider.livemode, request.member)
        known = await self._ids.find(key)
        if known is not None and await self._is_carried(known, now):
            return None
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                ready = await self._ready(customers, key, known, request.installation)
        except AccessRefused as error:
            self._not_before[provider.name] = later(now, NOT_PERMITTED)
            log.warning("customer.not_permitted", provider=provider.name, error=str(error))
            return None
        except (ProviderUnavailable, ProviderRefused, TimeoutError) as error:
            log.warning("customer.not_ready", provider=provider.name, error=str(error))
            return None
        if ready is None:
            return None
        until = later(request.expires_at, GRACE)
        lent = await self._ids.lend(key, ready, request.payment, until)
        return ready.id if lent else None

    async def _is_carried(self, known: KnownCustomer, now: Instant) -> bool:
        """Whether a checkout may be open that carries it: whoever pays there leaves an address."""
        if known.lent_to is None or known.lent_until is None or known.lent_until <= now:
            return False
        payment = await self._queries.payment(known.lent_to)
        return payment is None or payment.state is PaymentState.INITIATED

    async def _ready(
        self,
        customers: Customers,
        key: CustomerKey,
        known: KnownCustomer | None,
        installation: str,
    ) -> KnownCustomer | None:
        """The member's customer, without an address; made, if there is none any more.

        None if another checkout that was opened meanwhile carries it.
        """
        if known is not None and await customers.prepare(known.id):
            return known
        gone = None if known is None else known.id
        made = await customers.make(key.member, installation, instead_of=gone)
        kept = await self._ids.keep(key, made, instead_of=gone)
        if kept.lent_to is not None:
            return None
        if not await customers.prepare(kept.id):
            raise ProviderRefused("A customer was made and is gone.")
        return kept
