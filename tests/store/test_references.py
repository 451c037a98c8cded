"""Providers' ids are kept in one table, and what they name is found by it."""

import sqlite3

import pytest
from sqlalchemy import Connection, text

from payments.domain.books import REFERENCES
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.runner.runner import Runner
from payments.store.books.load import load
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.verify.references import wrong_references
from tests.support.commands import put_up
from tests.support.databases import only_on_postgres, only_on_sqlite
from tests.support.make import checkout_update, dispute_update, event, initiate, refund_update


@pytest.fixture
async def disputed(runner: Runner, database: Database) -> Database:
    """A payment that was refunded in part and disputed twice, and another payment."""
    await put_up(runner)
    for payment in ("one", "two"):
        await runner.run(initiate(payment))
        await runner.run(event(checkout_update(payment)))
    await runner.run(event(refund_update("one", "re_1", 100)))
    for seen in (0, 1):
        opened = dispute_update("one", "dp_1", 399, DisputeStatus.OPEN, seen=seen)
        await runner.run(event(opened))
    return database


async def test_versions_of_refunds_and_disputes_are_found_by_the_providers_ids(
    disputed: Database, queries: Queries
) -> None:
    """What is of another kind, unknown, or another provider's has none."""
    del disputed
    asked = {"re_1", "dp_1", "cs_one", "re_2"}
    assert await queries.claim_versions("stripe", asked) == {"re_1": 1, "dp_1": 2}
    assert await queries.claim_versions("paypal", asked) == {}
    assert await queries.claim_versions("stripe", ()) == {}


async def test_an_id_names_one_thing_of_each_kind(disputed: Database) -> None:
    wanted = [
        ProviderReference("stripe", ReferenceKind.CHECKOUT, "cs_one"),
        ProviderReference("stripe", ReferenceKind.INTENT, "cs_one"),
        ProviderReference("paypal", ReferenceKind.CHECKOUT, "cs_one"),
        ProviderReference("stripe", ReferenceKind.INTENT, "pi_two"),
    ]

    def work(connection: Connection) -> list[object]:
        found = load(connection, REFERENCES.all_of(wanted), changing=False)[REFERENCES]
        return [found[each] for each in wanted]

    assert await disputed.transact(work) == ["one", None, None, "two"]


LOST = "The dispute dp_1 of stripe is kept as one of payment one, which is not there."
WITHOUT_PAYMENT = "UPDATE provider_references SET guild_id = 7 WHERE object_id = 'dp_1'"


@only_on_sqlite
async def test_a_reference_without_its_payment_is_named(
    disputed: Database, database_url: str
) -> None:
    """By a connection that minds no foreign keys, as a tool's does."""
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as careless:
        careless.execute(WITHOUT_PAYMENT)
    careless.close()
    assert await disputed.transact(lambda c: list(wrong_references(c))) == [LOST]


@only_on_postgres
async def test_a_reference_without_its_payment_is_named_on_postgresql_too(
    disputed: Database,
) -> None:
    def tamper(connection: Connection) -> list[str]:
        dropped = "DROP CONSTRAINT fk_provider_references_payments"
        connection.execute(text(f"ALTER TABLE provider_references {dropped}"))
        connection.execute(text(WITHOUT_PAYMENT))
        return list(wrong_references(connection))

    assert await disputed.transact(tamper) == [LOST]
