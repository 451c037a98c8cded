"""What events do to payments. Numbers are those of the known cases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, select

from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import ADA, GUILD, START
from tests.support.web import PAYMENT, Web, begin, event_body, session_object

pytestmark = only_on_sqlite

UNPAID = {"payment_status": "unpaid"}
EXPIRED = {"payment_status": "unpaid", "status": "expired", "payment_intent": None}


async def points(queries: Queries) -> int:
    return (await queries.balance(GUILD, ADA, START)).points


async def payment(queries: Queries) -> Payment:
    found = await queries.payment(PaymentId(PAYMENT))
    assert found is not None
    return found


async def outcomes(database: Database) -> list[str]:
    """What became of each event, in the order in which they came."""
    table = tables.provider_events
    query = select(table.c.status).order_by(table.c.event_id)
    return await database.transact(lambda c: list(c.execute(query).scalars()))


async def event_names(database: Database) -> list[str]:
    """Names of the events that were told, without those of the set-up."""

    def work(connection: Connection) -> list[str]:
        name = tables.events.c.name
        query = select(name).where(name.not_in(["package.changed", "payment.initiated"]))
        return sorted(connection.execute(query).scalars())

    return await database.transact(work)


async def tell(web: Web, kind: str, number: int, **changes: Any) -> None:
    body = event_body(
        f"checkout.session.{kind}", id=f"evt_{number}", session=session_object(**changes)
    )
    assert await web.post(body) == 200


@pytest.fixture(autouse=True)
async def books_are_clean(web: Web, open_payment: str, database: Database) -> object:
    """After each test the books prove themselves."""
    del web, open_payment
    yield
    assert await database.transact(lambda connection: list(verify(connection))) == []


@on_both
async def test_case_15_fifty_deliveries_of_the_same_event_at_once_credit_once(
    web: Web, queries: Queries, database: Database
) -> None:
    statuses = await asyncio.gather(*(web.post(event_body()) for _ in range(50)))
    assert statuses == [200] * 50
    assert await points(queries) == 500
    assert await event_names(database) == ["payment.success", "points.awarded"]


@on_both
async def test_case_16_two_events_that_tell_the_same_credit_once(
    web: Web, queries: Queries, database: Database
) -> None:
    await tell(web, "completed", 1)
    await tell(web, "completed", 2)
    assert await points(queries) == 500
    assert await event_names(database) == ["payment.success", "points.awarded"]


@on_both
async def test_two_hundred_different_payments_at_once_are_credited_once_each(
    web: Web, queries: Queries, runner: Runner
) -> None:
    names = [f"0199a3c4-0000-7000-8000-{number:012d}" for number in range(100, 300)]
    await asyncio.gather(*(begin(runner, name) for name in names))
    bodies = [event_body(id=f"evt_{name}", session=session_object(name)) for name in names]
    statuses = await asyncio.gather(*(web.post(body) for body in bodies))
    assert statuses == [200] * 200
    assert await points(queries) == 200 * 500


async def test_case_21_an_unknown_type_is_recorded_as_ignored(web: Web, database: Database) -> None:
    assert await web.post(event_body("invoice.paid")) == 200
    assert await outcomes(database) == ["ignored"]


@on_both
async def test_case_22_an_event_that_overtakes_our_commit_is_kept_as_pending(
    web: Web, database: Database, queries: Queries
) -> None:
    other = "0199a3c4-0000-7000-8000-000000000999"
    session = session_object(other, installation=await queries.installation())
    assert await web.post(event_body(session=session)) == 200
    assert await outcomes(database) == ["pending"]


async def test_case_23_a_delayed_method_brings_the_points_when_the_money_is_there(
    web: Web, queries: Queries, database: Database
) -> None:
    await tell(web, "completed", 1, **UNPAID)
    assert await points(queries) == 0
    assert (await payment(queries)).state == "processing"
    await tell(web, "async_payment_succeeded", 2)
    assert await points(queries) == 500
    assert await event_names(database) == ["payment.pending", "payment.success", "points.awarded"]


async def test_case_23_a_delayed_method_that_fails_brings_none(
    web: Web, queries: Queries, database: Database
) -> None:
    await tell(web, "completed", 1, **UNPAID)
    await tell(web, "async_payment_failed", 2, **UNPAID)
    assert (await payment(queries)).state == "failed"
    assert await points(queries) == 0
    assert await event_names(database) == ["payment.failed", "payment.pending"]


@on_both
async def test_case_24_completed_and_succeeded_credit_once(web: Web, queries: Queries) -> None:
    await tell(web, "completed", 1)
    await tell(web, "async_payment_succeeded", 2)
    assert await points(queries) == 500


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("case 25", {"payment_status": "no_payment_required", "amount_total": 0}),
        ("case 25", {"total_details": {"amount_discount": 100}, "amount_total": 399}),
        ("case 28", {"amount_subtotal": 498}),
        ("case 28", {"amount_subtotal": 49900, "amount_total": 49900}),
        ("case 28", {"amount_total": None}),
        ("case 28", {"amount_subtotal": None}),
        ("case 28", {"amount_total": 400}),
        ("case 28", {"currency": "usd"}),
        ("case 28", {"currency": None}),
        ("case 29", {"metadata": {"guildbank_payment": PAYMENT, "guildbank_guild": "1"}}),
        ("case 29", {"metadata": {"guildbank_payment": PAYMENT, "guildbank_member": "me"}}),
        ("case 29", {"metadata": {"guildbank_payment": "somebody's"}}),
        ("case 29", {"client_reference_id": "0199a3c4-0000-7000-8000-000000000002"}),
        ("case 34", {"payment_status": "promised"}),
        ("case 34", {"status": "half-open"}),
        ("case 34", {"amount_total": 499.0}),
    ],
)
async def test_case_25_28_29_34_what_does_not_fit_awards_nothing_and_is_kept(
    web: Web, queries: Queries, database: Database, kind: str, changes: dict[str, Any]
) -> None:
    assert kind
    await tell(web, "completed", 1, **changes)
    assert await points(queries) == 0
    assert await outcomes(database) == ["quarantined"]


async def test_case_28_moderators_are_told_once_and_the_right_event_still_counts(
    web: Web, queries: Queries, database: Database
) -> None:
    await tell(web, "completed", 1, amount_subtotal=1)
    await tell(web, "completed", 2, amount_subtotal=1)
    assert await event_names(database) == ["payment.error"]
    assert (await payment(queries)).mismatch is not None
    await tell(web, "completed", 3)
    assert await points(queries) == 500
    assert (await payment(queries)).mismatch is None


async def test_case_28_tax_on_top_and_another_currency_shown_are_fine(
    web: Web, queries: Queries
) -> None:
    shown = {"presentment_details": {"presentment_amount": 79900, "presentment_currency": "jpy"}}
    await tell(web, "completed", 1, amount_total=594, **shown)
    assert await points(queries) == 500
    assert (await payment(queries)).paid == 594


async def test_case_29_points_come_from_the_stored_payment(web: Web, queries: Queries) -> None:
    """Whatever else the metadata says."""
    metadata = session_object()["metadata"] | {"points": "1000000", "guildbank_points": "1000000"}
    await tell(web, "completed", 1, metadata=metadata)
    assert await points(queries) == 500


@on_both
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_case_26_expired_and_paid_in_either_order_is_paid(
    web: Web, queries: Queries, order: tuple[int, ...]
) -> None:
    for number in order:
        if number:
            await tell(web, "completed", number)
        else:
            await tell(web, "expired", number, **EXPIRED)
    assert await points(queries) == 500
    assert (await payment(queries)).state == "completed"


async def test_case_27_a_recovered_session_belongs_to_the_same_payment(
    web: Web, queries: Queries
) -> None:
    await tell(web, "expired", 1, **EXPIRED)
    await tell(web, "completed", 2, id="cs_recovered", recovered_from=f"cs_{PAYMENT}")
    assert await points(queries) == 500


async def test_case_27_any_other_session_does_not(web: Web, queries: Queries) -> None:
    await tell(web, "completed", 1, id="cs_of_somebody_else")
    assert await points(queries) == 0


@pytest.mark.parametrize("mode", ["subscription", "setup"])
async def test_case_30_another_mode_is_ignored(web: Web, database: Database, mode: str) -> None:
    await tell(web, "completed", 1, mode=mode)
    assert await outcomes(database) == ["ignored"]


async def test_what_is_not_ours_is_ignored(web: Web, database: Database) -> None:
    other = {"id": "cs_other", "payment_intent": "pi_other"}
    await tell(web, "completed", 1, metadata={}, client_reference_id=None, **other)
    await tell(web, "completed", 2, metadata={"shop": "x"}, client_reference_id="17", **other)
    assert await outcomes(database) == ["ignored", "ignored"]


@pytest.mark.parametrize("name", ["account", "context", "user_id"])
@pytest.mark.parametrize("whose", ["acct_1", 17, {}])
async def test_case_32_another_account_is_ignored(
    web: Web, database: Database, name: str, whose: object
) -> None:
    changes: dict[str, Any] = {name: whose}
    assert await web.post(event_body(**changes)) == 200
    assert await outcomes(database) == ["ignored"]


@pytest.mark.parametrize(
    "changes",
    [
        {"metadata": None},
        {"metadata": {"guildbank_payment": PAYMENT}},
        {"metadata": {"guildbank_payment": 7}, "client_reference_id": None},
        {"mode": None},
        {"expires_at": "soon"},
        {"payment_intent": {"object": "payment_intent"}},
        {"total_details": "none"},
        {"recovered_from": []},
    ],
)
async def test_a_checkout_that_we_know_by_its_id_brings_its_points_whatever_else_is_odd(
    web: Web, queries: Queries, database: Database, changes: dict[str, Any]
) -> None:
    await tell(web, "completed", 1, **changes)
    assert await outcomes(database) == ["handled"]
    assert await points(queries) == 500


@pytest.mark.parametrize("version", ["2022-11-15", None])
async def test_case_33_another_version_is_looked_up_before_it_is_used(
    web: Web, queries: Queries, database: Database, version: str | None
) -> None:
    assert await web.post(event_body(api_version=version)) == 200
    assert await outcomes(database) == ["pending"]
    assert await points(queries) == 0


@on_both
async def test_case_17_any_order_of_a_delayed_payment_ends_the_same(
    web: Web, queries: Queries
) -> None:
    await tell(web, "async_payment_succeeded", 1)
    await tell(web, "completed", 2, **UNPAID)
    await tell(web, "expired", 3, **EXPIRED)
    assert await points(queries) == 500
    assert (await payment(queries)).state == "completed"


async def test_another_payments_session_cannot_pay_for_this_one(web: Web, queries: Queries) -> None:
    stolen = session_object() | {"id": "cs_cheap", "client_reference_id": PAYMENT}
    assert await web.post(event_body(session=stolen)) == 200
    assert await points(queries) == 0
