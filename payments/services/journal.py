"""Reading the journal of a period from the books."""

from collections.abc import Iterator

from payments.domain.values.ids import GuildId, House, PaymentId
from payments.domain.values.journal import (
    JournalEntry,
    JournalLine,
    claim_lines,
    points_lines,
    sale_lines,
    surplus_lines,
)
from payments.domain.values.report import Period, worth
from payments.store.queries import LotChange, Queries, Sale


async def read_journal(queries: Queries, period: Period) -> list[JournalEntry]:
    """All entries of a period, the oldest first, in the books of one moment."""
    async with queries.at_one_moment() as books:
        sold = await books.sales(period)
        went_back = await books.claims(period)
        surplus = await books.surplus(period)
        before = await books.unspent_before(period)
        changes = await books.lot_changes(period)
    sales = [_came(each, "sale", sale_lines(each.price, each.paid)) for each in sold]
    sales += [_came(each, "surplus", surplus_lines(each.paid)) for each in surplus]
    claims = [
        JournalEntry(
            at=claim.at,
            what=claim.kind,
            provider=claim.provider,
            reference=claim.id,
            payment=claim.payment,
            currency=claim.currency,
            lines=claim_lines(claim),
        )
        for claim in went_back
    ]
    return sorted([*sales, *claims, *_points(before, changes)], key=lambda entry: entry.at)


def _came(sale: Sale, what: str, lines: tuple[JournalLine, ...]) -> JournalEntry:
    """Money of one payment came."""
    return JournalEntry(
        at=sale.at,
        what=what,
        provider=sale.provider,
        reference=sale.payment,
        payment=sale.payment,
        currency=sale.currency,
        lines=lines,
    )


def _points(
    unspent: dict[tuple[GuildId, PaymentId], int], changes: list[LotChange]
) -> Iterator[JournalEntry]:
    """What each movement of paid points did to what is owed for them."""
    for change in changes:
        key = change.guild, change.payment
        before = unspent.get(key, 0)
        unspent[key] = before + change.points
        if change.house is House.ISSUED and not change.repays:
            continue  # the entry of its sale says it
        difference = worth(change.price, change.given, unspent[key]) - worth(
            change.price, change.given, before
        )
        if difference:
            yield JournalEntry(
                at=change.at,
                what="points",
                provider="",
                reference=change.transfer,
                payment=change.payment,
                currency=change.currency,
                lines=points_lines(difference, change.house, repays=change.repays),
            )
