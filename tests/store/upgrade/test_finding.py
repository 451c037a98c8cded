"""Whatever an older version kept under a provider's id is found by that id."""

import gzip
import json
from typing import Any

from bot.features.audit.words import told
from payments.domain.books import REFERENCES
from payments.domain.values.ids import PaymentId
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.time import Instant
from payments.store.books.load import load
from tests.store.upgrade.revival import STORED, Revived

PLACES = {
    ("payments", "session"): ReferenceKind.CHECKOUT,
    ("payments", "intent"): ReferenceKind.INTENT,
    ("payments", "fraud_warning"): ReferenceKind.FRAUD_WARNING,
    ("refunds", "provider_id"): ReferenceKind.REFUND,
    ("disputes", "dispute_id"): ReferenceKind.DISPUTE,
}
"""Where an older version kept them."""


def stored_before() -> dict[ProviderReference, PaymentId]:
    """Each provider's id in the stored rows, with its payment."""
    rows: dict[str, list[dict[str, Any]]] = json.loads(
        gzip.decompress((STORED / "0008" / "rows.json.gz").read_bytes())
    )
    return {
        ProviderReference("stripe", kind, row[column]): PaymentId(row["payment_id"])
        for (table, column), kind in PLACES.items()
        for row in rows[table]
        if row[column] is not None
    }


async def test_each_reference_of_before_is_found(revived: Revived) -> None:
    expected = stored_before()
    assert {each.kind for each in expected} == set(PLACES.values())
    wanted = REFERENCES.all_of(expected)
    found = await revived.core.database.transact(
        lambda connection: dict(load(connection, wanted, changing=False)[REFERENCES])
    )
    assert found == expected


async def test_each_refund_and_dispute_of_before_has_its_version(revived: Revived) -> None:
    claims = {
        each.id: whose
        for each, whose in stored_before().items()
        if each.kind in {ReferenceKind.REFUND, ReferenceKind.DISPUTE}
    }
    versions = await revived.core.queries.claim_versions("stripe", claims)
    assert versions.keys() == claims.keys()
    for claim, version in versions.items():
        payment = await revived.core.queries.payment(claims[claim])
        assert payment is not None
        kept = [each.version for each in payment.refunds if each.provider_id == claim]
        kept += [each.version for each in payment.disputes if each.id == claim]
        assert kept == [version]


async def test_what_was_done_is_told_of_old_rows_too(revived: Revived) -> None:
    """What an older version kept of each command is enough for a sentence about it."""
    queries = revived.core.queries
    found = await queries.audit_since(Instant(0), after=0, limit=10_000)
    guilds = {each.guild for each in found if each.guild is not None}
    assert guilds
    for guild in guilds:
        lines = [each for each in found if each.guild == guild]
        entries = await queries.audited(guild, lines)
        assert [each.action for each in entries] == [each.action for each in lines]
        assert all(str(told(each, {}).what) for each in entries)
        assert any(each.body.points for each in entries)
