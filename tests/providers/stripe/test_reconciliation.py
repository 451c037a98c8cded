"""Webhooks that never came: afterwards the books are as if none had been missed."""

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, text

from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import DAY, HOUR, MINUTE, SECOND, later
from payments.services.reconciliation import Reconciliation, ReconciliationReport
from sandbox.stripe import Fault
from tests.support.databases import on_both, only_on_sqlite
from tests.support.shop import Shop

pytestmark = only_on_sqlite


async def reconcile(shop: Shop, reconciliation: Reconciliation) -> ReconciliationReport:
    report = await reconciliation.reconcile(later(shop.clock(), -2 * DAY))
    await shop.settle()
    return report


@on_both
async def test_case_19_after_a_day_without_webhooks_nothing_is_missing(
    shop: Shop,
    reconciliation: Reconciliation,
) -> None:
    shop.stripe.plan("lose", "*", times=None)
    await shop.stripe.pay(shop.session)
    await shop.stripe.refund(shop.session, amount=200)
    await shop.settle()
    assert await shop.points() == 0
    shop.clock.pass_(DAY)
    report = await reconcile(shop, reconciliation)
    assert report.missed > 0
    assert report.failed == ()
    assert await shop.points() == 500 - 500 * 200 // 499
    again = await reconcile(shop, reconciliation)
    assert (again.missed, again.changed) == (0, 0)
    assert await shop.times_emitted("payment.success") == 1


async def test_case_20_an_event_that_was_never_generated_is_made_good_by_a_look_up(
    shop: Shop,
    reconciliation: Reconciliation,
) -> None:
    shop.stripe.plan("never", "*", times=None)
    await shop.stripe.pay(shop.session)
    await shop.settle()
    young = await reconcile(shop, reconciliation)
    assert young.looked_up == 0
    shop.clock.pass_(6 * MINUTE)
    report = await reconcile(shop, reconciliation)
    assert (report.missed, report.looked_up, report.changed) == (0, 1, 1)
    assert await shop.points() == 500


async def test_a_checkout_that_lapsed_unnoticed_is_expired(
    shop: Shop,
    reconciliation: Reconciliation,
) -> None:
    shop.stripe.plan("never", "*", times=None)
    shop.clock.pass_(2 * HOUR)
    shop.stripe.sweep()
    await reconcile(shop, reconciliation)
    assert await shop.state() is PaymentState.EXPIRED


async def test_what_a_webhook_brings_later_changes_nothing_more(
    shop: Shop,
    reconciliation: Reconciliation,
) -> None:
    shop.stripe.plan("hold", "*", times=None)
    await shop.stripe.pay(shop.session)
    shop.clock.pass_(6 * MINUTE)
    await reconcile(shop, reconciliation)
    assert await shop.points() == 500
    shop.stripe.release()
    await shop.settle()
    assert await shop.points() == 500
    assert await shop.times_emitted("payment.success") == 1


async def test_a_provider_that_is_away_is_named_and_tried_again(
    shop: Shop,
    reconciliation: Reconciliation,
) -> None:
    shop.stripe.plan("lose", "*", times=None)
    await shop.stripe.pay(shop.session)
    shop.stripe.faults.add(Fault(kind="error", status=503, times=3))
    report = await reconcile(shop, reconciliation)
    assert len(report.failed) == 1
    shop.clock.pass_(31 * SECOND)
    assert (await reconcile(shop, reconciliation)).failed == ()
    assert await shop.points() == 500


@on_both
async def test_books_restored_from_yesterday_come_right_without_a_double_credit(
    shop: Shop,
    reconciliation: Reconciliation,
) -> None:
    """The copy knows of the purchase, not of its payment."""
    await shop.stripe.pay(shop.session)
    await shop.settle()
    assert await shop.points() == 500
    forget = [
        "DELETE FROM deliveries",
        "DELETE FROM events",
        "DELETE FROM lot_entries",
        "DELETE FROM transfers",
        "DELETE FROM lots",
        "DELETE FROM accounts",
        "DELETE FROM provider_events",
        "DELETE FROM commands WHERE kind LIKE 'provider_event%'",
        "UPDATE payments SET money = 'unpaid', checkout = 'open', paid = NULL, credited_at = NULL",
    ]

    def restore(connection: Connection) -> None:
        for statement in forget:
            connection.execute(text(statement))

    await shop.database.transact(restore)
    assert await shop.points() == 0
    shop.clock.pass_(DAY)
    report = await reconcile(shop, reconciliation)
    assert (report.missed, report.failed) == (1, ())
    assert await shop.points() == 500
    for event in shop.stripe.events():
        shop.stripe.resend(event["id"])
    await shop.settle()
    assert await shop.points() == 500


def copy(source: str, target: str) -> None:
    """As a backup is made, and restored."""
    with (
        contextlib.closing(sqlite3.connect(source)) as one,
        contextlib.closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)


async def test_after_a_restore_what_was_delivered_since_is_read_again(
    shop: Shop,
    reconciliation: Reconciliation,
    tmp_path: Path,
) -> None:
    """A refund and a dispute came after the backup was made, and were delivered."""
    await shop.stripe.pay(shop.session)
    await shop.settle()
    books, backup = str(shop.database.reader.engine.url.database), str(tmp_path / "backup.db")
    copy(books, backup)
    shop.clock.pass_(HOUR)
    await shop.stripe.refund(shop.session, amount=200)
    await shop.settle()
    assert await shop.points() == 500 - 500 * 200 // 499
    copy(backup, books)
    assert await shop.points() == 500
    report = await reconciliation.reconcile(later(shop.clock(), -2 * DAY))
    assert report.missed > 0
    await shop.settle()
    assert await shop.points() == 500 - 500 * 200 // 499
    again = await reconciliation.reconcile(later(shop.clock(), -2 * DAY))
    assert again.missed == 0
    assert await shop.times_emitted("payment.success") == 1
