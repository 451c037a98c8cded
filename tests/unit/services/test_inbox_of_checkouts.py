"""What the provider tells of a checkout: late, early, in an older version, or of nothing here."""

import json
from functools import partial

import pytest
from sqlalchemy import Connection, text

from payments.domain.errors import Refused
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import MINUTE, SECOND
from payments.services.checkout import CheckoutService
from payments.services.inbox import Inbox
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.conftest import Time
from tests.support.buying import buy, buying, inbox, kept, message, points, provider
from tests.support.databases import allow, forbid, only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import ADA, GUILD, package
from tests.support.outages import unreachable

__all__ = ["buying", "inbox", "provider"]  # fixtures


async def test_money_that_comes_for_a_payment_that_was_given_up_still_brings_the_points(
    buying: CheckoutService, provider: FakeProvider, inbox: Inbox, queries: Queries, clock: Time
) -> None:
    payment = await buy(buying)
    provider.failures.append(unreachable())
    with pytest.raises(Refused):
        await buy(buying, "buy:2")
    late = provider.checkouts_by_id["cs_payment-1"]
    provider.checkouts_by_id["cs_payment-2"] = type(late)(
        **{
            **{name: getattr(late, name) for name in late.__slots__},
            "session": "cs_payment-2",
            "reference": type(late.reference)(
                payment=PaymentId("payment-2"),
                guild=GUILD,
                member=ADA,
                package=package().id,
            ),
        }
    )
    provider.installations["cs_payment-2"] = await queries.installation()
    await inbox.receive(provider, message(provider, "cs_payment-2"))
    found = await queries.payment(PaymentId("payment-2"))
    assert found is not None
    assert found.state is PaymentState.COMPLETED
    assert await points(queries, clock) == payment.points


@only_on_sqlite
async def test_an_event_in_an_older_version_is_looked_up_before_it_is_used(
    buying: CheckoutService,
    provider: FakeProvider,
    inbox: Inbox,
    queries: Queries,
    database: Database,
    clock: Time,
) -> None:
    await buy(buying)
    await inbox.receive(provider, message(provider, "cs_payment-1", old_version=True))
    assert await kept(database) == [("pending", 1)]
    assert await points(queries, clock) == 0
    provider.failures.append(unreachable())
    assert await inbox.retry_due() == 1
    assert await kept(database) == [("failed", 2)]
    clock.pass_(5 * SECOND)
    assert await inbox.retry_due() == 1
    assert await kept(database) == [("handled", 3)]
    assert await points(queries, clock) == 500


@only_on_sqlite
async def test_an_outage_of_the_provider_is_waited_out_however_long(
    buying: CheckoutService,
    provider: FakeProvider,
    inbox: Inbox,
    queries: Queries,
    database: Database,
    clock: Time,
) -> None:
    await buy(buying)
    await inbox.receive(provider, message(provider, "cs_payment-1", old_version=True))
    for _ in range(30):
        provider.failures.append(unreachable())
        await inbox.retry_due()
        clock.pass_(61 * MINUTE)
    assert (await kept(database))[0][0] == "failed"
    await inbox.retry_due()
    assert await points(queries, clock) == 500


async def test_case_22_an_event_that_overtook_our_own_commit_is_handled_soon(
    buying: CheckoutService,
    provider: FakeProvider,
    inbox: Inbox,
    queries: Queries,
    database: Database,
    clock: Time,
) -> None:
    """The provider is faster than our commit of the payment: kept, and tried again."""
    opened = await provider.checkouts.open(
        json.dumps(
            {
                "payment": "payment-1",
                "installation": await queries.installation(),
                "guild": GUILD,
                "member": ADA,
                "package": package().id,
                "price": {"minor": 499, "currency": "EUR"},
                "expires_at": clock(),
            }
        ),
        idempotency_key="payment-1:checkout:1",
    )
    await inbox.receive(provider, message(provider, opened.update.session))
    assert await kept(database) == [("pending", 1)]
    await buy(buying)
    clock.pass_(5 * SECOND)
    await inbox.retry_due()
    assert await kept(database) == [("handled", 2)]
    assert await points(queries, clock) == 500


@only_on_sqlite
async def test_an_event_whose_payment_never_comes_ends_in_quarantine(
    provider: FakeProvider, inbox: Inbox, database: Database, buying: CheckoutService, clock: Time
) -> None:
    await buy(buying)
    for statement in ("DELETE FROM provider_references", "UPDATE payments SET payment_id = 'gone'"):
        await database.transact(partial(_execute, statement=statement))  # as before it, a backup
    await inbox.receive(provider, message(provider, "cs_payment-1"))
    for _ in range(20):
        clock.pass_(90 * MINUTE)
        await inbox.retry_due()
    assert await kept(database) == [("quarantined", 12)]


def _execute(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))


async def test_an_event_whose_handling_fails_is_kept_and_handled_once_it_can_be(
    provider: FakeProvider,
    inbox: Inbox,
    buying: CheckoutService,
    queries: Queries,
    database: Database,
    clock: Time,
) -> None:
    await buy(buying)
    await database.transact(lambda connection: forbid(connection, "lots"))
    await inbox.receive(provider, message(provider, "cs_payment-1"))
    assert await kept(database) == [("failed", 1)]
    await database.transact(lambda connection: allow(connection, "lots"))
    clock.pass_(MINUTE)
    await inbox.retry_due()
    assert await kept(database) == [("handled", 2)]
    assert await points(queries, clock) == 500
    assert await database.transact(lambda connection: list(verify(connection))) == []
