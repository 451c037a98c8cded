"""Members as customers of providers, put together; nothing is imported where nobody is one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from payments.domain.values.time import Clock
from payments.providers.protocol import PaymentProvider
from payments.store.engine.database import Database
from payments.store.queries import Queries

if TYPE_CHECKING:
    from payments.services.customers import MemberCustomers


def customers_of(
    providers: Mapping[str, PaymentProvider], database: Database, queries: Queries, clock: Clock
) -> "MemberCustomers | None":
    """What finds the customer that a member is; None where no provider is to know members."""
    if all(each.customers is None for each in providers.values()):
        return None
    from payments.services.customers import MemberCustomers  # noqa: PLC0415 - off by default
    from payments.store.records.customers import CustomerIds  # noqa: PLC0415 - off by default

    return MemberCustomers(CustomerIds(database), queries, clock)
