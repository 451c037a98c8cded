"""Orders, stock, codes and roles prove themselves: whatever is changed by hand is named."""

import pytest

from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.verify.verify import verify
from tests.support.commands import put_up
from tests.support.make import EVE, checkout_update, event, initiate
from tests.support.shopping import add_item, offer, place, sell_some
from tests.support.tampered import not_named, said_of

TAMPERED = [
    (
        "UPDATE orders SET points = points + 1 WHERE order_id = 'ordered-dinner'",
        "but its pieces are 100",
    ),
    (
        "UPDATE orders SET state = 'fulfilled' WHERE order_id = 'ordered-dinner'",
        "100 points reserved and 0 redeemed",
    ),
    (
        "UPDATE orders SET state = 'cancelled' WHERE order_id = 'ordered-dinner'",
        "but its open orders",
    ),
    ("UPDATE orders SET due_at = NULL WHERE order_id = 'ordered-dinner'", "but never ends"),
    ("UPDATE orders SET due_at = 1 WHERE order_id = 'ordered-code'", "but has an end"),
    ("UPDATE orders SET quantity = 2 WHERE order_id = 'ordered-dinner'", "but its orders have 2"),
    (
        "UPDATE order_pieces SET points = points - 1 WHERE order_id = 'ordered-dinner'",
        "its pieces are 99",
    ),
    ("DELETE FROM order_pieces WHERE order_id = 'ordered-dinner'", "its pieces are 0"),
    (
        "UPDATE order_pieces SET payment_id = 'p' WHERE order_id = 'ordered-two'",
        "700 points of payment p, but 700 of payment None were taken",
    ),
    (
        "UPDATE order_pieces SET points = 400 WHERE order_id = 'ordered-two'",
        "were taken of its lot",
    ),
    ("UPDATE transfers SET order_id = NULL WHERE kind = 'redeem'", "0 redeemed"),
    ("UPDATE items SET reserved = reserved + 1", "reserved, but its orders have"),
    ("UPDATE items SET sold = sold + 1", "sold, but its orders say"),
    ("UPDATE items SET available = available + 1 WHERE kind = 'code'", "codes are free"),
    ("UPDATE item_codes SET order_id = NULL", "has 0 codes"),
    ("UPDATE item_codes SET order_id = 'ordered-code'", "has 3 codes"),
    ("UPDATE item_codes SET bad = 1 WHERE order_id IS NOT NULL", "has 0 codes"),
    ("UPDATE role_terms SET ends_at = ends_at + 1", "but its orders say"),
]


@pytest.fixture
async def books(runner: Runner, database: Database) -> Database:
    """Eve has ordered a code, a role, a dinner, and something with points of two kinds."""
    await put_up(runner)
    await sell_some(runner)
    await runner.run(initiate("paid", member=EVE))
    await runner.run(event(checkout_update("paid", member=EVE)))
    of = offer("Two kinds", price=100)
    await runner.run(add_item(of))
    await runner.run(place(of, "ordered-two", member=EVE, quantity=8))
    return database


async def complaints(database: Database) -> list[str]:
    return await database.transact(lambda connection: list(verify(connection)))


async def test_untouched_orders_are_clean(books: Database) -> None:
    assert await complaints(books) == []


async def test_whatever_is_changed_by_hand_is_named(books: Database) -> None:
    said = await said_of(books, dict(TAMPERED))
    assert not_named(said, TAMPERED) == {}
    assert await complaints(books) == []
